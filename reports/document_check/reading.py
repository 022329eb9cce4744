"""A Word document as it stands on paper; runs in a process of its own, because anybody may have written the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from io import BytesIO
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from reports.bounded import read_bounded
from reports.document_check.package import Package
from reports.document_check.paragraphs import Paragraphs
from reports.document_check.properties import MM, number
from reports.document_check.sections import Pages
from reports.document_check.styles import Styles
from rules.documents.paper import Align, DrawnLine, PageNumber, Paper, Paragraph, Section, Span
from rules.text.control_characters import without_controls_inside


def paper_of(content: bytes) -> Paper:
    """Raises reports.workbook_guard.UnsafeWorkbook for a file that cannot be read."""
    plain = read_bounded("reports.document_check.reading:plain_paper", content)
    return from_plain(without_controls_inside(plain))


def plain_paper(stream: BinaryIO) -> dict[str, Any]:
    return asdict(read_paper(stream))


def read_paper(stream: BinaryIO) -> Paper:
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
    """Outside a table it is as wide as the text of its page, and so are its lines, indents taken off."""
    if paragraph.in_cell or paragraph.section >= len(sections):
        return paragraph
    section = sections[paragraph.section]
    width = section.width - section.left - section.right
    return replace(paragraph, width=width)


def from_plain(plain: dict[str, Any]) -> Paper:
    return Paper(
        sections=tuple(_section(item) for item in plain["sections"]),
        paragraphs=tuple(_paragraph(item) for item in plain["paragraphs"]),
        default_tab=plain["default_tab"],
        mirrored=plain["mirrored"],
    )


def _section(plain: dict[str, Any]) -> Section:
    numbers = {
        name: tuple(
            PageNumber(**{**item, "align": Align(item["align"]) if item["align"] else None}) for item in plain[name]
        )
        for name in ("numbers", "first_numbers")
    }
    return Section(**{**plain, **numbers})


def _paragraph(plain: dict[str, Any]) -> Paragraph:
    nested = {
        "spans": tuple(Span(**item) for item in plain["spans"]),
        "drawn": tuple(DrawnLine(**item) for item in plain["drawn"]),
        "align": Align(plain["align"]),
    }
    return Paragraph(**{**plain, **nested})


def read_bytes(content: bytes) -> Paper:
    """In this process: for documents of our own."""
    return read_paper(BytesIO(content))
