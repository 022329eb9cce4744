"""The report as a Word document: its form by Nghị định 30/2020/NĐ-CP, its blanks, its annexes."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from jinja2 import UndefinedError
from report_builders import ISSUER, a_duty, a_report, annex_ii_rows

from reports import template_progress, template_urging_letter
from reports.facts import ClauseResult
from reports.progress import TEMPLATE, form, report_values, write_progress_report
from reports.word_form import WordForm

ANNEXES = {"I": 2, "II": 3, "III": 4, "IV": 5, "V": 6}  # place of each annex's table, after the letterhead, signature


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return Document(write_progress_report(a_report(), tmp_path_factory.mktemp("report") / "report.docx"))


def all_text(document):
    """Every letter in the body, tables included, paragraph by paragraph."""
    paragraphs = document.element.body.iter(qn("w:p"))
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in paragraphs)


def annex(document, number):
    return document.tables[ANNEXES[number]]


def test_pages_are_a4_with_the_decrees_margins(document):
    first = document.sections[0]
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    for section in document.sections:
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin.mm) for margin in margins] == [20, 20, 30, 20]


def test_all_styles_in_use_are_times_new_roman(document):
    used = {p.style.name for p in document.paragraphs}
    assert {document.styles[name].font.name for name in used} == {"Times New Roman"}
    assert all(run.font.name in (None, "Times New Roman") for p in document.paragraphs for run in p.runs)


def test_the_body_is_14_pt_justified_and_indented(document):
    body = document.styles["Nội dung"]
    assert body.font.size == Pt(14)
    assert body.paragraph_format.alignment == 3  # justified
    assert round(body.paragraph_format.first_line_indent.cm, 2) == 1.27
    assert body.paragraph_format.space_after >= Pt(6)


def test_number_and_day_are_left_to_the_records_office(document):
    head = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert head[0].startswith("TỔNG CỤC THỐNG KÊ\nCỤC THỐNG KÊ TỈNH SÓC TRĂNG")
    assert head[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    assert head[2].split("/")[0].strip() == "Số:"
    assert head[2].endswith("/BC-CTK")
    assert head[3] == "Sóc Trăng, ngày … tháng 3 năm 2014"


def test_january_and_february_get_a_zero(tmp_path):
    written = Document(write_progress_report(a_report(as_of=date(2015, 1, 5)), tmp_path / "r.docx"))
    assert "ngày … tháng 01 năm 2015" in written.tables[0].rows[1].cells[1].text


def test_both_recipients_stand_below_each_other(document):
    text = all_text(document)
    assert "Kính gửi:\n- Ủy ban nhân dân tỉnh Sóc Trăng;\n- Bộ Kế hoạch và Đầu tư.\n" in text


def test_one_recipient_stands_on_the_same_line(tmp_path):
    written = Document(write_progress_report(a_report(recipients=("Bộ Tài chính",)), tmp_path / "r.docx"))
    assert "Kính gửi: Bộ Tài chính.\n" in all_text(written)


def test_the_five_sections_follow_in_order(document):
    headings = [p.text for p in document.paragraphs if p.style.name == "Mục"]
    assert headings == [
        "I. CÔNG TÁC HƯỚNG DẪN, KIỂM TRA, ĐÔN ĐỐC",
        "II. KẾT QUẢ THỰC HIỆN CÁC NỘI DUNG CỦA KẾ HOẠCH",
        "III. ĐÁNH GIÁ CHUNG",
        "IV. KHÓ KHĂN, VƯỚNG MẮC VÀ ĐỀ XUẤT, KIẾN NGHỊ",
        "V. NHIỆM VỤ TRỌNG TÂM QUÝ II NĂM 2014",
    ]


def test_what_only_people_know_is_a_highlighted_slot(document):
    slots = [run for p in document.paragraphs for run in p.runs if run.text.startswith("[Đơn vị soạn thảo bổ sung: ")]
    assert len(slots) == 6
    assert all(run.font.highlight_color is not None for run in slots)


def test_what_nobody_counted_is_asked_for_and_never_denied(tmp_path):
    known = a_report().guidance
    facts = a_report(guidance=replace(known, letters=None, inspections=None))
    text = all_text(Document(write_progress_report(facts, tmp_path / "r.docx")))
    assert "2. Kiểm tra\n[Đơn vị soạn thảo bổ sung: các cuộc kiểm tra trong kỳ]\n" in text
    assert "1. Văn bản đã ban hành\n[Đơn vị soạn thảo bổ sung: " in text


def test_what_nobody_records_is_asked_for_beside_what_is_recorded(tmp_path):
    shown = ClauseResult(
        "Xác định nhu cầu", (a_duty(),), unrecorded=("Hướng dẫn người sử dụng", "Cập nhật hệ thống chỉ tiêu")
    )
    text = all_text(Document(write_progress_report(a_report(clauses=(shown,), annex_iv=None), tmp_path / "r.docx")))
    assert "[Đơn vị soạn thảo bổ sung: kết quả thực hiện: hướng dẫn người sử dụng; cập nhật hệ thống chỉ tiêu]" in text
    assert text.count("[Đơn vị soạn thảo bổ sung: các đề xuất") == 2  # in section IV and in its annex
    assert "không phát sinh" not in text


def test_the_text_ends_as_official_texts_do(document):
    body = [p.text for p in document.paragraphs if p.style.name == "Nội dung"]
    assert body[-1].endswith("xem xét, chỉ đạo./.")


def test_no_paragraph_is_an_empty_bullet_or_an_unfilled_name(document):
    text = all_text(document)
    assert not [line for line in text.splitlines() if line.strip() in ("-", ";", ".", "-.", "-;")]
    for leftover in ("None", "{{", "}}", "{%", "%}", "Outcome", "Decimal"):
        assert leftover not in text


def test_the_distribution_list_ends_with_the_records_office(document):
    copies, signer = (cell.text for cell in document.tables[1].rows[0].cells)
    assert copies.splitlines()[:2] == ["Nơi nhận:", "- Như trên;"]
    assert copies.splitlines()[-1] == "- Lưu: VT, TH."
    assert signer.startswith("CỤC TRƯỞNG")


def test_a_named_signer_closes_the_page(tmp_path):
    facts = a_report(issuer=replace(ISSUER, signer_name="Nguyễn Văn An"))
    assert (
        Document(write_progress_report(facts, tmp_path / "r.docx")).tables[1].cell(0, 1).text.endswith("Nguyễn Văn An")
    )


@pytest.mark.parametrize(("number", "rows", "columns"), [("I", 6, 16), ("II", 30, 7), ("III", 6, 7), ("V", 7, 5)])
def test_each_annex_has_a_row_for_every_fact(document, number, rows, columns):
    table = annex(document, number)
    assert len(table.rows) == rows + 1
    assert len(table.columns) == columns
    assert table.rows[-1].cells[0].text == str(rows)


def test_every_annex_opens_its_own_section_and_repeats_its_head(document):
    assert len(document.sections) == 2 + len(ANNEXES)  # the last holds the figures
    for number in ANNEXES:
        assert annex(document, number).rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_every_annex_is_named_in_the_body(document):
    body = "\n".join(p.text for p in document.paragraphs if p.style.name == "Nội dung")
    for number in (*ANNEXES, "VI"):
        assert f"Phụ lục {number}" in body


def test_annex_headings_leave_number_and_date_blank(document):
    attached = [p.text for p in document.paragraphs if p.style.name == "Kèm theo"]
    assert len(attached) == len(ANNEXES) + 1
    assert all(line.startswith("(Kèm theo Báo cáo số   ") for line in attached)
    assert all(line.endswith("/BC-CTK ngày … tháng … năm … của Cục Thống kê tỉnh Sóc Trăng)") for line in attached)


def test_outcomes_read_as_an_official_writes_them(document):
    results = {row.cells[6].text for row in annex(document, "II").rows[1:]}
    assert results == {"Đúng hạn", "Sau hạn 02 ngày làm việc", "Chưa gửi", "Không phát sinh", "Chưa đến hạn"}


def test_urging_is_told_in_the_provinces_own_time(document):
    assert annex(document, "III").cell(1, 1).text == "07:30 03/01/2014"


def test_an_empty_annex_says_so_in_one_row(tmp_path):
    facts = a_report(annex_ii=(), annex_iii=(), annex_iv=(), annex_v=())
    written = Document(write_progress_report(facts, tmp_path / "r.docx"))
    assert annex(written, "II").rows[1].cells[0].text == "Trong kỳ không có nhiệm vụ phải thực hiện theo Kế hoạch."
    assert len(annex(written, "II").rows) == 2
    assert annex(written, "IV").rows[1].cells[0].text == "Trong kỳ không phát sinh nội dung này."


def test_pages_are_numbered_from_the_second_and_afresh_in_every_annex(document):
    for section in document.sections:
        assert section.different_first_page_header_footer
        assert "PAGE" in section.footer._element.xml  # before 05/3/2020 at the foot
        assert "PAGE" not in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
    for section in document.sections[1:]:
        (numbering,) = section._sectPr.findall(qn("w:pgNumType"))
        assert numbering.get(qn("w:start")) == "1"


HOSTILE = "Sở <w:p/> A & B {{ 7 * 7 }} {% for %} \x00\x0b]]> «Đ»"


def test_hostile_names_come_out_literally(tmp_path):
    row = replace(annex_ii_rows(1)[0], unit=HOSTILE)
    facts = a_report(annex_ii=(row,), issuer=replace(ISSUER, signer_name=HOSTILE), recipients=(HOSTILE,))
    written = Document(write_progress_report(facts, tmp_path / "r.docx"))
    assert annex(written, "II").cell(1, 1).text == "Sở <w:p/> A & B {{ 7 * 7 }} {% for %}  ]]> «Đ»"
    assert written.tables[1].cell(0, 1).text.endswith("«Đ»")


def test_decomposed_letters_are_composed(tmp_path):
    row = replace(annex_ii_rows(1)[0], unit="So\u031b\u0309 Y te\u0302\u0301")
    written = Document(write_progress_report(a_report(annex_ii=(row,)), tmp_path / "r.docx"))
    assert annex(written, "II").cell(1, 1).text == "Sở Y tế"


def test_the_same_facts_give_the_same_bytes(tmp_path):
    first, second = (write_progress_report(a_report(), tmp_path / f"{n}" / "r.docx") for n in range(2))
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
    assert not list(tmp_path.rglob("*.part"))


def test_the_committed_templates_are_what_their_builders_make():
    for module in (template_progress, template_urging_letter):
        assert Document(module.TARGET).element.xml == module.build().element.xml


def test_the_template_uses_every_value_and_no_other(tmp_path):
    values = report_values(a_report(annex_iv=()))
    for name in values:
        less = {key: value for key, value in values.items() if key != name}
        with pytest.raises(UndefinedError):
            form().write(less, tmp_path / "never.docx")


def test_a_template_edited_in_word_may_split_its_tags(tmp_path):
    edited = Document(TEMPLATE)
    place = edited.tables[0].cell(1, 1).paragraphs[0]
    place.clear()
    for piece in ("{{ pla", "ce }", "},   ", "{{ dated }}"):
        place.add_run(piece).bold = piece == "ce }"
    edited.save(tmp_path / "edited.docx")
    out = WordForm(tmp_path / "edited.docx").write(report_values(a_report()), tmp_path / "r.docx")
    assert Document(out).tables[0].cell(1, 1).text == "Sóc Trăng,   ngày … tháng 3 năm 2014"
