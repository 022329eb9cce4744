"""Puts together what the units handed in: a plain list for the body that consolidates, kept up to date by itself."""

from __future__ import annotations

import csv
import io
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
from rules.text.cells import harmless
from rules.text.wording import day_vi

# what feeds which: the consolidated obligation and the roles whose answers go into it
SOURCES: dict[str, tuple[str, tuple[str, ...]]] = {
    "assessment": ("II1-ASSESS", ("each",)),  # clause II.1 feeds clause I.1
    "demand-list": ("I2A-DEMAND-LIST", ("contributor",)),
    "department-plans": ("II1-PLAN", ("each",)),
    "release-calendar": ("I5-CALENDAR", ("each", "lead")),
}
HEADINGS = ("STT", "Cơ quan, đơn vị", "Số, ký hiệu", "Ngày văn bản", "Ngày nhận", "Lần gửi", "Số tệp", "Tình trạng")
OUTCOMES = {"nil_return": "Không phát sinh", "waived": "Được miễn", "not_applicable": "Không áp dụng"}


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
        answered = f"{self.received}/{self.expected} cơ quan đã gửi"
        return f"{self.obligation} {self.period}: {answered}, danh sách {self.file.name}"


def consolidate(engine: Engine, office: Office, duty: str, now: datetime) -> list[ConsolidatedList]:
    """One list for each open occurrence the duty gathers from; written anew only when it changed. [] if none."""
    if duty not in SOURCES:
        return []
    obligation, roles = SOURCES[duty]
    with reading(engine) as session:
        answers = answers_queries.contributions(session, [obligation], roles)
        names = cases_queries.names_on(session, None, local_day(now))
    return [_collect(office, list(rows), names) for _, rows in groupby(answers, key=lambda row: row.occurrence_id)]


def _collect(office: Office, answers: Sequence[Contribution], names: dict[int, OrganisationName]) -> ConsolidatedList:
    first = answers[0]
    rows = tuple(_row(number, row, names) for number, row in enumerate(answers, 1))
    file = office.folder / "consolidated" / f"{first.obligation}-{first.period}.csv"
    _write(file, rows)
    received = sum(row.version is not None or row.outcome == "nil_return" for row in answers)
    return ConsolidatedList(first.obligation, first.period, received, len(answers), rows, file)


def _row(number: int, row: Contribution, names: dict[int, OrganisationName]) -> tuple[str, ...]:
    received = row.received_at.astimezone(PROVINCE).date() if row.received_at else None
    state = OUTCOMES.get(row.outcome or "", "Đã gửi" if row.version else "Chưa gửi")
    return (
        str(number),
        names[row.organisation_id].name,
        row.document_number or "",
        day_vi(row.document_date) if row.document_date else "",
        day_vi(received) if received else "",
        str(row.version or ""),
        str(row.files or ""),
        state,
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
