"""A written document read back for the screen: its paragraphs and tables in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

HEADINGS = frozenset({"Mục", "Tên loại", "Trích yếu"})


@dataclass(frozen=True)
class Block:
    text: str = ""
    heading: bool = False
    rows: tuple[tuple[str, ...], ...] = ()  # of a table


def blocks_of(path: Path | str) -> list[Block]:
    blocks = []
    for part in Document(str(path)).iter_inner_content():
        if isinstance(part, Table):
            blocks.append(Block(rows=tuple(tuple(cell.text.strip() for cell in row.cells) for row in part.rows)))
        elif isinstance(part, Paragraph) and part.text.strip():
            blocks.append(Block(part.text.strip(), (part.style.name if part.style else "") in HEADINGS))
    return blocks
