"""Types of path and query parameters."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Form, Query
from pydantic import AfterValidator, BeforeValidator
from starlette.exceptions import HTTPException

LARGEST_ID = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _an_id(id: int) -> int:
    """What no row can bear is not there, like any other."""
    if not 0 < id <= LARGEST_ID:
        raise HTTPException(404)
    return id


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def is_near(day: date) -> bool:
    """A slip of the keyboard is not reckoned with: no day may be added to 31/12/9999."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _near(day: date | None) -> date | None:
    if day is not None and not is_near(day):
        raise ValueError("too far away")
    return day


def _brought_near(day: date | None) -> date | None:
    """What is looked for beyond all days is looked for up to the last of them."""
    return None if day is None else min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31))


Id = Annotated[int, AfterValidator(_an_id)]
FormId = Annotated[int, AfterValidator(_an_id), Form()]
FormDay = Annotated[date, AfterValidator(_near), Form()]
# a day field left empty comes as an empty word
OptionalDay = Annotated[date | None, BeforeValidator(_empty_is_none), AfterValidator(_brought_near), Query()]
OptionalFormDay = Annotated[date | None, BeforeValidator(_empty_is_none), AfterValidator(_near), Form()]
