"""Before it matters: which units have nobody to be reminded, who still holds each post, who is asked too much."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.people import reach as reach_queries
from models.queries.people.reach import DueUnit, Request
from models.tables.people import Person
from notifications.kinds import MessageKind
from rules.channels import EMAIL
from rules.deadlines import local_day, start_of
from rules.office import Office
from rules.periods import period_title_vi
from rules.text.wording import day_vi
from services import log
from services.outbox import address_health
from services.outbox.queue import Note, QueuedMessage, queue, queue_for_coordinators

AHEAD = 10  # working days before a target day
CONFIRMING = ("focal_point", "deputy", "head")
MOST_A_WEEK = 3  # requests to one unit
NEAR = 5  # working days: two deadlines this close could be one


# --- nobody to be reminded --------------------------------------------------------------------------------------------


def look_ahead(session: Session, office: Office, now: datetime, obligations: Collection[str] | None = None) -> int:
    """Tell the coordinators once for each occurrence. Returns how many messages are new.

    In an office that knows only examples nobody is confirmed, and nobody needs to be told.
    """
    today = local_day(now)
    if not office.calendar.is_working_day(today) or not reach_queries.has_real_people(session):
        return 0
    due = reach_queries.due_units(session, today, office.calendar.add(today, AHEAD), obligations)
    return sum(_tell(session, office, list(units), now) for _, units in groupby(due, key=lambda one: one.occurrence_id))


def unreachable(session: Session, units: Collection[int], now: datetime) -> dict[int, str]:
    """Unit → why its focal point cannot be counted on."""
    people = reach_queries.focal_points(session, units, local_day(now))
    dead = address_health.is_dead(session, EMAIL.name, [person.email for person in people.values()], now)
    doubts = {unit: _doubt(people.get(unit), dead) for unit in units}
    return {unit: reason for unit, reason in doubts.items() if reason}


def _doubt(person: Person | None, dead: Collection[str]) -> str:
    if person is None:
        return "chưa có người giữ vị trí đầu mối"
    if person.example:
        return "mới có người nhận ví dụ"
    if person.email in dead:
        return f"địa chỉ {person.email} không nhận được thư"
    return "" if person.confirmed_at else f"{person.name} chưa xác nhận"


def _tell(session: Session, office: Office, due: Sequence[DueUnit], now: datetime) -> int:
    reasons = unreachable(session, [one.organisation_id for one in due], now)
    if not reasons:
        return 0
    names = cases_queries.names_on(session, reasons, local_day(now))
    first = due[0]
    matter = f"{first.title} ({period_title_vi(first.period)}), hạn {day_vi(first.target_day)}"
    note = Note(matter, [f"{names[unit].name}: {reason}" for unit, reason in reasons.items()])
    key = f"unreachable:{first.occurrence_id}"
    return queue_for_coordinators(session, office, MessageKind.UNREACHABLE, key, note, now)


# --- still you? -------------------------------------------------------------------------------------------------------


def ask_still_you(session: Session, office: Office, now: datetime) -> int:
    """Once a quarter, from its first working day; not whoever has confirmed, or taken the post, since it began."""
    today = local_day(now)
    if not office.calendar.is_working_day(today):
        return 0
    quarter = (today.month - 1) // 3 + 1
    began = start_of(date(today.year, 3 * quarter - 2, 1))
    held = reach_queries.posts_held(session, CONFIRMING, today, date(today.year, 3 * quarter - 2, 1))
    unconfirmed = [
        (person, post) for person, post in held if person.confirmed_at is None or person.confirmed_at < began
    ]
    names = cases_queries.names_on(session, {post.organisation_id for _, post in unconfirmed}, today)
    messages = []
    for person, posts in groupby(unconfirmed, key=lambda row: row[0]):
        note = Note("", [f"{post.title}, {names[post.organisation_id].name}" for _, post in posts], "/vao")
        key = f"still_you:{today.year}-Q{quarter}:{person.id}"
        facts = json.dumps(note.facts, ensure_ascii=False)
        kind = MessageKind.STILL_YOU.value
        messages.append(QueuedMessage(key=key, person_id=id_of(person), kind=kind, on_day=today, facts=facts))
    return queue(session, messages, now)


def confirm(session: Session, person: int, now: datetime, by: str) -> None:
    """The person says so, by a link or to a coordinator who asked."""
    row = session.get_one(Person, person)
    row.confirmed_at = now
    session.add(row)
    address_health.revive(session, EMAIL.name, row.email, now, by)
    log.append(session, now, by, "person.confirm", f"person:{person}", {"email": row.email})


# --- how much is asked ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Week:
    organisation_id: int
    unit: str
    monday: date
    requests: tuple[str, ...]
    hint: str = ""  # what could be moved together, when it is more than the cap
    asked: tuple[Request, ...] = ()


def burden(session: Session, office: Office, first: date, last: date, most: int = MOST_A_WEEK) -> list[Week]:
    """Requests by unit and week, the fullest weeks first; of weeks with more than `most`, what could go together."""
    requests = reach_queries.requests(session, first, last)
    names = cases_queries.names_on(session, {one.organisation_id for one in requests}, first)
    weeks = groupby(requests, key=lambda one: (one.organisation_id, one.day - timedelta(days=one.day.weekday())))
    rows = [_week(office, unit, names[unit].name, monday, list(group), most) for (unit, monday), group in weeks]
    return sorted(rows, key=lambda week: (-len(week.requests), week.monday, week.organisation_id))


def _week(office: Office, unit: int, name: str, monday: date, requests: Sequence[Request], most: int) -> Week:
    titles = tuple(f"{one.short} ({day_vi(one.day)})" for one in requests)
    if len(requests) <= most:
        return Week(unit, name, monday, titles, asked=tuple(requests))
    near = "; ".join(_near(office, requests))
    hint = f"{len(requests)} yêu cầu trong một tuần (nên không quá {most})"
    return Week(unit, name, monday, titles, f"{hint}; có thể gộp: {near}" if near else hint, tuple(requests))


def _near(office: Office, requests: Sequence[Request]) -> Iterator[str]:
    for one, other in pairwise(requests):
        if abs(office.calendar.between(one.day, other.day)) <= NEAR:
            yield f"{one.short} và {other.short}"
