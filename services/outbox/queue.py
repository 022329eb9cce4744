"""Writes messages into the outbox: every row of it begins here. A key that exists already is passed over."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, literal
from sqlmodel import Session

from models.columns import UtcMoment
from models.database import insert_new, insert_selected
from models.queries.cases.selection import holders
from models.queries.people.posts import organisation_id
from models.tables.messages import Message
from notifications.kinds import MessageKind
from rules.channels import EMAIL
from rules.deadlines import local_day
from rules.office import Office

FRESH: Mapping[str, Any] = {"state": "pending", "attempts": 0, "reason": ""}


@dataclass(frozen=True, kw_only=True)
class QueuedMessage:
    """One message to one person by one channel."""

    key: str
    person_id: int
    kind: str
    on_day: date
    channel: str = EMAIL.name
    carries: str = EMAIL.family
    case_id: int | None = None
    facts: str | None = None  # JSON
    attachment: str | None = None  # storage name
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Note:
    """A matter, what there is to say about it line by line, and the page to go on to."""

    matter: str
    lines: Sequence[str]
    path: str = "/"
    cases: Collection[int] = ()  # whose days go with it, for the reader's calendar

    @property
    def facts(self) -> dict[str, object]:
        return {"matter": self.matter, "lines": list(self.lines), "path": self.path, "cases": sorted(self.cases)}


def queue(session: Session, messages: Iterable[QueuedMessage], now: datetime, leaves_at: datetime | None = None) -> int:
    """In one statement; they may leave from `leaves_at` on, else from `now`. Returns how many are new."""
    times = {"created_at": now, "not_before": leaves_at or now}
    rows = [{**asdict(message), **times, **FRESH} for message in messages]
    return insert_new(session, Message, rows)


def queue_selected(session: Session, source: Select[Any], now: datetime) -> int:
    """What a query yields, whose columns are labelled as the table's, `not_before` among them."""
    fresh = [literal(value).label(name) for name, value in FRESH.items()]
    whole = source.add_columns(literal(now, UtcMoment()).label("created_at"), *fresh)
    return insert_selected(session, Message, list(whole.selected_columns.keys()), whole)


def queue_mails(
    session: Session,
    kind: MessageKind,
    people: Mapping[str, int],
    facts: Mapping[str, object],
    now: datetime,
    *,
    case_id: int | None = None,
    attachment: str | None = None,
    leaves_at: datetime | None = None,
) -> int:
    """By e-mail. `people`: the key of the message → the person it goes to; see `keyed`."""
    mail = QueuedMessage(
        key="",
        person_id=0,
        kind=kind.value,
        on_day=local_day(now),
        case_id=case_id,
        facts=json.dumps(facts, ensure_ascii=False, default=str),
        attachment=attachment,
    )
    mails = (replace(mail, key=key, person_id=person) for key, person in people.items())
    return queue(session, mails, now, leaves_at)


def queue_note(
    session: Session,
    kind: MessageKind,
    people: Mapping[str, int],
    note: Note,
    now: datetime,
    *,
    case_id: int | None = None,
    leaves_at: datetime | None = None,
) -> int:
    return queue_mails(session, kind, people, note.facts, now, case_id=case_id, leaves_at=leaves_at)


def queue_for_coordinators(
    session: Session, office: Office, kind: MessageKind, key: str, note: Note, now: datetime
) -> int:
    """One message to each coordinator."""
    return queue_note(session, kind, keyed(key, coordinators(session, office, local_day(now))), note, now)


def coordinators(session: Session, office: Office, day: date) -> list[int]:
    """The people who run the plan on that day."""
    lead = organisation_id(session, office.plan.lead)
    return [holder.person_id for holder in holders(session, [lead], ["coordinator"], day)]


def keyed(key: str, people: Iterable[int]) -> dict[str, int]:
    """One message of this key to each person."""
    return {f"{key}:{person}": person for person in people}
