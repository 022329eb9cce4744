"""Named queries about cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.conditions import holds_post_on, is_open
from models.database import id_of
from models.tables.cases import OPEN, Case
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, Term
from models.tables.submissions import Submission
from rules.deadlines import HeldTo
from rules.due_day import due_day, explanation


@dataclass(frozen=True)
class CaseFile:
    """A case with all that names it, and the dates it is held to."""

    case: Case
    occurrence: Occurrence
    term: Term  # the one the case is held to
    obligation: ObligationRow
    organisation: Organisation
    statutory: Term  # the one of the plan

    @property
    def id(self) -> int:
        return id_of(self.case)

    @property
    def organisation_id(self) -> int:
        return self.case.organisation_id

    @property
    def is_returned(self) -> bool:
        return self.case.outcome is None and self.case.returned_at is not None

    @property
    def due_day(self) -> date:
        return due_day(self.term.target_day, self.term.late_after, self.case.return_by if self.is_returned else None)

    @property
    def why(self) -> str:
        """It is due then, for this very unit."""
        held = self.held
        return explanation(self.occurrence.why, held.agreed, held.target, held.last, held.occurrence_target)

    @property
    def held(self) -> HeldTo:
        """The dates the case is held to, with the words for them."""
        return HeldTo(
            self.occurrence.deadline_phrase,
            self.occurrence.nominal_last_day,
            self.occurrence.target_day,
            self.term.target_day,
            self.term.late_after,
            date.fromisoformat(self.term.agreed) if self.term.agreed else None,
        )


_STATUTORY = aliased(Term)
CASE_FILES = (  # the columns of a CaseFile, in its order
    select(Case, Occurrence, Term, ObligationRow, Organisation, _STATUTORY)
    .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
    .join(Term, col(Term.id) == col(Case.term_id))
    .join(_STATUTORY, col(_STATUTORY.id) == col(Case.statutory_term_id))
    .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
)


def find_case(session: Session, unit: str, obligation: str, period: str) -> CaseFile | None:
    """By the codes people use; keys and ids in any case of letters."""
    query = (
        CASE_FILES.where(col(ObligationRow.code) == obligation.upper())
        .where(func.upper(col(Organisation.key)) == unit.upper())
        .where(col(Occurrence.period) == period.upper())
    )
    row = session.execute(query).first()
    return CaseFile(*row) if row else None


def periods(session: Session, obligation: str) -> list[str]:
    query = (
        select(col(Occurrence.period))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code) == obligation.upper())
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
    )
    return list(session.execute(query).scalars())


def last_version(session: Session, case_id: int) -> int:
    query = select(func.max(col(Submission.version))).where(col(Submission.case_id) == case_id)
    return session.execute(query).scalar_one() or 0


@dataclass(frozen=True)
class PostHolder:
    organisation_id: int
    role: str
    title: str
    person_id: int
    name: str
    email: str
    example: bool


def holders(session: Session, organisations: Collection[int], roles: Collection[str], day: date) -> list[PostHolder]:
    """Who holds these posts on that day."""
    query = (
        select(
            col(Post.organisation_id),
            col(Post.role),
            col(Post.title),
            col(Person.id),
            col(Person.name),
            col(Person.email),
            col(Person.example),
        )
        .join(Tenure, col(Tenure.post_id) == col(Post.id))
        .join(Person, col(Person.id) == col(Tenure.person_id))
        .where(col(Post.organisation_id).in_(organisations), col(Post.role).in_(roles))
        .where(holds_post_on(day))
    )
    return [PostHolder(*row) for row in session.execute(query)]


def open_units(session: Session, terms: Collection[int]) -> dict[int, list[int]]:
    """Term → the units with an open case held to it, in the register's order."""
    query = (
        select(col(Case.term_id), col(Case.organisation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.term_id).in_(terms), is_open())
        .order_by(col(Organisation.position), col(Case.id))
    )
    found: dict[int, list[int]] = {}
    for term, unit in session.execute(query):
        found.setdefault(term, []).append(unit)
    return found


def open_files(session: Session, organisation_id: int) -> list[tuple[Case, str, str]]:
    """(case, duty, period) of everything this unit still owes an answer to, what was returned to it too."""
    query = (
        select(Case, col(ObligationRow.code), col(Occurrence.period))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Case.organisation_id) == organisation_id, text(OPEN))
        .order_by(col(Occurrence.target_day), col(Case.id))
    )
    return [(case, duty, period) for case, duty, period in session.execute(query)]


def owed_by(session: Session, organisations: Collection[int]) -> set[tuple[int, int]]:
    """(occurrence, unit) of every case of these units, answered or not."""
    query = select(col(Case.occurrence_id), col(Case.organisation_id)).where(
        col(Case.organisation_id).in_(organisations)
    )
    return {(occurrence, unit) for occurrence, unit in session.execute(query)}


# made once: building a statement costs more than running it
_NAMES = select(OrganisationName).order_by(col(OrganisationName.valid_from))
_NAMES_OF = _NAMES.where(col(OrganisationName.organisation_id).in_(bindparam("organisations", expanding=True)))


def names_on(session: Session, organisations: Collection[int] | None, day: date) -> dict[int, OrganisationName]:
    """The name each organisation bore on that day; before its first known name, the first."""
    if organisations is None:
        found = session.execute(_NAMES)
    else:
        found = session.execute(_NAMES_OF, {"organisations": list(organisations)})
    names: dict[int, OrganisationName] = {}
    for row in found.scalars():
        if row.valid_from <= day or row.organisation_id not in names:
            names[row.organisation_id] = row
    return names


def unit_names(session: Session, organisations: Collection[int], day: date) -> dict[int, str]:
    """Only the names themselves."""
    return {organisation: row.name for organisation, row in names_on(session, organisations, day).items()}


def unit_name(session: Session, organisation: int, day: date) -> str:
    """Of one organisation; empty where none is known."""
    return unit_names(session, [organisation], day).get(organisation, "")
