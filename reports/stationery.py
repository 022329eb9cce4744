"""The look of an official document under Nghị định 30/2020/NĐ-CP, Phụ lục I, as pieces a template is built from."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
PAGE = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
TEXT_WIDTH = PAGE[0] - LEFT - RIGHT
LANDSCAPE_WIDTH = PAGE[1] - LEFT - RIGHT
LETTERHEAD = (72.5, 87.5)
TIGHT = ("Cơ quan ban hành", "Quốc hiệu")  # 0.2 pt closer: the issuer beside the national name, each on one line
MOTTO_LINE = 56  # mm: as long as «Độc lập - Tự do - Hạnh phúc» at 13 pt bold
ISSUER_LINE = 28  # 1/3 to 1/2 of an issuer's name of one line
SUBJECT_LINE = 50

JUSTIFY, CENTRE, START = WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT

# name: (size, bold, italic, alignment, first-line indent mm, space before pt, space after pt, outline level)
STYLES: dict[str, tuple[float, bool, bool, Any, float, float, float, int | None]] = {
    "Nội dung": (14, False, False, JUSTIFY, 12.7, 0, 6, None),
    "Mục": (14, True, False, JUSTIFY, 12.7, 6, 6, 0),
    "Khoản": (14, True, False, JUSTIFY, 12.7, 0, 6, 1),
    "Tên loại": (14, True, False, CENTRE, 0, 18, 0, None),
    "Trích yếu": (14, True, False, CENTRE, 0, 0, 0, None),
    "Kính gửi": (14, False, False, START, 0, 0, 0, None),
    "Cơ quan chủ quản": (12, False, False, CENTRE, 0, 0, 0, None),
    "Cơ quan ban hành": (12, True, False, CENTRE, 0, 0, 0, None),
    "Quốc hiệu": (12, True, False, CENTRE, 0, 0, 0, None),
    "Tiêu ngữ": (13, True, False, CENTRE, 0, 0, 0, None),
    "Số ký hiệu": (13, False, False, CENTRE, 0, 6, 0, None),
    "Địa danh": (13, False, True, CENTRE, 0, 6, 0, None),
    "Trích yếu công văn": (12, False, False, CENTRE, 0, 6, 0, None),
    "Nơi nhận": (12, True, True, START, 0, 0, 0, None),
    "Danh sách nơi nhận": (11, False, False, START, 0, 0, 0, None),
    "Người ký": (14, True, False, CENTRE, 0, 0, 0, None),
    "Phụ lục": (14, True, False, CENTRE, 0, 0, 0, 0),
    "Kèm theo": (14, False, True, CENTRE, 0, 0, 10, None),
    "Đầu bảng": (11, True, False, CENTRE, 0, 2, 2, None),
    "Ô chữ": (11, False, False, START, 0, 2, 2, None),
    "Ô số": (11, False, False, CENTRE, 0, 2, 2, None),
}


def new_document(title: str) -> Any:
    document = Document()
    _set_font(document.styles["Normal"])
    for name, look in STYLES.items():
        _add_style(document, name, *look)
    _set_page(document.sections[0])
    _number_pages(document.sections[0])
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "vi-VN"
    properties.created = properties.modified = datetime(2020, 3, 5, tzinfo=UTC)
    return document


def _set_font(style: Any) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(14), RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)


def _add_style(
    document: Any,
    name: str,
    size: float,
    bold: bool,
    italic: bool,
    align: Any,
    indent: float,
    before: float,
    after: float,
    outline: int | None,
) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = document.styles["Normal"], True
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, italic
    layout = style.paragraph_format
    layout.alignment, layout.first_line_indent = align, Mm(indent)
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.0
    layout.keep_with_next = outline is not None
    if name in TIGHT:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), "-4")
        style.element.rPr.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
    if outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline))
        style.element.get_or_add_pPr().append(level)


def _set_page(section: Any, landscape: bool = False) -> None:
    width, height = reversed(PAGE) if landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _number_pages(section: Any) -> None:
    section.first_page_header.is_linked_to_previous = False
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.style, paragraph.alignment = "Normal", CENTRE
    paragraph.paragraph_format.space_after = Pt(0)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    field.append(paragraph.add_run("2")._r)  # shown until the reader's program counts for itself


def paragraph(place: Any, style: str, text: str = "") -> Any:
    """A paragraph at the end of a document, or of a cell (whose first, empty paragraph is used up first)."""
    first = place.paragraphs[0] if place.paragraphs else None
    if hasattr(place, "_tc") and first is not None and not first.text and first.style.name == "Normal":
        first.style = style
        first.add_run(text)
        return first
    return place.add_paragraph(text, style)


def line(place: Any, style: str, length: float, width: float) -> None:
    """A solid line of `length` mm centred in a column `width` mm wide: the border of an all but flat paragraph."""
    flat = place.add_paragraph("", style)
    layout = flat.paragraph_format
    layout.left_indent = layout.right_indent = Mm((width - length) / 2)
    layout.first_line_indent, layout.space_before, layout.space_after = Mm(0), Pt(1), Pt(6)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    properties = flat._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


def bare_table(document: Any, widths: tuple[float, ...], rows: int = 1) -> Any:
    """A table that only places things side by side: no borders, no inner margins, fixed widths."""
    table = document.add_table(rows, len(widths))
    fix_widths(table, widths)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.insert(len(properties) if look is None else properties.index(look), margins)
    for row in table.rows:
        keep_whole(row)
    return table


def fix_widths(table: Any, widths: tuple[float, ...]) -> None:
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def letterhead(document: Any, *, subject: str = "") -> None:
    """Ô 1–4: issuer beside the national name, number beside place and date; a letter's subject under its number."""
    head = bare_table(document, LETTERHEAD, rows=2)
    (issuer, nation), (number, place) = (row.cells for row in head.rows)
    paragraph(issuer, "Cơ quan chủ quản", "{{ superior }}")
    paragraph(issuer, "Cơ quan ban hành", "{{ issuer_upper }}")
    line(issuer, "Cơ quan ban hành", ISSUER_LINE, LETTERHEAD[0])
    paragraph(nation, "Quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    paragraph(nation, "Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc")
    line(nation, "Tiêu ngữ", MOTTO_LINE, LETTERHEAD[1])
    paragraph(number, "Số ký hiệu", "Số:        /{{ symbol }}")
    paragraph(place, "Địa danh", "{{ place }}, ngày … tháng {{ month }} năm {{ year }}")
    if subject:
        paragraph(number, "Trích yếu công văn", subject)


def slot(document: Any, text: str) -> None:
    """Room for words only people can find; marked, so that nobody signs it by mistake."""
    run = paragraph(document, "Nội dung").add_run(f"[Đơn vị soạn thảo bổ sung: {text}]")
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def addressees(document: Any) -> None:
    """«Kính gửi»: one on the same line; several below each other, the dashes under the colon."""
    document.add_paragraph("{%p if addressees|length == 1 %}", "Kính gửi")
    one = document.add_paragraph("Kính gửi: {{ addressees[0] }}.", "Kính gửi")
    one.alignment, one.paragraph_format.space_before, one.paragraph_format.space_after = CENTRE, Pt(12), Pt(12)
    document.add_paragraph("{%p else %}", "Kính gửi")
    several = document.add_paragraph("Kính gửi:", "Kính gửi")
    several.paragraph_format.left_indent, several.paragraph_format.space_before = Mm(30), Pt(12)
    document.add_paragraph("{%p for addressee in addressees %}", "Kính gửi")
    entry = document.add_paragraph("- {{ addressee }}{{ '.' if loop.last else ';' }}", "Kính gửi")
    entry.paragraph_format.left_indent, entry.paragraph_format.first_line_indent = Mm(50.5), Mm(-3)
    document.add_paragraph("{%p endfor %}", "Kính gửi")
    document.add_paragraph("", "Kính gửi").paragraph_format.line_spacing = Pt(10)
    document.add_paragraph("{%p endif %}", "Kính gửi")


def signature(document: Any) -> None:
    """Ô 7 and 9b: the distribution list level with the signer's title."""
    document.add_paragraph("", "Danh sách nơi nhận").paragraph_format.keep_with_next = True
    table = bare_table(document, (80, 80))
    copies, signer = table.rows[0].cells
    paragraph(copies, "Nơi nhận", "Nơi nhận:")
    paragraph(copies, "Danh sách nơi nhận", "{%p for copy in copies %}")
    paragraph(copies, "Danh sách nơi nhận", "- {{ copy }}{{ '.' if loop.last else ';' }}")
    paragraph(copies, "Danh sách nơi nhận", "{%p endfor %}")
    paragraph(signer, "Người ký", "{{ signer_title }}")
    for _ in range(4):
        paragraph(signer, "Người ký", " ")
    paragraph(signer, "Người ký", "{{ signer_name }}")


def annex(document: Any, heading: str, title: str, attached_to: str, *, landscape: bool) -> None:
    """Each annex opens a section of its own, because its pages are numbered by themselves."""
    numbered = [copy(reference) for reference in document.sections[0]._sectPr.findall(qn("w:headerReference"))]
    section = document.add_section(WD_SECTION.NEW_PAGE)
    flatten(document.paragraphs[-1])
    _set_page(section, landscape)
    for reference in reversed(numbered):
        section._sectPr.insert(0, reference)
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(numbering, "w:cols", "w:titlePg", "w:docGrid")
    document.add_paragraph(heading, "Phụ lục")
    document.add_paragraph(title, "Phụ lục")
    document.add_paragraph(attached_to, "Kèm theo")


def flatten(empty: Any) -> None:
    """A paragraph Word insists on after a table, too low to push a full page onto a blank one."""
    empty.paragraph_format.space_before = empty.paragraph_format.space_after = Pt(0)
    empty.paragraph_format.line_spacing_rule, empty.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)


