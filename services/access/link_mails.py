"""The facts of letters that carry a one-time link."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.queries.cases.selection import unit_name
from models.queries.messages.claiming import ClaimedMessage
from models.tables.access import SignInLink
from models.tables.people import Post
from notifications.facts import InvitationFacts, SignInFacts
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from services.access.links import link_url
from services.seals import derived


def facts_of_link(
    session: Session, office: Office, message: ClaimedMessage, common: dict[str, Any], now: datetime
) -> SignInFacts | InvitationFacts | None:
    """None when the link was used, withdrawn or has run out before the letter could leave."""
    link = session.get(SignInLink, json.loads(message.facts or "{}")["link"])
    if link is None or link.used_at is not None or link.expires_at <= now:
        return None
    way: dict[str, Any] = {
        "url": link_url(office.base_url, derived(office.key, link.purpose, link.salt)),
        "expires_at": link.expires_at.astimezone(PROVINCE),
    }
    if link.post_id is None:
        return SignInFacts(**common, **way, asked_at=link.created_at.astimezone(PROVINCE))
    post = session.get_one(Post, link.post_id)
    about = {
        "role": post.role,
        "recipient_title": post.title,
        "unit_name": unit_name(session, post.organisation_id, local_day(now)),
    }
    day = link.from_day or local_day(now)
    return InvitationFacts(**common | about, **way, from_day=day, invited_by=link.created_by)
