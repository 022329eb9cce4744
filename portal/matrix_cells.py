"""Assembles the cells of the board from HTML pieces that a template renders once for each kind of cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from rules.status import Status
from services.views.status_counts import MatrixCell

EMPTY = "<td></td>\n"
END = "</a></td>\n"


class MatrixCells:
    """Writes row after row; a loop of the template would take many times as long, and a province has thousands.

    A cell of one case leads to it (its number, then `tail`), any other to its column's address at the unit's key.
    All pieces are escaped already, but for the key.
    """

    def __init__(
        self, begins: Mapping[Status, str], ends: Mapping[Status, str], addresses: Sequence[str], tail: str
    ) -> None:
        # plain text: to put Markup into a sentence asks it first whether it minds
        self._begins = {status: str(begin) for status, begin in begins.items()}
        self._ends = {status: str(end) for status, end in ends.items()}
        self._of_one = {s: (f"{begin}/ho-so/", f"{tail}{self._ends[s]}{END}") for s, begin in self._begins.items()}
        self._addresses = [str(address) for address in addresses]

    def row(self, cells: Sequence[MatrixCell | None], key: str) -> Markup:
        place = f"#{escape(key)}"
        written = []
        for cell, address in zip(cells, self._addresses, strict=True):
            if cell is None:
                written.append(EMPTY)
                continue
            status, cases, answered, case_id = cell
            if case_id:
                begin, end = self._of_one[status]
                written.append(f"{begin}{case_id}{end}")
            else:
                count = f"{answered}/{cases}" if cases > 1 else ""
                written.append(f"{self._begins[status]}{address}{place}{self._ends[status]}{count}{END}")
        return Markup("".join(written))
