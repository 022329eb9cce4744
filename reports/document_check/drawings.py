"""Lines that are drawn in a paragraph: shapes of both kinds that Word writes. Anything else drawn is a picture."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from reports.document_check.properties import EMU, number
from rules.documents.paper import DrawnLine

STRAIGHT = frozenset({"line", "straightConnector1"})
FLAT = 1.5  # mm: a line higher than this lies aslant
_UNITS = {"pt": 25.4 / 72, "in": 25.4, "cm": 10.0, "mm": 1.0, "px": 25.4 / 96}
_LENGTH = re.compile(r"(-?[\d.]+)(pt|in|cm|mm|px)")


def drawn_in(element: Element) -> DrawnLine | None:
    """Of one drawing; None: a picture, or what cannot be measured."""
    return _shape(element) if element.tag == "w_drawing" else _vml(element)


def _shape(drawing: Element) -> DrawnLine | None:
    shapes = list(drawing.iter("a_prstGeom"))
    extent = drawing.find(".//wp_extent")
    if len(shapes) != 1 or shapes[0].get("prst") not in STRAIGHT or extent is None:
        return None
    width, height = (number(extent.get(side), EMU) for side in ("cx", "cy"))
    if height > FLAT:
        return None
    dash = next(drawing.iter("a_prstDash"), None)
    return DrawnLine(width or None, dash is None or dash.get("val") == "solid")


def _vml(picture: Element) -> DrawnLine | None:
    lines = list(picture.iter("v_line"))
    shapes = [item for item in picture.iter("v_shape") if item.get("type", "").endswith("_x0000_t32")]
    if len(lines) + len(shapes) != 1 or next(picture.iter("v_group"), None) is not None:
        return None
    item = (lines or shapes)[0]
    dash = next(item.iter("v_stroke"), None)
    solid = dash is None or dash.get("dashstyle", "solid") == "solid"
    return DrawnLine(_between(item) if lines else _wide(item), solid)


def _between(line: Element) -> float | None:
    start, end = (_x(line.get(name, "")) for name in ("from", "to"))
    return abs(end - start) or None if start is not None and end is not None else None


def _x(point: str) -> float | None:
    first = point.partition(",")[0].strip()
    return 0.0 if first == "0" else _length(first)


def _wide(shape: Element) -> float | None:
    width = re.search(r"(?:^|;)\s*width:\s*([^;]+)", shape.get("style", ""))
    return _length(width[1]) if width else None


def _length(text: str) -> float | None:
    measured = _LENGTH.fullmatch(text.strip())
    return number(measured[1], _UNITS[measured[2]]) if measured else None
