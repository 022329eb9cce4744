"""Steps that follow a hand-in: recorded with proof, corrected, taken back; and what a review leads to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import CALENDAR, DISTRICT, LAST_DAY, UNIT, an_answer, at, messages, rows, together
from sqlalchemy import Engine
from sqlmodel import col, select

from models.conditions import is_current_step
from models.database import reading, writing
from models.tables.cases import Case, Stage
from models.tables.log import LogEntry
from models.tables.messages import Message
from rules.office import Office
from rules.status import Status
from rules.step_records import StepProblem, StepRecord
from services.cases.decisions import DecisionRefused, Order, decide
from services.cases.hand_in import hold
from services.cases.steps import Recorder, StepRefused, answer_review, record_step, take_back
from services.errors import Refused

LAN = Recorder("Lan", on_behalf=True)
MAI = Recorder("Mai")
HANDED_IN = at("2013-11-18")
REVIEW = ("CTK", "I4-MIDYEAR-REVIEW", "2015")
REVIEWED = at("2015-07-20")


@pytest.fixture(autouse=True)
def _handed_in(engine: Engine, office: Office) -> None:
    an_answer(engine, office, HANDED_IN)


def records(
    engine: Engine, office: Office, code: str, day: str, *, by: Recorder = MAI, unit: str = UNIT, **told: Any
) -> None:
    proof = {"place": "soctrang.gov.vn"} if code == "I5-PUBLISH" else {"document_number": "9/QĐ"}
    with writing(engine) as session:
        file = hold(session, office, unit, CALENDAR, "2014", LAST_DAY)
        record = StepRecord(code, date.fromisoformat(day), **proof | told)
        record_step(session, office, file, record, by, LAST_DAY)


def recorded(engine: Engine) -> list[Stage]:
    return list(rows(engine, Stage, col(Stage.done_on).is_not(None), is_current_step()))


def entries(engine: Engine, action: str) -> list[dict[str, Any]]:
    """What the log keeps of these acts, the first one first."""
    with reading(engine) as session:
        query = select(LogEntry.details).where(LogEntry.action == action).order_by(col(LogEntry.seq))
        return [json.loads(details) for details in session.exec(query)]


# --- recorded, corrected, taken back --------------------------------------------------------------------------------


def test_a_step_is_recorded_with_its_proof_and_who_recorded_it_for_whom(engine: Engine, office: Office) -> None:
    records(engine, office, "i5-approve", "2013-11-20", by=LAN)
    [stage] = recorded(engine)
    assert (stage.code, stage.done_on, stage.document_number) == ("I5-APPROVE", date(2013, 11, 20), "9/QĐ")
    assert (stage.recorded_by, stage.on_behalf, stage.recorded_at) == ("Lan", True, LAST_DAY)
    assert entries(engine, "case.stage")[0]["on_behalf"] is True


@pytest.mark.parametrize(
    ("unit", "code", "answer"),
    [(DISTRICT, "I5-REPORT-MINISTRY", "không áp dụng"), (UNIT, "I5-PUBLISHED", "I5-PUBLISH")],
)
def test_a_step_a_unit_does_not_have_is_refused(
    engine: Engine, office: Office, unit: str, code: str, answer: str
) -> None:
    with pytest.raises(Refused, match=answer):
        records(engine, office, code, "2013-11-20", unit=unit)


def test_nothing_is_recorded_on_a_case_nothing_was_handed_in_for(engine: Engine, office: Office) -> None:
    with pytest.raises(StepRefused) as refused:
        records(engine, office, "I5-APPROVE", "2013-11-20", unit="STC")
    assert refused.value.problem is StepProblem.NOT_RECEIVED
    assert recorded(engine) == []


def test_a_paper_signed_before_it_arrived_counts_from_its_own_day(engine: Engine, office: Office) -> None:
    an_answer(engine, office, HANDED_IN, unit="STC", document_date=date(2013, 11, 14))
    records(engine, office, "I5-APPROVE", "2013-11-15", unit="STC")
    with pytest.raises(StepRefused, match="14/11/2013"):
        records(engine, office, "I5-APPROVE", "2013-11-13", unit="STC", document_number="10/QĐ")


def test_a_correction_keeps_what_was_there_and_is_marked(engine: Engine, office: Office) -> None:
    records(engine, office, "I5-APPROVE", "2013-11-20")
    records(engine, office, "I5-APPROVE", "2013-11-21", by=LAN, document_number="10/QĐ", reason="Gõ nhầm số")
    [stage] = recorded(engine)
    assert (stage.done_on, stage.document_number, stage.corrected_at) == (date(2013, 11, 21), "10/QĐ", LAST_DAY)
    first, second = entries(engine, "case.stage")
    assert "before" not in first
    assert second["before"] == {"done_on": "2013-11-20", "number": "9/QĐ", "place": ""}
    assert (second["number"], second["reason"]) == ("10/QĐ", "Gõ nhầm số")


def test_the_same_sent_twice_is_recorded_once(engine: Engine, office: Office) -> None:
    for _ in range(2):
        records(engine, office, "I5-APPROVE", "2013-11-20")
    assert len(entries(engine, "case.stage")) == 1
    assert recorded(engine)[0].corrected_at is None


def test_a_step_recorded_by_mistake_is_taken_back_with_a_reason(engine: Engine, office: Office) -> None:
    records(engine, office, "I5-APPROVE", "2013-11-20")
    with writing(engine) as session:
        file = hold(session, office, UNIT, CALENDAR, "2014", LAST_DAY)
        take_back(session, office, file, "I5-APPROVE", "Nhầm hồ sơ", LAN, LAST_DAY)
    assert recorded(engine) == []
    [told] = entries(engine, "case.stage_taken_back")
    assert (told["reason"], told["before"]["number"], told["on_behalf"]) == ("Nhầm hồ sơ", "9/QĐ", True)


def test_of_two_who_record_one_step_at_once_both_are_in_the_log_and_the_second_corrects(
    engine: Engine, office: Office
) -> None:
    def one() -> None:
        records(engine, office, "I5-APPROVE", "2013-11-20", document_number="1/QĐ")

    def other() -> None:
        records(engine, office, "I5-APPROVE", "2013-11-21", document_number="2/QĐ")

    with together(one, other):
        pass
    first, second = entries(engine, "case.stage")
    assert second["before"]["number"] == first["number"]
    assert recorded(engine)[0].document_number == second["number"]


# --- «có điều chỉnh, bổ sung» ---------------------------------------------------------------------------------------


def answers(engine: Engine, office: Office, *, adjusted: bool, on: str = "2015-07-21", by: Recorder = MAI) -> list[str]:
    with writing(engine) as session:
        file = hold(session, office, *REVIEW, at(on))
        return answer_review(session, office, file, adjusted=adjusted, by=by, now=at(on))


def conditional(engine: Engine) -> list[tuple[str, bool, date | None]]:
    found = rows(engine, Stage, col(Stage.code).startswith("I4-ADJUST"), is_current_step())
    return [(stage.code, stage.applicable, stage.target_day) for stage in found]


def test_nothing_is_answered_before_the_review_was_handed_in(engine: Engine, office: Office) -> None:
    with pytest.raises(StepRefused) as refused:
        answers(engine, office, adjusted=True)
    assert refused.value.problem is StepProblem.NOT_RECEIVED


def test_a_review_with_changes_opens_its_steps_within_the_days_of_the_plan(engine: Engine, office: Office) -> None:
    an_answer(engine, office, REVIEWED, *REVIEW)
    assert answers(engine, office, adjusted=True) == ["I4-ADJUST-REPORT", "I4-ADJUST-NOTIFY"]
    assert conditional(engine) == [
        ("I4-ADJUST-REPORT", True, date(2015, 7, 28)),
        ("I4-ADJUST-NOTIFY", True, date(2015, 7, 28)),
    ]
    [case] = rows(engine, Case, col(Case.adjusted).is_not(None))
    assert (case.adjusted, case.adjusted_by, case.adjusted_on_behalf) == (True, "Mai", False)
    assert case.adjusted_at == at("2015-07-21")


def test_another_reading_of_promptly_gives_another_target(engine: Engine, office: Office) -> None:
    an_answer(engine, office, REVIEWED, *REVIEW)
    items = (replace(item, target_working_days=item.target_working_days and 7) for item in office.plan.obligations)
    own = replace(office, plan=replace(office.plan, obligations=tuple(items)))
    answers(engine, own, adjusted=True)
    assert {day for *_, day in conditional(engine)} == {date(2015, 7, 30)}


def test_a_review_without_changes_keeps_its_answer_and_opens_nothing(engine: Engine, office: Office) -> None:
    an_answer(engine, office, REVIEWED, *REVIEW)
    assert answers(engine, office, adjusted=False, by=LAN) == []
    [case] = rows(engine, Case, col(Case.adjusted).is_not(None))
    assert (case.adjusted, case.adjusted_on_behalf) == (False, True)
    assert not any(applicable for _, applicable, _ in conditional(engine))
    assert messages(engine, Message.kind == "case_message") == []


def test_a_changed_answer_closes_what_is_not_done_and_opens_it_anew(engine: Engine, office: Office) -> None:
    an_answer(engine, office, REVIEWED, *REVIEW)
    answers(engine, office, adjusted=True)
    with writing(engine) as session:
        file = hold(session, office, *REVIEW, at("2015-07-22"))
        record = StepRecord("I4-ADJUST-REPORT", date(2015, 7, 22), "70/BC-CTK")
        record_step(session, office, file, record, MAI, at("2015-07-22"))
    answers(engine, office, adjusted=False, on="2015-07-23")
    assert [applicable for _, applicable, _ in conditional(engine)] == [True, False]
    answers(engine, office, adjusted=True, on="2015-07-24")
    assert [day for *_, day in conditional(engine)] == [date(2015, 7, 28), date(2015, 7, 31)]


def test_a_step_kept_because_it_was_done_goes_when_it_is_taken_back(engine: Engine, office: Office) -> None:
    an_answer(engine, office, REVIEWED, *REVIEW)
    answers(engine, office, adjusted=True)
    with writing(engine) as session:
        file = hold(session, office, *REVIEW, at("2015-07-22"))
        record = StepRecord("I4-ADJUST-REPORT", date(2015, 7, 22), "70/BC-CTK")
        record_step(session, office, file, record, MAI, at("2015-07-22"))
    answers(engine, office, adjusted=False, on="2015-07-23")
    with writing(engine) as session:
        file = hold(session, office, *REVIEW, at("2015-07-24"))
        take_back(session, office, file, "I4-ADJUST-REPORT", "Nhầm hồ sơ", MAI, at("2015-07-24"))
    assert [applicable for _, applicable, _ in conditional(engine)] == [False, False]


def test_whoever_owes_the_steps_that_arise_is_told_of_them_and_their_day(engine: Engine, office: Office) -> None:
    an_answer(engine, office, REVIEWED, *REVIEW)
    for _ in range(2):
        answers(engine, office, adjusted=True)
    [message] = messages(engine, Message.kind == "case_message")
    assert "28/07/2015" in message.facts
    assert len(entries(engine, "case.adjustment")) == 1


def test_a_duty_that_is_no_review_has_no_such_answer(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        file = hold(session, office, UNIT, CALENDAR, "2014", LAST_DAY)
    with writing(engine) as session, pytest.raises(Refused, match="không có nhiệm vụ kèm điều kiện"):
        answer_review(session, office, file, adjusted=True, by=MAI, now=LAST_DAY)


def test_a_review_is_not_accepted_before_it_was_answered(engine: Engine, office: Office) -> None:
    receipt = an_answer(engine, office, REVIEWED, *REVIEW)
    assert receipt.status is Status.RECEIVED

    def accepts() -> None:
        with writing(engine) as session:
            decide(session, office, receipt.case_id, Order("accept", "", None, 10**6), "Lan", at("2015-07-22"))

    with pytest.raises(DecisionRefused, match="unanswered"):
        accepts()
    answers(engine, office, adjusted=False)
    accepts()
    with pytest.raises(StepRefused) as refused:
        answers(engine, office, adjusted=True)
    assert refused.value.problem is StepProblem.ACCEPTED
