"""What a reader of the board must know before trusting its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.queries.cases import board as queries
from models.queries.people.examples import has_real_holder, in_demonstration
from rules.deadlines import local_day
from rules.office import Office
from services.outbox import rest

SILENCE = timedelta(hours=26)  # one daily tick missed, with two hours of grace


@dataclass(frozen=True)
class Notices:
    engine_silent_since: datetime | None = None
    engine_never_ran: bool = False
    demonstration: bool = False  # made-up people hold the posts, and no mail leaves
    nobody_entered: bool = False  # no demonstration, and no real person holds a post
    province_merged_on: date | None = None
    held: tuple[queries.Beat, ...] = ()  # channels, by a person
    paused: tuple[queries.Beat, ...] = ()  # by themselves
    at_rest: bool = False


def notices(session: Session, office: Office, now: datetime) -> Notices:
    beats = queries.machine(session, now, rest.MARK)
    made_up = not has_real_holder(session, local_day(now))
    heartbeat = next((beat.moment for beat in beats if beat.kind == "tick"), None)
    return Notices(
        engine_silent_since=heartbeat if heartbeat and now - heartbeat > SILENCE else None,
        engine_never_ran=heartbeat is None,
        demonstration=made_up and in_demonstration(session),
        nobody_entered=made_up and not in_demonstration(session),
        province_merged_on=province_merged_on(office, local_day(now)),
        held=tuple(beat for beat in beats if beat.kind == "held"),
        paused=tuple(beat for beat in beats if beat.kind == "paused"),
        at_rest=any(beat.kind == "rest" for beat in beats),
    )


def province_merged_on(office: Office, today: date) -> date | None:
    """From this day on the plan's own reading asks for a banner (interpretation A21)."""
    reading = next((item.value for item in office.plan.interpretations if item.name == "end_of_plan"), None)
    written = reading.get("banner_from") if isinstance(reading, Mapping) else None
    since = date.fromisoformat(str(written)) if written else None
    return since if since and since <= today else None
