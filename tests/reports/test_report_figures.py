"""The figures of a report: every number printed, told apart without colours, and read out to who cannot see them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook
from report_builders import a_report

from reports.annex_book import write_annex_book
from reports.figures.chart import chart_xml
from reports.figures.comparison import compared
from reports.figures.figure import figures_of
from reports.figures.numbers import QuarterCount, ReportNumbers
from reports.figures.read_back import figures_in
from reports.progress import write_progress_report

PERIODS = ("2012-Q2", "2012-Q3", "2012-Q4", "2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4", "2014-Q1")
NUMBERS = ReportNumbers(
    quarters=tuple(QuarterCount(period, 40 + 2 * n, n, 3 * (n % 3)) for n, period in enumerate(PERIODS)),
    ladder=(("Nhắc việc", 90), ("Nhắc hạn", 61), ("Đôn đốc quá hạn", 31), ("Công văn đôn đốc", 7)),
    answers=(("trong ngày", 3), ("1–3 ngày", 20), ("chưa gửi", 17)),
)
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_progress_report(replace(a_report(), numbers=NUMBERS), tmp_path_factory.mktemp("report") / "bc.docx")


def test_the_numbers_of_the_facts_are_those_of_the_charts(report: Path) -> None:
    with ZipFile(report) as package:
        charts = [etree.fromstring(package.read(f"word/charts/chart{n}.xml")) for n in (1, 2, 3)]
    drawn = [[int(v.text) for v in chart.iterfind(f".//{C}val//{C}v")] for chart in charts]
    quarters = [[getattr(one, name) for one in NUMBERS.quarters] for name in ("on_time", "late", "missing")]
    assert drawn[0] == [number for row in quarters for number in row if number]
    assert drawn[1:] == [[90, 61, 31, 7], [3, 20, 17]]
    assert all(shown.get("val") == "1" for chart in charts for shown in chart.iter(f"{C}showVal"))


def test_a_written_report_gives_its_figures_back(report: Path) -> None:
    drawn = figures_of(NUMBERS).values()
    assert [(one.key, one.categories, one.series) for one in figures_in(report)] == [
        (one.key, one.categories, one.series) for one in drawn
    ]


def test_a_report_without_figures_gives_none_back(tmp_path: Path) -> None:
    assert figures_in(write_progress_report(a_report(), tmp_path / "bc.docx")) == []


def test_each_figure_reads_out_every_number(report: Path) -> None:
    alts = [one.get("descr") for one in Document(str(report)).element.body.iter(qn("wp:docPr"))]
    assert len(alts) == 3
    assert "I/2014 (84,4%): đúng hạn 54, sau hạn 7, chưa thực hiện 3" in alts[0]
    assert "Đôn đốc quá hạn: số trường hợp 31" in alts[1]
    assert "chưa gửi: số trường hợp 17" in alts[2]


def test_the_workbook_draws_the_same_numbers_from_its_cells(tmp_path: Path) -> None:
    facts = replace(a_report(), numbers=NUMBERS)
    book = write_annex_book(facts, tmp_path / "a.xlsx")
    assert book.read_bytes() == write_annex_book(facts, tmp_path / "b.xlsx").read_bytes()
    cells = load_workbook(book)["Biểu đồ"]
    with ZipFile(book) as package:
        charts = [etree.fromstring(package.read(f"xl/charts/chart{n}.xml")) for n in (1, 2, 3)]
    references = [ref for chart in charts for ref in chart.iterfind(f".//{C}val/{C}numRef")]
    assert len(references) == 5
    for ref in references:
        place = ref.find(f"{C}f").text.rpartition("!")[2].replace("$", "")
        drawn = {int(pt.get("idx")): int(pt[0].text) for pt in ref.iter(f"{C}pt")}
        assert {n: row[0].value for n, row in enumerate(cells[place]) if row[0].value} == drawn


def test_series_differ_in_black_and_white() -> None:
    """One has a light fill, one stripes, one nothing but its edge."""
    chart = etree.fromstring(chart_xml(figures_of(NUMBERS)["quarters"]))
    looks = [next(iter(row.find(f"{C}spPr"))) for row in chart.iter(f"{C}ser")]
    assert [look.tag for look in looks] == [f"{A}solidFill", f"{A}pattFill", f"{A}solidFill"]
    assert looks[2][0].get("val") == "FFFFFF"
    assert all(row.find(f"{C}spPr/{A}ln") is not None for row in chart.iter(f"{C}ser"))


def test_where_nothing_was_counted_it_is_said_and_no_chart_stands(tmp_path: Path) -> None:
    document = Document(str(write_progress_report(a_report(), tmp_path / "bc.docx")))
    assert [p.text for p in document.paragraphs].count("Không có số liệu trong kỳ.") == 3
    assert list(document.element.body.iter(qn("w:drawing"))) == []


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    name = 'Nhắc "việc" <&> {{ 7*7 }}'
    numbers = replace(NUMBERS, ladder=((name, 5),))
    report = write_progress_report(replace(a_report(), numbers=numbers), tmp_path / "bc.docx")
    alts = [one.get("descr") for one in Document(str(report)).element.body.iter(qn("wp:docPr"))]
    assert name in alts[1]
    with ZipFile(report) as package:
        chart = etree.fromstring(package.read("word/charts/chart2.xml"))
    assert [v.text for v in chart.iterfind(f".//{C}cat//{C}v")] == [name]


def test_a_quarter_is_compared_with_the_one_before_and_that_of_last_year() -> None:
    text = compared(NUMBERS.quarters, "2014-Q1")
    assert "trong số 64 trường hợp đến hạn trong kỳ có 54 trường hợp gửi đúng hạn, đạt 84,4%" in text
    assert "giảm 5,3 điểm phần trăm so với quý IV năm 2013 (89,7%)" in text
    assert "so với quý I năm 2013 (93,9%)" in text


def test_a_year_is_compared_with_the_year_before_once() -> None:
    counts = tuple(QuarterCount(f"{2013 + n // 4}-Q{n % 4 + 1}", on_time=8, late=2 if n < 4 else 0) for n in range(8))
    text = compared(counts, "2014-Y")
    assert text.count("năm 2013") == 1
    assert "trong số 32 trường hợp đến hạn trong kỳ có 32 trường hợp gửi đúng hạn, đạt 100,0%" in text
    assert "tăng 20,0 điểm phần trăm so với năm 2013 (80,0%)" in text


def test_half_years_are_compared_half_by_half() -> None:
    counts = tuple(
        QuarterCount(f"{2012 + (n + 2) // 4}-Q{(n + 2) % 4 + 1}", on_time=8, missing=2 * (n < 2)) for n in range(8)
    )
    text = compared(counts, "2014-H1")
    assert "không thay đổi so với 6 tháng cuối năm 2013 (100,0%)" in text
    assert "so với 6 tháng đầu năm 2013 (100,0%)" in text


def test_without_anything_to_compare_with_it_says_so() -> None:
    counts = (*(QuarterCount(period) for period in PERIODS[:-1]), QuarterCount("2014-Q1", on_time=1))
    text = compared(counts, "2014-Q1")
    assert "quý IV năm 2013 không có trường hợp đến hạn để so sánh" in text
    assert "quý I năm 2013 không có trường hợp đến hạn để so sánh" in text
    nothing = (*counts[:-1], QuarterCount("2014-Q1"))
    assert compared(nothing, "2014-Q1") == "Trong kỳ không phát sinh trường hợp đến hạn."
