"""What may be inside the Word file of a template: nothing that runs, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from reports.word_form import BODY, EDGE
from reports.workbook_guard import UnsafeWorkbook, check_document

LARGEST = 5 << 20  # bytes
LARGEST_TEXT = 8 << 20  # of the body, unpacked
ACTIVE = re.compile(r"vbaProject|oleObject|/control|activeX|aFChunk|subDocument|attachedTemplate|frame$", re.I)
FIELDS = re.compile(r"\b(DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDEPICTURE|IMPORT|DATABASE|MACROBUTTON|AUTOTEXT)\b", re.I)
TAGS = re.compile(rb"\{\{|\{%")
ELSEWHERE = re.compile(r"word/(footnotes|endnotes|comments)\.xml")


def check_package(content: bytes) -> None:
    """Raises UnsafeWorkbook, whose message says why."""
    if len(content) > LARGEST:
        raise UnsafeWorkbook(f"Tệp mẫu lớn hơn {LARGEST >> 20} MB. / The template is larger than {LARGEST >> 20} MB.")
    check_document(BytesIO(content))
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    if BODY not in parts:
        raise UnsafeWorkbook("Tệp nén này không phải Word (.docx). / This zip is no document.")
    if len(parts[BODY]) > LARGEST_TEXT:
        raise UnsafeWorkbook("Phần thân của mẫu quá lớn. / The body of the template is too large.")
    _need_nothing_active(parts)
    for name, part in parts.items():
        if ELSEWHERE.fullmatch(name) and TAGS.search(part):
            raise UnsafeWorkbook(
                "Thẻ chỉ được đặt trong thân văn bản, đầu trang và cuối trang, không trong chú thích. / "
                "Tags may stand in the body, headers and footers only, not in notes."
            )


def _need_nothing_active(parts: dict[str, bytes]) -> None:
    if any("vbaproject" in name.lower() for name in parts) or b"macroEnabled" in parts["[Content_Types].xml"]:
        raise UnsafeWorkbook("Mẫu có macro: lưu lại dạng .docx. / The template has macros: save it as .docx.")
    for name, part in parts.items():
        if name.endswith(".rels"):
            for link in fromstring(part):
                _need_harmless(link)
        elif name == BODY or EDGE.fullmatch(name):
            _need_harmless_fields(fromstring(part))


def _need_harmless(link: Element) -> None:
    kind = link.get("Type", "")
    if ACTIVE.search(kind):
        raise UnsafeWorkbook(
            f"Mẫu có thành phần nhúng không được nhận ({kind.rpartition('/')[2]}). / "
            f"The template embeds what is not taken ({kind.rpartition('/')[2]})."
        )
    if link.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
        raise UnsafeWorkbook(
            f"Mẫu lấy nội dung từ bên ngoài ({link.get('Target', '')[:80]}): chèn hẳn vào tệp. / "
            "The template fetches something from outside: embed it."
        )


def _need_harmless_fields(tree: Element) -> None:
    for node in tree.iter():
        code = (
            node.text
            if node.tag.endswith("}instrText")
            else next((value for name, value in node.attrib.items() if name.endswith("}instr")), "")
        )
        if code and (found := FIELDS.search(code)):
            raise UnsafeWorkbook(
                f"Mẫu có trường Word không được nhận: {found[1].upper()}. / The template has a field that is not taken."
            )
