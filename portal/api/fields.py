"""Kinds of fields the requests share, and how lists are paged."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Generic, TypeVar
from unicodedata import normalize

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from portal.api.problems import invalid
from rules.plan import Text

LARGEST_ID = 2**31 - 1
MOST = 200
FIRST_YEAR, LAST_YEAR = 1950, 2150
WORD = r"^[0-9A-Za-z._-]+$"
LINE = r"^[^\x00-\x1f\x7f]*$"
TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"


def _within_reach(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("too far away")
    return moment


def _tidy(text: str) -> str:
    return normalize("NFC", text.strip())


Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=WORD)]
Line = Annotated[str, Field(max_length=200, pattern=LINE), AfterValidator(_tidy)]
Words = Annotated[str, Field(max_length=2000, pattern=TEXT), AfterValidator(_tidy)]
Moment = Annotated[AwareDatetime, AfterValidator(_within_reach), Field(examples=["2014-01-08T09:00:00+07:00"])]
Number = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class RequestBody(BaseModel):
    """Base of request bodies and queries; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


class Paged(RequestBody):
    limit: int = Field(50, ge=1, le=MOST, description="Nhiều nhất bao nhiêu mục. / At most so many items.")
    cursor: str | None = Field(
        None, max_length=100, description="`next` của trang trước. / `next` of the page before.", examples=[None]
    )


Item = TypeVar("Item")


class PageOf(BaseModel, Generic[Item]):
    items: list[Item]
    next: str | None = Field(description="Đặt vào `cursor` để đọc tiếp; null: đã hết. / null: nothing follows.")


class BilingualText(BaseModel):
    vi: str
    en: str


def bilingual(text: Text) -> BilingualText:
    return BilingualText(vi=text.vi, en=text.en)


# --- cursors --------------------------------------------------------------------------------------------------------


def cursor(day: date, id: int) -> str:
    return urlsafe_b64encode(f"{day.isoformat()}.{id}".encode()).decode().rstrip("=")


def place(given: str | None) -> tuple[date, int] | None:
    """The day and id after which a page begins."""
    if given is None:
        return None
    try:
        day, _, id = urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode("ascii").partition(".")
        position = date.fromisoformat(day), int(id)
    except ValueError:
        raise invalid("cursor", "không phải `next` của trang trước", "is not the `next` of a page") from None
    if not 0 <= position[1] <= LARGEST_ID:
        raise invalid("cursor", "không phải `next` của trang trước", "is not the `next` of a page")
    return position


def page_of(rows: list[Item], limit: int, mark: Callable[[Item], str]) -> tuple[list[Item], str | None]:
    """`rows`: up to one more than `limit`, which shows whether another page follows."""
    shown = rows[:limit]
    return shown, mark(shown[-1]) if len(rows) > limit else None
