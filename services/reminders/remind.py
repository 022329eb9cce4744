"""Writes a notice for every open case that has reached a new step, and one message a person and day to carry them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from models.database import id_of
from models.queries.messages import digests as digest_queries
from models.queries.messages import due_notices as notice_queries
from models.queries.messages.due_notices import Owners
from models.queries.plan import ladder_days as look_queries
from models.queries.plan import occurrences as plan_queries
from rules.channels import ChannelPolicy
from rules.deadlines import PROVINCE, local_day, start_of
from rules.office import Office
from services import log
from services.outbox.queue import queue_selected
from services.plan.ladder_days import lay_out_further
from services.plan.return_ladders import date_returns
from services.plan.step_ladders import date_steps
from services.reminders.own_duties import note_told_heads

CHANNEL = "email"
OFFICE_OPENS = time(7, 30)
SUPERSEDED = "đã qua mốc nhắc khi hệ thống không chạy"


@dataclass(frozen=True)
class RemindResult:
    notices: int
    skipped: int
    messages: int


def remind(session: Session, office: Office, now: datetime, obligations: Collection[str] | None = None) -> RemindResult:
    """A handful of statements, however many cases there are. Nothing on a day off: the next working day does it.

    What was due since the last look at each duty is sent or recorded; a day off, or another duty's turn, is no look.
    """
    today = local_day(now)
    if not office.calendar.is_working_day(today):
        return RemindResult(0, 0, 0)
    log.hold(session)
    digest_queries.hold_waiting_digests(session)
    before, since = notice_queries.newest_notice(session), look_queries.oldest_look(session, obligations)
    lay_out_further(session, office, today, obligations)
    next_day, many = office.calendar.add(today, 1), len(office.channels) > 1
    notices = skipped = 0
    people = notice_queries.recipients_of_open_steps(session, now, _owners(session, office), obligations)
    for some in people:
        skipped += notice_queries.add_notices_of_passed_steps(session, some, since, today, SUPERSEDED, now)
    date_returns(session, office, now, obligations)
    date_steps(session, office, now, obligations)  # only now: nothing was due of a step before it could be recorded
    for some in people:
        notices += notice_queries.add_notices_of_reached_steps(session, some, today, next_day, now, many_channels=many)
    note_told_heads(session, before, now)
    _note_nobody(session, now, obligations)
    look_queries.mark_looked_at(session, today, obligations)
    messages = _write_digests(session, office, now, before) if notices else 0
    if notices or skipped:
        details = {"notices": notices, "skipped": skipped, "messages": messages, "day": today}
        log.append(session, now, "kyhan", "notices.write", f"day:{today}", details)
    return RemindResult(notices, skipped, messages)


def _note_nobody(session: Session, now: datetime, obligations: Collection[str] | None) -> None:
    """A step that reaches nobody is passed over; the log says so, once."""
    for one in notice_queries.steps_without_notice(session, local_day(now), obligations):
        details = {"step": one.step, "reaches": one.reaches, "cases": one.cases}
        log.append(session, now, "kyhan", "notices.nobody", f"occurrence:{one.occurrence_id}", details)


def _owners(session: Session, office: Office) -> Owners:
    version = plan_queries.current_plan(session)
    assert version is not None
    ids = {key: id_of(row) for key, row in plan_queries.organisations_by_key(session).items()}
    approving = {code: duty.approving_body or "" for code, duty in office.obligations.items() if duty.follows}
    issuer = ids.get(office.plan.issuer, 0)
    return Owners(ids[version.lead_key], issuer, {code: ids[key] for code, key in approving.items() if key in ids})


def _write_digests(session: Session, office: Office, now: datetime, before: int) -> int:
    """One statement a channel; of a family each person gets the first channel that reaches them."""
    count, families = 0, dict[str, list[ChannelPolicy]]()
    for way in office.channels:
        earlier = families.setdefault(way.family, [])
        times = _times(office, now, way)
        count += queue_selected(session, digest_queries.digests_of_new_notices(before, way, earlier, times), now)
        earlier.append(way)
    return count


def _times(office: Office, now: datetime, way: ChannelPolicy) -> digest_queries.DigestTimes:
    today = local_day(now)
    next_day = office.calendar.add(today, 1)
    return digest_queries.DigestTimes(
        today, max(_opening(today), now), _opening(next_day), _end(way, today), _end(way, next_day)
    )


def _end(way: ChannelPolicy, day: date) -> datetime | None:
    """A nudge is of use on its day; what is guaranteed waits until it can leave."""
    return None if way.guaranteed else start_of(day + timedelta(days=1))


def _opening(day: date) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, PROVINCE)
