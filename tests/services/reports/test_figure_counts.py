"""How far reminding went and how soon answers came: cases, each counted once, never mails."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from reports.facts import CaseResult
from rules.office import Office
from rules.punctuality import ReportOutcome
from services.reports.figures import _answers, _ladder

LAST = date(2014, 1, 31)


def a_line(case: int, step: str, day: int, *, kind: str = "notice", fate: str = "sent") -> Any:
    sent = datetime(2014, 1, day, 1, tzinfo=UTC) if kind == "notice" and fate == "sent" else None
    return SimpleNamespace(case_id=case, step=step, kind=kind, fate=fate, sent_at=sent, on_day=date(2014, 1, day))


def a_result(received: int | None, outcome: ReportOutcome = ReportOutcome.ON_TIME) -> CaseResult:
    return CaseResult("Sở Y tế", "Lịch", LAST, False, outcome, date(2014, 1, received) if received else None)


LINES = [
    a_line(1, "L1", 2),
    a_line(1, "L1", 2),  # to a second person
    a_line(2, "L1", 2),
    a_line(3, "L1", 2, fate="failed"),  # reached nobody
    a_line(1, "L2", 9),
    a_line(4, "", 10, kind="letter", fate="issued"),
    a_line(5, "L1", 12),
    a_line(6, "L1", 12),
]
RESULTS = {
    1: a_result(10),
    2: a_result(2),
    3: a_result(3),
    4: a_result(None, ReportOutcome.MISSING),
    5: a_result(8),  # it was there before: only a step after it was reminded of
    6: a_result(None, ReportOutcome.WAIVED),
}


def test_each_case_counts_once_at_each_level_it_came_to(office: Office) -> None:
    levels = {"Nhắc việc": [1, 2, 5, 6], "Nhắc hạn": [1], "Công văn đôn đốc": [4]}
    assert _ladder(LINES, office) == levels


def test_days_run_from_the_first_reminder_that_left_to_the_answer() -> None:
    told = _answers(LINES, RESULTS)
    some = {name: cases for name, cases in told.items() if cases}
    assert some == {"trong ngày": [2], "8–14 ngày": [1], "chưa gửi": [4]}
