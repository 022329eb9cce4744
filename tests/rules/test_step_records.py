"""What may be recorded of the steps that follow a hand-in, step by step of the release calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.catalogue import load_catalogue
from rules.plan import STEPS, Plan
from rules.step_records import (
    CaseSteps,
    RecordedStep,
    StepProblem,
    StepRecord,
    conditional_steps,
    objection,
    objection_to_answer,
    objection_to_taking_back,
    same_day_steps,
)

APPROVE, UBND, MINISTRY, PUBLISH = "I5-APPROVE", "I5-REPORT-UBND", "I5-REPORT-MINISTRY", "I5-PUBLISH"
CODES = (APPROVE, UBND, MINISTRY, PUBLISH)
TODAY = date(2013, 12, 20)
DOCUMENT = date(2013, 12, 2)


def d(day: int) -> date:
    return date(2013, 12, day)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_catalogue().plan


def a_case(*done: int | None, skipped: str = "", document: date | None = DOCUMENT, closed: bool = False) -> CaseSteps:
    """The days of December on which the steps were done, in order; the rest is not."""
    days = [*done, *[None] * (len(CODES) - len(done))]
    steps = [
        RecordedStep(code, n + 1, code != skipped, day and d(day))
        for n, (code, day) in enumerate(zip(CODES, days, strict=True))
    ]
    return CaseSteps(tuple(steps), document, closed)


def a_record(code: str, day: int | None, **told: str) -> StepRecord:
    proof = {"place": "soctrang.gov.vn/lich"} if code == PUBLISH else {"document_number": "9/QĐ"}
    return StepRecord(code, day and d(day), **proof | told)


def problem(plan: Plan, record: StepRecord, case: CaseSteps) -> str:
    step = case.step(record.code)
    wrong = objection(record, step, case, {item.id: item for item in plan.obligations}, TODAY)
    return wrong.problem.value if wrong else ""


P = StepProblem
REFUSALS = {
    "nothing was handed in": (a_record(APPROVE, 5), a_case(document=None), P.NOT_RECEIVED),
    "closed without a document": (a_record(APPROVE, 5), a_case(closed=True), P.CLOSED),
    "not the unit's": (a_record(MINISTRY, 5), a_case(3, 4, skipped=MINISTRY), P.NOT_APPLICABLE),
    "no day": (a_record(APPROVE, None), a_case(), P.NO_DAY),
    "tomorrow": (a_record(APPROVE, 21), a_case(), P.FUTURE),
    "before the document": (a_record(APPROVE, 1), a_case(), P.BEFORE_DOCUMENT),
    "published before it was approved": (a_record(PUBLISH, 5), a_case(), P.ORDER),
    "reported upward before the ministry could be": (a_record(MINISTRY, 5), a_case(4), P.ORDER),
    "on an earlier day than the step before": (a_record(UBND, 4), a_case(5), P.BEFORE_STEP),
    "corrected to a later day than the step after": (a_record(APPROVE, 7), a_case(5, 6), P.AFTER_STEP),
    "no number of the approval": (a_record(APPROVE, 5, document_number=""), a_case(), P.NO_NUMBER),
    "no address of the publication": (a_record(PUBLISH, 6, place=""), a_case(5, 5, 5), P.NO_ADDRESS),
    "a number is no address": (a_record(PUBLISH, 6, place="", document_number="9"), a_case(5, 5, 5), P.NO_ADDRESS),
    "the ministry on a later day": (a_record(MINISTRY, 7), a_case(5, 6), P.OTHER_DAY),
    "the ministry on an earlier day": (a_record(MINISTRY, 5), a_case(5, 6), P.OTHER_DAY),
    "the committee moved away from the ministry": (a_record(UBND, 7), a_case(5, 6, 6), P.OTHER_DAY),
}
ACCEPTED = {
    "the approval on the day of the document": (a_record(APPROVE, 2), a_case()),
    "today": (a_record(APPROVE, 20), a_case()),
    "the report on the day of the approval": (a_record(UBND, 5), a_case(5)),
    "the ministry on the same day": (a_record(MINISTRY, 6), a_case(5, 6)),
    "the ministry later, with a reason": (a_record(MINISTRY, 7, reason="Chờ ký"), a_case(5, 6)),
    "the ministry earlier, with a reason": (a_record(MINISTRY, 5, reason="Gửi trước"), a_case(5, 6)),
    "published without a ministry to report to": (a_record(PUBLISH, 6), a_case(5, 5, skipped=MINISTRY)),
    "a correction between its neighbours": (a_record(UBND, 6, reason="x"), a_case(5, 7, 7, 8)),
}


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_what_cannot_be_is_refused(plan: Plan, name: str) -> None:
    record, case, expected = REFUSALS[name]
    assert problem(plan, record, case) == expected


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_what_can_be_is_taken(plan: Plan, name: str) -> None:
    assert problem(plan, *ACCEPTED[name]) == ""


def test_a_step_the_plan_no_longer_has_needs_no_proof(plan: Plan) -> None:
    without = replace(plan, obligations=tuple(item for item in plan.obligations if item.id != APPROVE))
    assert problem(without, a_record(APPROVE, 5, document_number=""), a_case()) == ""


@pytest.mark.parametrize(
    ("code", "done", "reason", "expected"),
    [
        (UBND, (5, 6), "Nhầm hồ sơ", None),
        (UBND, (5, 6), "", P.NO_REASON),
        (APPROVE, (5, 6), "Nhầm hồ sơ", P.FOLLOWED),
        (UBND, (5,), "Nhầm hồ sơ", P.NOT_RECORDED),
    ],
)
def test_the_last_step_recorded_can_be_taken_back_with_a_reason(
    code: str, done: tuple[int, ...], reason: str, expected: StepProblem | None
) -> None:
    case = a_case(*done)
    wrong = objection_to_taking_back(case.step(code), case, reason)
    assert (wrong.problem if wrong else None) == expected


@pytest.mark.parametrize(
    ("case", "accepted", "expected"),
    [
        (a_case(), False, None),
        (a_case(document=None), False, P.NOT_RECEIVED),
        (a_case(closed=True), False, P.CLOSED),
        (a_case(), True, P.ACCEPTED),
    ],
    ids=["handed in", "not handed in", "closed", "accepted"],
)
def test_a_review_is_answered_between_its_receipt_and_its_end(
    case: CaseSteps, accepted: bool, expected: StepProblem | None
) -> None:
    wrong = objection_to_answer(case, accepted=accepted)
    assert (wrong.problem if wrong else None) == expected


def test_a_refusal_names_the_other_step_and_its_day_in_both_languages(plan: Plan) -> None:
    duties, case = {item.id: item for item in plan.obligations}, a_case(5)
    wrong = objection(a_record(UBND, 4), case.step(UBND), case, duties, TODAY)
    text = wrong.text(duties)
    assert text.vi == "Ngày này trước ngày 05/12/2013 của bước «Thủ trưởng cơ quan phê duyệt Lịch phổ biến»."
    assert "05/12/2013" in text.en


# --- what the shipped plan says -------------------------------------------------------------------------------------


def test_every_step_of_the_plan_says_what_proves_it(plan: Plan) -> None:
    proof = {item.id: [kind.value for kind in item.proof] for item in plan.obligations if item.kind in STEPS}
    assert proof == {
        "I4B-APPROVE": ["number"],
        "I4B-ANNOUNCE": ["address"],
        "I4-ADJUST-REPORT": ["number"],
        "I4-ADJUST-NOTIFY": ["address"],
        "I5-APPROVE": ["number"],
        "I5-REPORT-UBND": ["number"],
        "I5-REPORT-MINISTRY": ["number"],
        "I5-PUBLISH": ["address"],
    }


def test_the_two_reports_of_a_calendar_belong_to_one_day(plan: Plan) -> None:
    duties = {item.id: item for item in plan.obligations}
    pairs = {code: sorted(same_day_steps(code, duties)) for code in CODES}
    assert pairs == {APPROVE: [], UBND: [MINISTRY], MINISTRY: [UBND], PUBLISH: []}


def test_promptly_is_as_many_working_days_as_the_plan_reads_into_it(plan: Plan) -> None:
    value = next(item.value for item in plan.interpretations if item.key == "A18")
    steps = conditional_steps(plan, "I4-MIDYEAR-REVIEW")
    assert [item.target_working_days for item in steps] == [value["working_days"]] * 2
    assert conditional_steps(plan, "I5-CALENDAR") == ()
