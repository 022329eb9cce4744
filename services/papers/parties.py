"""Who issues a document and whom it is for, by the register as of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from models.queries.cases import selection
from models.queries.people.posts import organisation_id
from models.tables.organisations import OrganisationName
from reports.facts import Issuer
from rules.access import Role
from rules.office import Office
from services.reports.facts import issuer_of
from services.units import bodies_on

DECISION = "QĐ"


def lead(session: Session, office: Office, symbol: str, day: date) -> Issuer:
    """`symbol`: what stands before the abbreviation of the issuer: "TTr", "TB"."""
    issuer = issuer_of(session, office, day)
    title = issuer.signer_title
    name = _head(session, organisation_id(session, office.plan.lead), day)
    return replace(issuer, symbol=f"{symbol}-{issuer.symbol.removeprefix('BC-')}", signer_title=title, signer_name=name)


def body(session: Session, key: str, day: date) -> tuple[int, OrganisationName]:
    """Whoever goes on under this key that day, by its name of the day."""
    unit = bodies_on(session, day, [key])[key]
    return unit.id, selection.names_on(session, [unit.id], day)[unit.id]


def head_of(name: OrganisationName) -> str:
    """«Chủ tịch Ủy ban nhân dân tỉnh Sóc Trăng»."""
    return f"{name.head_title} {name.name}"


def decider(session: Session, key: str, day: date) -> Issuer:
    id, name = body(session, key, day)
    return Issuer(
        superior="",
        name=name.name,
        symbol=f"{DECISION}-{name.abbreviation.partition(' ')[0]}",
        drafting_unit="",
        place=name.place,
        signer_title=name.head_title,
        signer_name=_head(session, id, day),
    )


def _head(session: Session, organisation: int, day: date) -> str:
    """Whoever heads it that day; nobody where that is not recorded, or is a made-up contact."""
    holders = selection.holders(session, [organisation], [Role.HEAD.value], day)
    return next((holder.name for holder in holders if not holder.example), "")
