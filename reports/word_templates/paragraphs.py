"""Reads the tags of a changed template paragraph by paragraph, so that a mistake is named where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import BinaryIO
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from jinja2 import TemplateSyntaxError, nodes

from reports.word_form import BODY, EDGE, ENVIRONMENT
from reports.word_templates.language import NO_LOOP, Fault, Language, Scope

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
STATEMENT = re.compile(r"\{%(?P<unit>tr|tc|p|r)?\s+(?P<word>\w+)\s*(?P<rest>.*?)\s*%\}", re.DOTALL)
LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
CLOSING = {"endif": "if", "endfor": "for"}
WHOLE = {"p": "đoạn", "tr": "dòng", "tc": "ô"}
LONGEST = 80
PARTS = {"header": "đầu trang", "footer": "cuối trang"}


@dataclass(frozen=True)
class PlacedFault:
    """`number` counts the paragraphs of the part that are not empty, those of tables too."""

    part: str  # "" for the body, else header or footer
    number: int
    words: str
    vi: str
    en: str

    @property
    def place_vi(self) -> str:
        return f"Đoạn {self.number}{f' ({PARTS[self.part]})' if self.part else ''}"


@dataclass
class _Open:
    """A block that has begun and not ended yet."""

    word: str
    unit: str
    tag: str
    at: _Paragraph
    place: Element
    scope: Scope  # outside of it


@dataclass
class _Paragraph:
    part: str
    number: int
    text: str
    hidden: tuple[str, ...]  # attributes with tags, as of a picture's description
    above: tuple[Element, ...]  # the paragraph itself, then what it stands in, innermost first

    def fault(self, fault: Fault) -> PlacedFault:
        return PlacedFault(self.part, self.number, self.text[:LONGEST], fault.vi, fault.en)

    def place_of(self, unit: str) -> Element:
        """Where a block of this unit has to end again."""
        if unit in ("", "r"):
            return self.above[0]
        if unit == "p":
            return self.above[1]
        within = {"tr": f"{W}tbl", "tc": f"{W}tr"}[unit]
        return next((one for one in self.above if one.tag == within), self.above[-1])

    def whole(self, unit: str) -> str:
        """The text that a tag of this unit takes the place of."""
        if unit in ("tr", "tc"):
            around = next((one for one in self.above if one.tag == f"{W}{unit}"), None)
            return "".join(node.text or "" for node in around.iter(f"{W}t")) if around is not None else self.text
        return self.text


def placed_faults(stream: BinaryIO, language: Language) -> list[PlacedFault]:
    with ZipFile(stream) as package:
        names = sorted(name for name in package.namelist() if EDGE.fullmatch(name))
        trees = [(name, fromstring(package.read(name))) for name in (BODY, *names)]
    faults: list[PlacedFault] = []
    for name, tree in trees:
        edge = EDGE.fullmatch(name)
        faults += _Reading(language).through(_paragraphs(tree, edge[1] if edge else ""))
    return faults


def _paragraphs(tree: Element, part: str) -> Iterator[_Paragraph]:
    number = 0
    for above in _walk((tree,)):
        own = list(_own(above[0]))
        text = "".join(_text(node) for node in own)
        hidden = tuple(value for node in own for value in node.attrib.values() if LOOSE.search(value))
        number += bool(text.strip())
        yield _Paragraph(part, number, unescape(text).translate(QUOTES), hidden, above)


def _text(node: Element) -> str:
    if node.tag == f"{W}t":
        return node.text or ""
    return " " if node.tag in (f"{W}tab", f"{W}br") else ""


def _walk(above: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    if above[0].tag == f"{W}p":
        yield above
    for child in above[0]:
        yield from _walk((child, *above))


def _own(node: Element) -> Iterator[Element]:
    """What is in this paragraph and in no other inside it, as in a text box."""
    yield node
    for child in node:
        if child.tag != f"{W}p":
            yield from _own(child)


@dataclass
class _Reading:
    language: Language
    open: list[_Open] = field(default_factory=list)
    scope: Scope = field(default_factory=lambda: NO_LOOP)

    def through(self, paragraphs: Iterator[_Paragraph]) -> list[PlacedFault]:
        faults = [paragraph.fault(fault) for paragraph in paragraphs for fault in self._read(paragraph)]
        if not self.open:
            return faults
        first = self.open[0].at.number  # what comes below was read as if it stood inside
        return [
            *(one for one in faults if one.number <= first),
            *(
                one.at.fault(
                    Fault(f"«{one.tag}» thiếu thẻ đóng end{one.word}.", f"“{one.tag}” lacks its end{one.word}.")
                )
                for one in self.open
            ),
        ]

    def _read(self, paragraph: _Paragraph) -> Iterator[Fault]:
        for text in (paragraph.text, *paragraph.hidden):
            for tag in TAG.findall(text):
                yield from self._tag(tag, paragraph)
            if loose := LOOSE.search(TAG.sub("", text)):
                yield Fault(f"Thẻ viết dở: «{loose[0]}» không có cặp.", f"A broken tag: “{loose[0]}” has no partner.")

    def _tag(self, tag: str, at: _Paragraph) -> Iterator[Fault]:
        if tag.startswith("{{"):
            yield from self._parsed(tag, tag)
        elif (statement := STATEMENT.fullmatch(tag)) and statement["word"] in ("if", "for", "elif", "else", *CLOSING):
            unit, word = statement["unit"] or "", statement["word"]
            if unit in WHOLE and at.whole(unit).strip() != tag:
                yield Fault(
                    f"«{tag}» phải đứng một mình trong {WHOLE[unit]}: chữ khác ở đó sẽ mất.",
                    f"“{tag}” must stand alone there: other words would be lost.",
                )
            yield from self._statement(tag, word, statement["rest"], unit, at)
        else:
            yield Fault(
                f"Thẻ «{tag}» không được dùng; chỉ dùng {{{{ … }}}}, if, elif, else, for.",
                f"The tag “{tag}” may not be used; only {{{{ … }}}}, if, elif, else, for.",
            )

    def _statement(self, tag: str, word: str, rest: str, unit: str, at: _Paragraph) -> Iterator[Fault]:
        if word in ("if", "for"):
            yield from self._parsed(f"{{% {word} {rest} %}}{{% end{word} %}}", tag)
            self.open.append(_Open(word, unit, tag, at, at.place_of(unit), self.scope))
            if word == "for" and (loop := _first(f"{{% for {rest} %}}{{% endfor %}}", nodes.For)):
                self.scope = self.language.inside(loop, self.scope)
            return
        if word == "elif":
            yield from self._parsed(f"{{% if {rest} %}}{{% endif %}}", tag)
        yield from self._continued(tag, word, unit, at)

    def _continued(self, tag: str, word: str, unit: str, at: _Paragraph) -> Iterator[Fault]:
        """A middle or an end: it has to stand where the block began, and be of the same unit."""
        block = self.open[-1] if self.open else None
        wanted = CLOSING.get(word, "if" if word == "elif" else "")
        if block is None or (wanted and block.word != wanted):
            begun = f" («{block.tag}», đoạn {block.at.number}, chưa đóng)" if block else ""
            yield Fault(f"«{tag}» không khớp với thẻ mở nào{begun}.", f"“{tag}” fits no open block.")
            return
        if (block.unit, block.place) != (unit, at.place_of(unit)):
            yield Fault(
                f"«{tag}» phải cùng loại và cùng chỗ (cùng đoạn, bảng hoặc ô) với «{block.tag}» ở đoạn "
                f"{block.at.number}.",
                f"“{tag}” must be of the same kind and in the same place as “{block.tag}” in paragraph "
                f"{block.at.number}.",
            )
        if word in CLOSING or (word == "else" and block.word == "for"):
            self.scope = block.scope
        if word in CLOSING:
            self.open.pop()

    def _parsed(self, source: str, tag: str) -> Iterator[Fault]:
        try:
            tree = ENVIRONMENT.parse(source)
        except TemplateSyntaxError as error:
            yield Fault(f"Thẻ «{tag}» viết sai.", f"The tag “{tag}” is wrong: {error.message}")
            return
        yield from self.language.faults(tree, self.scope)


def _first(source: str, kind: type[nodes.For]) -> nodes.For | None:
    try:
        return ENVIRONMENT.parse(source).find(kind)
    except TemplateSyntaxError:
        return None
