"""Submissions as the API shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlmodel import Session

from models.queries.cases import api_lists as queries
from services.cases.case_file import CasePage, Version


class FileOut(BaseModel):
    id: int
    name: str = Field(examples=["lich-pho-bien.xlsx"])
    size: int
    sha256: str


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


SAME = tuple(name for name in SubmissionOut.model_fields if name not in ("files", "unit", "obligation", "period"))


def of_version(file: CasePage, version: Version) -> SubmissionOut:
    return SubmissionOut(
        **{name: getattr(version.row, name) for name in SAME},
        unit=file.organisation.key,
        obligation=file.obligation.code,
        period=file.occurrence.period,
        files=[FileOut.model_validate(item, from_attributes=True) for item in version.files],
    )


def with_files(session: Session, rows: Sequence[Any]) -> list[SubmissionOut]:
    files: dict[int, list[FileOut]] = defaultdict(list)
    for row in queries.files_of(session, [row.id for row in rows]):
        files[row.submission_id].append(FileOut.model_validate(row, from_attributes=True))
    return [_with(row, files[row.id]) for row in rows]


def _with(row: Any, files: Iterable[FileOut]) -> SubmissionOut:
    named = {name: getattr(row, name) for name in (*SAME, "unit", "obligation", "period")}
    return SubmissionOut(**named, files=list(files))
