"""The list of products against the other tables of its year, and against last year's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeGuard

from rules.content.findings import Value
from rules.content.gathering import ComparedTable, CrossCheck
from rules.content.spelling import same
from rules.plan import Text

Rows = Sequence[Mapping[str, Value]]


class CrossKind(StrEnum):
    NO_DATES = "no_dates"
    FEW_DATES = "few_dates"
    NOT_LISTED = "not_listed"
    PROMISE_DIFFERS = "promise_differs"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    ADDED = "added"
    DROPPED = "dropped"
    RENAMED = "renamed"
    FREQUENCY_CHANGED = "frequency_changed"
    UNIT_DISSOLVED = "unit_dissolved"
    UNIT_UNKNOWN = "unit_unknown"


TITLES: Mapping[CrossKind, Text] = {
    CrossKind.NO_DATES: Text("Không có ngày phổ biến trong lịch", "No day of release in the calendar"),
    CrossKind.FEW_DATES: Text("Ít ngày phổ biến hơn chu kỳ", "Fewer days of release than its frequency needs"),
    CrossKind.NOT_LISTED: Text("Không có trong danh mục lượng thông tin nào", "In no list of what users need"),
    CrossKind.PROMISE_DIFFERS: Text("Thời gian khác với lịch phổ biến", "Its days differ from the calendar"),
    CrossKind.NOT_IN_CATALOGUE: Text("Có trong lịch, không có trong danh mục", "In the calendar, not in the catalogue"),
    CrossKind.ADDED: Text("Mới so với năm trước", "New since last year"),
    CrossKind.DROPPED: Text("Năm trước có, năm nay không", "In last year's, not in this year's"),
    CrossKind.RENAMED: Text("Có thể chỉ đổi tên", "Perhaps only renamed"),
    CrossKind.FREQUENCY_CHANGED: Text("Đổi chu kỳ", "Frequency changed"),
    CrossKind.UNIT_DISSOLVED: Text("Đơn vị chịu trách nhiệm không còn", "The responsible unit no longer exists"),
    CrossKind.UNIT_UNKNOWN: Text(
        "Đơn vị chịu trách nhiệm không có trong danh sách", "The responsible unit is not known"
    ),
}


@dataclass(frozen=True)
class CrossFinding:
    kind: CrossKind
    product: str
    stands: str = ""  # what is there
    expected: str = ""  # what ought to be, or was last year
    settled: str = ""  # of a change of name: by whom it was confirmed


@dataclass(frozen=True)
class YearTables:
    """Rows of the tables of one year, by the obligation of their form; one that is not there was not put together."""

    catalogue: Rows
    others: Mapping[str, Rows] = field(default_factory=dict)
    before: Rows | None = None  # last year's list; None: there is none


@dataclass(frozen=True)
class UnitRegister:
    """Names of units, by `same`: those of today, and of those that no longer exist."""

    current: frozenset[str]
    dissolved: frozenset[str]


def cross_check(check: CrossCheck, tables: YearTables, units: UnitRegister) -> Iterator[CrossFinding]:
    """Changes since last year apart: `changes_since`."""
    products = _by_name(tables.catalogue, check.name)
    days = _days(tables.others[check.calendar.form], check.calendar) if _is_there(check.calendar, tables) else None
    lists = [_by_name(tables.others[one.form], one.name) for one in check.lists if _is_there(one, tables)]
    for key, row in products.items():
        if days is not None:
            yield from _dates(check, len(days.get(key, ())), row)
        if lists and not any(key in names for names in lists):
            yield CrossFinding(CrossKind.NOT_LISTED, str(row[check.name]))
        yield from _unit(str(row[check.name]), row.get(check.unit), units)
    yield from _promises(check, tables)
    if _is_there(check.calendar, tables):
        for key, row in _by_name(tables.others[check.calendar.form], check.calendar.name).items():
            if key not in products:
                yield CrossFinding(CrossKind.NOT_IN_CATALOGUE, str(row[check.calendar.name]))


def _by_name(rows: Rows, column: str) -> dict[str, Mapping[str, Value]]:
    """Of several rows of one name, the first."""
    found: dict[str, Mapping[str, Value]] = {}
    for row in rows:
        if name := row.get(column):
            found.setdefault(same(str(name)), row)
    return found


def _is_there(table: ComparedTable | None, tables: YearTables) -> TypeGuard[ComparedTable]:
    return table is not None and table.form in tables.others


def _dates(check: CrossCheck, stands: int, row: Mapping[str, Value]) -> Iterator[CrossFinding]:
    needed = check.dates_a_year.get(str(row.get(check.frequency)), 0)
    if stands < needed:
        kind = CrossKind.FEW_DATES if stands else CrossKind.NO_DATES
        yield CrossFinding(kind, str(row[check.name]), str(stands), f"{needed} ({row.get(check.frequency)})")


def _days(rows: Rows, table: ComparedTable) -> Mapping[str, frozenset[str]]:
    days: dict[str, set[str]] = {}
    for row in rows:
        if (name := row.get(table.name)) and (day := row.get(table.day)):
            days.setdefault(same(str(name)), set()).add(str(day))
    return {name: frozenset(found) for name, found in days.items()}


def _promises(check: CrossCheck, tables: YearTables) -> Iterator[CrossFinding]:
    """By month: one names a day, the other perhaps only the month."""
    calendar = check.calendar
    if not _is_there(calendar, tables):
        return
    announced = _days(tables.others[calendar.form], calendar)
    for table in check.promised:
        rows = tables.others.get(table.form, ())
        names = {same(str(row[table.name])): str(row[table.name]) for row in rows if row.get(table.name)}
        for key, days in _days(rows, table).items():
            mine, theirs = _months(days), _months(announced.get(key, ()))
            if key in announced and mine != theirs:
                yield CrossFinding(CrossKind.PROMISE_DIFFERS, names[key], ", ".join(mine), ", ".join(theirs))


def _months(days: Iterable[str]) -> list[str]:
    return sorted({f"{day[5:7]}/{day[:4]}" if day[5:7].isdecimal() else day for day in days})


def _unit(name: str, unit: Value, units: UnitRegister) -> Iterator[CrossFinding]:
    for part in str(unit or "").split(";"):
        key = same(part)
        if not key or key in units.current:
            continue
        kind = CrossKind.UNIT_DISSOLVED if key in units.dissolved else CrossKind.UNIT_UNKNOWN
        yield CrossFinding(kind, name, part.strip())


def changes_since(
    check: CrossCheck,
    tables: YearTables,
    renamed: Mapping[tuple[str, str], float],
    said: Mapping[str, tuple[bool, str]],
) -> Iterator[CrossFinding]:
    """`renamed`: likely pairs (old, new) by `same`; `said`: of a pair, whether it is the same product, and by whom."""
    if tables.before is None:
        return
    old, new = _by_name(tables.before, check.name), _by_name(tables.catalogue, check.name)
    for key in old.keys() & new.keys():
        before, after = str(old[key].get(check.frequency) or ""), str(new[key].get(check.frequency) or "")
        if same(before) != same(after):
            yield CrossFinding(CrossKind.FREQUENCY_CHANGED, str(new[key][check.name]), after, before)
    gone, came = set(old) - set(new), set(new) - set(old)
    for one, other in sorted(renamed, key=lambda pair: -renamed[pair]):
        confirmed = said.get(pair_subject(one, other))
        if one in gone and other in came and (confirmed is None or confirmed[0]):
            gone.discard(one)
            came.discard(other)
            now, before = str(new[other][check.name]), str(old[one][check.name])
            yield CrossFinding(CrossKind.RENAMED, now, expected=before, settled=confirmed[1] if confirmed else "")
    yield from (CrossFinding(CrossKind.ADDED, str(new[key][check.name])) for key in sorted(came))
    yield from (CrossFinding(CrossKind.DROPPED, str(old[key][check.name])) for key in sorted(gone))


def pair_subject(old: str, new: str) -> str:
    return f"{old} | {new}"


def counts(findings: Iterable[CrossFinding]) -> Mapping[CrossKind, int]:
    counted = Counter(finding.kind for finding in findings)
    return {kind: counted[kind] for kind in CrossKind if counted[kind]}
