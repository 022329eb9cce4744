"""Judges a table that was handed in: read within bounds, then held to its form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading
from models.queries.people import organisations as queries
from reports.reading.grids import LARGEST, TABLES, read_grids
from reports.workbook_guard import UnsafeWorkbook
from rules.content.findings import Finding, FindingKind, Judgement, Level, verdict_of
from rules.content.grid import FileGrids
from rules.content.judge import Surroundings, judge
from rules.content.units import UnitNames, register
from rules.forms import SheetForm
from rules.intake import Verdict, summary_of
from rules.office import Office
from services.forms.near_names import near_pairs
from services.forms.unit_forms import form_of, with_forms

TABLE_ENDINGS = TABLES - {"txt"}


@dataclass(frozen=True)
class TableCheck:
    """The form a hand-in is held to, and what is known around it."""

    office: Office
    form: SheetForm
    on: date
    units: UnitNames = field(default_factory=UnitNames)

    def judge(self, name: str, stream: BinaryIO) -> Judgement:
        """`name`: its ending tells the kind of the file."""
        stream.seek(0)
        content = stream.read(LARGEST + 1)
        stream.seek(0)
        try:
            grids = read_grids(content, kind_of(name))
        except UnsafeWorkbook as error:
            return _unreadable(str(error))
        return self.judge_grids(grids)

    def judge_grids(self, grids: FileGrids) -> Judgement:
        return judge(self.form, grids, Surroundings(self.units, self._other_forms(), near_pairs))

    def _other_forms(self) -> dict[str, SheetForm]:
        forms = {code: form_of(self.office, code, on=self.on) for code in sorted(with_forms(self.office, self.on))}
        return {code: form for code, form in forms.items() if form and code != self.form.obligation}


def table_check(engine: Engine, office: Office, unit: str, obligation: str, period: str, on: date) -> TableCheck | None:
    """`unit`: the key of the one that hands in; `on`: the day of the hand-in. None where any file will do."""
    form = form_of(office, obligation, period, on=on)
    if form is None:
        return None
    with reading(engine) as session:
        return TableCheck(office, form, on, unit_names(session, unit.upper()))


def with_content(verdict: Verdict, stream: BinaryIO, check: TableCheck | None) -> Verdict:
    """With what is to be said of the table, where one is asked for and the file is one."""
    if check is None or not verdict.taken or not is_table(verdict.name):
        return verdict
    return replace(verdict, content=summary_of(check.judge(verdict.name, stream)))


def judge_file(
    office: Office,
    form: SheetForm,
    name: str,
    stream: BinaryIO,
    units: UnitNames | None = None,
    period: str = "",
    *,
    on: date = date.max,
) -> Judgement:
    """`units`: the register, and who hands in (`unit_names`). The form may know its period already."""
    asked = replace(form, period=period or form.period)
    return TableCheck(office, asked, on, units or UnitNames()).judge(name, stream)


def kind_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def is_table(name: str) -> bool:
    return kind_of(name) in TABLE_ENDINGS


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
