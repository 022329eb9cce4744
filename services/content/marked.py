"""The file a unit handed in, copied with what is wrong at each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import Engine

from models.database import reading
from models.queries.content.rows import handed_in_table
from reports.reading.grids import LARGEST, TEXTS, read_grids
from reports.sheets.marked_sheet import CellNote, Sheets, marked_copy
from reports.workbook_guard import UnsafeWorkbook
from rules.content.findings import ContentVerdict, Finding, FindingKind, Judgement, Level
from rules.content.grid import FileGrids
from rules.content.head import find_head
from rules.content.texts import LEVELS, VERDICTS, words_of
from rules.deadlines import local_day
from rules.forms import SheetForm
from rules.office import Office
from rules.plan import Text
from services.cases.case_file import Version
from services.files.store import STORE, place_of
from services.forms.content_check import TableCheck, is_table, kind_of, table_check
from services.forms.unit_forms import form_of

SHEET = "Bảng"  # of a file that has no sheets


@dataclass(frozen=True)
class MarkedFile:
    name: str
    content: bytes
    judgement: Judgement


def marked_name(name: str) -> str:
    return f"{PurePath(name).stem} - nhận xét.xlsx"


def marked_file(table: TableCheck, name: str, content: bytes, language: str = "vi") -> MarkedFile:
    """A file that cannot be read gives the list alone."""
    kind = kind_of(name)
    try:
        grids = read_grids(content[: LARGEST + 1], kind)
    except UnsafeWorkbook as error:
        return _unreadable(name, str(error), language)
    judgement = table.judge_grids(grids)
    places = _places(table.form, grids)
    notes = [_note(finding, places, language) for finding in judgement.findings]
    sheets: Sheets | None = {SHEET: grids.sheets[0].rows} if kind in TEXTS else None
    copy = marked_copy(content, notes, _verdict(judgement, language), language, sheets)
    return MarkedFile(marked_name(name), copy, judgement)


def marked_copy_of(engine: Engine, office: Office, file_id: int, language: str = "vi") -> MarkedFile | None:
    """Of a file in the store, held to the form of the day it was received; None where there is nothing to mark."""
    with reading(engine) as session:
        file = handed_in_table(session, file_id)
    if file is None or not is_table(file.name):
        return None
    codes = file.unit, file.obligation, file.period
    table = table_check(engine, office, *codes, local_day(file.received_at))
    path = place_of(office.folder / STORE, file.sha256)
    if table is None or not path.is_file():
        return None
    return marked_file(table, file.name, path.read_bytes(), language)


def marked_ids(office: Office, obligation: str, versions: Iterable[Version]) -> frozenset[int]:
    """Files of a case of which a marked copy can be had."""
    return frozenset(
        item.id or 0
        for version in versions
        if form_of(office, obligation, on=local_day(version.row.received_at)) is not None
        for item in version.files
        if is_table(item.name)
    )


def _unreadable(name: str, why: str, language: str) -> MarkedFile:
    finding = Finding(FindingKind.NOT_READ, Level.FILE, stands=why)
    judgement = Judgement(ContentVerdict.REJECTED, (finding,))
    copy = marked_copy(b"", [_note(finding, {}, language)], _verdict(judgement, language), language, {})
    return MarkedFile(marked_name(name), copy, judgement)


def _verdict(judgement: Judgement, language: str) -> str:
    said = _in(language, VERDICTS[judgement.verdict])
    rows = len(judgement.rows)
    return f"Kết quả: {said}; {rows} dòng dùng được." if language == "vi" else f"Verdict: {said}; {rows} usable rows."


CellPlace = tuple[str | None, str]  # sheet and column


def _places(form: SheetForm, grids: FileGrids) -> dict[CellPlace, tuple[int, int]]:
    """The row of the head and the place of each column of the form, from 1."""
    heads = ((part, sheet, find_head(part, sheet)) for part in form.sheets for sheet in grids.sheets)
    return {
        (sheet.name, column): (head.last + 1, place + 1)
        for part, sheet, head in heads
        if head
        for column, place in head.places.items()
    }


def _note(finding: Finding, places: Mapping[CellPlace, tuple[int, int]], language: str) -> CellNote:
    """What concerns a whole column stands at its title."""
    head, place = places.get((finding.sheet, finding.column), (None, None))
    words = words_of(finding)
    return CellNote(
        sheet=finding.sheet,
        row=finding.row or head,
        place=place,
        column=finding.column_title or "",
        level=finding.level,
        level_word=first_up(_in(language, LEVELS[finding.level])),
        stands=finding.stands,
        expected=_in(language, words.expected),
        how=first_up(f"{_in(language, words.problem)}. {first_up(_in(language, words.how))}."),
    )


def _in(language: str, text: Text) -> str:
    return text.vi if language == "vi" else text.en


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