def grid(
    document: Any, rows: str, columns: tuple[tuple[str, str, float], ...], nothing: str, centred: tuple[str, ...] = ()
) -> None:
    """A ruled table over the list `rows`; a column is (heading, field of the row, width in mm)."""
    widths = tuple(width for _, _, width in columns)
    table = document.add_table(6, len(columns), style="Table Grid")
    fix_widths(table, widths)
    head, opening, body, otherwise, empty, closing = table.rows
    for cell, (heading, _, _) in zip(head.cells, columns, strict=True):
        paragraph(cell, "Đầu bảng", heading)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, (_, field, _) in zip(body.cells, columns, strict=True):
        text = "{{ loop.index }}" if field == "stt" else f"{{{{ row.{field} }}}}"
        paragraph(cell, "Ô số" if field == "stt" or field in centred else "Ô chữ", text)
    for cell in (*head.cells, *body.cells):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph(empty.cells[0].merge(empty.cells[-1]), "Ô số", nothing)
    for row, tag in ((opening, f"for row in {rows}"), (otherwise, "else"), (closing, "endfor")):
        paragraph(row.cells[0], "Ô chữ", f"{{%tr {tag} %}}")
    for row in (head, body, empty):
        keep_whole(row)
    if not nothing:
        for row in (otherwise, empty):
            table._tbl.remove(row._tr)
