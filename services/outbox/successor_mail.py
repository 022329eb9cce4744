"""Mail that waits for the holder of a post goes to whoever holds the post after them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import changes as message_queries
from notifications.kinds import MessageKind

OF_AN_EXAMPLE = "người nhận là liên hệ ví dụ, chỉ nhận thư trong bản dùng thử"
OF_THE_POST = tuple(kind.value for kind in MessageKind if kind.details.of_the_post)


def pass_on(session: Session, successors: Mapping[int, int], now: datetime) -> None:
    """`successors`: who holds no post any more → who holds theirs. E-mail only: it reaches everybody.

    Drafts of reports that were kept from a made-up person leave now: nobody has heard of them yet.
    """
    if not successors:
        return
    message_queries.hand_mail_to_successors(session, successors, OF_THE_POST, OF_AN_EXAMPLE, now)
