"""Templates as an official could have changed them in Word."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document

from reports.word_templates.kinds import KINDS

SENTENCE = "Văn phòng Cục đã rà soát số liệu của Báo cáo này."


def changed(change: Callable[[Any], object], name: str = "progress") -> bytes:
    """The shipped template, opened, changed and saved."""
    document = Document(str(KINDS[name].template))
    change(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def before_closing(*texts: str) -> Callable[[Any], None]:
    """Paragraphs typed above the closing sentence, in its style."""

    def change(document: Any) -> None:
        closing = next(one for one in document.paragraphs if "{{ closing }}" in one.text)
        for text in texts:
            closing.insert_paragraph_before(text, closing.style)

    return change


@cache  # a zip bears the time at which it was written
def with_sentence(name: str = "progress") -> bytes:
    return changed(before_closing(SENTENCE), name)


def with_part(name: str, content: bytes, of: bytes | None = None) -> bytes:
    """Another part beside the others, or in the place of one."""
    out = BytesIO()
    with ZipFile(BytesIO(of or with_sentence())) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for part in before.namelist():
            if part != name:
                after.writestr(part, before.read(part))
        after.writestr(name, content)
    return out.getvalue()


def with_words(part: str, old: bytes, new: bytes) -> bytes:
    with ZipFile(BytesIO(with_sentence())) as package:
        content = package.read(part)
    assert old in content
    return with_part(part, content.replace(old, new, 1))
