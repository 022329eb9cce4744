"""Text tables: any code page, any of the usual separators."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from unicodedata import normalize

from rules.text.legacy import OldTable, is_syllable, old_table, to_unicode

SAMPLE = 200_000  # bytes, or letters
SAMPLE_ROWS = 40
SEPARATORS = ";\t,|"
LONGEST_FIELD = 1 << 20


class NotText(Exception):
    """Bytes that are no text table."""


def read_csv(content: bytes, most_rows: int) -> tuple[list[list[str]], str]:
    """Records, and the name of the table of before Unicode by which the letters were read. Raises NotText."""
    text, table = decoded(content)
    if "\x00" in text:
        raise NotText
    limit = csv.field_size_limit(LONGEST_FIELD)  # of the whole process
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)), most_rows))
    except csv.Error as error:
        raise NotText from error
    finally:
        csv.field_size_limit(limit)
    return rows, table.value if table else ""


def decoded(content: bytes) -> tuple[str, OldTable | None]:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        elif content[:400].count(b"\x00") > len(content[:400]) // 5:
            text = content.decode("utf-16-be" if content[:1] == b"\x00" else "utf-16-le")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _of_before_unicode(content)
    table = old_table(text[:SAMPLE])
    return (to_unicode(text, table) if table else text), table


def _of_before_unicode(content: bytes) -> str:
    """As it stands where an old table is to be recognised by it; else by the code page that makes words of it."""
    plain = content.decode("latin-1")
    if old_table(plain[:SAMPLE]):
        return plain
    vietnamese = normalize("NFC", content.decode("cp1258", "replace"))
    odd = [word.strip(",.;:\"'()") for word in vietnamese[:SAMPLE].replace(";", " ").split() if not word.isascii()]
    if sum(map(is_syllable, odd)) * 2 > len(odd):
        return vietnamese
    return content.decode("cp1252", "replace")


def separator(text: str) -> str:
    """The sign that cuts most records into the same number of fields."""
    return max(SEPARATORS, key=lambda sign: _evenness(_sample(text, sign)))


def _sample(text: str, sign: str) -> Sequence[Sequence[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text[:SAMPLE], newline=""), delimiter=sign), SAMPLE_ROWS))
    except csv.Error:
        return []


def _evenness(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max((count * (width - 1) for width, count in widths.items()), default=0)
