"""Answers by the link of a letter: signed, expiring, good once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from threading import Event

import pytest
from builders import (
    CALENDAR,
    DISTRICT,
    DOMAIN,
    DUE_SOON,
    IN_NOVEMBER,
    UNIT,
    YEAR,
    a_case,
    an_answer,
    an_office,
    at,
    body,
    by_mail,
    hand_over,
    header,
    holder,
    rows,
    together,
)
from mail_server import MailServer
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.database import reading, writing
from models.tables.answers import AnswerLink, AnswerRequest
from models.tables.log import LogEntry
from models.tables.submissions import Decision
from rules.answers import Answer, AnswerProblem
from rules.case_history import ends_at
from rules.office import Office
from services.access.answer_links import answer_url
from services.access.links import LinkInvalid
from services.cases.answers import answer, look_at
from services.cases.decide import return_for_completion
from services.cases.decisions import DecisionRefused
from services.cases.hand_in import HandIn, hand_in, hold
from services.cases.requests import decide, waiting_requests
from services.delivery.dispatch import dispatch
from services.errors import ConcurrentAction, Refused
from services.operations.tick import tick

KEY = b"only for tests, and long enough to seal"
AGREED = date(2014, 1, 24)
LATER = DUE_SOON + timedelta(hours=1)
TOMORROW = DUE_SOON + timedelta(days=1)


@pytest.fixture
def office(office: Office) -> Office:
    return replace(office, key=KEY)


def a_link(engine: Engine, office: Office, role: str = "focal_point", now=DUE_SOON, unit: str = UNIT) -> str:
    with writing(engine) as session:
        return answer_url(office, *a_pair(session, office, role, unit), now).rpartition("/")[2]


def a_pair(session: Session, office: Office, role: str = "focal_point", unit: str = UNIT) -> tuple[int, int]:
    return a_case(session, office, unit).case.id or 0, holder(session, unit, role).id or 0


def answered(engine: Engine, token: str, said: Answer, now=LATER, **told) -> None:
    with writing(engine) as session:
        answer(session, an_office(key=KEY), token, said, now, **told)


def logged(engine: Engine, action: str) -> int:
    with reading(engine) as session:
        return len(session.exec(select(LogEntry).where(LogEntry.action == action)).all())


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_letter_written_again_carries_the_same_link_and_tomorrows_another(engine: Engine, office: Office) -> None:
    first = a_link(engine, office)
    assert a_link(engine, office, now=LATER) == first
    assert a_link(engine, office, now=DUE_SOON + timedelta(days=1)) != first


def test_no_two_readers_and_no_two_cases_share_a_link(engine: Engine, office: Office) -> None:
    places = [(role, unit) for role in ("focal_point", "head") for unit in (UNIT, DISTRICT)]
    assert len({a_link(engine, office, role, unit=unit) for role, unit in places}) == 4


def test_nothing_is_written_until_a_link_is_used(engine: Engine, office: Office) -> None:
    token = a_link(engine, office)
    assert rows(engine, AnswerLink) == []
    answered(engine, token, Answer.RECEIVED)
    (link,) = rows(engine, AnswerLink)
    assert (link.answer, link.used_at, token in str(link.model_dump())) == ("received", LATER, False)


def test_the_database_alone_answers_for_nobody(engine: Engine, office: Office) -> None:
    answered(engine, a_link(engine, office), Answer.RECEIVED)
    (link,) = rows(engine, AnswerLink)
    with reading(engine) as session, pytest.raises(LinkInvalid):
        look_at(session, office, link.token, DUE_SOON)


@pytest.mark.parametrize("change", ["case", "person", "day", "seal", "cut", "longer", "ế"])
def test_a_link_that_was_changed_opens_nothing(engine: Engine, office: Office, change: str) -> None:
    case, person, day, seal = a_link(engine, office).split(".")
    forged = {
        "case": f"{case}1.{person}.{day}.{seal}",
        "person": f"{case}.{person}1.{day}.{seal}",
        "day": f"{case}.{person}.{day[:-1]}x.{seal}",
        "seal": f"{case}.{person}.{day}.{seal[::-1]}",
        "cut": f"{case}.{person}.{day}.",
        "longer": f"{case}.{person}.{day}.{seal}.{seal}",
        "ế": "ế.ế.ế.ế",
    }
    with reading(engine) as session, pytest.raises(LinkInvalid):
        look_at(session, office, forged[change], DUE_SOON)


# --- answering --------------------------------------------------------------------------------------------------------


def test_looking_changes_nothing(engine: Engine, office: Office) -> None:
    token = a_link(engine, office)
    before = len(rows(engine, AnswerLink)), len(rows(engine, Decision))
    for _ in range(3):
        with writing(engine) as session:
            opened = look_at(session, office, token, LATER)
    assert (opened.unit_key, opened.last_day, opened.closed) == (UNIT, date(2013, 12, 31), False)
    assert (len(rows(engine, AnswerLink)), len(rows(engine, Decision))) == before


def test_received_is_recorded_and_leaves_the_case_open(engine: Engine, office: Office) -> None:
    answered(engine, a_link(engine, office), Answer.RECEIVED)
    assert logged(engine, "case.acknowledge") == 1
    with reading(engine) as session:
        assert a_case(session, office).case.outcome is None


def test_a_link_is_good_once(engine: Engine, office: Office) -> None:
    token = a_link(engine, office)
    answered(engine, token, Answer.RECEIVED)
    with pytest.raises(LinkInvalid):
        answered(engine, token, Answer.NIL_RETURN)
    with reading(engine) as session:
        assert (look_at(session, office, token, LATER).answer, waiting_requests(session, LATER)) == ("received", [])


def test_of_two_who_press_at_once_one_is_heard(engine: Engine, office: Office) -> None:
    token = a_link(engine, office)

    def press() -> str:
        try:
            answered(engine, token, Answer.NIL_RETURN)
        except LinkInvalid:
            return "spent"
        return "heard"

    with together(press, press) as told:
        assert sorted(told) == ["heard", "spent"]
    assert len(rows(engine, AnswerRequest)) == 1


@pytest.mark.parametrize("days", [30, 400])
def test_a_link_runs_out_after_thirty_days(engine: Engine, office: Office, days: int) -> None:
    token = a_link(engine, office)
    with pytest.raises(LinkInvalid):
        answered(engine, token, Answer.RECEIVED, now=DUE_SOON + timedelta(days=days))


def test_whoever_left_the_post_answers_no_more(engine: Engine, office: Office) -> None:
    token = a_link(engine, office)
    with writing(engine) as session:
        hand_over(session, date(2013, 12, 27))
    with pytest.raises(LinkInvalid):
        answered(engine, token, Answer.RECEIVED, now=at("2013-12-27"))


def test_a_link_answers_nothing_after_the_documents_are_in(engine: Engine, office: Office) -> None:
    token = a_link(engine, office)
    an_answer(engine, office, LATER)
    with pytest.raises(LinkInvalid):
        answered(engine, token, Answer.NIL_RETURN, now=LATER + timedelta(hours=1))


def test_that_nothing_arose_counts_when_the_head_says_it(engine: Engine, office: Office) -> None:
    answered(engine, a_link(engine, office, "head"), Answer.NIL_RETURN)
    with reading(engine) as session:
        assert (a_case(session, office).case.outcome, waiting_requests(session, LATER)) == ("nil_return", [])


@pytest.mark.parametrize("role", ["focal_point", "deputy"])
def test_that_nothing_arose_waits_for_a_coordinator_when_others_say_it(
    engine: Engine, office: Office, role: str
) -> None:
    answered(engine, a_link(engine, office, role), Answer.NIL_RETURN, reason="Không có số liệu")
    with reading(engine) as session:
        (waiting,) = waiting_requests(session, LATER)
        assert (waiting.kind, waiting.unit, waiting.reason) == ("nil_return", UNIT, "Không có số liệu")
        assert a_case(session, office).case.outcome is None


@pytest.mark.parametrize(
    ("until", "reason", "problem"),
    [
        (None, "Bận", AnswerProblem.DAY),
        (date(2013, 12, 31), "Bận", AnswerProblem.TOO_EARLY),
        (date(2016, 1, 1), "Bận", AnswerProblem.TOO_FAR),
        (AGREED, "  ", AnswerProblem.REASON),
    ],
)
def test_an_extension_needs_a_later_day_and_a_reason(
    engine: Engine, office: Office, until: date | None, reason: str, problem: AnswerProblem
) -> None:
    token = a_link(engine, office)
    with pytest.raises(DecisionRefused) as raised:
        answered(engine, token, Answer.EXTENSION, until=until, reason=reason)
    assert raised.value.problem == problem
    answered(engine, token, Answer.EXTENSION, until=AGREED, reason="Đang sắp xếp lại bộ máy")


def test_a_second_request_of_the_kind_waits_for_the_first(engine: Engine, office: Office) -> None:
    answered(engine, a_link(engine, office), Answer.NIL_RETURN)
    for role in ("focal_point", "deputy"):
        with pytest.raises(DecisionRefused, match="waiting"):
            answered(engine, a_link(engine, office, role, TOMORROW), Answer.NIL_RETURN, TOMORROW)
    assert len(rows(engine, AnswerRequest)) == len(rows(engine, AnswerLink)) == 1


def returned(engine: Engine, office: Office) -> None:
    an_answer(engine, office, LATER)
    with writing(engine) as session:
        return_for_completion(session, a_case(session, office), "Lan", LATER, "Phụ lục", date(2014, 1, 20))


@pytest.mark.parametrize("said", [Answer.NIL_RETURN, Answer.EXTENSION])
def test_a_return_is_answered_by_documents_alone(engine: Engine, office: Office, said: Answer) -> None:
    token = a_link(engine, office, "head")
    returned(engine, office)
    with pytest.raises(DecisionRefused, match="closed"):
        answered(engine, token, said, TOMORROW, until=AGREED, reason="Bận")
    with reading(engine) as session:
        opened = look_at(session, office, token, TOMORROW)
        assert (opened.may_hand_in, opened.may_ask, opened.may_ask_for_time) == (True, False, False)
        assert a_case(session, office).case.outcome is None


def test_the_heads_word_waits_for_a_hand_in_that_came_first(engine: Engine, office: Office) -> None:
    """It is on its way into the register when the head presses: what he says was not so."""
    token = a_link(engine, office, "head")
    held, go_on = Event(), Event()

    def hands_in() -> str:
        with writing(engine) as session:
            hand_in(session, hold(session, office, UNIT, CALENDAR, YEAR, LATER), HandIn(LATER), LATER)
            held.set()
            go_on.wait(1)
        return "handed in"

    def presses() -> str:
        held.wait(10)
        try:
            answered(engine, token, Answer.NIL_RETURN)
        except LinkInvalid:
            return "spent"
        return "heard"

    with together(hands_in, presses) as told:
        assert told == ["handed in", "spent"]
    with reading(engine) as session:
        assert a_case(session, office).case.outcome is None


# --- deciding ---------------------------------------------------------------------------------------------------------


def asked_for_more_time(engine: Engine, office: Office, role: str = "head") -> int:
    answered(engine, a_link(engine, office, role), Answer.EXTENSION, until=AGREED, reason="Đang sắp xếp lại bộ máy")
    with reading(engine) as session:
        return waiting_requests(session, LATER)[-1].id


def decided(engine: Engine, office: Office, request: int, granted: bool, reason: str = "") -> None:
    with writing(engine) as session:
        decide(session, office, request, granted, "Lan", reason, LATER)


def test_even_the_heads_extension_waits_and_is_granted_by_a_coordinator(engine: Engine, office: Office) -> None:
    request = asked_for_more_time(engine, office)
    with reading(engine) as session:
        assert a_case(session, office).term.late_after == date(2013, 12, 31)
    decided(engine, office, request, True)
    with reading(engine) as session:
        assert a_case(session, office).term.late_after == AGREED
        assert waiting_requests(session, LATER) == []
    (decision,) = rows(engine, Decision)
    assert (decision.kind, decision.by, decision.reason) == ("extend", "Lan", "Đang sắp xếp lại bộ máy")


def test_a_refusal_needs_a_reason_and_moves_nothing(engine: Engine, office: Office) -> None:
    request = asked_for_more_time(engine, office)
    with pytest.raises(Refused, match="lý do"):
        decided(engine, office, request, False, " ")
    decided(engine, office, request, False, "Không có căn cứ")
    (asked,) = rows(engine, AnswerRequest)
    assert (asked.state, asked.decided_by, asked.decided_reason) == ("refused", "Lan", "Không có căn cứ")
    assert (logged(engine, "case.refuse_request"), len(rows(engine, Decision))) == (1, 0)


def test_a_request_is_decided_once(engine: Engine, office: Office) -> None:
    request = asked_for_more_time(engine, office)
    decided(engine, office, request, False, "Không có căn cứ")
    with pytest.raises(ConcurrentAction) as raised:
        decided(engine, office, request, True)
    assert (raised.value.action, raised.value.by) == ("request.refused", "Lan")
    assert raised.value.reason == "Không có căn cứ"


def test_whoever_asked_is_told_what_was_decided(engine: Engine, office: Office, mail: MailServer) -> None:
    decided(engine, office, asked_for_more_time(engine, office), True, "Đồng ý")
    dispatch(engine, office, by_mail(mail.port), ends_at(LATER), kinds=["request_decided"])
    assert header(mail.mails[-1], "To").endswith(f"<thu-truong.{UNIT.lower()}@{DOMAIN}>")
    told = " ".join(body(mail.mails[-1]).split())
    assert "được chấp thuận, theo quyết định của Lan" in told
    assert "Thời hạn mới: 24/01/2014" in told


def test_an_extension_to_a_day_that_has_passed_is_not_granted(engine: Engine, office: Office) -> None:
    request = asked_for_more_time(engine, office)
    with pytest.raises(Refused, match="đã qua"), writing(engine) as session:
        decide(session, office, request, True, "Lan", "", at("2014-01-27"))
    assert rows(engine, AnswerRequest)[0].state == "waiting"


def test_a_request_that_came_to_nothing_leaves_it_waiting(engine: Engine, office: Office) -> None:
    request = asked_for_more_time(engine, office)
    an_answer(engine, office, LATER)
    with pytest.raises(Refused, match="câu trả lời khác"):
        decided(engine, office, request, True)
    assert rows(engine, AnswerRequest)[0].state == "waiting"


def test_more_time_is_not_granted_where_nothing_is_ever_late(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        file, person = a_case(session, office, UNIT, "II1-PLAN", "2013"), holder(session, UNIT)
        told = {"case_id": file.case.id, "person_id": person.id, "kind": "extension", "reason": "Bận", "at": LATER}
        session.add(AnswerRequest(until=AGREED, **told))
    with pytest.raises(Refused, match="không tính quá hạn"):
        decided(engine, office, rows(engine, AnswerRequest)[0].id, True)
    with reading(engine) as session:
        assert a_case(session, office, UNIT, "II1-PLAN", "2013").term.late_after is None


def test_a_granted_nil_return_closes_the_case(engine: Engine, office: Office) -> None:
    answered(engine, a_link(engine, office), Answer.NIL_RETURN)
    decided(engine, office, rows(engine, AnswerRequest)[0].id, True)
    with reading(engine) as session:
        assert a_case(session, office).case.outcome == "nil_return"


# --- letters ----------------------------------------------------------------------------------------------------------


def mailed(engine: Engine, office: Office, mail: MailServer, now=DUE_SOON) -> dict[str, bytes]:
    for moment in (IN_NOVEMBER, now):
        tick(engine, office, moment)
    dispatch(engine, office, by_mail(mail.port), now + timedelta(hours=1))
    return {header(raw, "To").partition("<")[2].rstrip(">"): raw for raw in mail.mails}


def test_every_case_in_a_letter_has_a_link_that_opens_it_and_coordinators_have_none(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    letters = mailed(engine, office, mail)
    links = {address: re.findall(r"/tra-loi/([\w.]+)", body(raw)) for address, raw in letters.items()}
    for nobody_of_a_unit in ("dieu-phoi.ctk", "thu-truong.ctk"):  # the head reads of what the lead owes itself
        assert links.pop(f"{nobody_of_a_unit}@{DOMAIN}", []) == []
    assert all(links.values())
    assert len({token for tokens in links.values() for token in tokens}) == sum(map(len, links.values()))
    assert max(map(len, links.values())) > 1
    with reading(engine) as session:
        for address, tokens in links.items():
            opened = [look_at(session, office, token, DUE_SOON) for token in tokens]
            assert {one.unit_key.lower() for one in opened} == {address.partition("@")[0].partition(".")[2]}
            assert all(one.title_vi in body(letters[address]) for one in opened)


def test_an_office_without_a_key_mails_no_links(engine: Engine, office: Office, mail: MailServer) -> None:
    letters = mailed(engine, replace(office, key=b""), mail)
    assert letters
    assert not [address for address, raw in letters.items() if "/tra-loi/" in body(raw)]
