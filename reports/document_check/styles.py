"""The styles, lists and default values of a document, resolved to what takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from reports.document_check.package import Package
from reports.document_check.properties import TOGGLES, Values, of_letters, of_paragraph

DEEPEST = 30  # styles based on each other
_LETTERS: Values = {"size": 10.0, "ascii": "Times New Roman", "hAnsi": "Times New Roman"}
_PARAGRAPH: Values = {
    "align": "left", "left": 0.0, "right": 0.0, "first": 0.0, "before": 0.0, "after": 0.0, "line": ("auto", 1.0),
}  # fmt: skip


class Styles:
    def __init__(self, package: Package) -> None:
        parts = package.targets(package.main)
        root = package.tree(parts.get("styles", ""))
        self._theme = _theme(package.tree(parts.get("theme", "")))
        self._lists = _lists(package.tree(parts.get("numbering", "")))
        self._styles = {item.get("styleId", ""): item for item in root.iter("w_style")}
        self._default = {
            item.get("type", ""): item.get("styleId", "")
            for item in root.iter("w_style")
            if item.get("default") in ("1", "true", "on")
        }
        self._letters = _LETTERS | self.letters(root.find("w_docDefaults/w_rPrDefault/w_rPr"))
        self._paragraph = _PARAGRAPH | of_paragraph(root.find("w_docDefaults/w_pPrDefault/w_pPr"))
        self._of_style: dict[str, tuple[Values, Values]] = {}

    def letters(self, element: Element | None) -> Values:
        return of_letters(element, self._theme)

    def name(self, style: str) -> str:
        return style or self._default.get("paragraph", "")

    def of_paragraph(self, style: str, table_style: str, direct: Element | None) -> Values:
        own = of_paragraph(direct)
        from_style = self._resolved(self.name(style))[0]
        listed = {"list": from_style.get("list"), "level": from_style.get("level", "0")} | own
        values = self._paragraph | self._resolved(table_style)[0]
        level = self._lists.get((str(listed.get("list")), str(listed["level"])))
        if level and "list" in own:
            values |= from_style | level[1] | own
        else:
            values |= (level[1] if level else {}) | from_style | own
        return values | {"mark": level[0] if level else ""}

    def of_letters(self, style: str, table_style: str, run: Element | None) -> Values:
        element = run.find("w_rPr") if run is not None else None
        named = element.find("w_rStyle") if element is not None else None
        own = self.letters(element)
        layers = [
            self._resolved(table_style)[1],
            self._resolved(self.name(style))[1],
            self._resolved(named.get("val", "") if named is not None else "")[1],
        ]
        values = dict(self._letters)
        for layer in layers:
            values |= layer
        for toggle in TOGGLES - own.keys():
            # two styles that both switch it on switch it off again; a default stays on
            on = sum(bool(layer.get(toggle)) for layer in layers) % 2 == 1
            values[toggle] = on or bool(self._letters.get(toggle))
        return values | own

    def _resolved(self, style: str) -> tuple[Values, Values]:
        """Of a paragraph and of letters, the styles it is based on included."""
        if style not in self._of_style:
            paragraph: Values = {}
            letters: Values = {}
            for item in reversed(list(self._bases(style))):
                paragraph |= of_paragraph(item.find("w_pPr"))
                letters |= self.letters(item.find("w_rPr"))
            self._of_style[style] = paragraph, letters
        return self._of_style[style]

    def _bases(self, style: str) -> Iterator[Element]:
        for _ in range(DEEPEST):
            if (item := self._styles.get(style)) is None:
                return
            yield item
            base = item.find("w_basedOn")
            style = base.get("val", "") if base is not None else ""


def _theme(root: Element) -> dict[str, str]:
    """«minor», «major»: the font each stands for."""
    fonts = {}
    for name in ("minor", "major"):
        latin = root.find(f".//a_{name}Font/a_latin")
        if latin is not None:
            fonts[name] = latin.get("typeface", "")
    return fonts


def _lists(root: Element) -> dict[tuple[str, str], tuple[str, Values]]:
    """By list and level: the mark before a paragraph, and its indents."""
    levels = {
        kind.get("abstractNumId", ""): {level.get("ilvl", "0"): level for level in kind.iter("w_lvl")}
        for kind in root.iter("w_abstractNum")
    }
    lists = {}
    for item in root.iter("w_num"):
        kind = item.find("w_abstractNumId")
        for number, level in levels.get(kind.get("val", "") if kind is not None else "", {}).items():
            lists[item.get("numId", ""), number] = _mark(level), of_paragraph(level.find("w_pPr"))
    return lists


def _mark(level: Element) -> str:
    text, style = level.find("w_lvlText"), level.find("w_numFmt")
    if style is not None and style.get("val") == "none":
        return ""
    return text.get("val", "") if text is not None else ""
