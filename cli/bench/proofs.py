"""What the caught mails prove: nothing twice, nothing on a day off, nothing about what is answered."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, col

from bootstrap.home import Home
from models.database import reading
from models.queries.cases.selection import unit_names
from models.tables.cases import Case
from models.tables.messages import Notice
from models.tables.plan import ObligationRow, Occurrence
from rules.deadlines import local_day
from rules.periods import period_title_vi
from rules.plan import OPEN_STEP

DIGEST = re.compile(r"digest:(\d+):(\d{4}-\d\d-\d\d):email\Z")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class CaughtNotice:
    key: str
    id: str
    at: datetime
    text: str


@dataclass(frozen=True)
class RemindedCase:
    """A case whose step a digest was to tell."""

    title: str
    unit: int
    received_at: datetime | None


@dataclass
class Proofs:
    twice: int = 0
    noticed_twice: int = 0
    on_days_off: int = 0
    of_answered: int = 0
    of_nothing: int = 0
    mentions: int = 0


def caught(folder: Path) -> list[CaughtNotice]:
    return [_read(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def _read(raw: bytes) -> CaughtNotice:
    mail = message_from_bytes(raw, policy=policy.default)
    part = mail.get_body(("plain",))
    text = part.get_content() if part is not None else ""
    sent = mail["Date"].datetime.astimezone(UTC)
    return CaughtNotice(str(mail["X-Kyhan-Key"]), str(mail["Message-ID"]), sent, flat(text))


def flat(text: str) -> str:
    return SPACES.sub(" ", text).strip()


def prove(home: Home, mails: Sequence[CaughtNotice]) -> Proofs:
    proofs = Proofs()
    proofs.twice = _repeats(mail.id for mail in mails) + _repeats(mail.key for mail in mails)
    with reading(home.engine) as session:
        proofs.noticed_twice = _noticed_twice(session)
        carried = _carried(session)
        names: dict[date, dict[int, str]] = {}
        for mail in mails:
            match = DIGEST.match(mail.key)
            if match is None:
                continue
            day = local_day(mail.at)
            proofs.on_days_off += not home.office.calendar.is_working_day(day)
            items = carried[int(match[1]), date.fromisoformat(match[2])]
            if items is OF_STEPS:
                continue
            units = names.get(day) or names.setdefault(day, unit_names(session, _units(carried), day))
            _look_inside(proofs, mail, items, units)
    return proofs


def _repeats(values: Iterable[str]) -> int:
    return sum(number - 1 for number in Counter(values).values())


def _noticed_twice(session: Session) -> int:
    same = (col(Notice.case_id), col(Notice.step), col(Notice.person_id))
    query = select(func.count()).select_from(Notice).group_by(*same).having(func.count() > 1)
    return sum(int(number) - 1 for number in session.execute(query).scalars())


Carried = dict[tuple[int, date], list[RemindedCase]]
OF_STEPS: list[RemindedCase] = []  # of a day on which only steps after hand-ins were told: their cases are answered


def _carried(session: Session) -> Carried:
    """(person, day) → what that day's digest was to tell."""
    query = (
        select(
            col(Notice.person_id),
            col(Notice.on_day),
            col(ObligationRow.title_vi),
            col(Occurrence.period),
            col(Case.organisation_id),
            col(Case.received_at),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Notice.skipped).is_(None))
    )
    carried: Carried = defaultdict(list)
    for person, day, title, period, unit, received_at in session.execute(query.where(col(Notice.message) != OPEN_STEP)):
        carried[person, day].append(RemindedCase(f"{title} ({period_title_vi(period)})", unit, received_at))
    of_steps = select(col(Notice.person_id), col(Notice.on_day)).where(col(Notice.message) == OPEN_STEP)
    for person, day in session.execute(of_steps):
        carried.setdefault((person, day), OF_STEPS)
    return carried


def _units(carried: Carried) -> set[int]:
    return {item.unit for items in carried.values() for item in items}


def _look_inside(proofs: Proofs, mail: CaughtNotice, items: Sequence[RemindedCase], units: dict[int, str]) -> None:
    several = len({item.unit for item in items}) > 1
    mentioned = [item for item in items if _mentions(mail.text, item, units[item.unit] if several else "")]
    answered = sum(item.received_at is not None and item.received_at <= mail.at for item in mentioned)
    proofs.mentions += len(mentioned)
    proofs.of_answered += answered
    proofs.of_nothing += len(mentioned) == answered


def _mentions(text: str, item: RemindedCase, unit: str) -> bool:
    """To those who follow several units a letter names the unit after the duty, or above it."""
    title = flat(item.title)
    if not unit:
        return title in text
    return f"{title} – {unit}" in text or f"{unit} {title}" in text
