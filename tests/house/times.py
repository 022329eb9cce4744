"""Fills the times of docs/development.md from a log of `pytest --durations=0`: `python -m tests.house.times LOG`.

Times are summed over set-up, call and tear-down of all workers: on two cores a run takes about half as long.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "development.md"
LINE = re.compile(r"^(\d+\.\d+)s (?:call|setup|teardown)\s+(tests/\S+?)[^/\s]+\.py::", re.M)
ROW = re.compile(r"^(\| `(tests/[^`]*)` \|.*\| )[^|]*\|$", re.M)


def seconds(log: str) -> dict[str, float]:
    """Folder of tests, with a slash at its end → seconds."""
    times: dict[str, float] = defaultdict(float)
    for taken, folder in LINE.findall(log):
        times[folder] += float(taken)
    return dict(times)


def filled(page: str, times: dict[str, float]) -> str:
    """The page with the times of its rows; what a log does not speak of keeps its cell."""

    def row(match: re.Match[str]) -> str:
        own = [taken for folder, taken in times.items() if folder.startswith(match[2])]
        return f"{match[1]}{sum(own):.0f} s |" if own else match[0]

    return ROW.sub(row, page)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8"), seconds(Path(sys.argv[1]).read_text("utf-8"))), encoding="utf-8")
