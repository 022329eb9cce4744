"""A template that an office changed, compiled under watch and filled in with plain values within limits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

from jinja2 import Template, TemplateSyntaxError

from reports.word_form import ENVIRONMENT, WordForm
from reports.word_templates.kinds import DocumentKind, plain
from reports.word_templates.language import Language, TemplateFault

LONGEST = 100 << 20  # letters of a part that is filled in


class OfficeForm(WordForm):
    """Every way of using it raises TemplateFault."""

    def __init__(self, content: bytes, language: Language) -> None:
        self._language = language
        super().__init__(content)

    def _compiled(self, xml: str) -> Template:
        try:
            tree = ENVIRONMENT.parse(xml)
        except TemplateSyntaxError as error:
            raise TemplateFault(f"Thẻ viết sai. / A tag is wrong: {error.message}") from error
        for fault in self._language.faults(tree):
            raise TemplateFault(f"{fault.vi} / {fault.en}")
        return ENVIRONMENT.from_string(tree)

    def _filled(self, form: Template, values: Mapping[str, object]) -> bytes:
        pieces, letters = [], 0
        for piece in form.generate(values):
            letters += len(piece)
            if letters > LONGEST:
                raise TemplateFault("Văn bản tạo ra quá dài. / The document would become too long.")
            pieces.append(piece)
        whole = "".join(pieces).encode()
        try:
            fromstring(whole)
        except ParseError as error:
            raise TemplateFault(
                "Thẻ đặt lệch làm hỏng văn bản (thẻ mở và thẻ đóng không cùng chỗ). / "
                f"Tags that begin and end in different places break the document: {error}"
            ) from error
        return whole


@cache
def language_of(kind: DocumentKind) -> Language:
    return Language(plain(kind.values(facts)) for facts in kind.samples().values())


@lru_cache(maxsize=16)
def office_form(kind: DocumentKind, content: bytes) -> OfficeForm:
    return OfficeForm(content, language_of(kind))


@cache
def shipped_form(kind: DocumentKind) -> WordForm:
    return WordForm(kind.template)


def fill_in(kind: DocumentKind, content: bytes | None, out: Path, facts: Any, *more: Any) -> str:
    """By the template of this content; where that fails, or is None, by the shipped one. Returns why it failed."""
    values, charts, fault = kind.values(facts, *more), kind.charts(facts) if kind.charts else {}, ""
    if content is not None:
        try:
            office_form(kind, content).write(plain(values), out, charts)
            return ""
        except Exception as error:  # of whatever an upgrade or a file from outside brings about
            fault = str(error) or type(error).__name__
    shipped_form(kind).write(values, out, charts)
    return fault
