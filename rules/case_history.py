"""What was known of a case at a moment, from the acts written down by then; and how long an act can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

HAND_IN = "hand_in"
OUTCOMES = {"nil_return": "nil_return", "waive": "waived", "not_applicable": "not_applicable"}  # by kind of decision


@dataclass(frozen=True)
class Act:
    """A hand-in or a named person's decision."""

    at: datetime  # when it was written down
    kind: str  # hand_in, accept, return, extend, nil_return, waive, not_applicable, reopen
    received_at: datetime | None = None  # of a hand-in
    document_number: str = ""
    until: date | None = None  # of an extension


@dataclass(frozen=True)
class KnownCase:
    received_at: datetime | None = None  # the first receipt; a return does not reset it
    document_number: str = ""  # of the newest version
    returned: bool = False  # an answer to a return is awaited
    outcome: str | None = None  # nil_return, waived, not_applicable
    outcome_at: datetime | None = None
    extended_to: date | None = None

    @property
    def is_awaited(self) -> bool:
        return self.received_at is None and self.outcome is None


def known(acts: Iterable[Act]) -> KnownCase:
    """Of one case, in any order; a hand-in comes before what was decided in the same moment."""
    case = KnownCase()
    for act in sorted(acts, key=lambda act: (act.at, act.kind != HAND_IN)):
        case = _after(case, act)
    return case


def _after(case: KnownCase, act: Act) -> KnownCase:
    match act.kind:
        case "hand_in":
            first = min(moment for moment in (case.received_at, act.received_at) if moment is not None)
            return replace(case, received_at=first, document_number=act.document_number, returned=False)
        case "accept":
            return replace(case, returned=False)
        case "return":
            return replace(case, returned=True)
        case "extend":
            return replace(case, extended_to=act.until)
        case "reopen":
            return replace(case, outcome=None, outcome_at=None)
    if act.kind in OUTCOMES:
        return replace(case, outcome=OUTCOMES[act.kind], outcome_at=act.at)
    return case  # another decision changes nothing of these


# --- taken back by one click ------------------------------------------------------------------------------------------

WAIT = timedelta(minutes=10)


def ends_at(act: datetime) -> datetime:
    """From then on its mail may leave, and the act is corrected with a reason instead."""
    return act + WAIT


def is_open(act: datetime, now: datetime) -> bool:
    """Whether it can still be taken back."""
    return act <= now < ends_at(act)
