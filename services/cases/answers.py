"""Answers by the links of letters, without signing in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from models.database import insert_new
from models.queries.cases import answer_requests as request_queries
from models.queries.cases import case_file as case_file_queries
from models.queries.cases.selection import CaseFile, unit_name
from models.queries.cases.status import facts_of
from models.queries.people import access as access_queries
from models.tables.answers import AnswerLink
from models.tables.cases import Case
from models.tables.people import Person
from rules import answers as policy
from rules.answers import NO_REASON, Answer
from rules.deadlines import local_day, start_of
from rules.office import Office
from rules.periods import period_title_vi
from rules.status import status_of
from services import log
from services.access.answer_links import Link, read_token
from services.access.links import LinkInvalid
from services.cases.conversation import NewMessage, say
from services.cases.decisions import UNANSWERED
from services.cases.extension_request import ask_for_time
from services.cases.hand_in import HandIn
from services.cases.unit_hand_in import HandInResult, hand_in_files, nothing_to_report
from services.seals import kept


@dataclass(frozen=True)
class AnswerPreview:
    """What somebody sees before answering: nothing of anybody but the unit itself."""

    case_id: int
    title_vi: str
    title_en: str
    obligation: str
    period: str
    clause: str
    unit_key: str
    unit_name: str
    hand_in: str
    last_day: date
    why: str
    closed: bool  # an answer is in already
    may_ask: bool  # that nothing arose; a return is only answered by documents
    may_ask_for_time: bool
    organisation_id: int
    reader: str  # name of whoever the letter went to
    returned: bool
    used_at: datetime | None = None
    answer: str = ""
    is_returned: bool = False  # what was handed in is to be completed by the last day

    @property
    def may_hand_in(self) -> bool:
        """Who has only said that the letter came, or asked something, still owes the documents."""
        return not self.closed and self.answer in policy.GOES_ON


# --- answering ------------------------------------------------------------------------------------------------------


def look_at(session: Session, office: Office, token: str, now: datetime) -> AnswerPreview:
    """For the page that asks; a preview that opens it changes nothing. A used link tells what was answered.

    Raises LinkInvalid for a link that has run out, never was one, or whose reader no longer answers for the unit.
    """
    link, used = _known(session, office, token, now)
    _roles(session, link, now)
    file = case_file_queries.whole_case(session, link.case_id)
    assert file is not None
    assert file.organisation.id is not None
    unanswered = status_of(facts_of(file.case, file.term), now) in UNANSWERED
    return AnswerPreview(
        case_id=file.id,
        title_vi=f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)})",
        title_en=f"{file.obligation.title_en} ({file.occurrence.period})",
        obligation=file.obligation.code,
        period=file.occurrence.period,
        clause=file.obligation.clause,
        unit_key=file.organisation.key,
        unit_name=unit_name(session, file.organisation.id, local_day(now)) or file.organisation.key,
        hand_in=office.obligations[file.obligation.code].hand_in_for(file.occurrence.period),
        last_day=_last_day(file),
        why=file.why,
        closed=_closed(file.case),
        may_ask=unanswered,
        may_ask_for_time=unanswered and file.term.late_after is not None,
        organisation_id=file.organisation.id,
        reader=session.get_one(Person, link.person_id).name,
        returned=file.case.returned_at is not None,
        used_at=used.used_at if used else None,
        answer=used.answer if used else "",
        is_returned=file.case.returned_at is not None,
    )


def answer(
    session: Session,
    office: Office,
    token: str,
    choice: Answer,
    now: datetime,
    until: date | None = None,
    reason: str = "",
) -> None:
    """Spend the link and write the answer down. Raises LinkInvalid; and WrongOrder, with which nothing is spent."""
    link, used = _known(session, office, token, now)
    roles = _roles(session, link, now)
    file = case_file_queries.hold_case(session, link.case_id)
    if used is not None or file is None or _closed(file.case):
        raise LinkInvalid
    _spend(session, link, token, choice, now)
    by = session.get_one(Person, link.person_id).name
    reason = " ".join(reason.split())[: policy.LONGEST_REASON]
    if choice is Answer.EXTENSION:
        ask_for_time(session, link.case_id, until, reason, link.person_id, by, now)
    elif choice is Answer.MESSAGE:
        say(session, office, file, NewMessage(reason, by, from_unit=True), now)
    elif choice is Answer.NIL_RETURN:
        head = policy.is_declaration(choice, roles)
        nothing_to_report(session, link.case_id, reason or NO_REASON, link.person_id, by, now, head=head)
    else:
        action = "case.acknowledge" if choice is Answer.RECEIVED else "case.will_hand_in"
        log.append(session, now, by, action, f"case:{link.case_id}", {"unit": file.organisation.key})


def hand_in_by_link(session: Session, office: Office, token: str, arrival: HandIn, now: datetime) -> HandInResult:
    """Registered by the reader of the letter. Raises LinkInvalid, Refused."""
    link, used = _known(session, office, token, now)
    _roles(session, link, now)
    if used is not None and used.answer not in (*policy.GOES_ON, Answer.HAND_IN):
        raise LinkInvalid
    by = session.get_one(Person, link.person_id).name
    registered = hand_in_files(session, link.case_id, replace(arrival, registered_by=by), now)
    if registered.already:
        return registered
    if used is None:
        _spend(session, link, token, Answer.HAND_IN, now)
    elif used.answer in policy.GOES_ON:
        used.used_at, used.answer = now, Answer.HAND_IN.value
        session.add(used)
    else:
        raise LinkInvalid  # one delivery a link
    return registered


def _known(session: Session, office: Office, token: str, now: datetime) -> tuple[Link, AnswerLink | None]:
    """The link, and what it was used for."""
    link = read_token(office.key, token)
    if link is None or not link.issued_on <= local_day(now) < link.last_day:
        raise LinkInvalid
    return link, request_queries.link_with_token(session, kept(token))


def _roles(session: Session, link: Link, now: datetime) -> list[str]:
    """What the reader holds today at the unit itself; a letter to somebody who has left opens nothing."""
    case = session.get(Case, link.case_id)
    held = access_queries.roles_held(session, link.person_id, local_day(now))
    roles = [role for role, organisation in held if case is not None and organisation == case.organisation_id]
    if not policy.may_answer(roles):
        raise LinkInvalid
    return roles


def _spend(session: Session, link: Link, token: str, choice: Answer, now: datetime) -> None:
    """One of two who press at once is heard."""
    row = {
        "token": kept(token),
        "case_id": link.case_id,
        "person_id": link.person_id,
        "number": link.number,
        "issued_on": link.issued_on,
        "expires_at": start_of(link.last_day),
        "used_at": now,
        "answer": choice.value,
    }
    if insert_new(session, AnswerLink, [row]) != 1:
        raise LinkInvalid


def _closed(case: Case) -> bool:
    return case.outcome is not None or (case.received_at is not None and case.returned_at is None)


def _last_day(file: CaseFile) -> date:
    return file.due_day
