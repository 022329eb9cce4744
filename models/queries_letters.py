"""Named queries about urging letters: which cases ask for one, and which drafts wait."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, select, text
from sqlmodel import Session, col

from models.cases import Case
from models.messages import URGING, LetterCase, LetterDraft, Notice
from models.organisations import Organisation
from models.plan import ObligationRow, Occurrence


class Urged(NamedTuple):
    occurrence_id: int
    step: str
    case_id: int
    organisation_id: int


def undrafted(session: Session) -> list[Urged]:
    """Open cases whose step asks for a letter nobody has drafted."""
    drafted = and_(col(LetterCase.case_id) == col(Notice.case_id), col(LetterCase.step) == col(Notice.step))
    query = (
        select(col(Case.occurrence_id), col(Notice.step), col(Case.id), col(Case.organisation_id))
        .select_from(Notice)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(text(URGING), ~select(col(LetterCase.case_id)).where(drafted).exists())
        .where(col(Case.received_at).is_(None), col(Case.outcome).is_(None))
        .group_by(
            col(Case.occurrence_id),
            col(Notice.step),
            col(Case.id),
            col(Case.organisation_id),
            col(Organisation.position),
        )
        .order_by(col(Case.occurrence_id), col(Notice.step), col(Organisation.position))
    )
    return [Urged(*row) for row in session.execute(query)]


def subject_of(session: Session, occurrence: int) -> tuple[Occurrence, ObligationRow]:
    query = (
        select(Occurrence, ObligationRow)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Occurrence.id) == occurrence)
    )
    found = session.execute(query).one()
    return found[0], found[1]


def waiting(session: Session) -> list[tuple[LetterDraft, Occurrence, ObligationRow]]:
    query = (
        select(LetterDraft, Occurrence, ObligationRow)
        .join(Occurrence, col(Occurrence.id) == col(LetterDraft.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(LetterDraft.state).in_(("waiting", "signed")))
        .order_by(col(LetterDraft.drafted_at), col(LetterDraft.id))
    )
    return [(a, b, c) for a, b, c in session.execute(query)]


def issued_between(session: Session, first: date, last: date) -> int:
    query = select(func.count()).select_from(LetterDraft)
    wanted = (col(LetterDraft.issued_on) >= first, col(LetterDraft.issued_on) <= last)
    return int(session.execute(query.where(col(LetterDraft.state) == "issued", *wanted)).scalar_one())
