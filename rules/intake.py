"""How much an office takes in one go, and the verdicts about a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Intake:
    most_files: int = 20  # in one go
    largest: int = 100 << 20  # bytes, of one file
    scanner: str = ""  # address of clamd; empty: nothing is scanned

    @property
    def most_bytes(self) -> int:
        """Limit in bytes of a whole form: files and fields."""
        return self.most_files * self.largest + (1 << 20)


class FileProblem(StrEnum):
    """Why a file is not taken."""

    MANY = "many"
    LARGE = "large"
    KIND = "kind"
    EMPTY = "empty"
    CONTENT = "content"  # is not what its name says, or is broken
    LOCKED = "locked"
    BOMB = "bomb"
    NESTED = "nested"  # an archive in an archive
    INSIDE = "inside"  # an archive holds what would not be taken by itself
    VIRUS = "virus"


class FileRemark(StrEnum):
    """Remarks about a file that is taken all the same."""

    MACROS = "macros"
    ACTIVE = "active"  # a PDF that runs or opens something by itself
    PASSWORD = "password"  # a PDF that may ask for one
    OLD_TABLE = "old_table"  # Vietnamese of before Unicode
    NOT_SCANNED = "not_scanned"  # the scanner did not answer
    SHEET = "sheet"  # no table that could be read as the form
    HEADER = "header"
    CELL = "cell"


class Grade(StrEnum):
    FINE = "fine"
    REMARKS = "remarks"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Remark:
    code: FileRemark
    detail: str = ""  # the code table; what the form says there
    row: int = 0
    column: str = ""


@dataclass(frozen=True)
class Verdict:
    name: str  # made harmless
    kind: str  # by its name: pdf, docx …
    problem: FileProblem | None = None
    detail: str = ""  # with CONTENT: what it really is; with VIRUS: its name
    remarks: tuple[Remark, ...] = ()

    @property
    def taken(self) -> bool:
        return self.problem is None

    @property
    def macros(self) -> bool:
        return any(remark.code is FileRemark.MACROS for remark in self.remarks)

    @property
    def grade(self) -> Grade:
        if self.problem or any(remark.code is FileRemark.SHEET for remark in self.remarks):
            return Grade.UNREADABLE
        return Grade.REMARKS if self.remarks else Grade.FINE
