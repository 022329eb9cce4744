"""Looks at the templates of the office that are in use: could they still be filled in?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from models.database import reading
from services import templates
from services.checkup.data import CheckFinding
from services.reports.documents import present_fault
from services.templates import DOCUMENT

MEND = (
    "Quản trị → Mẫu văn bản: sửa mẫu rồi đưa lên lại, hoặc quay về mẫu gốc",
    "Administration → Templates: mend it and upload it again, or go back to the shipped one",
)


def document_templates(engine: Engine) -> Iterator[CheckFinding]:
    """Nothing where every document is written by the shipped one."""
    with reading(engine) as session:
        rows = templates.all_in_use(session, DOCUMENT)
    for row in rows:
        fault = present_fault(row)
        vi, _, en = fault.rpartition(" / ")
        if fault:
            yield CheckFinding(
                "templates",
                False,
                f"mẫu «{row.name}» phiên bản {row.number} bị lỗi, đang dùng mẫu gốc: {vi or en}",
                f"version {row.number} of “{row.name}” fails, the shipped one is taken: {en}",
                *MEND,
            )
        else:
            vi, en = f"mẫu «{row.name}» phiên bản {row.number}", f"version {row.number} of “{row.name}”"
            yield CheckFinding("templates", True, vi, en)
