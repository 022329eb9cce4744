"""Rows of handed-in tables are kept with their origin, whatever happens to the file beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import an_answer, at, rows
from content_builders import a_product, by_content, handed_in, judged, kept, with_forms
from sqlalchemy import Engine
from sqlmodel import col

from models.database import reading
from models.queries.content.rows import checks_of
from models.tables.content import ContentCheck, ContentRow
from rules.content.findings import Finding, FindingKind, Judgement, Level
from rules.office import Office
from services.content.rows import MOST_FINDINGS, TRIES, findings_of, keep_rows
from services.files.store import store_bytes

DUTY, YEAR = "I4B-CATALOGUE", "2015"
SEPTEMBER = at("2014-09-10")
SHEETS = Path(__file__).parents[2] / "content" / "sheets"


@pytest.fixture
def home(office: Office, tmp_path: Path) -> Office:
    return with_forms(office, tmp_path)


def test_each_row_names_the_cell_it_came_from_and_is_searched_without_diacritics(engine: Engine, home: Office) -> None:
    handed_in(engine, home, "SYT", SEPTEMBER, judged(a_product("Số giường bệnh"), a_product("Đội ngũ")), DUTY, YEAR)
    first, second = kept(engine)
    assert (first.obligation, first.period, first.version, first.sheet, first.row) == (DUTY, YEAR, 1, "Danh mục", 6)
    assert json.loads(second.cells)["name"] == "Đội ngũ"
    assert second.search.startswith("doi ngu ")
    assert (first.current, second.current) == (True, True)


def test_a_new_version_takes_the_place_of_the_rows_before_which_stay(engine: Engine, home: Office) -> None:
    for day, name in (("2014-09-10", "Cũ"), ("2014-09-12", "Mới")):
        handed_in(engine, home, "SYT", at(day), judged(a_product(name)), DUTY, YEAR)
    assert [(row.version, row.current) for row in kept(engine)] == [(1, False), (2, True)]


def test_a_version_without_a_table_leaves_the_rows_before_in_force(engine: Engine, home: Office) -> None:
    handed_in(engine, home, "SYT", SEPTEMBER, judged(a_product("Giường bệnh")), DUTY, YEAR)
    signed = store_bytes(home.folder / "files", "ky.pdf", b"%PDF-1.4 signed")
    an_answer(engine, home, at("2014-09-12"), "SYT", DUTY, YEAR, files=[signed])
    assert keep_rows(engine, home, SEPTEMBER, judge=by_content({})) == 0
    assert [row.current for row in kept(engine)] == [True]


def test_what_a_crash_left_is_judged_by_the_next_pass_and_only_once(engine: Engine, home: Office) -> None:
    content = b"a table"
    file = store_bytes(home.folder / "files", "danh-muc.XLSX", content)
    an_answer(engine, home, SEPTEMBER, "SYT", DUTY, YEAR, files=[file])
    judge = by_content({content: judged(a_product("Giường bệnh"))})
    assert [keep_rows(engine, home, SEPTEMBER, judge=judge) for _ in range(3)] == [1, 0, 0]
    assert len(kept(engine)) == 1


def test_a_file_that_cannot_be_judged_stops_no_other_and_is_tried_again_a_few_times(
    engine: Engine, home: Office
) -> None:
    for unit, content in (("SYT", b"bad"), ("STC", b"good")):
        file = store_bytes(home.folder / "files", "bang.xlsx", content)
        an_answer(engine, home, SEPTEMBER, unit, DUTY, YEAR, files=[file])
    judge = by_content({b"good": judged(a_product("Thu ngân sách"))})  # a KeyError for the other
    for _ in range(TRIES + 2):
        keep_rows(engine, home, SEPTEMBER, judge=judge)
    bad, good = rows(engine, ContentCheck)
    assert (bad.verdict, bad.tries, bad.fault) == ("", TRIES, "KeyError: b'bad'")
    assert (good.verdict, good.rows_taken, good.fault) == ("ok", 1, "")


def test_findings_are_kept_as_they_were_and_are_not_without_end(engine: Engine, home: Office) -> None:
    finding = Finding(FindingKind.NOT_A_CHOICE, Level.ROW, "Danh mục", 7, "maturity", "Mức độ", "xong", ("chính thức",))
    judgement = judged(a_product("Giường bệnh"), findings=[finding] * (MOST_FINDINGS + 3))
    case = handed_in(engine, home, "SYT", SEPTEMBER, judgement, DUTY, YEAR)
    with reading(engine) as session:
        [check] = checks_of(session, case)
    assert (check.verdict, check.findings_count) == ("partly", MOST_FINDINGS + 3)
    assert findings_of(check.findings) == [finding] * MOST_FINDINGS


def test_a_table_without_a_usable_row_leaves_none_in_force(engine: Engine, home: Office) -> None:
    handed_in(engine, home, "SYT", SEPTEMBER, judged(a_product("Giường bệnh")), DUTY, YEAR)
    empty = Judgement(judged().verdict, (Finding(FindingKind.EMPTY, Level.FILE),))
    handed_in(engine, home, "SYT", at("2014-09-12"), empty, DUTY, YEAR)
    assert kept(engine, col(ContentRow.current)) == []


@pytest.mark.parametrize(
    ("name", "unit", "verdict", "rows"),
    [("catalogue-unknown-units", "SYT", "ok_with_remarks", 4), ("catalogue-filled-low-with-gaps", "SCT", "partly", 5)],
)
def test_a_table_of_a_clerk_is_judged_from_the_stored_file(
    engine: Engine, home: Office, name: str, unit: str, verdict: str, rows: int
) -> None:
    content = next(SHEETS.rglob(f"{name}.xlsx")).read_bytes()
    file = store_bytes(home.folder / "files", "bảng.xlsx", content)
    case = an_answer(engine, home, SEPTEMBER, unit, DUTY, YEAR, files=[file]).case_id
    assert keep_rows(engine, home, SEPTEMBER) == 1
    with reading(engine) as session:
        [check] = checks_of(session, case)
    assert (check.fault, check.verdict, check.rows_taken) == ("", verdict, rows)
    assert len(kept(engine)) == rows
