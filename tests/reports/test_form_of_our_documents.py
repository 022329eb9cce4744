"""Every document that Kyhan writes has the form in force on its day, read back from the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from report_builders import ISSUER, UNITS, a_letter, a_report

from reports.document_check.reading import read_paper
from reports.progress import write_progress_report
from reports.urging_letter import write_urging_letter
from rules.documents.faults import Departure
from rules.documents.form_rules import day_of, judge
from rules.documents.paper import Paper

DAYS = (date(2013, 12, 14), date(2014, 1, 8), date(2019, 6, 14), date(2020, 3, 4), date(2020, 3, 5), date(2026, 9, 14))
AFTER_2025 = replace(
    ISSUER,
    superior="Cục Thống kê",
    name="Thống kê thành phố Cần Thơ",
    symbol="BC-TKCT",
    place="Cần Thơ",
    signer_title="Trưởng Thống kê",
    signer_name="Nguyễn Văn An",
)
LONG_NAME = replace(
    ISSUER, name="Chi cục Thống kê khu vực các huyện Mỹ Xuyên, Trần Đề và thị xã Vĩnh Châu tỉnh Sóc Trăng"
)
LETTERS = {
    "one": UNITS[:1],
    "some": UNITS[:3],
    "many": UNITS,
}


def departures_of(file: Path, day: date | None = None) -> tuple[Paper, tuple[Departure, ...]]:
    """By the form of the day written on it, unless another is named."""
    paper = read_paper(BytesIO(file.read_bytes()))
    verdict = judge(paper, day or day_of(paper, date(2026, 11, 30)))
    assert verdict.official
    return paper, verdict.departures


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("period", ["2014-Q1", "2014-H1", "2014-Y"])
def test_a_progress_report(tmp_path: Path, day: date, period: str) -> None:
    report = write_progress_report(a_report(as_of=day, period=period), tmp_path / "report.docx")
    assert departures_of(report, day)[1] == ()


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("units", LETTERS)
def test_an_urging_letter(tmp_path: Path, day: date, units: str) -> None:
    letter = write_urging_letter(a_letter(*LETTERS[units], as_of=day), tmp_path / "letter.docx")
    assert departures_of(letter, day)[1] == ()


@pytest.mark.parametrize("issuer", [AFTER_2025, LONG_NAME], ids=["after 2025", "a long name"])
def test_any_issuer(tmp_path: Path, issuer: object) -> None:
    changes = {"issuer": issuer, "as_of": date(2026, 3, 14)}
    report = write_progress_report(a_report(**changes), tmp_path / "report.docx")
    letter = write_urging_letter(a_letter(*UNITS, **changes), tmp_path / "letter.docx")
    assert [departures_of(file)[1] for file in (report, letter)] == [(), ()]


def test_a_report_with_nothing_in_it(tmp_path: Path) -> None:
    facts = a_report(annex_i=(), annex_ii=(), annex_iii=(), annex_iv=None, annex_v=(), clauses=())
    assert departures_of(write_progress_report(facts, tmp_path / "report.docx"))[1] == ()


def test_a_letter_to_a_superior(tmp_path: Path) -> None:
    letter = write_urging_letter(a_letter("Ủy ban nhân dân tỉnh", to_superior=True), tmp_path / "letter.docx")
    assert departures_of(letter)[1] == ()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (date(2014, 1, 8), date(2014, 1, 28)),  # what is left blank may be the last day it can be
        (date(2026, 9, 14), date(2026, 9, 28)),
    ],
    ids=str,
)
def test_the_day_on_a_document_says_which_form_it_has(tmp_path: Path, written: date, day: date) -> None:
    letter = write_urging_letter(a_letter(as_of=written), tmp_path / "letter.docx")
    assert day_of(read_paper(BytesIO(letter.read_bytes())), date(2026, 11, 30)) == day


@pytest.mark.parametrize(("day", "place"), [(date(2020, 3, 4), "footer"), (date(2020, 3, 5), "header")], ids=str)
def test_pages_are_numbered_where_the_form_of_the_day_has_them(tmp_path: Path, day: date, place: str) -> None:
    paper, _ = departures_of(write_progress_report(a_report(as_of=day), tmp_path / "report.docx"), day)
    assert {number.place for section in paper.sections for number in section.numbers} == {place}
