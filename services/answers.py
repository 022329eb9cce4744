"""Answers by the links of letters, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models import queries_access
from models.answers import AnswerLink, AnswerRequest
from models.cases import Case
from models.database import insert_new
from models.organisations import Organisation
from models.people import Person
from models.plan import ObligationRow, Occurrence, Term
from models.queries_cases import CaseFile
from rules import answers as policy
from rules.answers import NO_REASON, Answer, Problem
from rules.deadlines import local_day, start_of
from rules.office import Office
from rules.periods import period_title_vi
from services import log, review
from services.access_links import Spent
from services.access_seals import kept
from services.answer_links import Link, read_token
from services.case_hand_in import Answer as HandedIn
from services.case_hand_in import Registered, hand_in_files
from services.errors import Refused


class Unfit(Refused):
    """The answer lacks something; the link is still good."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__("Câu trả lời chưa đủ. / The answer is not complete.")


@dataclass(frozen=True)
class Opened:
    """What somebody sees before answering: nothing of anybody but the unit itself."""

    title_vi: str
    title_en: str
    period: str
    clause: str
    unit_key: str
    unit_name: str
    hand_in: str
    last_day: date
    why: str
    closed: bool  # an answer is in already
    used_at: datetime | None = None
    answer: str = ""

    @property
    def may_hand_in(self) -> bool:
        """Who has only said that the letter came still owes the documents."""
        return not self.closed and self.answer in ("", Answer.RECEIVED)


# --- answering ------------------------------------------------------------------------------------------------------


def look_at(session: Session, office: Office, token: str, now: datetime) -> Opened:
    """For the page that asks; a preview that opens it changes nothing. A used link tells what was answered.

    Raises Spent for a link that has run out, never was one, or whose reader no longer answers for the unit.
    """
    link, used = _known(session, office, token, now)
    _roles(session, link, now)
    file = _file(session, link.case_id)
    assert file.organisation.id is not None
    return Opened(
        title_vi=f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)})",
        title_en=f"{file.obligation.title_en} ({file.occurrence.period})",
        period=file.occurrence.period,
        clause=file.obligation.clause,
        unit_key=file.organisation.key,
        unit_name=queries_access.unit_name(session, file.organisation.id, local_day(now)) or file.organisation.key,
        hand_in=file.obligation.hand_in,
        last_day=_last_day(file),
        why=file.occurrence.why,
        closed=_closed(file),
        used_at=used.used_at if used else None,
        answer=used.answer if used else "",
    )


def answer(
    session: Session,
    office: Office,
    token: str,
    said: Answer,
    now: datetime,
    until: date | None = None,
    reason: str = "",
) -> None:
    """Spend the link and write the answer down. Raises Spent, and Unfit before anything is spent."""
    link, used = _known(session, office, token, now)
    roles = _roles(session, link, now)
    file = _file(session, link.case_id)
    if used is not None or _closed(file):
        raise Spent
    reason = " ".join(reason.split())[: policy.LONGEST_REASON]
    wrong = policy.problem(said, until, reason, _last_day(file), local_day(now))
    if wrong:
        raise Unfit(wrong)
    _spend(session, link, token, said, now)
    by = session.get_one(Person, link.person_id).name
    if policy.is_declaration(said, roles):
        review.close_without_submission(session, file, "nil_return", by, now, reason or NO_REASON)
    elif said in policy.ASKED:
        _ask(session, file, link, said, now, until, reason, by)
    else:
        action = "case.acknowledge" if said is Answer.RECEIVED else "case.will_hand_in"
        log.append(session, now, by, action, f"case:{link.case_id}", {"unit": file.organisation.key})


def hand_in_by_link(session: Session, office: Office, token: str, handed_in: HandedIn, now: datetime) -> Registered:
    """The files are in the store already. Raises Spent, Refused."""
    link, used = _known(session, office, token, now)
    _roles(session, link, now)
    if used is not None and used.answer not in (Answer.RECEIVED, Answer.HAND_IN):
        raise Spent
    by = session.get_one(Person, link.person_id).name
    registered = hand_in_files(session, office, link.case_id, handed_in, by, now)
    if registered.already:
        return registered
    if used is None:
        _spend(session, link, token, Answer.HAND_IN, now)
    elif used.answer == Answer.RECEIVED:
        used.used_at, used.answer = now, Answer.HAND_IN.value
        session.add(used)
    else:
        raise Spent  # one delivery a link
    return registered


def _known(session: Session, office: Office, token: str, now: datetime) -> tuple[Link, AnswerLink | None]:
    """The link, and what it was used for."""
    link = read_token(office.key, token)
    if link is None or not link.issued_on <= local_day(now) < link.last_day:
        raise Spent
    query = select(AnswerLink).where(col(AnswerLink.token) == kept(token))
    return link, session.execute(query).scalars().first()


def _roles(session: Session, link: Link, now: datetime) -> list[str]:
    """What the reader holds today at the unit itself; a letter to somebody who has left opens nothing."""
    case = session.get(Case, link.case_id)
    held = queries_access.roles_held(session, link.person_id, local_day(now))
    roles = [role for role, organisation in held if case is not None and organisation == case.organisation_id]
    if not policy.may_answer(roles):
        raise Spent
    return roles


def _spend(session: Session, link: Link, token: str, said: Answer, now: datetime) -> None:
    """One of two who press at once is heard."""
    row = {
        "token": kept(token),
        "case_id": link.case_id,
        "person_id": link.person_id,
        "number": link.number,
        "issued_on": link.issued_on,
        "expires_at": start_of(link.last_day),
        "used_at": now,
        "answer": said.value,
    }
    if insert_new(session, AnswerLink, [row]) != 1:
        raise Spent


def _ask(
    session: Session,
    file: CaseFile,
    link: Link,
    said: Answer,
    now: datetime,
    until: date | None,
    reason: str,
    by: str,
) -> None:
    asked = AnswerRequest(case_id=link.case_id, person_id=link.person_id, kind=said.value, reason=reason, at=now)
    asked.until = until if said is Answer.EXTENSION else None
    session.add(asked)
    session.flush()
    details = {"request": asked.id, "unit": file.organisation.key, "reason": reason, "until": asked.until}
    log.append(session, now, by, f"case.ask_{said}", f"case:{link.case_id}", details)


def _closed(file: CaseFile) -> bool:
    case = file.case
    return case.outcome is not None or (case.received_at is not None and case.returned_at is None)


def _last_day(file: CaseFile) -> date:
    return file.term.late_after or file.term.target_day


def _file(session: Session, case_id: int) -> CaseFile:
    query = (
        select(Case, Occurrence, Term, ObligationRow, Organisation)
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.id) == case_id)
    )
    return CaseFile(*session.execute(query).one())
