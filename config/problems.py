"""What is wrong with a file of the configuration, in both languages, with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    file: Path
    line: int
    where: str  # "I4B-CATALOGUE · when.month"; empty when the whole file is meant
    message_vi: str
    message_en: str

    def __str__(self) -> str:
        place = f" [{self.where}]" if self.where else ""
        return f"{self.file}:{self.line}:{place} {self.message_vi} / {self.message_en}"


class CatalogueError(Exception):
    """The configuration cannot be used; carries every problem, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
