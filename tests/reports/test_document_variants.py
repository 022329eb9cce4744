"""Right documents that look different: nothing is said about what may be so, or about what cannot be decided."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from official_papers import FONT, PAPERS, draw_line, report, sentence, word_like, write
from test_document_faults import at, departures

from reports.document_check.reading import read_paper
from rules.documents.form_rules import judge


def two_line_issuer(document: Any) -> None:
    """A People's Committee has no superior: its own name takes two lines, both bold."""
    upper, lower = at(document, "UBND"), at(document, "SỞ Y TẾ")
    upper.runs[0].text, upper.runs[0].bold = "ỦY BAN NHÂN DÂN", True
    for run in lower.runs[1:]:
        run._r.getparent().remove(run._r)
    lower.runs[0].text = "TỈNH SÓC TRĂNG"
    draw_line(lower, 15)


def number_in_the_issuers_cell(document: Any) -> None:
    """One row for the whole head, and an urgency mark below the number."""
    upper, lower = document.tables[0].rows
    for one, other in zip(upper.cells, lower.cells, strict=True):
        for paragraph in other.paragraphs:
            one._tc.append(paragraph._p)
    lower._tr.getparent().remove(lower._tr)
    mark = write(upper.cells[0], "HỎA TỐC", 13, bold=True, before=6)
    mark.runs[0].font.color.rgb = None


def blank_number_and_day(document: Any) -> None:
    at(document, "Số: 05").runs[0].text = "Số:          /BC-SYT"
    at(document, "Sóc Trăng, ngày").runs[0].text = "Sóc Trăng, ngày      tháng      năm 2026"


def authority_of_a_committee(document: Any) -> None:
    at(document, "KT. GIÁM").runs[0].text = "TM. ỦY BAN NHÂN DÂN"
    at(document, "PHÓ GIÁM").runs[0].text = "KT. CHỦ TỊCH"


def signed(document: Any) -> None:
    """Words that stand for a signature, between post and name."""
    write(document, "(Đã ký)", 12, italic=True)
    at(document, "Nguyễn Văn")._p.addprevious(at(document, "(Đã ký)")._p)


def many_runs(document: Any) -> None:
    """Word cuts a sentence wherever it was edited."""
    paragraph = at(document, "Thực hiện")
    words = paragraph.runs[0].text.split(" ")
    for run in paragraph.runs:
        run._r.getparent().remove(run._r)
    for word in words:
        run = paragraph.add_run(f"{word} ")
        run.font.name, run.font.size = FONT, Pt(14)


def emphasis(document: Any) -> None:
    sentence(document, "(Số liệu chi tiết của từng đơn vị được nêu tại các biểu gửi kèm)", italic=True)
    at(document, "Trên đây")._p.addprevious(at(document, "(Số liệu")._p)


def a_link(document: Any) -> None:
    paragraph = at(document, "Sở đã phối hợp")
    font = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}"/>'
    paragraph._p.append(
        parse_xml(
            f"<w:hyperlink {nsdecls('w')} w:anchor='x'><w:r><w:rPr>{font}<w:color w:val='0563C1'/><w:sz w:val='28'/>"
            "</w:rPr><w:t>soyte@soctrang.gov.vn</w:t></w:r></w:hyperlink>"
        )
    )


def struck_out(document: Any) -> None:
    """What was deleted while changes were tracked is not there."""
    paragraph = at(document, "Trên đây")
    paragraph._p.append(
        parse_xml(
            f"<w:del {nsdecls('w')} w:id='1' w:author='x'><w:r><w:rPr><w:rFonts w:ascii='Arial'/></w:rPr>"
            "<w:delText>và đề xuất</w:delText></w:r></w:del>"
        )
    )


def in_a_content_control(document: Any) -> None:
    paragraph = at(document, "Sở đã phối hợp")._p
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    paragraph.addprevious(control)
    control[0].append(paragraph)


def table_at_the_end(document: Any) -> None:
    """Whether «./.» stands somewhere in it, nobody can say."""
    table = document.add_table(1, 2)
    write(table.rows[0].cells[0], "Tổng số", 13, first=True)
    write(table.rows[0].cells[1], "120", 13, first=True)
    at(document, "Trên đây")._p.addnext(table._tbl)
    run = at(document, "Trên đây").runs[0]
    run.text = run.text.replace("./.", ":")


def bullets_in_the_distribution_list(document: Any) -> None:
    for start in ("- Như trên", "- Giám đốc", "- Lưu"):
        paragraph = at(document, start)
        paragraph.runs[0].text = paragraph.runs[0].text.removeprefix("- ")
        paragraph.style = "List Bullet"
        paragraph.paragraph_format.first_line_indent = None


