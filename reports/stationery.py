"""The pieces an official document is put together from: letterhead, addressees, signature, annexes, tables."""

from __future__ import annotations

from copy import copy
from typing import Any

from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.page import CENTRE, set_page

LETTERHEAD = (72.5, 87.5)  # mm: issuer and national name each on one line
MOTTO_LINE = 56  # mm: as long as «Độc lập - Tự do - Hạnh phúc» at 13 pt bold
ISSUER_LINE = 28  # 1/3 to 1/2 of an issuer's name of one line
SHORT_LINE = 18  # below «TỈNH SÓC TRĂNG»

NUMBERED = (qn("w:headerReference"), qn("w:footerReference"))

Columns = tuple[tuple[str, str, float], ...]  # heading, field of the row, width in mm


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
    set_inner_margins(table, 0)
    for row in table.rows:
        keep_whole(row)
    return table


def set_inner_margins(table: Any, width: float) -> None:
    """In mm, at the left and the right of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(Mm(width).twips)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.insert(len(properties) if look is None else properties.index(look), margins)


def fix_widths(table: Any, widths: tuple[float, ...]) -> None:
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def letterhead(document: Any, *, subject: str = "", under_superior: bool = True) -> None:
    """Ô 1–4: issuer beside the national name, number beside place and date; a letter's subject under its number.

    Without a superior the name of the issuer takes two lines: «ỦY BAN NHÂN DÂN», and below it of which place.
    """
    head = bare_table(document, LETTERHEAD, rows=2)
    (issuer, nation), (number, place) = (row.cells for row in head.rows)
    if under_superior:
        paragraph(issuer, "Cơ quan chủ quản", "{{ superior }}")
        paragraph(issuer, "Cơ quan ban hành", "{{ issuer_upper }}")
    else:
        for text in ("{%p for line in issuer_lines %}", "{{ line }}", "{%p endfor %}"):
            paragraph(issuer, "Cơ quan ban hành", text)
    line(issuer, "Cơ quan ban hành", ISSUER_LINE if under_superior else SHORT_LINE, LETTERHEAD[0])
    paragraph(nation, "Quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    paragraph(nation, "Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc")
    line(nation, "Tiêu ngữ", MOTTO_LINE, LETTERHEAD[1])
    paragraph(number, "Số ký hiệu", "Số: {{ number }}")
    paragraph(place, "Địa danh", "{{ place }}, {{ dated }}")
    if subject:
        paragraph(number, "Trích yếu công văn", subject)


def slot(document: Any, text: str) -> None:
    """A marked gap for text that a person must write, so that nobody signs the document without it."""
    run = paragraph(document, "Nội dung").add_run(f"[Đơn vị soạn thảo bổ sung: {text}]")
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def sentences(document: Any, item: str) -> None:
    """Of an item: from facts, then what a person wrote, or the slot for it."""
    for each, kind in (("sentence", "paragraphs"), ("line", "words")):
        for text in (f"{{%p for {each} in {item}.{kind} %}}", f"{{{{ {each} }}}}", "{%p endfor %}"):
            paragraph(document, "Nội dung", text)
    paragraph(document, "Nội dung", f"{{%p if {item}.slot and not {item}.words %}}")
    slot(document, f"{{{{ {item}.slot }}}}")
    paragraph(document, "Nội dung", "{%p endif %}")


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
    numbered = [copy(item) for item in document.sections[0]._sectPr if item.tag in NUMBERED]
    section = document.add_section(WD_SECTION.NEW_PAGE)
    flatten(document.paragraphs[-1])
    set_page(section, landscape)
    for reference in reversed(numbered):
        section._sectPr.insert(0, reference)
    for copied in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(copied)  # of the section before
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
    document: Any, rows: str, columns: Columns, nothing: str, centred: tuple[str, ...] = (), *, narrow: bool = False
) -> None:
    """A ruled table over the list `rows`; `narrow`: of so many columns that no word may be broken by margins."""
    widths = tuple(width for _, _, width in columns)
    table = document.add_table(6, len(columns), style="Table Grid")
    fix_widths(table, widths)
    head, opening, body, otherwise, empty, closing = table.rows
    if narrow:
        set_inner_margins(table, 0.5)
    for cell, (heading, _, _) in zip(head.cells, columns, strict=True):
        paragraph(cell, "Đầu bảng hẹp" if narrow else "Đầu bảng", heading)
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
