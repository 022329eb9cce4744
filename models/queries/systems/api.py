"""Named queries about other systems: their tokens, the answers they were given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, literal, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.columns import UtcMoment
from models.tables.api import ApiAnswer, ApiToken, Webhook
from models.tables.organisations import Organisation


def token(session: Session, digest: str) -> ApiToken | None:
    return session.exec(select(ApiToken).where(ApiToken.token == digest)).first()


def tokens(session: Session) -> Sequence[tuple[ApiToken, str | None]]:
    """With the key of the unit each is bound to; the newest first."""
    query = (
        select_columns(ApiToken, col(Organisation.key))
        .outerjoin(Organisation, col(Organisation.id) == col(ApiToken.organisation_id))
        .order_by(col(ApiToken.id).desc())
    )
    return [row._tuple() for row in session.execute(query)]


def disable_webhooks(session: Session, token_id: int, why: str, now: datetime) -> int:
    alive = update(Webhook).where(col(Webhook.token_id) == token_id, col(Webhook.disabled_at).is_(None))
    return int(session.connection().execute(alive.values(disabled_at=now, disabled_why=why)).rowcount)


def answer(session: Session, token_id: int, key: str) -> ApiAnswer:
    return session.exec(select(ApiAnswer).where(ApiAnswer.token_id == token_id, ApiAnswer.key == key)).one()


def forget_answers(session: Session, before: datetime) -> int:
    old = delete(ApiAnswer).where(col(ApiAnswer.at) < literal(before, UtcMoment()))
    return int(session.connection().execute(old).rowcount)
