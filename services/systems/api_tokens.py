"""Tokens of other systems: made by an administrator, shown once, bound to what they may do, seen when used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

from sqlmodel import Session

from models.database import id_of
from models.queries.people import examples as examples_queries
from models.queries.plan.occurrences import organisations_by_key
from models.queries.systems import api as queries
from models.tables.api import ApiToken
from models.tables.organisations import Organisation
from rules.deadlines import local_day
from rules.systems.scopes import LONGEST_LIFE, Scope, beyond_a_unit
from services import log
from services.errors import Refused, unknown
from services.seals import fresh, kept

PREFIX = "kyhan_"  # so that scanners for leaked secrets know it
SEEN_EVERY = timedelta(minutes=1)
LONGEST_NAME = 60


@dataclass(frozen=True)
class System:
    """Another system that called with a token that is good."""

    token_id: int
    name: str
    scopes: frozenset[Scope]
    organisation_id: int | None  # None: of the whole province
    last_used_at: datetime | None

    @property
    def actor(self) -> str:
        """As the log names it."""
        return f"{self.name} (API)"

    def sees(self, organisation_id: int | None) -> bool:
        return self.organisation_id is None or self.organisation_id == organisation_id

    @property
    def reach(self) -> frozenset[int] | None:
        """The organisations it sees; None: every one."""
        return None if self.organisation_id is None else frozenset({self.organisation_id})


def make(
    session: Session, name: str, scopes: Collection[Scope], unit: str | None, life: timedelta, by: str, now: datetime
) -> tuple[ApiToken, str]:
    """The row and the token itself, which nobody can be shown again. Raises Refused."""
    name = normalize("NFC", " ".join(name.split()))
    organisation = _organisation(session, unit)
    _check(name, scopes, organisation, life)
    token = PREFIX + fresh()
    row = ApiToken(
        token=kept(token),
        name=name,
        scopes=" ".join(sorted(scopes)),
        organisation_id=organisation.id if organisation else None,
        created_at=now,
        created_by=by,
        expires_at=now + life,
    )
    session.add(row)
    session.flush()
    details = {"name": name, "scopes": row.scopes, "unit": unit, "expires_at": row.expires_at}
    log.append(session, now, by, "api.token", f"token:{row.id}", details)
    return row, token


def _organisation(session: Session, unit: str | None) -> Organisation | None:
    if not unit:
        return None
    units = {key.upper(): row for key, row in organisations_by_key(session).items()}
    if unit.upper() not in units:
        raise unknown("đơn vị", "unit", unit, units)
    return units[unit.upper()]


def _check(name: str, scopes: Collection[Scope], organisation: Organisation | None, life: timedelta) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused(f"Cần tên hệ thống, tối đa {LONGEST_NAME} ký tự. / The name of the system is needed.")
    if not scopes:
        raise Refused("Cần ít nhất một quyền. / At least one scope is needed.")
    if organisation is not None and (beyond := beyond_a_unit(scopes)):
        words = ", ".join(sorted(beyond))
        raise Refused(f"Khóa của một đơn vị không được có quyền {words}. / Not for the token of one unit: {words}.")
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise Refused(f"Thời hạn từ 1 đến {LONGEST_LIFE.days} ngày. / Between 1 and {LONGEST_LIFE.days} days.")


def revoke(session: Session, token_id: int, by: str, now: datetime) -> bool:
    """At once, with the webhooks that were asked for with it. False when there is no such token any more."""
    row = session.get(ApiToken, token_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at, row.revoked_by = now, by
    session.add(row)
    ended = queries.disable_webhooks(session, token_id, "khóa đã bị thu hồi / token revoked", now)
    log.append(session, now, by, "api.revoke", f"token:{token_id}", {"name": row.name, "webhooks": ended})
    return True


class InvalidToken(Refused):
    """`problem`: unknown, expired, revoked."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def who(session: Session, token: str, now: datetime) -> System:
    """Raises InvalidToken."""
    row = queries.token(session, kept(token))
    if row is None:
        raise InvalidToken("unknown")
    if row.revoked_at is not None or _of_ended_example(session, row, now):
        raise InvalidToken("revoked")
    if row.expires_at <= now:
        raise InvalidToken("expired")
    words = {scope.value for scope in Scope}
    scopes = frozenset(Scope(word) for word in row.scopes.split() if word in words)
    return System(id_of(row), row.name, scopes, row.organisation_id, row.last_used_at)


def _of_ended_example(session: Session, row: ApiToken, now: datetime) -> bool:
    made_up = row.id in examples_queries.tokens_of_examples(session)
    return made_up and not examples_queries.examples_count(session, local_day(now))


def seen(session: Session, system: System, now: datetime) -> None:
    session.get_one(ApiToken, system.token_id).last_used_at = now


def is_worth_noting(system: System, now: datetime) -> bool:
    """A token is used far more often than it is worth writing down."""
    return system.last_used_at is None or now - system.last_used_at > SEEN_EVERY


@dataclass(frozen=True)
class TokenLine:
    row: ApiToken
    unit: str | None

    def state(self, now: datetime) -> str:
        if self.row.revoked_at is not None:
            return "revoked"
        return "expired" if self.row.expires_at <= now else "good"


def all_tokens(session: Session) -> Sequence[TokenLine]:
    """The newest first."""
    return [TokenLine(row, unit) for row, unit in queries.tokens(session)]
