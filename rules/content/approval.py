"""How the approval of a province-wide table stands: by which records of steps, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ApprovalRecord:
    """One record of a step that approves; without a day where it is not recorded, or was taken back."""

    id: int
    case_id: int
    step: str
    unit: str  # key
    done_on: date | None
    number: str
    by: str
    at: datetime | None
    reason: str = ""

    @property
    def is_of(self) -> tuple[int, str]:
        return self.case_id, self.step


@dataclass(frozen=True)
class VersionApproval:
    """By which a frozen version was approved, and what became of that record."""

    number: int  # of the version
    record: ApprovalRecord
    corrected: ApprovalRecord | None = None
    withdrawn: ApprovalRecord | None = None


def version_approval(number: int, record: ApprovalRecord, history: Iterable[ApprovalRecord]) -> VersionApproval:
    """`history`: every record of the steps, in the order they were written."""
    corrected = None
    for later in history:
        if later.is_of != record.is_of or later.id <= record.id:
            continue
        if later.done_on is None:
            return VersionApproval(number, record, corrected, later)
        is_same = (later.done_on, later.number) == (record.done_on, record.number)
        corrected = None if is_same else later
    return VersionApproval(number, record, corrected)


@dataclass(frozen=True)
class Approval:
    """Of the table of one obligation and period. Every step must be recorded before the table is frozen by it."""

    obligation: str
    period: str
    steps: tuple[ApprovalRecord, ...]  # as they stand
    versions: tuple[VersionApproval, ...] = ()

    @property
    def recorded(self) -> tuple[ApprovalRecord, ...]:
        return tuple(step for step in self.steps if step.done_on is not None)

    @property
    def is_complete(self) -> bool:
        return bool(self.steps) and len(self.recorded) == len(self.steps)

    @property
    def waits_for_version(self) -> bool:
        """All of it is recorded, and no version was frozen by it yet."""
        frozen = {one.record.is_of for one in self.versions if one.withdrawn is None}
        return self.is_complete and any(step.is_of not in frozen for step in self.steps)

    def of_version(self, number: int) -> tuple[VersionApproval, ...]:
        return tuple(one for one in self.versions if one.number == number)

    @property
    def approved_version(self) -> int | None:
        """The newest one none of whose approvals was taken back."""
        numbers = sorted({one.number for one in self.versions}, reverse=True)
        return next((number for number in numbers if _stands(self.of_version(number))), None)


def _stands(approvals: Sequence[VersionApproval]) -> bool:
    return all(one.withdrawn is None for one in approvals)
