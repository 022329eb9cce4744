"""Mail that waits for the holder of a post goes to whoever holds the post after them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import changes as message_queries

OF_AN_EXAMPLE = "người nhận là liên hệ ví dụ, chỉ nhận thư trong bản dùng thử"
# not those about a person: links to sign in, «are you still in charge», and digests, which are written anew each day
OF_THE_POST = (
    "report_draft",
    "watch",
    "channel_down",
    "unreachable",
    "receipt",
    "returned",
    "request_decided",
    "moved",
    "extended",
    "closed",
    "case_message",
    "mail_too_large",
)


def pass_on(session: Session, successors: Mapping[int, int], now: datetime) -> None:
    """`successors`: who holds no post any more → who holds theirs. E-mail only: it reaches everybody.

    Drafts of reports that were kept from a made-up person leave now: nobody has heard of them yet.
    """
    if not successors:
        return
    message_queries.hand_mail_to_successors(session, successors, OF_THE_POST, OF_AN_EXAMPLE, now)
