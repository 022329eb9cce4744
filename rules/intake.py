"""How much an office takes in one go, and the verdicts about a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.content.findings import ContentVerdict, Finding, Judgement, Level, finding_of


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


@dataclass(frozen=True)
class Remark:
    code: FileRemark
    detail: str = ""  # the code table


FINDINGS_SHOWN = 20
_GRAVEST_FIRST = (Level.FILE, Level.TABLE, Level.ROW, Level.REMARK)


@dataclass(frozen=True)
class ContentSummary:
    """The verdict on a table, as it goes along with its file."""

    verdict: ContentVerdict
    rows_taken: int
    findings: tuple[Finding, ...] = ()  # the first of them, the gravest first
    more: int = 0


def summary_of(judgement: Judgement) -> ContentSummary:
    ordered = sorted(judgement.findings, key=lambda finding: _GRAVEST_FIRST.index(finding.level))
    more = max(0, len(ordered) - FINDINGS_SHOWN)
    return ContentSummary(judgement.verdict, len(judgement.rows), tuple(ordered[:FINDINGS_SHOWN]), more)


def content_of(entry: Mapping[str, Any]) -> ContentSummary:
    """As `asdict` and JSON wrote it."""
    findings = tuple(finding_of(one) for one in entry["findings"])
    return ContentSummary(ContentVerdict(entry["verdict"]), entry["rows_taken"], findings, entry["more"])


@dataclass(frozen=True)
class Verdict:
    name: str  # made harmless
    kind: str  # by its name: pdf, docx …
    problem: FileProblem | None = None
    detail: str = ""  # with CONTENT: what it really is; with VIRUS: its name
    remarks: tuple[Remark, ...] = ()
    content: ContentSummary | None = None  # of a table that was held to its form

    @property
    def taken(self) -> bool:
        return self.problem is None

    @property
    def macros(self) -> bool:
        return any(remark.code is FileRemark.MACROS for remark in self.remarks)
