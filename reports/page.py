"""Page, margins, fonts and styles of an official document under Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from rules.documents.paper import Align
from rules.documents.profile import CIRCULAR_01, DECREE_30

FONT = "Times New Roman"
PAGE = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
TEXT_WIDTH = PAGE[0] - LEFT - RIGHT
TIGHT = ("Cơ quan ban hành", "Quốc hiệu")  # 0.2 pt closer: the issuer beside the national name, each on one line

JUSTIFY, CENTRE, START = WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT

# name: (size, bold, italic, alignment, first-line indent mm, space before pt, space after pt, outline level)
STYLES: dict[str, tuple[float, bool, bool, Any, float, float, float, int | None]] = {
    "Nội dung": (14, False, False, JUSTIFY, 12.7, 0, 6, None),
    "Mục": (14, True, False, JUSTIFY, 12.7, 6, 6, 0),
    "Khoản": (14, True, False, JUSTIFY, 12.7, 0, 6, 1),
    "Tên loại": (14, True, False, CENTRE, 0, 18, 0, None),
    "Trích yếu": (14, True, False, CENTRE, 0, 0, 0, None),
    "Thẩm quyền": (14, True, False, CENTRE, 0, 6, 6, None),
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
    "Hình": (12, False, False, CENTRE, 0, 6, 0, None),
    "Tên hình": (12, True, False, CENTRE, 0, 2, 8, None),
    "Đầu bảng": (11, True, False, CENTRE, 0, 2, 2, None),
    "Đầu bảng hẹp": (9, True, False, CENTRE, 0, 2, 2, None),
    "Ô chữ": (11, False, False, START, 0, 2, 2, None),
    "Ô số": (11, False, False, CENTRE, 0, 2, 2, None),
}


def new_document(title: str) -> Any:
    document = Document()
    _set_font(document.styles["Normal"])
    for name, look in STYLES.items():
        _add_style(document, name, *look)
    set_page(document.sections[0])
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


def set_page(section: Any, landscape: bool = False) -> None:
    width, height = reversed(PAGE) if landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _number_pages(section: Any) -> None:
    """Where the form in force on the document's day has them: `page_numbers` says which of the two is filled in."""
    section.first_page_header.is_linked_to_previous = section.first_page_footer.is_linked_to_previous = False
    for profile in (DECREE_30, CIRCULAR_01):
        place = getattr(section, profile.page_number_place)
        place.is_linked_to_previous = False
        paragraph = place.paragraphs[0]
        paragraph.style = "Normal"
        paragraph.alignment = CENTRE if profile.page_number_align is Align.CENTRE else WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{{%r if page_numbers == '{profile.page_number_place}' %}}")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)
        field.append(paragraph.add_run("2")._r)  # shown until the reader's program counts for itself
        paragraph.add_run("{%r endif %}")
