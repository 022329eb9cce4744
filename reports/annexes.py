"""The rows of the annexes as they read on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from reports.facts import AnnexIIIRow, AnnexIVRow, AnnexVRow, CaseResult, DutyResult
from reports.phrases import rate_vi
from rules.deadlines import PROVINCE
from rules.punctuality import ReportOutcome
from rules.text.wording import count_vi, day_vi, number_vi

RESULTS = {
    ReportOutcome.ON_TIME: "Đúng hạn",
    ReportOutcome.LATE: "Sau hạn",
    ReportOutcome.MISSING: "Chưa gửi",
    ReportOutcome.NOT_DUE: "Chưa đến hạn",
    ReportOutcome.EXTENDED: "Đang được gia hạn",
    ReportOutcome.NIL_RETURN: "Không phát sinh",
    ReportOutcome.WAIVED: "Được miễn",
    ReportOutcome.NOT_APPLICABLE: "Không áp dụng",
}
OF_TARGET = {
    ReportOutcome.ON_TIME: "Trong mốc phấn đấu",
    ReportOutcome.MISSING: "Chưa gửi, đã qua mốc phấn đấu",
    ReportOutcome.NOT_DUE: "Chưa đến mốc phấn đấu",
}

Row = dict[str, str]


def annex_i(rows: Iterable[DutyResult]) -> list[Row]:
    """Its columns of numbers add up to the first of them."""
    return [
        {
            "duty": row.title,
            "clause": row.clause,
            "lead": row.lead,
            "deadline": row.deadline_phrase,
            "assigned": number_vi(row.assigned),
            **{outcome.value: number_vi(row.of(outcome)) for outcome in ReportOutcome},
            "rate": _rate(row.on_time_rate),
            "note": note(row),
        }
        for row in rows
    ]


def note(row: DutyResult) -> str:
    parts = ["Bước sau khi gửi" if row.step else "", "Tính theo mốc phấn đấu" if row.soft else ""]
    if row.by_extension:
        parts.append(f"{count_vi(row.by_extension)} gửi trong thời gian gia hạn")
    if row.returned:
        parts.append(f"{count_vi(row.returned)} phải bổ sung")
    return "; ".join(part for part in parts if part)


def annex_ii(rows: Iterable[CaseResult]) -> list[Row]:
    return [
        {
            "unit": row.unit,
            "duty": row.duty,
            "deadline": deadline(row),
            "received_on": _day(row.received_on),
            "document_number": row.document_number,
            "result": result(row),
        }
        for row in rows
    ]


def deadline(row: CaseResult) -> str:
    return f"{_day(row.first_day)} (gia hạn đến {day_vi(row.extended_to)})" if row.extended_to else _day(row.first_day)


def result(row: CaseResult) -> str:
    """Days after a target are counted by the calendar, days after a deadline in working days."""
    if row.outcome is ReportOutcome.LATE:
        what, kind = ("mốc phấn đấu", "ngày") if row.soft else ("hạn", "ngày làm việc")
        text = f"Sau {what} {count_vi(row.days_late)} {kind}"
    elif row.superseded:
        text = "Đã được thay thế"
    elif row.handed_in_thanks_to_extension:
        text = "Đúng thời hạn được gia hạn"
    else:
        text = (row.soft and OF_TARGET.get(row.outcome)) or RESULTS[row.outcome]
    return f"{text}; đề nghị bổ sung" if row.returned else text


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
        {"duty": row.duty, "unit": row.unit, "due_day": _due_day(row), "reminder_day": _day(row.reminder_day)}
        for row in rows
    ]


def _due_day(row: AnnexVRow) -> str:
    return f"mốc phấn đấu {day_vi(row.due_day)}" if row.soft else day_vi(row.due_day)


def _moment(at: datetime) -> str:
    local = at.astimezone(PROVINCE)
    return f"{local:%H:%M} {day_vi(local.date())}"


def _day(day: date | None) -> str:
    return day_vi(day) if day else ""


def _rate(rate: Decimal | None) -> str:
    return rate_vi(rate) if rate is not None else "–"