def a_picture_instead_of_lines(document: Any) -> None:
    for start in ("SỞ Y TẾ", "Độc lập"):
        for run in at(document, start).runs[1:]:
            run._r.getparent().remove(run._r)
    at(document, "Số: 05").runs[0]._r.append(parse_xml(f"<w:pict {nsdecls('w')}/>"))


def both_lines_anchored_in_one_cell(document: Any) -> None:
    line = at(document, "Độc lập").runs[1]._r
    at(document, "SỞ Y TẾ")._p.append(line)


def dashes_for_hyphens(document: Any) -> None:
    run = at(document, "Độc lập").runs[0]
    run.text = run.text.replace("-", "–")
    at(document, "CỘNG HÒA").runs[0].text = "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def indented_by_a_tab(document: Any) -> None:
    paragraph = at(document, "Sở đã phối hợp")
    paragraph.paragraph_format.first_line_indent = Mm(0)
    paragraph.runs[0].text = f"\t{paragraph.runs[0].text}"


def exact_spacing(document: Any) -> None:
    for start in ("Thực hiện", "Sở đã", "Trên đây"):
        at(document, start).paragraph_format.line_spacing = Pt(18)


def begins_a_sentence_with_the_basis(document: Any) -> None:
    run = at(document, "Thực hiện").runs[0]
    run.text = run.text.replace("Thực hiện", "Căn cứ")


def several_lines_of_subject(document: Any) -> None:
    subject = at(document, "Tình hình")
    write(document, "và phương hướng, nhiệm vụ năm 2027", bold=True)
    second = document.paragraphs[-1]._p
    subject._p.addnext(second)
    at(document, "và phương hướng")._p.append(subject.runs[1]._r)


def numbered_by_tabs(document: Any) -> None:
    """As in Word's header style: a stop in the middle, one at the right."""
    header = document.sections[0].header.paragraphs[0]
    header.alignment = ALIGN.LEFT
    header.paragraph_format.tab_stops.add_tab_stop(Mm(80), WD_TAB_ALIGNMENT.CENTER)
    header.runs[0]._r.insert(0, header.runs[0]._r.makeelement(qn("w:tab"), {}))


VARIANTS = (
    two_line_issuer, number_in_the_issuers_cell, blank_number_and_day, authority_of_a_committee, signed, many_runs,
    emphasis, a_link, struck_out, in_a_content_control, table_at_the_end, bullets_in_the_distribution_list,
    a_picture_instead_of_lines, both_lines_anchored_in_one_cell, dashes_for_hyphens, indented_by_a_tab, exact_spacing,
    begins_a_sentence_with_the_basis, several_lines_of_subject, numbered_by_tabs,
)  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_a_variant_is_right(variant: Any) -> None:
    document = report()
    variant(document)
    assert departures(document) == ()


def side_by_side_by_tabs() -> Any:
    document = word_like()
    for left, right, size, bold in (
        ("UBND TỈNH SÓC TRĂNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True),
        ("SỞ Y TẾ", "Độc lập - Tự do - Hạnh phúc", 13, True),
    ):
        paragraph = write(document, "", align=ALIGN.LEFT)
        for text, look in ((left, (12, text_is_bold(left))), ("\t", (12, False)), (right, (size, bold))):
            run = paragraph.add_run(text)
            run.font.name, run.font.size, run.bold = FONT, Pt(look[0]), look[1]
    return document


def text_is_bold(text: str) -> bool:
    return text.startswith("SỞ")


def application() -> Any:
    """A person's application carries the national name but is no document of an office."""
    document = word_like()
    write(document, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 16, bold=True)
    write(document, "Độc lập - Tự do - Hạnh phúc", 16, bold=True)
    write(document, "ĐƠN ĐỀ NGHỊ", 16, bold=True)
    write(document, "Kính gửi: Sở Y tế", 12)
    return document


def of_the_party() -> Any:
    document = PAPERS["report"]()
    at(document, "CỘNG HÒA").runs[0].text = "ĐẢNG CỘNG SẢN VIỆT NAM"
    return document


def a_list() -> Any:
    document = word_like()
    write(document, "DANH MỤC SẢN PHẨM", 16, bold=True)
    document.add_table(30, 4)
    return document


@pytest.mark.parametrize("paper", [application, of_the_party, a_list], ids=lambda paper: paper.__name__)
def test_what_is_no_official_document_is_not_judged(paper: Any) -> None:
    saved = BytesIO()
    paper().save(saved)
    verdict = judge(read_paper(saved), date(2026, 11, 30))
    assert (verdict.official, verdict.departures) == (False, ())


def test_a_head_by_tabs_leaves_lines_and_places_undecided() -> None:
    document = side_by_side_by_tabs()
    body = report().element.body
    for item in list(body)[1:]:
        document.element.body.insert(len(document.element.body) - 1, item)
    assert {item.rule for item in departures(document)} <= {"number.missing", "place-date.missing"}
