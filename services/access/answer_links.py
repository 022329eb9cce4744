"""The links by which a letter is answered: each carries its own proof, and nothing is written until one is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.answers import OPEN_FOR
from rules.deadlines import local_day
from rules.office import Office
from services.seals import derived_bytes, same

EPOCH = date(2000, 1, 1)
PATH = "/tra-loi/"
PURPOSE = "answer"
SEAL = 24  # digits, 96 bits; no hyphen or the like, at which programs end an address


@dataclass(frozen=True)
class Link:
    case_id: int
    person_id: int
    issued_on: date

    @property
    def number(self) -> int:
        """A reader gets one link a day for a case."""
        return (self.issued_on - EPOCH).days

    @property
    def last_day(self) -> date:
        return self.issued_on + OPEN_FOR


def answer_url(office: Office, case_id: int, person_id: int, now: datetime) -> str:
    return link_writer(office, now)(case_id, person_id)


def link_writer(office: Office, now: datetime) -> Callable[[int, int], str]:
    """(case, person) → address. Made from the key each time: a morning's letters hold ten thousand, most never used."""
    opening, day = office.base_url.rstrip("/") + PATH, (local_day(now) - EPOCH).days

    def write(case_id: int, person_id: int) -> str:
        content = f"{case_id:x}.{person_id:x}.{day:x}"
        return f"{opening}{content}.{_seal(office.key, content)}"

    return write


def read_token(key: bytes, token: str) -> Link | None:
    """None for one that was made up; whether it has run out is for the reader to ask."""
    content, _, seal = token.rpartition(".")
    numbers = content.split(".")
    if len(numbers) != 3 or not same(seal, _seal(key, content)):
        return None
    case_id, person_id, day = (int(number, 16) for number in numbers)
    return Link(case_id, person_id, EPOCH + timedelta(days=day))


def _seal(key: bytes, content: str) -> str:
    return derived_bytes(key, PURPOSE, content).hex()[:SEAL]
