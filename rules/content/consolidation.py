"""Puts the rows of several units together into one table: equal rows become one, what disagrees is left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from rules.content.findings import Value
from rules.content.spelling import same
from rules.forms import Column, ColumnKind, SheetForm
from rules.text.collation import vietnamese_key

BETWEEN = "; "  # values that are put beside each other
NO_GROUP = "Chưa ghi"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stands as it was handed in."""

    unit: str  # key in the register
    version: int
    sha256: str
    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True)
class SourceRow:
    values: Mapping[str, Value]
    origin: Origin


@dataclass(frozen=True, slots=True)
class TableRow:
    values: Mapping[str, Value]
    origins: tuple[Origin, ...]
    group: str = ""
    number: int = 0
    disputed: bool = False  # of a conflict that nobody settled yet


@dataclass(frozen=True)
class Choice:
    """How a person settled a conflict: one variant counts, or all do."""

    stamp: str  # of the conflict as it then was: other values are another conflict
    take: str = ""  # the variant that counts; empty: all of them
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Variant:
    values: Mapping[str, Value]
    origins: tuple[Origin, ...]
    stamp: str


@dataclass(frozen=True)
class Conflict:
    """Units say different things of the same matter."""

    subject: str  # the same however often the table is put together
    columns: tuple[str, ...]  # in which they disagree
    variants: tuple[Variant, ...]
    stamp: str
    choice: Choice | None = None  # None: open


