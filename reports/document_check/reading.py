"""A Word document as it stands on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO
from xml.etree.ElementTree import Element

from reports.document_check.package import Package
from reports.document_check.paragraphs import Paragraphs
from reports.document_check.properties import MM, number
from reports.document_check.sections import Pages
from reports.document_check.styles import Styles
from rules.documents.paper import Paper, Paragraph, Section


def read_paper(stream: BinaryIO) -> Paper:
    """Raises UnsafeWorkbook for what is no Word document, or is made to do harm."""
    package = Package(stream)
    styles = Styles(package)
    body = package.tree(package.main).find("w_body")
    reader = Paragraphs(styles)
    paragraphs = list(reader.read(body if body is not None else Element("none")))
    last = body.find("w_sectPr") if body is not None else None
    sections = tuple(Pages(package, styles).read([*reader.sections, *([last] if last is not None else [])]))
    settings = package.tree(package.targets(package.main).get("settings", ""))
    tab, mirrored = settings.find("w_defaultTabStop"), settings.find("w_mirrorMargins")
    return Paper(
        sections=sections,
        paragraphs=tuple(_with_width(item, sections) for item in paragraphs),
        default_tab=number(tab.get("val"), MM) if tab is not None else 12.7,
        mirrored=mirrored is not None,
    )


def _with_width(paragraph: Paragraph, sections: Sequence[Section]) -> Paragraph:
    """Outside a table it is as wide as the text of its page."""
    if paragraph.in_cell or paragraph.section >= len(sections):
        return paragraph
    section = sections[paragraph.section]
    width = section.width - section.left - section.right
    return replace(paragraph, width=width)
