"""Puts the many cells of the board together from pieces that templates wrote once for each kind of cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from rules.status import Status
from services.board_matrix import Cell

EMPTY = "<td></td>\n"
END = "</a></td>\n"


def cells(
    row: Sequence[Cell | None],
    begins: Mapping[Status, str],
    ends: Mapping[Status, str],
    addresses: Sequence[str],
    anchor: str,
    tail: str,
) -> Markup:
    """One row; a loop of the template would take many times as long, and a province has thousands of cells.

    A cell of one case leads to it (its number, then `tail`), any other to its column's address at the unit's anchor.
    All pieces are escaped already, but for the anchor.
    """
    place = escape(anchor)
    written = []
    for cell, address in zip(row, addresses, strict=True):
        if cell is None:
            written.append(EMPTY)
            continue
        status, cases, answered, case_id = cell
        where = f"/ho-so/{case_id}{tail}" if case_id else f"{address}{place}"
        count = f"{answered}/{cases}" if cases > 1 else ""
        written.append(f"{begins[status]}{where}{ends[status]}{count}{END}")
    return Markup("".join(written))
