"""Official documents as a clerk writes them in Word: direct formatting, a table for the head, drawn lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
EMU_PER_MM = 36000
SENTENCE = (
    "Thực hiện Kế hoạch số 12/KH-UBND ngày 05 tháng 02 năm 2026 của Ủy ban nhân dân tỉnh về việc công bố thông tin, "
    "Sở Y tế báo cáo kết quả thực hiện trong quý như sau (chi tiết tại Phụ lục I và Phụ lục II kèm theo):"
)


def word_like() -> Any:
    """As Word begins a document: fonts of the theme, 11 pt, 8 pt after each paragraph, 1.08 lines."""
    document = Document()
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for item in list(defaults):
        defaults.remove(item)
    fonts = '<w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi" w:cstheme="minorBidi"/>'
    for name, content in (
        ("rPr", f'{fonts}<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-US"/>'),
        ("pPr", '<w:spacing w:after="160" w:line="259" w:lineRule="auto"/>'),
    ):
        defaults.append(parse_xml(f"<w:{name}Default {nsdecls('w')}><w:{name}>{content}</w:{name}></w:{name}Default>"))
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    return document


def write(
    place: Any, text: str, size: float = 14, *, bold: bool = False, italic: bool = False, align: Any = ALIGN.CENTER,
    before: float = 0, after: float = 0, indent: float = 0, first: bool = False,
) -> Any:  # fmt: skip
    """`first`: into the empty paragraph that a cell begins with."""
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic
    run._r.rPr.rFonts.set(qn("w:cs"), FONT)
    layout = paragraph.paragraph_format
    layout.alignment, layout.line_spacing = align, 1.0
    layout.space_before, layout.space_after, layout.first_line_indent = Pt(before), Pt(after), Mm(indent)
    return paragraph


def sentence(document: Any, text: str, **changes: Any) -> Any:
    return write(document, text, **{"align": ALIGN.JUSTIFY, "after": 6, "indent": 12.7, **changes})


def draw_line(paragraph: Any, length: float) -> None:
    """A shape with its older edition, as Word writes both."""
    width = round(length * EMU_PER_MM)
    shape = f"""<mc:AlternateContent {nsdecls("w", "wp", "a")}
      xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
      xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
      xmlns:v="urn:schemas-microsoft-com:vml">
      <mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0"
        relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
        <wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>
        <wp:positionV relativeFrom="paragraph"><wp:posOffset>230000</wp:posOffset></wp:positionV>
        <wp:extent cx="{width}" cy="0"/><wp:wrapNone/><wp:docPr id="{width}" name="Straight Connector"/>
        <wp:cNvGraphicFramePr/><a:graphic>
          <a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
          <wps:cNvCnPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="0"/></a:xfrm>
          <a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/>
          </a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>
      </mc:Choice><mc:Fallback><w:pict><v:line from="0,18pt" to="{length * 2.8346}pt,18pt"/></w:pict></mc:Fallback>
    </mc:AlternateContent>"""
    paragraph.add_run()._r.append(parse_xml(shape))


def head(document: Any, number: str, *, about: str = "") -> Any:
    table = document.add_table(2, 2)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(65), Mm(100)
    (issuer, nation), (numbered, dated) = (row.cells for row in table.rows)
    write(issuer, "UBND TỈNH SÓC TRĂNG", 12, first=True)
    draw_line(write(issuer, "SỞ Y TẾ", 12, bold=True), 8)
    write(nation, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True, first=True)
    draw_line(write(nation, "Độc lập - Tự do - Hạnh phúc", 13, bold=True), 56)
    write(numbered, number, 13, first=True, before=6)
    if about:
        write(numbered, about, 12, before=6)
    write(dated, "Sóc Trăng, ngày 05 tháng 9 năm 2026", 13, italic=True, first=True, before=6)
    return table


def foot(document: Any, *copies: str) -> Any:
    table = document.add_table(1, 2)
    left, right = table.rows[0].cells
    write(left, "Nơi nhận:", 12, bold=True, italic=True, align=ALIGN.LEFT, first=True)
    for copy in copies:
        write(left, copy, 11, align=ALIGN.LEFT)
    write(right, "KT. GIÁM ĐỐC", 14, bold=True, first=True)
    write(right, "PHÓ GIÁM ĐỐC", 14, bold=True)
    for _ in range(3):
        write(right, "", 14)
    write(right, "Nguyễn Văn An", 14, bold=True)
    return table


def number_pages(section: Any) -> None:
    """As Word's gallery does: a field of three runs in the middle of the header, none on the first page."""
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    for kind in ("begin", None, "separate", "2", "end"):
        run = paragraph.add_run("2" if kind == "2" else "")
        run.font.name, run.font.size = FONT, Pt(14)
        if kind is None:
            item = OxmlElement("w:instrText")
            item.text = " PAGE   \\* MERGEFORMAT "
            run._r.append(item)
        elif kind != "2":
            item = OxmlElement("w:fldChar")
            item.set(qn("w:fldCharType"), kind)
            run._r.append(item)


