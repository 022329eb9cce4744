"""Submissions as the API shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlmodel import Session

from models.queries.cases import answers
from models.queries.cases import api_lists as queries
from rules.content.texts import finding_json
from rules.intake import content_of
from services.cases.case_file import CasePage, Version


class FileOut(BaseModel):
    id: int
    name: str = Field(examples=["lich-pho-bien.xlsx"])
    size: int
    sha256: str


class FindingOut(BaseModel):
    sheet: str | None
    row: int | None = Field(description="Như Excel đếm. / As Excel counts.")
    column_title: str | None
    kind: str = Field(examples=["missing"])
    level: str = Field(description="remark, row, table, file")
    stands: str
    expected: str
    how: str


class TableOut(BaseModel):
    name: str = Field(examples=["lich-pho-bien.xlsx"])
    verdict: str = Field(description="ok, ok_with_remarks, partly, rejected")
    rows_taken: int
    findings: list[FindingOut] = Field(description="Những điểm đầu tiên. / The first of them.")
    more: int


class SubmissionOut(BaseModel):
    id: int
    case_id: int
    unit: str = Field(examples=["SYT"])
    obligation: str = Field(examples=["I5-CALENDAR"])
    period: str = Field(examples=["2014"])
    version: int
    via: str = Field(description="paper, mail, portal, api")
    document_number: str = Field(examples=["15/KH-SYT"])
    document_date: date | None
    received_at: datetime = Field(description="Tính đúng hạn theo lúc nhận. / Punctuality counts from here.")
    registered_at: datetime
    registered_by: str
    files: list[FileOut]
    tables: list[TableOut] = Field(
        default=[], description="Kết quả kiểm tra bảng khi nhận. / What was said of its tables."
    )


APART = frozenset({"files", "tables", "unit", "obligation", "period"})
SAME = tuple(name for name in SubmissionOut.model_fields if name not in APART)


def of_version(file: CasePage, version: Version) -> SubmissionOut:
    return SubmissionOut(
        **{name: getattr(version.row, name) for name in SAME},
        unit=file.organisation.key,
        obligation=file.obligation.code,
        period=file.occurrence.period,
        files=[FileOut.model_validate(item, from_attributes=True) for item in version.files],
        tables=[_table(item) for item in file.table_entries(version.row.version)],
    )


def with_files(session: Session, rows: Sequence[Any]) -> list[SubmissionOut]:
    files: dict[int, list[FileOut]] = defaultdict(list)
    for row in queries.files_of(session, [row.id for row in rows]):
        files[row.submission_id].append(FileOut.model_validate(row, from_attributes=True))
    tables = answers.table_entries(session, {row.case_id for row in rows})
    return [_with(row, files[row.id], tables.get((row.case_id, row.version), ())) for row in rows]


def _with(row: Any, files: Iterable[FileOut], tables: Iterable[Mapping[str, Any]]) -> SubmissionOut:
    named = {name: getattr(row, name) for name in (*SAME, "unit", "obligation", "period")}
    return SubmissionOut(**named, files=list(files), tables=[_table(item) for item in tables])


def _table(entry: Mapping[str, Any]) -> TableOut:
    """`entry`: as the log keeps it."""
    content = content_of(entry["content"])
    findings = [FindingOut.model_validate(finding_json(finding)) for finding in content.findings]
    return TableOut(
        name=entry["name"], verdict=content.verdict, rows_taken=content.rows_taken, findings=findings, more=content.more
    )
