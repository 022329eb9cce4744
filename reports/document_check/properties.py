"""What an element of properties says about letters or about a paragraph, in pt and mm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

Values = dict[str, Any]
MM = 25.4 / 1440  # of a twip
EMU = 25.4 / 914400  # mm
_ON = ("1", "true", "on", None)
_SIDES = {"start": "left", "end": "right", "distribute": "both", "thaiDistribute": "both", "mediumKashida": "both"}
_TOGGLES = {"w_b": "bold", "w_i": "italic", "w_caps": "caps", "w_vanish": "hidden"}
TOGGLES = frozenset(_TOGGLES.values())


def of_letters(element: Element | None, theme: Mapping[str, str]) -> Values:
    values: Values = {}
    for item in element if element is not None else ():
        if item.tag in _TOGGLES:
            values[_TOGGLES[item.tag]] = item.get("val") in _ON
        elif item.tag == "w_sz":
            values["size"] = number(item.get("val"), 1 / 2)
        elif item.tag == "w_color":
            values["colour"] = "" if item.get("val") in ("auto", None) else str(item.get("val"))
        elif item.tag == "w_u":
            values["underlined"] = item.get("val") not in ("none", None)
        elif item.tag == "w_rFonts":
            values |= _fonts(item, theme)
    return values


def _fonts(item: Element, theme: Mapping[str, str]) -> Values:
    values = {}
    for slot in ("ascii", "hAnsi"):
        font = theme.get((item.get(f"{slot}Theme") or "")[:5]) or item.get(slot)
        if font:
            values[slot] = font
    return values


def of_paragraph(element: Element | None) -> Values:
    values: Values = {}
    for item in element if element is not None else ():
        if item.tag == "w_jc":
            values["align"] = _SIDES.get(item.get("val", ""), item.get("val"))
        elif item.tag == "w_ind":
            values |= _indents(item)
        elif item.tag == "w_spacing":
            values |= _gaps(item)
        elif item.tag == "w_contextualSpacing":
            values["close"] = item.get("val") in _ON
        elif item.tag == "w_pageBreakBefore":
            values["new_page"] = item.get("val") in _ON
        elif item.tag == "w_numPr":
            values |= _numbered(item)
        elif item.tag == "w_pBdr":
            values["border"] = _line_below(item)
        elif item.tag == "w_tabs":
            values["tabs"] = [_tab(tab) for tab in item]
    return values


def _indents(item: Element) -> Values:
    values: Values = {}
    for key, names in (("left", ("left", "start")), ("right", ("right", "end"))):
        given = next((item.get(name) for name in names if item.get(name)), None)
        if given is not None:
            values[key] = number(given, MM)
    if item.get("firstLine") is not None:
        values["first"] = number(item.get("firstLine"), MM)
    if item.get("hanging") is not None:
        values["first"] = -number(item.get("hanging"), MM)
    if any(number(item.get(name)) for name in ("firstLineChars", "hangingChars")):
        values["first"] = None
    return values


def _gaps(item: Element) -> Values:
    values: Values = {}
    for side in ("before", "after"):
        if item.get(side) is not None:
            values[side] = number(item.get(side), 1 / 20)
        if item.get(f"{side}Autospacing") in ("1", "true", "on") or number(item.get(f"{side}Lines")):
            values[side] = None
    if item.get("line") is not None:
        kind = item.get("lineRule", "auto")
        values["line"] = (kind, number(item.get("line"), 1 / 240 if kind == "auto" else 1 / 20))
    return values


def _numbered(item: Element) -> Values:
    level, number_of = item.find("w_ilvl"), item.find("w_numId")
    values: Values = {}
    if level is not None:
        values["level"] = level.get("val", "0")
    if number_of is not None:
        values["list"] = number_of.get("val", "0")
    return values


def _line_below(item: Element) -> str:
    """Kind of the border above or below: none, single, dashed."""
    sides = [item.find(f"w_{side}") for side in ("bottom", "top")]
    kinds = [side.get("val", "none") for side in sides if side is not None]
    return next((kind for kind in kinds if kind not in ("none", "nil")), "none")


def _tab(item: Element) -> tuple[str, float]:
    return _SIDES.get(item.get("val", ""), item.get("val", "left")), number(item.get("pos"), MM)


def number(text: str | None, unit: float = 1.0) -> float:
    """0 for what is none: a reader of untrusted files goes on."""
    try:
        value = float((text or "0").removesuffix("pt"))
    except ValueError:
        return 0.0
    return value * unit if abs(value) < 1e9 else 0.0