def annex(document: Any, number: str, title: str) -> Any:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    for copied in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(copied)  # of the section before
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    section._sectPr.append(numbering)
    write(document, f"Phụ lục {number}", bold=True)
    write(document, title, bold=True)
    write(document, "(Kèm theo Báo cáo số 05/BC-SYT ngày 05 tháng 9 năm 2026)", italic=True, after=10)
    table = document.add_table(2, 3, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("STT", "Nội dung", "Số lượng"), strict=True):
        write(cell, text, 12, bold=True, first=True)
    for cell, text in zip(table.rows[1].cells, ("1", "Tờ gấp", "120"), strict=True):
        write(cell, text, 12, first=True)
    return section


def report() -> Any:
    document = word_like()
    number_pages(document.sections[0])
    head(document, "Số: 05/BC-SYT")
    write(document, "BÁO CÁO", bold=True, before=18)
    draw_line(write(document, "Tình hình thực hiện Kế hoạch quý III năm 2026", bold=True), 40)
    write(document, "Kính gửi:", align=ALIGN.LEFT, before=12).paragraph_format.left_indent = Mm(30)
    for recipient in ("- Ủy ban nhân dân tỉnh;", "- Bộ Y tế."):
        write(document, recipient, align=ALIGN.LEFT).paragraph_format.left_indent = Mm(48)
    sentence(document, SENTENCE, before=12)
    sentence(document, "I. KẾT QUẢ THỰC HIỆN", bold=True)
    sentence(document, "1. Công tác tuyên truyền", bold=True)
    sentence(
        document,
        "Sở đã phối hợp với các đơn vị trực thuộc và Ủy ban nhân dân các xã mở 05 hội nghị tập huấn cho 120 người.",
    )
    for letter in "abcdđe":
        sentence(
            document,
            f"{letter}) Nội dung {letter} đã được các đơn vị thực hiện đúng tiến độ trong quý, có báo cáo riêng;",
        )
    sentence(document, "II. PHƯƠNG HƯỚNG", bold=True)
    sentence(document, "Trên đây là báo cáo tình hình thực hiện Kế hoạch quý III năm 2026, Sở Y tế kính báo cáo./.")
    foot(document, "- Như trên;", "- Giám đốc, các Phó Giám đốc Sở;", "- Lưu: VT, KHTC.")
    annex(document, "I", "KẾT QUẢ TUYÊN TRUYỀN")
    annex(document, "II", "DANH SÁCH HỘI NGHỊ")
    return document


def letter() -> Any:
    document = word_like()
    number_pages(document.sections[0])
    head(document, "Số: 123/SYT-KHTC", about="V/v cung cấp số liệu quý III")
    write(document, "Kính gửi: Cục Thống kê tỉnh Sóc Trăng.", before=12, after=12)
    text = "Sở Y tế gửi Cục Thống kê tỉnh số liệu quý III năm 2026 theo Công văn số 45/CTK-TH ngày 02 tháng 9 năm 2026"
    sentence(document, f"{text}; đề nghị Cục Thống kê tỉnh tổng hợp, báo cáo theo quy định./.")
    foot(document, "- Như trên;", "- Lưu: VT, KHTC.")
    return document


def decision() -> Any:
    document = word_like()
    number_pages(document.sections[0])
    head(document, "Số: 210/QĐ-SYT")
    write(document, "QUYẾT ĐỊNH", bold=True, before=18)
    draw_line(write(document, "Về việc ban hành Lịch phổ biến thông tin năm 2027", bold=True), 45)
    write(document, "GIÁM ĐỐC SỞ Y TẾ", bold=True, before=12, after=6)
    for basis in (
        "Căn cứ Nghị định số 94/2016/NĐ-CP ngày 01 tháng 7 năm 2016 của Chính phủ;",
        "Căn cứ Quyết định số 15/2024/QĐ-UBND ngày 20 tháng 5 năm 2024 của Ủy ban nhân dân tỉnh;",
        "Căn cứ đề nghị của Trưởng phòng Kế hoạch - Tài chính.",
    ):
        sentence(document, basis, italic=True)
    write(document, "QUYẾT ĐỊNH:", bold=True, before=6, after=6)
    sentence(
        document, "Điều 1. Ban hành kèm theo Quyết định này Lịch phổ biến thông tin thống kê của ngành y tế năm 2027."
    )
    sentence(document, "Điều 2. Các phòng chuyên môn, đơn vị trực thuộc Sở chịu trách nhiệm thi hành Quyết định này./.")
    foot(document, "- Như Điều 2;", "- UBND tỉnh (để báo cáo);", "- Lưu: VT, KHTC.")
    return document


PAPERS: dict[str, Callable[[], Any]] = {"report": report, "letter": letter, "decision": decision}
