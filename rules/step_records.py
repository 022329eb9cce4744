"""What may be recorded of a step that follows a hand-in: in which order, from which day on, with what proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.plan import Kind, Obligation, Plan, Proof, Text
from rules.text.wording import day_vi


@dataclass(frozen=True)
class RecordedStep:
    code: str
    position: int
    applicable: bool
    done_on: date | None


@dataclass(frozen=True)
class StepRecord:
    """What somebody wants to record. `reason`: of a correction, or of another day than the plan asks for."""

    code: str
    done_on: date | None
    document_number: str = ""
    place: str = ""
    reason: str = ""


@dataclass(frozen=True)
class CaseSteps:
    """The steps of a case as they stand, and the day of the document they follow; None: nothing was handed in."""

    steps: tuple[RecordedStep, ...]
    document_day: date | None
    closed: bool = False  # without a submission: waived, nothing to report …

    def step(self, code: str) -> RecordedStep | None:
        return next((step for step in self.steps if step.code == code), None)

    def before(self, step: RecordedStep) -> Iterator[RecordedStep]:
        return (other for other in self.steps if other.applicable and other.position < step.position)

    def after(self, step: RecordedStep) -> Iterator[RecordedStep]:
        return (other for other in self.steps if other.applicable and other.position > step.position)


class StepProblem(StrEnum):
    CLOSED = "closed"
    NOT_RECEIVED = "not_received"
    NOT_APPLICABLE = "not_applicable"
    NO_DAY = "no_day"
    FUTURE = "future"
    BEFORE_DOCUMENT = "before_document"
    ORDER = "order"  # an earlier step is not recorded
    BEFORE_STEP = "before_step"
    AFTER_STEP = "after_step"
    OTHER_DAY = "other_day"
    NO_NUMBER = "no_number"
    NO_ADDRESS = "no_address"
    NO_REASON = "no_reason"
    NOT_RECORDED = "not_recorded"
    FOLLOWED = "followed"  # by a step that is recorded
    ACCEPTED = "accepted"


# {step}: title of another step; {day}: its day, or that of the document
REFUSALS: Mapping[StepProblem, Text] = {
    StepProblem.CLOSED: Text(
        "Hồ sơ đã khép mà không có văn bản nên không có bước nào để ghi.", "The case was closed without a document."
    ),
    StepProblem.NOT_RECEIVED: Text(
        "Chưa nhận được văn bản của hồ sơ này nên chưa thể ghi bước nào.", "Nothing has been handed in yet."
    ),
    StepProblem.NOT_APPLICABLE: Text("Bước này không áp dụng cho đơn vị.", "This step is not applicable to the unit."),
    StepProblem.NO_DAY: Text("Cần ngày thực hiện bước này.", "The day of the step is needed."),
    StepProblem.FUTURE: Text("Ngày thực hiện chưa tới.", "The day has not come yet."),
    StepProblem.BEFORE_DOCUMENT: Text(
        "Ngày này trước ngày {day} của văn bản đã nộp (ngày ghi trên văn bản; khi nộp không khai thì là ngày nhận).",
        "This is before {day}, the day of the document handed in (its own; where none was given, that of its receipt).",
    ),
    StepProblem.ORDER: Text("Cần ghi bước «{step}» trước.", "The step “{step}” must be recorded first."),
    StepProblem.BEFORE_STEP: Text(
        "Ngày này trước ngày {day} của bước «{step}».", "This is before {day}, the day of “{step}”."
    ),
    StepProblem.AFTER_STEP: Text(
        "Ngày này sau ngày {day} của bước «{step}» đã ghi.", "This is after {day}, the day of “{step}”."
    ),
    StepProblem.OTHER_DAY: Text(
        "Kế hoạch yêu cầu đồng thời với bước «{step}» (ngày {day}); nếu thực hiện vào ngày khác, hãy ghi lý do.",
        "The plan asks for the same day as “{step}” ({day}); give a reason for another day.",
    ),
    StepProblem.NO_NUMBER: Text("Cần số, ký hiệu văn bản chứng minh.", "The number of the document is needed."),
    StepProblem.NO_ADDRESS: Text(
        "Cần địa chỉ hoặc nơi công bố, thông báo.", "The address or place of publication is needed."
    ),
    StepProblem.NO_REASON: Text("Cần ghi lý do.", "A reason is needed."),
    StepProblem.NOT_RECORDED: Text("Bước này chưa được ghi.", "This step is not recorded."),
    StepProblem.FOLLOWED: Text(
        "Bước «{step}» theo sau đã được ghi; hãy thu hồi bước đó trước.",
        "The step “{step}” after it is recorded; take that one back first.",
    ),
    StepProblem.ACCEPTED: Text(
        "Hồ sơ rà soát đã khép; cần mở lại hồ sơ trước khi đổi kết luận.",
        "The review is closed; reopen the case before changing its outcome.",
    ),
}


@dataclass(frozen=True)
class Objection:
    problem: StepProblem
    step: str = ""  # another step it is about
    day: date | None = None

    def text(self, duties: Mapping[str, Obligation]) -> Text:
        told, duty = REFUSALS[self.problem], duties.get(self.step)
        vi, en = (duty.short, duty.title.en) if duty else (self.step, self.step)
        day = day_vi(self.day) if self.day else ""
        return Text(told.vi.format(step=vi, day=day), told.en.format(step=en, day=day))


def objection(
    record: StepRecord, step: RecordedStep, case: CaseSteps, duties: Mapping[str, Obligation], today: date
) -> Objection | None:
    """Why this cannot be recorded; None: it can. A step that was recorded before is corrected."""
    return next(_objections(record, step, case, duties, today), None)


def _objections(
    record: StepRecord, step: RecordedStep, case: CaseSteps, duties: Mapping[str, Obligation], today: date
) -> Iterator[Objection]:
    yield from _standing(step, case)
    day, floor = record.done_on, case.document_day
    if day is None or floor is None:
        yield Objection(StepProblem.NO_DAY)
        return
    if day > today:
        yield Objection(StepProblem.FUTURE)
    yield from (Objection(StepProblem.ORDER, other.code) for other in case.before(step) if other.done_on is None)
    if day < floor:
        yield Objection(StepProblem.BEFORE_DOCUMENT, day=floor)
    twins = same_day_steps(step.code, duties)
    yield from _out_of_order(day, step, case, twins)
    if not record.reason:
        yield from _other_day(day, case, twins)
    yield from _unproven(record, duties.get(step.code))


def _standing(step: RecordedStep, case: CaseSteps) -> Iterator[Objection]:
    if case.closed:
        yield Objection(StepProblem.CLOSED)
    if not step.applicable:
        yield Objection(StepProblem.NOT_APPLICABLE)
    if case.document_day is None:
        yield Objection(StepProblem.NOT_RECEIVED)


def _out_of_order(day: date, step: RecordedStep, case: CaseSteps, twins: frozenset[str]) -> Iterator[Objection]:
    """Steps the plan wants on one day are compared with each other by `_other_day`."""
    for other in case.before(step):
        if other.code not in twins and other.done_on and day < other.done_on:
            yield Objection(StepProblem.BEFORE_STEP, other.code, other.done_on)
    for other in case.after(step):
        if other.code not in twins and other.done_on and day > other.done_on:
            yield Objection(StepProblem.AFTER_STEP, other.code, other.done_on)


def _other_day(day: date, case: CaseSteps, twins: frozenset[str]) -> Iterator[Objection]:
    for other in case.steps:
        if other.code in twins and other.applicable and other.done_on not in (None, day):
            yield Objection(StepProblem.OTHER_DAY, other.code, other.done_on)


def _unproven(record: StepRecord, duty: Obligation | None) -> Iterator[Objection]:
    proof = duty.proof if duty else ()
    if Proof.NUMBER in proof and not record.document_number:
        yield Objection(StepProblem.NO_NUMBER)
    if Proof.ADDRESS in proof and not record.place:
        yield Objection(StepProblem.NO_ADDRESS)


def same_day_steps(code: str, duties: Mapping[str, Obligation]) -> frozenset[str]:
    """The steps that the plan wants on the same day as this one, whichever of the two says so."""
    pairs = [(id, item.follows.same_day_as) for id, item in duties.items() if item.follows and item.follows.same_day_as]
    return frozenset({second for first, second in pairs if first == code} | {a for a, b in pairs if b == code})


def objection_to_taking_back(step: RecordedStep, case: CaseSteps, reason: str) -> Objection | None:
    if step.done_on is None:
        return Objection(StepProblem.NOT_RECORDED)
    if later := next((other for other in case.after(step) if other.done_on), None):
        return Objection(StepProblem.FOLLOWED, later.code)
    return None if reason else Objection(StepProblem.NO_REASON)


# --- what a review leads to -----------------------------------------------------------------------------------------


def conditional_steps(plan: Plan, deliverable: str) -> tuple[Obligation, ...]:
    """The steps that arise only if its review finds that something is adjusted; none: it is no review."""
    return tuple(
        item
        for item in plan.obligations
        if item.kind is Kind.CONDITIONAL and item.follows and item.follows.deliverable == deliverable
    )


def objection_to_answer(case: CaseSteps, *, accepted: bool) -> Objection | None:
    """Why it cannot be stated now whether a review found something to adjust."""
    if case.closed:
        return Objection(StepProblem.CLOSED)
    if case.document_day is None:
        return Objection(StepProblem.NOT_RECEIVED)
    return Objection(StepProblem.ACCEPTED) if accepted else None
