"""Every table that is judged here, for whoever hands them in: as clerks send them, and wrong in one way each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from models.database import connect, reading, writing
from models.metadata import metadata
from models.tables.content import ContentCheck
from models.tables.log import LogEntry
from models.tables.submissions import SubmissionFile
from rules.office import Office
from services.cases.case_file import CONTENT
from services.cases.hand_in import find
from services.cases.opening import open_cases
from services.plan.first_setup import prepare
from tests.builders import an_office, at, the_catalogue
from tests.content.sheet_judging import FORMS, difference_of
from tests.content.wrong_files import FILES

SHEETS = Path(__file__).parent / "sheets"
IN_TIME = at("2026-11-30")  # every table of 2027 can be handed in


@dataclass(frozen=True)
class JudgedFile:
    name: str
    content: bytes
    expected: Mapping[str, Any]

    @property
    def duty(self) -> tuple[str, str]:
        """Unit and obligation."""
        return self.expected["unit"], self.expected["obligation"]


@cache
def every_file() -> tuple[JudgedFile, ...]:
    sheets = json.loads((SHEETS / "expected.json").read_text())
    sent = [
        JudgedFile(case["file"], (SHEETS / case["file"].partition("-")[0] / case["file"]).read_bytes(), case)
        for case in sheets
    ]
    wrong = [JudgedFile(f"wrong-{file.name}.xlsx", file.content(), file.expected) for file in FILES]
    return *sent, *wrong


# --- an office they are handed in to ----------------------------------------------------------------------------------


def an_office_that_waits(folder: Path, **changed: Any) -> tuple[Engine, Office, dict[tuple[str, str], int]]:
    """Prepared, every table of 2027 due; with the cases by unit and obligation."""
    engine, office = connect(f"sqlite:///{folder}/kyhan.db"), an_office(folder, forms=FORMS, **changed)
    metadata.create_all(engine)
    with writing(engine) as session:
        prepare(session, office.plan, the_catalogue().organisations, IN_TIME)
        open_cases(session, office, IN_TIME)
        duties = sorted({file.duty for file in every_file()})
        cases = {(unit, duty): find(session, office, unit, duty, "2027", IN_TIME).id for unit, duty in duties}
    return engine, office, cases


def focal_point(unit: str) -> str:
    """Where the mails of this unit come from."""
    return f"dau-moi.{unit.lower()}@example.vn"


def differences(engine: Engine) -> dict[str, Any]:
    """File → how its receipt, or what was kept of it, differs from what is right; or that one of them is not there."""
    with reading(engine) as session:
        kept = dict(session.exec(select(SubmissionFile.name, ContentCheck).join(ContentCheck)).all())
        told = session.exec(select(LogEntry.details).where(LogEntry.action == CONTENT)).all()
    receipts = {table["name"]: table["content"] for entry in told for table in json.loads(entry)["tables"]}
    whole = {file.name: _difference(file, receipts.get(file.name), kept.get(file.name)) for file in every_file()}
    return {name: difference for name, difference in whole.items() if difference}


def _difference(file: JudgedFile, receipt: Mapping[str, Any] | None, kept: ContentCheck | None) -> object:
    if receipt is None or kept is None or kept.fault:
        return kept.fault if kept else "not judged"
    return difference_of(receipt["verdict"], receipt["rows_taken"], receipt["findings"], file.expected) | difference_of(
        kept.verdict, kept.rows_taken, json.loads(kept.findings), file.expected
    )
