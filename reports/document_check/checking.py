"""Judges the form of a document in a process of its own, because anybody may have written the file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO

from reports.bounded import read_bounded
from reports.document_check.reading import read_paper
from rules.documents.faults import Departure
from rules.documents.form_rules import Verdict, day_of, judge
from rules.documents.profile import profile_on
from rules.text.control_characters import without_controls_inside


def check_form(content: bytes, today: date, as_of: date | None = None) -> Verdict:
    """By the form in force on `as_of`, else on the day the document bears, else today.

    Raises reports.workbook_guard.UnsafeWorkbook for a file that cannot be read.
    """
    day = as_of.isoformat() if as_of else None
    plain = read_bounded("reports.document_check.checking:plain_verdict", content, today.isoformat(), day)
    items = without_controls_inside(plain["departures"])
    departures = tuple(Departure(**item) for item in items)
    return Verdict(plain["official"], profile_on(date.fromisoformat(plain["day"])), departures)


def plain_verdict(stream: BinaryIO, today: str, as_of: str | None) -> dict[str, Any]:
    paper = read_paper(stream)
    day = date.fromisoformat(as_of) if as_of else day_of(paper, date.fromisoformat(today))
    verdict = judge(paper, day)
    departures = [asdict(item) for item in verdict.departures]
    return {"official": verdict.official, "day": day.isoformat(), "departures": departures}
