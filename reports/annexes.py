"""The rows of the annexes as they read on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from reports.facts import AnnexIIIRow, AnnexIIRow, AnnexIRow, AnnexIVRow, AnnexVRow, ReportOutcome
from reports.phrases import rate_vi
from rules.deadlines import PROVINCE
from rules.text.wording import day_vi, number_vi

RESULTS = {
    ReportOutcome.ON_TIME: "Đúng hạn",
    ReportOutcome.LATE: "Sau hạn",
    ReportOutcome.MISSING: "Chưa gửi",
    ReportOutcome.NIL_RETURN: "Không phát sinh",
    ReportOutcome.WAIVED: "Được miễn",
    ReportOutcome.OPEN: "Chưa đến hạn",
}

Row = dict[str, str]


def annex_i(rows: Iterable[AnnexIRow]) -> list[Row]:
    return [
        {
            "duty": row.duty,
            "clause": row.clause,
            "lead": row.lead,
            "deadline": row.deadline,
            "assigned": number_vi(row.assigned),
            "on_time": number_vi(row.on_time),
            "late": number_vi(row.late),
            "missing": number_vi(row.missing),
            "rate": _rate(row.on_time_rate),
            "note": row.note,
        }
        for row in rows
    ]


def annex_ii(rows: Iterable[AnnexIIRow]) -> list[Row]:
    return [
        {
            "unit": row.unit,
            "duty": row.duty,
            "deadline": _day(row.deadline),
            "received_on": _day(row.received_on),
            "document_number": row.document_number,
            "result": result(row.outcome, row.days_late),
        }
        for row in rows
    ]


def annex_iii(rows: Iterable[AnnexIIIRow]) -> list[Row]:
    return [
        {
            "at": day_vi(row.at.astimezone(PROVINCE).date()) if row.day_only else _moment(row.at),
            "unit": row.unit,
            "duty": row.duty,
            "channel": row.channel,
            "level": row.level,
            "result": row.result,
        }
        for row in rows
    ]


def annex_iv(rows: Iterable[AnnexIVRow]) -> list[Row]:
    return [{"unit": r.unit, "proposal": r.proposal, "reason": r.reason, "opinion": r.opinion} for r in rows]


def annex_v(rows: Iterable[AnnexVRow]) -> list[Row]:
    return [
        {"duty": row.duty, "unit": row.unit, "due_day": day_vi(row.due_day), "reminder_day": _day(row.reminder_day)}
        for row in rows
    ]


def result(outcome: ReportOutcome, days_late: int) -> str:
    if outcome is ReportOutcome.LATE and days_late:
        return f"Sau hạn {days_late} ngày"
    return RESULTS[outcome]


def _moment(at: datetime) -> str:
    local = at.astimezone(PROVINCE)
    return f"{local:%H:%M} {day_vi(local.date())}"


def _day(day: date | None) -> str:
    return day_vi(day) if day else ""


def _rate(rate: Decimal | None) -> str:
    return rate_vi(rate) if rate is not None else "–"
