"""Words of people in the Markdown of the dashboard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_SIGNS = re.compile(r"[!#&()*+.:<=>\[\\\]_`|~-]")  # what Markdown, or HTML inside it, gives a meaning


def literal(text: str) -> str:
    """Shown as it is written, on one line: no link, no picture, no heading."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


def literal_rows(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Of a table: the dashboard takes its cells for Markdown, too."""
    return [{name: literal(text) for name, text in row.items()} for row in rows]
