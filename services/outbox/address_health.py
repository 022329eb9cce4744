"""Which addresses no longer work, by what came back from them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from models.queries.messages import inbound as inbound_queries
from models.tables.inbound import AddressHealth
from services import log
from services.errors import ConcurrentAction

DEAD, SUSPECT = "dead", "suspect"
DOUBT_LASTS = timedelta(days=30)


def is_dead(session: Session, channel: str, addresses: Collection[str], now: datetime) -> dict[str, str]:
    """Those of the addresses, as they were given, that must not be written to; each with the reason."""
    given = {address.strip().lower(): address for address in addresses}
    rows = inbound_queries.health(session, channel, list(given))
    return {given[row.address]: row.reason for row in rows if row.state == DEAD and not _is_over(row, now)}


def mark(
    session: Session,
    channel: str,
    address: str,
    state: str,
    reason: str,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """A dead address is not made better by a mere doubt."""
    address = address.strip().lower()
    row = next(iter(inbound_queries.health(session, channel, [address])), None)
    if row is not None and row.state == DEAD and state == SUSPECT and not _is_over(row, now):
        return
    if row is None:
        row = AddressHealth(channel=channel, address=address, state=state, reason=reason, since=now)
    row.state, row.reason, row.since = state, reason, now
    row.until = until or (now + DOUBT_LASTS if state == SUSPECT else None)
    session.add(row)
    session.flush()
    log.append(session, now, "kyhan", f"address.{state}", f"address:{channel}:{address}", {"reason": reason})


def revive(session: Session, channel: str, address: str, now: datetime, by: str) -> bool:
    """When a person has confirmed the address, or has written it down anew. False: nothing was held against it."""
    address = address.strip().lower()
    rows = inbound_queries.health(session, channel, [address])
    for row in rows:
        session.delete(row)
        log.append(session, now, by, "address.revived", f"address:{channel}:{address}", {"was": row.state})
    session.flush()
    return bool(rows)


def revive_by_id(session: Session, health: int, by: str, now: datetime) -> None:
    """Raises ConcurrentAction when nothing is held against the address any more."""
    row = session.get(AddressHealth, health, with_for_update=True)
    if row is None:
        raise ConcurrentAction("", "", None)
    revive(session, row.channel, row.address, now, by)


def _is_over(row: AddressHealth, now: datetime) -> bool:
    return row.until is not None and row.until <= now
