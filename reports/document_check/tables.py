"""How wide the cells of a table are, and which lines close them below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from reports.document_check.properties import MM, number
from rules.documents.paper import DrawnLine

CELL_MARGIN = 108 * MM  # where nothing is said


@dataclass(frozen=True)
class Cell:
    table: int
    row: int
    column: int
    width: float | None  # mm, between its margins
    line_below: DrawnLine | None
    style: str


def cells_of(table: Element, number_of: int) -> Iterator[tuple[Cell, Element]]:
    properties = table.find("w_tblPr")
    style = _value(properties, "w_tblStyle")
    grid = [number(item.get("w"), MM) for item in table.iterfind("w_tblGrid/w_gridCol")]
    margins = properties.find("w_tblCellMar") if properties is not None else None
    for row, line in enumerate(_inside(table, "w_tr")):
        column = 0
        for cell in _inside(line, "w_tc"):
            own = cell.find("w_tcPr")
            span = max(1, int(number(_value(own, "w_gridSpan") or "1")))
            width = _width(own, grid[column : column + span])
            inner = own.find("w_tcMar") if own is not None else None
            used = sum(_margin(inner, margins, sides) for sides in (("left", "start"), ("right", "end")))
            yield Cell(number_of, row, column, width and max(0.0, width - used), _line_below(own), style), cell
            column += span


def _inside(element: Element, tag: str) -> Iterator[Element]:
    """Children, also those in content controls."""
    for item in element:
        if item.tag == tag:
            yield item
        elif item.tag in ("w_sdt", "w_sdtContent"):
            yield from _inside(item, tag)


def _value(element: Element | None, tag: str) -> str:
    item = element.find(tag) if element is not None else None
    return item.get("val", "") if item is not None else ""


def _width(properties: Element | None, columns: list[float]) -> float | None:
    item = properties.find("w_tcW") if properties is not None else None
    if item is not None and item.get("type", "dxa") == "dxa" and number(item.get("w")):
        return number(item.get("w"), MM)
    return sum(columns) or None


def _margin(own: Element | None, of_table: Element | None, sides: tuple[str, str]) -> float:
    for margins in (own, of_table):
        for side in sides:
            item = margins.find(f"w_{side}") if margins is not None else None
            if item is not None:
                return number(item.get("w"), MM)
    return CELL_MARGIN


def _line_below(properties: Element | None) -> DrawnLine | None:
    item = properties.find("w_tcBorders/w_bottom") if properties is not None else None
    kind = item.get("val", "none") if item is not None else "none"
    return None if kind in ("none", "nil") else DrawnLine(None, kind in ("single", "thick"), across=True)
