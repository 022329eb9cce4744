"""Judges a table that was handed in: read within bounds, then held to its form."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from sqlmodel import Session

from models.queries.people import organisations as queries
from reports.reading.grids import LARGEST, TABLES, read_grids
from reports.workbook_guard import UnsafeWorkbook
from rules.content.findings import Finding, FindingKind, Judgement, Level, verdict_of
from rules.content.judge import Surroundings, judge
from rules.content.units import UnitNames, register
from rules.forms import SheetForm
from rules.office import Office
from services.forms.near_names import near_pairs


def judge_file(
    office: Office, form: SheetForm, name: str, stream: BinaryIO, units: UnitNames | None = None, period: str = ""
) -> Judgement:
    """`name`: the file's, its ending tells the kind; `units`: the register, and who hands in (`unit_names`).

    The form may know its period already.
    """
    stream.seek(0)
    content = stream.read(LARGEST + 1)
    stream.seek(0)
    try:
        grids = read_grids(content, name.rpartition(".")[2].lower())
    except UnsafeWorkbook as error:
        return _unreadable(str(error))
    asked = replace(form, period=period or form.period)
    return judge(asked, grids, Surroundings(units or UnitNames(), office.forms, near_pairs))


def is_table(name: str) -> bool:
    return name.rpartition(".")[2].lower() in TABLES - {"txt"}


def _unreadable(why: str) -> Judgement:
    findings = (Finding(FindingKind.NOT_READ, Level.FILE, stands=why),)
    return Judgement(verdict_of(findings, 0), findings)


def unit_names(session: Session, own: str) -> UnitNames:
    """Every name the register ever knew; `own`: the key of the unit that hands in."""
    pairs: list[tuple[str, str]] = []
    parents: dict[str, str | None] = {}
    for organisation, name in queries.organisations_with_names(session):
        parents[organisation.key] = organisation.parent_key
        pairs += [(organisation.key, text) for text in (name.name, name.abbreviation) if text]
    pairs += [(key, key) for key in parents]
    above = set[str]()
    parent = parents.get(own)
    while parent and parent not in above:
        above.add(parent)
        parent = parents.get(parent)
    return register(pairs, own, above)
