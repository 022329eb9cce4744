"""Puts together what the units handed in: a plain list for the body that consolidates, kept up to date by itself."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from models.queries.cases import answers as answers_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.answers import Contribution
from models.tables.organisations import OrganisationName
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from rules.status import LABELS, Status, ratio
from rules.text.cells import harmless
from rules.text.wording import day_vi
from services.forms.unit_forms import with_forms

HEADINGS = ("STT", "Cơ quan, đơn vị", "Số, ký hiệu", "Ngày văn bản", "Ngày nhận", "Lần gửi", "Số tệp", "Tình trạng")


@dataclass(frozen=True)
class ConsolidatedList:
    """The list of one occurrence."""

    obligation: str
    period: str
    received: int
    expected: int
    rows: tuple[tuple[str, ...], ...]
    file: Path

    @property
    def text(self) -> str:
        return f"{self.period}: {self.received}/{self.expected} đã nộp, danh sách {self.file.name}"


def consolidate(engine: Engine, office: Office, flow: str, now: datetime) -> list[ConsolidatedList]:
    """One list for each open occurrence this flow's obligations gather documents from; written only when it changed.

    Where a form is filled in, its rows are put together instead: services.content.
    """
    forms = with_forms(office, local_day(now))
    gathers = [item.gathers for item in office.plan.obligations if item.flow == flow and item.gathers]
    sources = [source for source in gathers if source.obligation not in forms]
    with reading(engine) as session:
        answers = [
            row
            for source in sources
            for row in answers_queries.contributions(
                session, [source.obligation], [role.value for role in source.roles], now
            )
        ]
        names = cases_queries.names_on(session, None, local_day(now)) if answers else {}
    return [_collect(office, list(rows), names) for _, rows in groupby(answers, key=lambda row: row.occurrence_id)]


def _collect(office: Office, answers: Sequence[Contribution], names: dict[int, OrganisationName]) -> ConsolidatedList:
    first = answers[0]
    rows = tuple(_row(number, row, names) for number, row in enumerate(answers, 1))
    file = office.folder / "consolidated" / f"{first.obligation}-{first.period}.csv"
    _write(file, rows)
    received, expected = ratio(Counter(Status(row.status) for row in answers))
    return ConsolidatedList(first.obligation, first.period, received, expected, rows, file)


def _row(number: int, row: Contribution, names: dict[int, OrganisationName]) -> tuple[str, ...]:
    received = row.received_at.astimezone(PROVINCE).date() if row.received_at else None
    return (
        str(number),
        names[row.organisation_id].name,
        row.document_number or "",
        day_vi(row.document_date) if row.document_date else "",
        day_vi(received) if received else "",
        str(row.version or ""),
        str(row.files or ""),
        LABELS[Status(row.status)].vi,
    )


def _write(file: Path, rows: Sequence[tuple[str, ...]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    content = ("\ufeff" + out.getvalue()).encode()  # begins with the mark by which Excel knows UTF-8
    if file.exists() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(file)
