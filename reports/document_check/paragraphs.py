"""The paragraphs of a document in their order, with all that takes effect on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from reports.document_check.drawings import drawn_in
from reports.document_check.properties import Values
from reports.document_check.styles import Styles
from reports.document_check.tables import Cell, cells_of
from rules.documents.paper import Align, DrawnLine, Paragraph, Span

# content controls, tags and accepted changes around what matters
WRAPPERS = frozenset(
    {"w_sdt", "w_sdtContent", "w_smartTag", "w_customXml", "w_ins", "w_moveTo", "w_fldSimple", "w_dir"}
)
_LETTERS = {"w_tab": "\t", "w_ptab": "\t", "w_br": "\n", "w_cr": "\n", "w_noBreakHyphen": "-"}
_SINGLE = 1.15  # height of a single line, as a part of the size
_ALIGNS = {align.value: align for align in Align}


class Paragraphs:
    """Reads them one after the other; the sections they stand in are counted on the way."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._count = self._tables = 0
        self.sections: list[Element] = []  # their properties, as far as they have ended

    def read(self, place: Element, cell: Cell | None = None, *, box: bool = False) -> Iterator[Paragraph]:
        for item in place:
            if item.tag == "w_p":
                yield from self._with_boxes(item, cell, box)
                self._end_section(item)
            elif item.tag == "w_tbl":
                yield from self._table(item, cell)
            elif item.tag in WRAPPERS:
                yield from self.read(item, cell, box=box)

    def _table(self, table: Element, outer: Cell | None) -> Iterator[Paragraph]:
        """A table inside another counts as part of the outer cell."""
        self._tables += outer is None
        for cell, content in cells_of(table, self._tables):
            paragraphs = list(self.read(content, outer or cell))
            if paragraphs and cell.line_below:
                paragraphs[-1] = replace(paragraphs[-1], drawn=(*paragraphs[-1].drawn, cell.line_below))
            yield from paragraphs

    def _with_boxes(self, item: Element, cell: Cell | None, box: bool) -> Iterator[Paragraph]:
        yield self.paragraph(item, cell, box)
        for content in () if box else _boxes(item):
            yield from self.read(content, box=True)

    def _end_section(self, item: Element) -> None:
        ended = item.find("w_pPr/w_sectPr")
        if ended is not None:
            self.sections.append(ended)

    def paragraph(self, item: Element, cell: Cell | None = None, box: bool = False) -> Paragraph:
        direct = item.find("w_pPr")
        reference = direct.find("w_pStyle") if direct is not None else None
        style = reference.get("val", "") if reference is not None else ""
        table_style = cell.style if cell else ""
        values = self._styles.of_paragraph(style, table_style, direct)
        inside = _Inside()
        for run, link in _runs(item):
            self._run(run, link, self._styles.of_letters(style, table_style, run), inside)
        self._count += 1
        drawn, picture = _drawn(values, inside)
        size = max((span.size for span in inside.spans), default=0.0)
        return Paragraph(
            number=self._count,
            spans=tuple(inside.spans),
            section=len(self.sections),
            align=_ALIGNS.get(values["align"], Align.LEFT),
            **{side: values[side] for side in ("left", "right", "first", "before", "after")},
            **_spacing(values["line"], size),
            style=self._styles.name(style),
            close_to_own_style=bool(values.get("close")),
            table=cell.table if cell else None,
            row=cell.row if cell else 0,
            column=cell.column if cell else 0,
            box=box,
            width=cell.width if cell else None,
            mark=values["mark"],
            drawn=drawn,
            picture=picture,
            new_page=bool(values.get("new_page")) or inside.new_page,
        )

    def _run(self, run: Element, link: bool, look: Values, inside: _Inside) -> None:
        if look["hidden"]:
            return
        text = ""
        for item in run:
            if item.tag == "w_t":
                text += item.text or ""
            elif item.tag == "w_br" and item.get("type") in ("page", "column"):
                inside.new_page = True
            elif item.tag in _LETTERS:
                text += _LETTERS[item.tag]
            elif item.tag in ("w_drawing", "w_pict", "w_object"):
                inside.drawings.append(item)
            elif item.tag == "mc_AlternateContent":
                chosen = item.find("mc_Choice")
                inside.drawings += list(chosen) if chosen is not None else []
        if text:
            inside.spans.append(_span(text, look, link))


class _Inside:
    """What the runs of a paragraph hold."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.drawings: list[Element] = []
        self.new_page = False


def _runs(element: Element, link: bool = False) -> Iterator[tuple[Element, bool]]:
    for item in element:
        if item.tag == "w_r":
            yield item, link
        elif item.tag == "w_hyperlink":
            yield from _runs(item, True)
        elif item.tag in WRAPPERS:
            yield from _runs(item, link)


def _boxes(item: Element) -> Iterator[Element]:
    """Text boxes in it, each once: the second edition of a shape, for older programs, is left out."""
    for child in item:
        if child.tag == "w_txbxContent":
            yield child
        elif child.tag != "mc_Fallback":
            yield from _boxes(child)


def _span(text: str, look: Values, link: bool) -> Span:
    # Vietnamese letters with two marks take the font of the slot `hAnsi`
    font = look["hAnsi"] if any(letter > "\x7f" for letter in text) else look["ascii"]
    if look["caps"]:
        text = text.upper()
    return Span(
        text,
        look["size"],
        look["bold"],
        look["italic"],
        font,
        look.get("colour", ""),
        bool(look.get("underlined")),
        link,
    )


def _spacing(line: tuple[str, float], size: float) -> dict[str, Any]:
    kind, value = line
    if kind == "auto":
        return {"lines": value, "exact": None}
    if kind == "atLeast" and value <= size * _SINGLE:
        return {"lines": 1.0, "exact": None}
    return {"lines": None, "exact": value}


def _drawn(values: Values, inside: _Inside) -> tuple[tuple[DrawnLine, ...], bool]:
    marks = [drawn_in(drawing) for drawing in inside.drawings]
    lines = [line for line in marks if line is not None]
    if values.get("border", "none") != "none":
        lines.append(DrawnLine(None, values["border"] in ("single", "thick"), across=True))
    return tuple(lines), len(marks) > len([line for line in marks if line])
