"""A unit's deadlines as a calendar its people subscribe to: at a secret address that can be changed and shut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.calendar import feeds as queries
from models.queries.cases import owed as owed_queries
from models.queries.cases.selection import unit_name
from models.queries.people import access as access_queries
from models.tables.calendar import CalendarFeed
from notifications.render import calendar_file
from notifications.render.calendar_file import CalendarDeadline, version_at
from rules.access import ANSWERING
from rules.deadlines import local_day
from rules.due_day import due_day, explanation
from rules.office import Office
from rules.periods import period_title_vi
from services import log
from services.access.links import LinkInvalid
from services.seals import derived, kept

PURPOSE = "calendar"


@dataclass(frozen=True)
class Feed:
    organisation_id: int
    address: str  # ends in .ics
    created_at: datetime


def feeds_of(session: Session, office: Office, person_id: int) -> dict[int, Feed]:
    """The open address of each unit the person subscribes to."""
    return {
        row.organisation_id: Feed(row.organisation_id, _address(office, row), row.created_at)
        for row in queries.open_feeds(session, person_id)
    }


def _address(office: Office, row: CalendarFeed) -> str:
    return f"{office.base_url.rstrip('/')}/lich/{_secret(office, row)}.ics"


def _secret(office: Office, row: CalendarFeed) -> str:
    return derived(office.key, PURPOSE, f"{row.person_id}:{row.organisation_id}:{row.number}")


def renew(session: Session, office: Office, person_id: int, unit: int, by: str, now: datetime) -> None:
    """A new address; the one before opens nothing any more."""
    revoke(session, person_id, unit, by, now)
    number = len(queries.feeds_ever(session, person_id, unit)) + 1
    row = CalendarFeed(person_id=person_id, organisation_id=unit, number=number, secret="", created_at=now)
    row.secret = kept(_secret(office, row))
    session.add(row)
    log.append(session, now, by, "calendar.open", f"organisation:{unit}", {"number": number})


def revoke(session: Session, person_id: int, unit: int, by: str, now: datetime) -> None:
    """Nothing happens where none is open."""
    if queries.revoke_feeds(session, person_id, unit, now):
        log.append(session, now, by, "calendar.shut", f"organisation:{unit}")


def calendar_of(session: Session, office: Office, secret: str, domain: str, now: datetime) -> bytes:
    """Byte for byte the same until a deadline changes. Raises LinkInvalid: shut, or its reader has left the unit."""
    feed = queries.feed_by_secret(session, kept(secret))
    if feed is None or feed.revoked_at is not None:
        raise LinkInvalid
    roles = access_queries.roles_held(session, feed.person_id, local_day(now))
    if not any(role in ANSWERING and unit == feed.organisation_id for role, unit in roles):
        raise LinkInvalid
    unit = unit_name(session, feed.organisation_id, local_day(now)) or ""
    rows = owed_queries.deadlines(session, office.plan.id, feed.organisation_id)
    changed = max((row.changed_at for row in rows), default=feed.created_at)
    deadlines = [_deadline(row, unit, office) for row in rows]
    return calendar_file.calendar_feed(deadlines, domain, changed, f"Hạn gửi văn bản – {unit}")


def _deadline(row: owed_queries.OpenTerm, unit: str, office: Office) -> CalendarDeadline:
    duty = office.obligations.get(row.duty)
    title = duty.title.vi if duty else row.duty
    agreed = date.fromisoformat(row.agreed) if row.agreed else None
    return CalendarDeadline(
        case_id=row.case_id,
        title=f"{title} ({period_title_vi(row.period)})",
        unit_name=unit,
        day=due_day(row.target_day, row.late_after, row.return_by),
        explained=explanation(row.why, agreed, row.target_day, row.late_after, row.occurrence_day),
        url=f"{office.base_url.rstrip('/')}/ho-so/{row.case_id}",
        version=version_at(row.changed_at),
    )