@dataclass(frozen=True)
class Settled:
    """What persons decided: on conflicts by subject, and which spelling of a name counts, by `same`."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProvinceTable:
    rows: tuple[TableRow, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def open_conflicts(self) -> tuple[Conflict, ...]:
        return tuple(conflict for conflict in self.conflicts if conflict.choice is None)


def put_together(form: SheetForm, rows: Iterable[SourceRow], settled: Settled) -> ProvinceTable:
    """`rows` in the order of the units' register, each unit's as they stand in its table."""
    matters: dict[tuple[str, ...], list[SourceRow]] = {}
    for row in rows:
        renamed = _under_its_name(form, row, settled.names)
        matters.setdefault(key_of(form, renamed), []).append(renamed)
    table: list[TableRow] = []
    conflicts: list[Conflict] = []
    for key, group in matters.items():
        conflict = _merge(form, " | ".join(key), group, settled.choices, table)
        if conflict:
            conflicts.append(conflict)
    return ProvinceTable(tuple(arranged(form, table)), tuple(conflicts))


def _under_its_name(form: SheetForm, row: SourceRow, names: Mapping[str, str]) -> SourceRow:
    column = form.gathering.name
    name = row.values.get(column)
    settled = names.get(same(name)) if names and isinstance(name, str) else None
    return replace(row, values={**row.values, column: settled}) if settled else row


def key_of(form: SheetForm, row: SourceRow) -> tuple[str, ...]:
    """What the row is about; a row that does not say it is about itself alone."""
    key = tuple(plain_value(row.values.get(column)) for column in form.gathering.same)
    if any(key):
        return key
    place = row.origin
    return (place.unit, str(place.version), place.sha256, place.sheet or "", str(place.row))


def plain_value(value: Value) -> str:
    if isinstance(value, str):
        return same(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _merge(
    form: SheetForm, subject: str, rows: Sequence[SourceRow], choices: Mapping[str, Choice], table: list[TableRow]
) -> Conflict | None:
    """Adds to `table` what these rows of one matter become."""
    if len(rows) == 1:
        table.append(TableRow(rows[0].values, (rows[0].origin,)))
        return None
    differing = [column.id for column in form.columns if _differs(form, column, rows)]
    if not differing:
        table.append(TableRow(_united(form, rows), tuple(row.origin for row in rows)))
        return None
    variants = _variants(form, differing, rows)
    conflict = _conflict(subject, differing, variants, choices) if _units(rows) > 1 else None
    disputed = conflict is not None and conflict.choice is None
    take = conflict.choice.take if conflict and conflict.choice else ""
    table += [TableRow(one.values, one.origins, disputed=disputed) for one in variants if take in ("", one.stamp)]
    return conflict


def _units(rows: Iterable[SourceRow]) -> int:
    return len({row.origin.unit for row in rows})


def _differs(form: SheetForm, column: Column, rows: Sequence[SourceRow]) -> bool:
    """Only one value can be right, and there are several; an empty cell contradicts nothing."""
    if column.kind is ColumnKind.LABEL or column.id in form.gathering.joined:
        return False
    return len({text for row in rows if (text := plain_value(row.values.get(column.id)))}) > 1


def _united(form: SheetForm, rows: Sequence[SourceRow]) -> dict[str, Value]:
    united: dict[str, Value] = {}
    for column in form.columns:
        values = {
            plain_value(value): value for row in reversed(rows) if (value := row.values.get(column.id)) is not None
        }
        ordered = list(reversed(values.values()))
        united[column.id] = BETWEEN.join(map(str, ordered)) if len(ordered) > 1 else next(iter(ordered), None)
    return united


def _variants(form: SheetForm, differing: Sequence[str], rows: Sequence[SourceRow]) -> tuple[Variant, ...]:
    alike: dict[tuple[str, ...], list[SourceRow]] = {}
    for row in rows:
        alike.setdefault(tuple(plain_value(row.values.get(column)) for column in differing), []).append(row)
    return tuple(
        Variant(_united(form, group), tuple(row.origin for row in group), _stamp(values))
        for values, group in alike.items()
    )


def _stamp(values: Iterable[str]) -> str:
    return sha256("\x1f".join(values).encode()).hexdigest()[:16]


def _conflict(
    subject: str, differing: Sequence[str], variants: tuple[Variant, ...], choices: Mapping[str, Choice]
) -> Conflict:
    stamp = _stamp([*differing, *sorted(one.stamp for one in variants)])
    choice = choices.get(subject)
    still = choice if choice is not None and choice.stamp == stamp else None
    return Conflict(subject, tuple(differing), variants, stamp, still)


# --- order, headings, numbers, totals ---------------------------------------------------------------------------------


def arranged(form: SheetForm, rows: list[TableRow]) -> Iterator[TableRow]:
    """In the order of the form, under its headings, numbered."""
    columns = {column.id: column for column in form.columns}
    group = columns.get(form.gathering.group)
    order = [(group, True)] if group else []
    order += [(columns[name], False) for name in form.gathering.order if name in columns]
    headings: dict[str, str] = {}
    number = 0
    rows.sort(key=lambda row: [_place(column, row.values.get(column.id), heading) for column, heading in order])
    for heading, members in groupby(rows, key=lambda row: _heading(group, row.values, headings) if group else ""):
        number = 0 if form.gathering.restart else number
        for row in members:
            number += 1
            yield replace(row, group=heading, number=number)


def _place(column: Column, value: Value, heading: bool) -> tuple[bool, Any]:
    """What is empty stands last."""
    if value is None or value == "":
        return True, 0
    if column.kind is ColumnKind.CHOICE and value in column.choices:
        return False, (column.choices.index(str(value)), ())
    if column.kind in (ColumnKind.DAY, ColumnKind.MONTH_OR_DAY):
        return False, str(value)[:7] if heading else str(value)
    if isinstance(value, str):
        return False, (len(column.choices), vietnamese_key(same(value) if heading else value))
    return False, (value, ()) if column.kind is ColumnKind.NUMBER else (len(column.choices), ((), (), str(value)))


def _heading(column: Column, values: Mapping[str, Value], headings: dict[str, str]) -> str:
    """As it was first spelt."""
    value = values.get(column.id)
    if value is None or value == "":
        return NO_GROUP
    text = str(value)
    if column.kind in (ColumnKind.DAY, ColumnKind.MONTH_OR_DAY) and text[5:7].isdecimal():
        return f"Tháng {int(text[5:7])}/{text[:4]}"
    return headings.setdefault(same(text), text)


def total_of(rows: Iterable[TableRow], column: str) -> int | float:
    values = (row.values.get(column) for row in rows)
    total = sum(value for value in values if isinstance(value, int | float))
    return round(total, 6) if isinstance(total, float) else total


# --- by which records it was approved, and what became of them ------------------------------------------------------


@dataclass(frozen=True)
class ApprovalRecord:
    """One record of a step that approves; without a day where it is not recorded, or was taken back."""

    id: int
    case_id: int
    step: str
    unit: str  # key
    done_on: date | None
    number: str
    by: str
    at: datetime | None
    reason: str = ""

    @property
    def is_of(self) -> tuple[int, str]:
        return self.case_id, self.step


@dataclass(frozen=True)
class VersionApproval:
    """By which a frozen version was approved, and what became of that record."""

    number: int  # of the version
    record: ApprovalRecord
    corrected: ApprovalRecord | None = None
    withdrawn: ApprovalRecord | None = None


def version_approval(number: int, record: ApprovalRecord, history: Iterable[ApprovalRecord]) -> VersionApproval:
    """`history`: every record of the steps, in the order they were written."""
    corrected = None
    for later in history:
        if later.is_of != record.is_of or later.id <= record.id:
            continue
        if later.done_on is None:
            return VersionApproval(number, record, corrected, later)
        is_same = (later.done_on, later.number) == (record.done_on, record.number)
        corrected = None if is_same else later
    return VersionApproval(number, record, corrected)


@dataclass(frozen=True)
class Approval:
    """Of the table of one obligation and period. Every step must be recorded before the table is frozen by it."""

    obligation: str
    period: str
    steps: tuple[ApprovalRecord, ...]  # as they stand
    versions: tuple[VersionApproval, ...] = ()

    @property
    def recorded(self) -> tuple[ApprovalRecord, ...]:
        return tuple(step for step in self.steps if step.done_on is not None)

    @property
    def is_complete(self) -> bool:
        return bool(self.steps) and len(self.recorded) == len(self.steps)

    @property
    def waits_for_version(self) -> bool:
        """All of it is recorded, and no version was frozen by it yet."""
        frozen = {one.record.is_of for one in self.versions if one.withdrawn is None}
        return self.is_complete and any(step.is_of not in frozen for step in self.steps)

    def of_version(self, number: int) -> tuple[VersionApproval, ...]:
        return tuple(one for one in self.versions if one.number == number)

    @property
    def approved_version(self) -> int | None:
        """The newest one none of whose approvals was taken back."""
        numbers = sorted({one.number for one in self.versions}, reverse=True)
        return next((number for number in numbers if _stands(self.of_version(number))), None)


def _stands(approvals: Sequence[VersionApproval]) -> bool:
    return all(one.withdrawn is None for one in approvals)
