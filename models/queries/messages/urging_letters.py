"""Named queries about urging letters: which cases ask for one, and which drafts wait."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select, text, update
from sqlmodel import Session, col

from models.conditions import is_open, stands
from models.tables.cases import Case
from models.tables.messages import URGING, LetterCase, LetterDraft, Notice
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Decision


class UrgedCase(NamedTuple):
    occurrence_id: int
    step: str
    case_id: int
    organisation_id: int
    term_id: int
    role: str


def undrafted(session: Session, obligations: Collection[str] | None = None) -> list[UrgedCase]:
    """Open cases whose step asks for a letter nobody has drafted; of these obligations, or of all."""
    drafted = and_(col(LetterCase.case_id) == col(Notice.case_id), col(LetterCase.step) == col(Notice.step))
    query = (
        select(
            col(Case.occurrence_id),
            col(Notice.step),
            col(Case.id),
            col(Case.organisation_id),
            col(Case.term_id),
            col(Case.role),
        )
        .select_from(Notice)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(text(URGING), ~select(col(LetterCase.case_id)).where(drafted).exists())
        .where(is_open())
        .group_by(
            col(Case.occurrence_id),
            col(Notice.step),
            col(Case.id),
            col(Case.organisation_id),
            col(Case.term_id),
            col(Case.role),
            col(Organisation.position),
        )
        .order_by(col(Case.occurrence_id), col(Notice.step), col(Organisation.position), col(Case.id))
    )
    if obligations is not None:
        query = query.join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        query = query.join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        query = query.where(col(ObligationRow.code).in_(obligations))
    return [UrgedCase(*row) for row in session.execute(query)]


def in_waiting_letters(session: Session) -> set[tuple[int, str]]:
    """(case, agreed day or none) urged by a letter that was drafted and is not issued yet."""
    query = select(col(LetterCase.case_id), col(LetterCase.step)).join(
        LetterDraft, col(LetterDraft.id) == col(LetterCase.draft_id)
    )
    rows = session.execute(query.where(col(LetterDraft.state).in_(WAITING)))
    return {(case, step.partition("@")[2]) for case, step in rows}


def pass_over(session: Session, cases: Collection[int], step: str, reason: str) -> None:
    """No letter is drafted at this step of these cases; the ledger says why."""
    due = (col(Notice.case_id).in_(cases), col(Notice.step) == step, text(URGING))
    session.execute(update(Notice).where(*due).values(skipped=reason))


def passed_over(session: Session, drafts: Collection[int], reason: str) -> list[tuple[int, str]]:
    """(draft, step at which no other letter was drafted), for that reason."""
    query = select(col(LetterCase.draft_id), col(Notice.step)).join(
        Notice, and_(col(Notice.case_id) == col(LetterCase.case_id), col(Notice.step) != col(LetterCase.step))
    )
    found = session.execute(
        query.where(col(LetterCase.draft_id).in_(drafts), col(Notice.skipped) == reason)
        .distinct()
        .order_by(col(LetterCase.draft_id), col(Notice.step))
    )
    return [(draft, step) for draft, step in found]


def newest_urged(session: Session) -> list[UrgedCase]:
    """The cases that the newest draft urges; none: nothing was drafted."""
    newest = select(func.max(col(LetterDraft.id))).scalar_subquery()
    query = (
        select(
            col(Case.occurrence_id),
            col(LetterCase.step),
            col(Case.id),
            col(Case.organisation_id),
            col(Case.term_id),
            col(Case.role),
        )
        .join(LetterCase, col(LetterCase.case_id) == col(Case.id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(LetterCase.draft_id) == newest)
        .order_by(col(Organisation.position), col(Case.id))
    )
    return [UrgedCase(*row) for row in session.execute(query)]


def subject_of(session: Session, occurrence: int) -> tuple[Occurrence, ObligationRow]:
    query = (
        select(Occurrence, ObligationRow)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Occurrence.id) == occurrence)
    )
    found = session.execute(query).one()
    return found[0], found[1]


WAITING = ("waiting", "signed")
Draft = tuple[LetterDraft, Occurrence, ObligationRow]


def waiting(session: Session) -> list[Draft]:
    query = _drafts().where(col(LetterDraft.state).in_(WAITING))
    query = query.order_by(col(LetterDraft.drafted_at), col(LetterDraft.id))
    return [(a, b, c) for a, b, c in session.execute(query)]


def settled(session: Session, most: int) -> list[Draft]:
    query = _drafts().where(col(LetterDraft.state).not_in(WAITING))
    query = query.order_by(col(LetterDraft.changed_at).desc(), col(LetterDraft.id).desc()).limit(most)
    return [(a, b, c) for a, b, c in session.execute(query)]


def _drafts() -> Select[tuple[LetterDraft, Occurrence, ObligationRow]]:
    return (
        select(LetterDraft, Occurrence, ObligationRow)
        .join(Occurrence, col(Occurrence.id) == col(LetterDraft.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    )


def named_in(session: Session, drafts: Collection[int]) -> list[tuple[int, datetime, int, int, bool]]:
    """Draft, when it was written, case, organisation, whether it is answered by now; in the order of the register."""
    query = (
        select(
            col(LetterCase.draft_id),
            col(LetterDraft.drafted_at),
            col(LetterCase.case_id),
            col(Case.organisation_id),
            or_(col(Case.received_at).is_not(None), col(Case.outcome).is_not(None)),
        )
        .join(LetterDraft, col(LetterDraft.id) == col(LetterCase.draft_id))
        .join(Case, col(Case.id) == col(LetterCase.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(LetterCase.draft_id).in_(drafts))
        .order_by(col(LetterCase.draft_id), col(Organisation.position), col(LetterCase.case_id))
    )
    return [(a, b, c, d, bool(e)) for a, b, c, d, e in session.execute(query)]


def issued_about(session: Session, cases: Collection[int]) -> list[LetterDraft]:
    """Issued letters that each urge all of these cases, the oldest first."""
    query = (
        select(LetterDraft)
        .join(LetterCase, col(LetterCase.draft_id) == col(LetterDraft.id))
        .where(col(LetterCase.case_id).in_(cases), col(LetterDraft.state) == "issued")
        .group_by(col(LetterDraft.id))
        .having(func.count() == len(cases))
        .order_by(col(LetterDraft.issued_on), col(LetterDraft.id))
    )
    return list(session.execute(query).scalars())


def extensions_of(session: Session, cases: Collection[int], until: date) -> list[datetime]:
    """When each of these cases was given time until that day."""
    query = select(func.max(col(Decision.decided_at))).group_by(col(Decision.case_id))
    about = (col(Decision.case_id).in_(cases), col(Decision.kind) == "extend", col(Decision.until) == until)
    query = query.where(stands(Decision))
    return list(session.execute(query.where(*about)).scalars())


def issued_between(session: Session, first: date, last: date) -> int:
    query = select(func.count()).select_from(LetterDraft)
    wanted = (col(LetterDraft.issued_on) >= first, col(LetterDraft.issued_on) <= last)
    return int(session.execute(query.where(col(LetterDraft.state) == "issued", *wanted)).scalar_one())


def cases_of_draft(session: Session, draft: int) -> list[int]:
    query = select(col(LetterCase.case_id)).where(col(LetterCase.draft_id) == draft).order_by(col(LetterCase.case_id))
    return list(session.execute(query).scalars())
