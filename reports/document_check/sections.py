"""The pages of each section, and where their numbers stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from reports.document_check.package import Package
from reports.document_check.paragraphs import Paragraphs
from reports.document_check.properties import MM, Values, number
from reports.document_check.styles import Styles
from rules.documents.paper import Align, PageNumber, Section

_PAGE = re.compile(r"^\s*PAGE\b")
_KINDS = ("default", "first", "even")
_TABS = {"center": Align.CENTRE, "right": Align.RIGHT, "left": Align.LEFT}


@dataclass
class Pages:
    """Reads headers and footers once each."""

    package: Package
    styles: Styles

    def __post_init__(self) -> None:
        self._targets = self.package.targets(self.package.main)
        self._of_part: dict[str, tuple[PageNumber, ...]] = {}

    def read(self, properties: Sequence[Element]) -> Iterator[Section]:
        parts: dict[tuple[str, str], str] = {}  # a section without its own goes on with those before
        for item in properties:
            for place in ("header", "footer"):
                for reference in item.iterfind(f"w_{place}Reference"):
                    parts[place, reference.get("type", "default")] = self._targets.get(reference.get("r_id", ""), "")
            yield self._section(item, parts)

    def _section(self, item: Element, parts: dict[tuple[str, str], str]) -> Section:
        size, margins = _attributes(item, "w_pgSz"), _attributes(item, "w_pgMar")
        kind = item.find("w_type")
        numbering = item.find("w_pgNumType")
        first = item.find("w_titlePg")
        return Section(
            width=number(size.get("w"), MM),
            height=number(size.get("h"), MM),
            **{side: abs(number(margins.get(side), MM)) for side in ("top", "bottom")},
            left=number(margins.get("left"), MM) + number(margins.get("gutter"), MM),
            right=number(margins.get("right"), MM),
            first_differs=first is not None and first.get("val") not in ("0", "false", "off"),
            restarts=numbering is not None and numbering.get("start") in ("0", "1"),
            new_page=kind is None or kind.get("val") != "continuous",
            numbers=self._numbers(parts, "default"),
            first_numbers=self._numbers(parts, "first"),
        )

    def _numbers(self, parts: dict[tuple[str, str], str], kind: str) -> tuple[PageNumber, ...]:
        numbers: tuple[PageNumber, ...] = ()
        for place in ("header", "footer"):
            if part := parts.get((place, kind)):
                if part not in self._of_part:
                    self._of_part[part] = tuple(self._in_part(part, place))
                numbers += self._of_part[part]
        return numbers

    def _in_part(self, part: str, place: str) -> Iterator[PageNumber]:
        for item in self.package.tree(part).iter("w_p"):
            runs = list(_before_number(item))
            if runs and runs[-1] is None:
                yield self._number(item, place, runs)

    def _number(self, item: Element, place: str, runs: Sequence[Element | None]) -> PageNumber:
        paragraph = Paragraphs(self.styles).paragraph(item)
        field = _runs_of_field(item)
        named = item.find("w_pPr/w_pStyle")
        style = named.get("val", "") if named is not None else ""
        look: Values = self.styles.of_letters(style, "", field)
        align = _framed(item) or self._by_tabs(item, style, runs, paragraph.align)
        return PageNumber(place, align, look["size"], not look["italic"])

    def _by_tabs(self, item: Element, style: str, runs: Sequence[Element | None], align: Align) -> Align | None:
        count = sum(len(run.findall("w_tab")) for run in runs if run is not None)
        if any(run is not None and run.find("w_ptab") is not None for run in runs):
            return None
        if not count:
            return align
        stops = self.styles.of_paragraph(style, "", item.find("w_pPr")).get("tabs", [])
        kinds = [kind for kind, _ in sorted(stops, key=lambda stop: stop[1]) if kind != "clear"]
        return _TABS.get(kinds[count - 1]) if count <= len(kinds) else None


def _attributes(item: Element, tag: str) -> Element:
    child = item.find(tag)
    return child if child is not None else Element("none")


def _before_number(item: Element) -> Iterator[Element | None]:
    """The runs before the field of the page number, then None; without a field it ends without None."""
    for element in item.iter():
        if element.tag == "w_fldSimple" and _PAGE.match(element.get("instr", "")):
            yield None
            return
        if element.tag == "w_instrText" and _PAGE.match(element.text or ""):
            yield None
            return
        if element.tag == "w_r":
            yield element


def _runs_of_field(item: Element) -> Element | None:
    """The run that shows the number: the first with letters, else the one that asks for it."""
    runs = list(item.iter("w_r"))
    shown = (run for run in runs if (run.findtext("w_t") or "").strip().isdigit())
    return next(shown, next((run for run in runs if run.find("w_instrText") is not None), None))


def _framed(item: Element) -> Align | None:
    frame = item.find("w_pPr/w_framePr")
    return _TABS.get(frame.get("xAlign", "")) if frame is not None else None
