"""The parts of a Word package as trees with short names, the same for both editions of the format."""

from __future__ import annotations

import posixpath
from functools import cache
from typing import BinaryIO
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from reports.workbook_guard import UnsafeWorkbook, check_document

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w_",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w_",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r_",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r_",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc_",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a_",
    "http://purl.oclc.org/ooxml/drawingml/main": "a_",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp_",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp_",
    "urn:schemas-microsoft-com:vml": "v_",
}


class Package:
    """Trees are parsed when they are first needed; a part that is missing is an empty tree."""

    def __init__(self, stream: BinaryIO) -> None:
        check_document(stream)
        with ZipFile(stream) as zipped:
            self._parts = {name: zipped.read(name) for name in zipped.namelist() if name.endswith((".xml", ".rels"))}
        self.main = self.targets("").get("officeDocument", "word/document.xml")
        if self.main not in self._parts:
            raise UnsafeWorkbook("Tệp nén này không phải Word (.docx). / This zip is no document.")

    def tree(self, name: str) -> Element:
        content = self._parts.get(name)
        return _shortened(fromstring(content)) if content else Element("none")

    def targets(self, part: str) -> dict[str, str]:
        """The parts another one names: by id, and by kind."""
        folder, name = posixpath.split(part)
        parts: dict[str, str] = {}
        for item in self.tree(posixpath.join(folder, "_rels", f"{name}.rels")):
            if item.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/")
                parts[item.get("Id", "")] = target
                parts[item.get("Type", "").rpartition("/")[2]] = target
        return parts


def _shortened(root: Element) -> Element:
    for element in root.iter():
        element.tag = _short(element.tag)
        if element.attrib:
            element.attrib = {_short_attribute(name): value for name, value in element.attrib.items()}
    return root


@cache
def _short(name: str) -> str:
    namespace, closed, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    return _PREFIXES.get(namespace, "other_") + local if closed else local


@cache
def _short_attribute(name: str) -> str:
    """Only references keep their prefix: `r_id`."""
    short = _short(name)
    return short if short.startswith("r_") else short.rpartition("_")[2]
