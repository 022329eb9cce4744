"""Tables as units hand them in, judged by a stand-in, for tests of what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from builders import an_answer, rows, the_catalogue
from sqlalchemy import Engine
from sqlmodel import col, select

from config.forms import Forms
from models.database import reading, writing
from models.queries.cases.case_file import hold_case
from models.queries.content.rows import HandedInTable
from models.tables.content import ContentRow
from models.tables.log import LogEntry
from rules.content.findings import Finding, Judgement, TakenRow, Value, verdict_of
from rules.forms import SheetForm
from rules.office import Office
from services.cases.decide import accept
from services.content.rows import keep_rows
from services.files.store import store_bytes

Values = Mapping[str, Value]
PRODUCT: Values = {
    "name": "Chỉ số giá tiêu dùng",
    "content": "Chỉ số giá theo nhóm hàng",
    "source": "Điều tra giá",
    "maturity": "chính thức",
    "medium": "bản in",
    "language": "tiếng Việt",
    "frequency": "tháng",
    "channel": "trang thông tin điện tử",
    "unit": "Sở Công Thương",
    "unit_price": None,
    "other": None,
}


def a_product(name: str, **values: Value) -> Values:
    return {**PRODUCT, "name": name, **values}


def judged(*values: Values, findings: Sequence[Finding] = (), sheet: str = "Danh mục") -> Judgement:
    """As if these were the rows of a table whose head stands in row 5."""
    taken = tuple(TakenRow(sheet, number, row) for number, row in enumerate(values, 6))
    return Judgement(verdict_of(findings, len(taken)), tuple(findings), taken)


def by_content(judgements: Mapping[bytes, Judgement]) -> Callable[[Office, SheetForm, HandedInTable, Path], Judgement]:
    """A judge who knows the files by their bytes."""
    return lambda _office, _form, _file, path: judgements[path.read_bytes()]


@cache
def the_forms() -> Mapping[str, SheetForm]:
    catalogue = the_catalogue()
    return Forms(catalogue.folder / "plans" / catalogue.plan.id)


def with_forms(office: Office, folder: Path) -> Office:
    return replace(office, folder=folder, forms=the_forms())


def handed_in(
    engine: Engine, office: Office, unit: str, moment: datetime, judgement: Judgement, duty: str, period: str
) -> int:
    """A file of this unit with this judgement, its rows kept; returns its case."""
    content = f"{unit} {duty} {period} {moment}".encode()
    file = store_bytes(office.folder / "files", f"{unit}.xlsx", content)
    receipt = an_answer(engine, office, moment, unit, duty, period, files=[file])
    keep_rows(engine, office, moment, judge=by_content({content: judgement}))
    return receipt.case_id


def accepted(engine: Engine, case_id: int, moment: datetime) -> None:
    with writing(engine) as session:
        case = hold_case(session, case_id)
        assert case is not None
        accept(session, case, "Mai", moment)


def kept(engine: Engine, *conditions: object) -> Sequence[ContentRow]:
    return rows(engine, ContentRow, *conditions)


def entries(engine: Engine, action: str) -> list[LogEntry]:
    with reading(engine) as session:
        return list(session.exec(select(LogEntry).where(LogEntry.action == action).order_by(col(LogEntry.seq))))
