"""Faults put into documents that are right: each is found by its own rule, and no other rule speaks."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from official_papers import PAPERS, draw_line, write

from reports.document_check.reading import read_paper
from rules.documents.faults import Departure
from rules.documents.form_rules import RULES, judge

TODAY = date(2026, 11, 30)
Seed = Callable[[Any], object]


def departures(document: Any, day: date = TODAY) -> tuple[Departure, ...]:
    saved = BytesIO()
    document.save(saved)
    return judge(read_paper(saved), day).departures


def at(document: Any, start: str) -> Paragraph:
    """The first paragraph that begins so, in tables too."""
    paragraphs = (Paragraph(item, document._body) for item in document.element.body.iter(qn("w:p")))
    return next(item for item in paragraphs if item.text.startswith(start))


def look(start: str, **font: Any) -> Seed:
    def change(document: Any) -> None:
        for name, value in font.items():
            for run in at(document, start).runs:
                setattr(run.font, name, value)

    return change


def layout(start: str, **values: Any) -> Seed:
    def change(document: Any) -> None:
        for name, value in values.items():
            setattr(at(document, start).paragraph_format, name, value)

    return change


def text(start: str, to: str, *, whole: bool = True) -> Seed:
    """Another text, or with `whole` unset another beginning."""

    def change(document: Any) -> None:
        run = next(run for run in at(document, start).runs if run.text)
        run.text = to if whole else run.text.replace(start, to, 1)

    return change


def ending(start: str, old: str, new: str) -> Seed:
    def change(document: Any) -> None:
        run = next(run for run in at(document, start).runs if run.text)
        assert run.text.endswith(old)
        run.text = run.text.removesuffix(old) + new

    return change


def inside(start: str, old: str, new: str) -> Seed:
    def change(document: Any) -> None:
        run = next(run for run in at(document, start).runs if old in run.text)
        run.text = run.text.replace(old, new)

    return change


def removed(start: str) -> Seed:
    def change(document: Any) -> None:
        item = at(document, start)._p
        if len(item.getparent().findall(qn("w:p"))) == 1:
            item.getparent().insert(0, item.makeelement(qn("w:p"), {}))  # a cell has one at least
        item.getparent().remove(item)

    return change


def page(**values: Any) -> Seed:
    def change(document: Any) -> None:
        for name, value in values.items():
            setattr(document.sections[0], name, value)

    return change


def without_lines(start: str) -> Seed:
    def change(document: Any) -> None:
        for run in at(document, start).runs[1:]:
            run._r.getparent().remove(run._r)

    return change


def another_line(start: str, length: float) -> Seed:
    def change(document: Any) -> None:
        without_lines(start)(document)
        draw_line(at(document, start), length)

    return change


def line_of_signs(start: str, signs: str) -> Seed:
    def change(document: Any) -> None:
        without_lines(start)(document)
        paragraph = at(document, start)
        below = paragraph.insert_paragraph_before(signs)
        paragraph._p.addnext(below._p)

    return change


def turned(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)


def both(*seeds: Seed) -> Seed:
    def change(document: Any) -> None:
        for seed in seeds:
            seed(document)

    return change


capitals = text("Độc lập", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC")


def a_part(**look: Any) -> Seed:
    """«Phần I» above the first section."""

    def change(document: Any) -> None:
        write(document, "Phần I", after=6, **look)
        at(document, "I. KẾT")._p.addprevious(at(document, "Phần I")._p)

    return change


def a_mark(words: str, size: float, *, bold: bool) -> Seed:
    def change(document: Any) -> None:
        write(document.tables[0].cell(1, 0), words, size, bold=bold, before=6)

    return change


def red(document: Any) -> None:
    for run in at(document, "Thực hiện").runs:
        run.font.color.rgb = RGBColor(255, 0, 0)


def swapped(document: Any) -> None:
    """The national name at the left, the issuer at the right."""
    for row in document.tables[0].rows:
        first, second = row._tr.findall(qn("w:tc"))
        row._tr.insert(row._tr.index(first), second)


def copies_right(document: Any) -> None:
    row = document.tables[1].rows[0]
    first, second = row._tr.findall(qn("w:tc"))
    row._tr.insert(row._tr.index(first), second)


def date_below(document: Any) -> None:
    """In a row of its own, under the number."""
    table = document.tables[0]
    row = table.add_row()
    row.cells[1]._tc.append(table.rows[1].cells[1].paragraphs[0]._p)
    table.rows[1].cells[1].add_paragraph()


def subject_at_right(document: Any) -> None:
    row = document.tables[0].rows[1]
    row.cells[1]._tc.append(row.cells[0].paragraphs[1]._p)


def no_numbers(document: Any) -> None:
    for section in document.sections:
        for paragraph in section.header.paragraphs:
            for run in paragraph.runs:
                run._r.getparent().remove(run._r)
    long = at(document, "Sở đã phối hợp")._p
    for _ in range(60):  # more than a page
        long.addnext(deepcopy(long))


def number_at_foot(document: Any) -> None:
    section = document.sections[0]
    section.footer.is_linked_to_previous = False
    section.footer.paragraphs[0]._p.getparent().replace(
        section.footer.paragraphs[0]._p, section.header.paragraphs[0]._p
    )
    section.header._element.append(section.header._element.makeelement(qn("w:p"), {}))


def number_at_right(document: Any) -> None:
    document.sections[0].header.paragraphs[0].alignment = ALIGN.RIGHT


def number_small(document: Any) -> None:
    for run in document.sections[0].header.paragraphs[0].runs:
        run.font.size = Pt(10)


def nobody_signs(document: Any) -> None:
    for start in ("KT. GIÁM", "PHÓ GIÁM", "Nguyễn Văn"):
        at(document, start).clear()


def no_issuer(document: Any) -> None:
    for start in ("UBND", "SỞ Y TẾ"):
        at(document, start).clear()


def annex_goes_on(document: Any) -> None:
    section = document.sections[2]._sectPr
    section.remove(section.find(qn("w:pgNumType")))


SEEDS: tuple[tuple[str, str, str, Seed], ...] = (
    # rule, paper, what is wrong, how it is made
    ("paper-size", "report", "Letter", page(page_width=Mm(216), page_height=Mm(279))),
    ("orientation", "report", "landscape", turned),
    ("margin-top", "report", "10 mm", page(top_margin=Mm(10))),
    ("margin-bottom", "letter", "40 mm", page(bottom_margin=Mm(40))),
    ("margin-left", "report", "20 mm", page(left_margin=Mm(20))),
    ("margin-right", "report", "30 mm", page(right_margin=Mm(30))),
    ("font", "report", "Arial in the body", look("Thực hiện", name="Arial")),
    ("font", "letter", "the theme's font", look("Sở Y tế gửi", name=None)),
    ("colour", "report", "red letters", red),
    ("page-number.missing", "report", "none", no_numbers),
    ("page-number.place", "letter", "at the foot", number_at_foot),
    ("page-number.align", "report", "right", number_at_right),
    ("page-number.first", "letter", "shown on page 1", page(different_first_page_header_footer=False)),
    ("page-number.look", "report", "10 pt", number_small),
    ("annex.page-numbers", "report", "go on", annex_goes_on),
    ("national-name.missing", "report", "removed", removed("CỘNG HÒA")),
    ("national-name.text", "report", "a word spelt wrong", text("CỘNG HÒA", "CỘNG HÒA XÃ HỘI CHŨ NGHĨA VIỆT NAM")),
    ("national-name.place", "report", "left", swapped),
    ("national-name.size", "report", "14 pt", look("CỘNG HÒA", size=Pt(14))),
    ("national-name.style", "report", "not bold", look("CỘNG HÒA", bold=False)),
    ("national-name.case", "report", "small letters", text("CỘNG HÒA", "Cộng hòa xã hội chủ nghĩa Việt Nam")),
    ("national-name.align", "report", "left", layout("CỘNG HÒA", alignment=ALIGN.LEFT)),
    ("motto.missing", "letter", "removed", removed("Độc lập")),
    ("motto.text", "report", "no blanks", inside("Độc lập", " - ", "-")),
    ("motto.text", "letter", "small letters", inside("Độc lập", "Tự do", "tự do")),
    ("motto.size", "report", "12 pt", look("Độc lập", size=Pt(12))),
    ("motto.style", "report", "italic", look("Độc lập", italic=True)),
    ("motto.case", "letter", "capitals", both(another_line("Độc lập", 78), capitals)),
    ("motto.align", "report", "left", layout("Độc lập", alignment=ALIGN.LEFT)),
    ("motto.line", "report", "removed", without_lines("Độc lập")),
    ("motto.line", "letter", "made of hyphens", line_of_signs("Độc lập", "-------------")),
    ("motto.line-length", "report", "too short", another_line("Độc lập", 25)),
    ("superior.size", "report", "14 pt", look("UBND", size=Pt(14))),
    ("superior.style", "report", "bold", look("UBND", bold=True)),
    ("superior.case", "report", "small letters", text("UBND", "Ủy ban nhân dân tỉnh Sóc Trăng")),
    ("superior.align", "report", "right", layout("UBND", alignment=ALIGN.RIGHT)),
    ("issuer.missing", "report", "no names at the left", no_issuer),
    ("issuer.size", "report", "11 pt", look("SỞ Y TẾ", size=Pt(11))),
    ("issuer.style", "report", "not bold", look("SỞ Y TẾ", bold=False)),
    ("issuer.case", "report", "small letters", both(another_line("SỞ Y TẾ", 6), text("SỞ Y TẾ", "Sở Y tế"))),
    ("issuer.align", "report", "left", layout("SỞ Y TẾ", alignment=ALIGN.LEFT)),
    ("issuer.line", "report", "removed", without_lines("SỞ Y TẾ")),
    ("issuer.line-length", "report", "as long as the text", another_line("SỞ Y TẾ", 21)),
    ("number.missing", "report", "removed", removed("Số: 05")),
    ("number.text", "report", "no colon", text("Số: 05", "Số 05/BC-SYT")),
    ("number.text", "letter", "no stroke", text("Số: 123", "Số: 123-SYT")),
    ("number.zero", "report", "5", text("Số: 05", "Số: 5/BC-SYT")),
    ("number.hyphen", "report", "blanks", text("Số: 05", "Số: 05/BC - SYT")),
    ("number.case", "report", "small letters", text("Số: 05", "Số: 05/bc-syt")),
    ("number.size", "report", "14 pt", look("Số: 05", size=Pt(14))),
    ("number.style", "report", "bold", look("Số: 05", bold=True)),
    ("number.align", "report", "left", layout("Số: 05", alignment=ALIGN.LEFT)),
    ("place-date.missing", "report", "removed", removed("Sóc Trăng, ngày")),
    ("place-date.place", "report", "no place", text("Sóc Trăng, ngày", "Ngày 05 tháng 9 năm 2026")),
    ("place-date.comma", "report", "no comma", text("Sóc Trăng, ngày", "Sóc Trăng ngày 05 tháng 9 năm 2026")),
    ("place-date.day-zero", "report", "ngày 5", text("Sóc Trăng, ngày", "Sóc Trăng, ngày 5 tháng 9 năm 2026")),
    ("place-date.month-zero", "report", "tháng 2", text("Sóc Trăng, ngày", "Sóc Trăng, ngày 05 tháng 2 năm 2026")),
    ("place-date.month-no-zero", "report", "tháng 09", text("Sóc Trăng, ngày", "Sóc Trăng, ngày 05 tháng 09 năm 2026")),
    ("place-date.size", "report", "12 pt", look("Sóc Trăng, ngày", size=Pt(12))),
    ("place-date.style", "report", "upright", look("Sóc Trăng, ngày", italic=False)),
    ("place-date.level", "report", "a row below the number", date_below),
    ("urgency.size", "report", "11 pt", a_mark("KHẨN", 11, bold=True)),
    ("urgency.style", "report", "not bold", a_mark("KHẨN", 13, bold=False)),
    ("urgency.case", "report", "small letters", a_mark("Khẩn", 13, bold=True)),
    ("title.size", "report", "16 pt", look("BÁO CÁO", size=Pt(16))),
    ("title.style", "report", "not bold", look("BÁO CÁO", bold=False)),
    ("title.case", "report", "small letters", text("BÁO CÁO", "Báo cáo")),
    ("title.align", "report", "left", layout("BÁO CÁO", alignment=ALIGN.LEFT)),
    ("subject.size", "report", "12 pt", look("Tình hình", size=Pt(12))),
    ("subject.style", "report", "italic", look("Tình hình", italic=True)),
    ("subject.case", "report", "capitals", text("Tình hình", "TÌNH HÌNH THỰC HIỆN KẾ HOẠCH")),
    ("subject.align", "report", "left", layout("Tình hình", alignment=ALIGN.LEFT)),
    ("subject.line", "report", "removed", without_lines("Tình hình")),
    ("subject.line-length", "report", "too long", another_line("Tình hình", 130)),
    ("letter-subject.size", "letter", "14 pt", look("V/v", size=Pt(14))),
    ("letter-subject.style", "letter", "bold", look("V/v", bold=True)),
    ("letter-subject.text", "letter", "v/v", text("V/v", "v/v", whole=False)),
    ("letter-subject.place", "letter", "below the date", subject_at_right),
    ("letter-subject.gap", "letter", "0 pt", layout("V/v", space_before=Pt(0))),
    ("letter-subject.align", "letter", "left", layout("V/v", alignment=ALIGN.LEFT)),
    ("basis.size", "decision", "12 pt", look("Căn cứ Nghị định", size=Pt(12))),
    ("basis.style", "decision", "upright", look("Căn cứ Nghị định", italic=False)),
    ("basis.end", "decision", "a comma", ending("Căn cứ Nghị định", ";", ",")),
    ("basis.end", "decision", "a comma at the end", ending("Căn cứ đề nghị", ".", ",")),
    ("body.size", "report", "12 pt", look("Thực hiện", size=Pt(12))),
    ("body.size", "report", "16 pt in some words", look("a) Nội dung", size=Pt(16))),
    ("body.style", "report", "italic", look("Thực hiện", italic=True)),
    ("body.style", "report", "bold", look("Sở đã phối hợp", bold=True)),
    ("body.align", "report", "left", layout("Thực hiện", alignment=ALIGN.LEFT)),
    ("body.indent", "report", "none", layout("Thực hiện", first_line_indent=Mm(0))),
    ("body.indent", "letter", "20 mm", layout("Sở Y tế gửi", first_line_indent=Mm(20))),
    ("body.gap", "report", "0 pt", layout("Thực hiện", space_after=Pt(0))),
    ("body.spacing", "report", "double", layout("Thực hiện", line_spacing=2.0)),
    ("body.spacing", "report", "exactly 12 pt", layout("Thực hiện", line_spacing=Pt(12))),
    ("body.date-zero", "report", "ngày 5 tháng 2", inside("Thực hiện", "ngày 05 tháng 02", "ngày 5 tháng 2")),
    ("body.end", "report", "a full stop", ending("Trên đây", "./.", ".")),
    ("body.end", "decision", "nothing", ending("Điều 2", "./.", "")),
    ("part.align", "report", "left", a_part(bold=True, align=ALIGN.LEFT)),
    ("part.style", "report", "not bold", a_part(bold=False)),
    ("section.case", "report", "small letters", text("I. KẾT", "I. Kết quả thực hiện")),
    ("section.style", "report", "not bold", look("II. PHƯƠNG", bold=False)),
    ("clause.style", "report", "not bold", look("1. Công tác", bold=False)),
    ("points.order", "report", "no đ)", removed("đ) ")),
    ("addressee.missing", "letter", "removed", removed("Kính gửi")),
    ("addressee.colon", "letter", "no colon", text("Kính gửi:", "Kính gửi", whole=False)),
    ("addressee.end", "letter", "no full stop", ending("Kính gửi", ".", "")),
    ("addressee.lines", "report", "a comma", ending("- Ủy ban", ";", ",")),
    ("addressee.single", "report", "one on a line of its own", removed("- Ủy ban")),
    ("addressee.size", "letter", "12 pt", look("Kính gửi", size=Pt(12))),
    ("addressee.style", "letter", "bold", look("Kính gửi", bold=True)),
    ("copies.missing", "letter", "removed", removed("Nơi nhận")),
    ("copies.text", "report", "no colon", text("Nơi nhận", "Nơi nhận")),
    ("copies.size", "report", "14 pt", look("Nơi nhận", size=Pt(14))),
    ("copies.style", "report", "upright", look("Nơi nhận", italic=False)),
    ("copies.align", "report", "right", layout("Nơi nhận", alignment=ALIGN.RIGHT)),
    ("copies.place", "report", "right", copies_right),
    ("copy-list.size", "report", "14 pt", look("- Giám đốc", size=Pt(14))),
    ("copy-list.style", "report", "italic", look("- Giám đốc", italic=True)),
    ("copy-list.align", "report", "centred", layout("- Giám đốc", alignment=ALIGN.CENTER)),
    ("copy-list.dash", "report", "none", text("- Giám đốc", "Giám đốc", whole=False)),
    ("copy-list.ends", "report", "a comma", ending("- Như trên", ";", ",")),
    ("copy-list.ends", "letter", "no full stop", ending("- Lưu", ".", "")),
    ("copy-list.first", "report", "no «- Như trên;»", removed("- Như trên")),
    ("copy-list.archive", "decision", "no «- Lưu»", text("- Lưu", "- Văn phòng Sở.")),
    ("signer-title.missing", "report", "nobody signs", nobody_signs),
    ("signer-title.size", "report", "12 pt", look("KT. GIÁM", size=Pt(12))),
    ("signer-title.style", "report", "not bold", look("PHÓ GIÁM", bold=False)),
    ("signer-title.case", "letter", "small letters", text("KT. GIÁM", "Kt. Giám đốc")),
    ("signer-title.align", "report", "left", layout("PHÓ GIÁM", alignment=ALIGN.LEFT)),
    ("signer-title.text", "report", "KT without a stop", text("KT. GIÁM", "KT GIÁM ĐỐC")),
    ("signer-name.size", "report", "16 pt", look("Nguyễn Văn", size=Pt(16))),
    ("signer-name.style", "report", "not bold", look("Nguyễn Văn", bold=False)),
    ("signer-name.case", "report", "capitals", text("Nguyễn Văn", "NGUYỄN VĂN AN")),
    ("signer-name.align", "report", "right", layout("Nguyễn Văn", alignment=ALIGN.RIGHT)),
    ("signer-name.degree", "report", "ThS.", text("Nguyễn Văn", "ThS. Nguyễn Văn An")),
    ("annex.case", "report", "capitals", text("Phụ lục I", "PHỤ LỤC I")),
    ("annex.size", "report", "12 pt", look("Phụ lục I", size=Pt(12))),
    ("annex.style", "report", "not bold", look("Phụ lục I", bold=False)),
    ("annex.align", "report", "left", layout("Phụ lục II", alignment=ALIGN.LEFT)),
    ("annex.number", "report", "Arabic", text("Phụ lục II", "Phụ lục 2")),
    ("annex.mention", "report", "not in the text", inside("Thực hiện", " và Phụ lục II kèm theo", "")),
    ("annex-title.missing", "report", "removed", removed("DANH SÁCH")),
    ("annex-title.size", "report", "16 pt", look("DANH SÁCH", size=Pt(16))),
    ("annex-title.style", "report", "not bold", look("DANH SÁCH", bold=False)),
    ("annex-title.case", "report", "small letters", text("DANH SÁCH", "Danh sách hội nghị")),
    ("annex-title.align", "report", "left", layout("DANH SÁCH", alignment=ALIGN.LEFT)),
    ("annex-note.missing", "report", "removed", removed("(Kèm theo")),
    ("annex-note.size", "report", "11 pt", look("(Kèm theo", size=Pt(11))),
    ("annex-note.style", "report", "upright", look("(Kèm theo", italic=False)),
    ("annex-note.align", "report", "right", layout("(Kèm theo", alignment=ALIGN.RIGHT)),
)


@pytest.mark.parametrize("name", PAPERS)
def test_a_right_document_has_no_fault(name: str) -> None:
    assert departures(PAPERS[name]()) == ()


@pytest.mark.parametrize(
    ("rule", "paper", "seed"),
    [pytest.param(rule, paper, seed, id=f"{rule}: {what} ({paper})") for rule, paper, what, seed in SEEDS],
)
def test_a_fault_is_found_by_its_rule_and_by_no_other(rule: str, paper: str, seed: Seed) -> None:
    document = PAPERS[paper]()
    seed(document)
    found = departures(document)
    assert [item.rule for item in found] == [rule], found


def test_many_faults_are_tried() -> None:
    assert len(SEEDS) >= 40


def test_every_rule_finds_its_fault() -> None:
    assert {rule for rule, *_ in SEEDS} == RULES.keys()
