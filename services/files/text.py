"""The words in a file, as far as they are needed to see what code table it was written in."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from html import unescape
from typing import BinaryIO
from zipfile import ZipFile

from rules.text.legacy import OldTable, old_table
from services.files.kinds import OLD_OFFICE

LOOKED_AT = 1 << 20
STORIES = {  # the first that is there
    "docx": ("word/document.xml",),
    "xlsx": ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"),  # some programs write every text into its cell
    "odt": ("content.xml",),
    "ods": ("content.xml",),
    "odp": ("content.xml",),
}
_TAG = re.compile(rb"<[^<>]*>")
_EIGHT_BIT = re.compile(rb"[\t\r\n -~\xa1-\xff]{40,}")
_SIXTEEN_BIT = re.compile(rb"(?:[\t\r\n -~\xa1-\xff]\0){40,}")
_PLAIN = re.compile(r"[A-Za-z\s]")
READABLE = 0.6  # of a run of bytes: plain letters and spaces; less is no text


def old_table_of(kind: str, stream: BinaryIO) -> OldTable | None:
    """The code table of before Unicode this file was written in, if it was."""
    stream.seek(0)
    return old_table(_words(kind, stream))


def _words(kind: str, stream: BinaryIO) -> str:
    if kind in ("csv", "txt"):
        return plain_text(stream.read(LOOKED_AT))
    if kind in OLD_OFFICE:
        return _runs(stream.read(2 * LOOKED_AT))
    return _story(stream, STORIES.get(kind[:-1] + "x" if kind.endswith("m") else kind, ()))


def plain_text(content: bytes) -> str:
    """Unicode where it is that; else one letter for each byte."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.start > len(content) - 4  # the last letter was cut in two
        return content[: error.start].decode("utf-8-sig") if cut else content.decode("latin-1")


def _story(stream: BinaryIO, names: Sequence[str]) -> str:
    if not names:
        return ""
    with ZipFile(stream) as parts:
        name = next((name for name in names if name in parts.namelist()), "")
        if not name:
            return ""
        with parts.open(name) as part:
            return unescape(_TAG.sub(b" ", part.read(LOOKED_AT)).decode("utf-8", "replace"))


def _runs(content: bytes) -> str:
    runs = [run.decode("utf-16-le") for run in _SIXTEEN_BIT.findall(content)]
    runs += [run.decode("latin-1") for run in _EIGHT_BIT.findall(content)]
    return "\n".join(run for run in runs if len(_PLAIN.findall(run)) > READABLE * len(run))
