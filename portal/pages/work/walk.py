"""Going through a list of cases one after the other: where it leads next, and what the last decision set off."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from portal.parameters import LARGEST_ID
from portal.rendering import Page
from portal.visitor import Visitor
from rules.access import Action
from services.views import inbox
from services.views.inbox import DecisionOutcome
from services.views.worklist import OF_CASES, List

REVIEW = "cho-xem-xet"  # offered after a decision outside a list


@dataclass(frozen=True)
class Walk:
    item: List
    next_id: int | None
    is_chosen: bool  # False: merely offered


def walk(session: Session, page: Page, visitor: Visitor, case_id: int, slug: str) -> Walk | None:
    item = OF_CASES.get(slug or REVIEW)
    if item is None or not visitor.may(item.action):
        return None
    return Walk(item, inbox.next_case(session, page.context.office, page.now, item, case_id), bool(slug))


def decided_by(session: Session, page: Page, visitor: Visitor) -> DecisionOutcome | None:
    """The decision the address names, if it is the visitor's own."""
    id = page.query.get("da", "")
    if not (id.isascii() and id.isdigit() and int(id) <= LARGEST_ID) or not visitor.may(Action.DECIDE):
        return None
    return inbox.outcome(session, int(id), visitor.name, page.now)


def after_decision(session: Session, page: Page, visitor: Visitor, case_id: int, slug: str) -> str:
    """The next case of the list that is gone through, or the inbox at its end; else the case itself."""
    decision = inbox.newest_decision(session, case_id)
    at = walk(session, page, visitor, case_id, slug) if slug else None
    if at is None:
        return page.url(f"/ho-so/{case_id}", da=decision)
    if at.next_id is None:
        return page.url("/viec", da=decision)
    return page.url(f"/ho-so/{at.next_id}", viec=slug, da=decision)
