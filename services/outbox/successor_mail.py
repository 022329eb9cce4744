"""Mail that waits for the holder of a post goes to whoever holds the post after them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, case, or_, update
from sqlmodel import Session

from models.database import table
from models.tables.messages import Message
from notifications.kinds import MessageKind

OF_AN_EXAMPLE = "người nhận là liên hệ ví dụ, chỉ nhận thư trong bản dùng thử"
OF_THE_POST = tuple(kind.value for kind in MessageKind if kind.details.of_the_post)


def pass_on(session: Session, successors: Mapping[int, int], now: datetime) -> None:
    """`successors`: who holds no post any more → who holds theirs. E-mail only: it reaches everybody.

    Drafts of reports that were kept from a made-up person leave now: nobody has heard of them yet.
    """
    if not successors:
        return
    mail = table(Message)
    kept = and_(
        mail.c.state == "suppressed", mail.c.reason == OF_AN_EXAMPLE, mail.c.kind == MessageKind.REPORT_DRAFT.value
    )
    waits = or_(mail.c.state == "pending", kept)
    statement = (
        update(mail)
        .where(mail.c.person_id.in_(successors), mail.c.channel == "email", mail.c.kind.in_(OF_THE_POST), waits)
        .values(person_id=case(successors, value=mail.c.person_id), state="pending", reason="", finished_at=None)
        .values(not_before=now)
    )
    session.connection().execute(statement)
