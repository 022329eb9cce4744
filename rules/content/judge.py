"""The judge of tables that were handed in: finds the table in the file, reads its rows, says what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.content import whole_table
from rules.content.body import Body, group_values, read_body, title_lines
from rules.content.columns import Frame, ReadColumn, cell_findings, column_cells, period_findings, read_column
from rules.content.findings import Finding, FindingKind, Judgement, Level, TakenRow, TakenRows, verdict_of
from rules.content.fixed_rows import judge_fixed
from rules.content.grid import Cell, FileGrids, SheetGrid
from rules.content.head import Head, find_head
from rules.content.spelling import plain, same
from rules.content.units import UnitNames
from rules.content.values import choice_named
from rules.content.whole_table import NearPairs
from rules.forms import OWN_LISTS, Column, ColumnKind, Shape, SheetForm

RUN = 512  # rows
ENOUGH = 0.6  # of another form's columns
_YEAR = re.compile(r"\bnăm\s+(20\d\d)\b", re.IGNORECASE)
_DAY_LINE = re.compile(r"ngày\s.{0,12}tháng\s.{0,6}năm\s+\d{4}", re.IGNORECASE)


@dataclass(frozen=True)
class Surroundings:
    """What the judge knows beside the form and the file."""

    units: UnitNames = field(default_factory=UnitNames)
    other_forms: Mapping[str, SheetForm] = field(default_factory=dict)  # of the plan, by obligation
    near: NearPairs = lambda _: ()


@dataclass(frozen=True)
class _Found:
    """A sheet of the form, and where it stands in the file."""

    form: SheetForm
    sheet: SheetGrid
    head: Head


def judge(form: SheetForm, grids: FileGrids, around: Surroundings) -> Judgement:
    visible = [sheet for sheet in grids.sheets if not sheet.hidden]
    beside = list(_hidden(grids)) + list(_encoding(grids, visible))
    found = _places(form, visible)
    if not found:
        return _rejected([_why_nothing(form, visible, around), *beside])
    findings: list[Finding] = []
    rows: Sequence[TakenRow] = ()
    for one in found:
        some, taken = _judge_sheet(one, around)
        findings += some
        rows = [*rows, *taken] if rows else taken
    if sum(finding.kind is FindingKind.EMPTY for finding in findings) < len(found):
        findings = [_of_part(finding) for finding in findings]
    if any(finding.level is Level.FILE for finding in findings):
        whole = [finding for finding in findings if finding.level is Level.FILE]
        return _rejected([*whole, *beside])
    judged = {one.sheet.name for one in found}
    findings += [_of_sheet(FindingKind.NOT_READ, sheet) for sheet in visible if sheet.rows and sheet.name not in judged]
    present = {one.form.sheet for one in found}
    findings += [
        Finding(FindingKind.EMPTY, Level.TABLE, part.sheet) for part in form.sheets if part.sheet not in present
    ]
    findings += beside
    return Judgement(verdict_of(findings, len(rows)), tuple(findings), rows)


def _of_part(finding: Finding) -> Finding:
    """An empty sheet beside filled ones: rows are lacking."""
    return replace(finding, level=Level.TABLE) if finding.kind is FindingKind.EMPTY else finding


def _rejected(findings: Sequence[Finding]) -> Judgement:
    return Judgement(verdict_of(findings, 0), tuple(findings))


# --- the file -------------------------------------------------------------------------------------------------------


def _hidden(grids: FileGrids) -> Iterator[Finding]:
    for sheet in grids.sheets:
        if sheet.hidden and sheet.rows and sheet.name != OWN_LISTS:
            yield _of_sheet(FindingKind.HIDDEN_SHEET, sheet)


def _encoding(grids: FileGrids, visible: Sequence[SheetGrid]) -> Iterator[Finding]:
    if grids.code_table:
        name = visible[0].name if visible else None
        yield Finding(FindingKind.ENCODING, Level.REMARK, name, stands=grids.code_table)


def _of_sheet(kind: FindingKind, sheet: SheetGrid, level: Level = Level.REMARK) -> Finding:
    return Finding(kind, level, sheet.name, stands=sheet.name or "")


def _places(form: SheetForm, visible: Sequence[SheetGrid]) -> list[_Found]:
    """For each sheet of the form, of those that have its head the one of its name, else the one that fits best."""
    found: list[_Found] = []
    for part in form.sheets:
        taken = {one.sheet.name for one in found}
        heads = [
            (sheet, find_head(part, sheet))
            for sheet in visible
            if sheet.rows and (sheet.name not in taken or not found)
        ]
        fitting = [_Found(part, sheet, head) for sheet, head in heads if head]
        if fitting:
            found.append(max(fitting, key=_fitness))
    return found


def _fitness(one: _Found) -> tuple[float, bool]:
    return one.head.quality, same(one.sheet.name or "") == same(one.form.sheet)


def _why_nothing(form: SheetForm, visible: Sequence[SheetGrid], around: Surroundings) -> Finding:
    filled = [sheet for sheet in visible if sheet.rows]
    if not filled:
        drawn = next((sheet for sheet in visible if sheet.picture), None)
        if drawn:
            return _of_sheet(FindingKind.NOT_READ, drawn, Level.FILE)
        return replace(_of_sheet(FindingKind.EMPTY, (visible or [SheetGrid(None, [])])[0], Level.FILE), stands="")
    for sheet in filled:
        if other := _other_duty(form, sheet, None, around):
            return other
    lacking = [column for column in form.columns if column.required] or list(form.columns)
    first = filled[0]
    titles = tuple(column.title for column in lacking)
    if first.picture and len(first.rows) < 3:
        return _of_sheet(FindingKind.NOT_READ, first, Level.FILE)
    return Finding(
        FindingKind.COLUMN_MISSING, Level.FILE, first.name, None, lacking[0].id, lacking[0].title, "", titles
    )


def _other_duty(form: SheetForm, sheet: SheetGrid, head: Head | None, around: Surroundings) -> Finding | None:
    """Where the sheet has the columns of another form, and more of them than of this one."""
    mine = _share(form, head)
    best, code = 0.0, ""
    for other in around.other_forms.values():
        if other.obligation == form.obligation:
            continue
        for part in other.sheets:
            share = _share(part, find_head(part, sheet))
            if share > best:
                best, code = share, other.obligation
    if best >= ENOUGH and best > mine + 0.2:
        return Finding(FindingKind.WRONG_DUTY, Level.FILE, sheet.name, stands=code, expected=(form.title,))
    return None


def _share(form: SheetForm, head: Head | None) -> float:
    return min(1.0, head.quality / len(form.columns)) if head else 0.0


# --- a sheet --------------------------------------------------------------------------------------------------------


def _judge_sheet(one: _Found, around: Surroundings) -> tuple[list[Finding], Sequence[TakenRow]]:
    form, sheet, head = one.form, one.sheet, one.head
    frame = Frame(sheet.name, form.period)
    if head.lacks(form) and (other := _other_duty(form, sheet, head, around)):
        return [other], []
    if form.shape is Shape.FIXED_ROWS:
        return _fixed(one, frame)
    body = read_body(form, sheet, head)
    printed = set(map(same, form.printed))
    titles = [line for line in title_lines(sheet, head) if same(line) not in printed]
    if not body.numbers:
        return [_empty(one)], []
    reads, lacking = _read(form, head, body, titles, frame, around)
    if any(finding.level is Level.FILE for finding in lacking):
        return lacking, []
    numbers = body.numbers
    whole = list(period_findings(frame, reads, numbers))
    whole += [finding for finding in (whole_table.other_unit(frame, form, titles, reads, around.units),) if finding]
    if any(finding.level is Level.FILE for finding in whole):
        return [finding for finding in whole if finding.level is Level.FILE], []
    findings = [*lacking, *(finding for read in reads for finding in cell_findings(frame, read, numbers)), *whole]
    findings += whole_table.duplicates(frame, reads, numbers, around.near)
    findings += whole_table.uncovered(frame, form, reads)
    findings += whole_table.too_few_days(frame, reads, numbers)
    findings += whole_table.sum_findings(frame, head, body, reads)
    findings += whole_table.unknown_units(frame, form, reads, numbers, around.units)
    findings += _year_over(frame, form, titles)
    findings += _hidden_rows(frame, body)
    findings.sort(key=lambda finding: finding.row or 0)
    return findings, _taken(sheet.name, reads, numbers, findings)


def _empty(one: _Found) -> Finding:
    return Finding(FindingKind.EMPTY, Level.FILE, one.sheet.name)


def _fixed(one: _Found, frame: Frame) -> tuple[list[Finding], Sequence[TakenRow]]:
    lacking = [
        frame.finding(column, FindingKind.COLUMN_MISSING, Level.FILE)
        for column in one.head.lacks(one.form)
        if column.kind is not ColumnKind.LABEL
    ]
    if lacking:
        return lacking, []
    findings, rows = judge_fixed(one.form, one.sheet, one.head, frame)
    asked = [column.id for column in one.form.columns if column.kind is not ColumnKind.LABEL]
    if not any(row.values.get(name) not in (None, 0) for row in rows for name in asked):
        return [_empty(one)], []
    bad = {finding.row for finding in findings if finding.level is Level.ROW}
    return findings, [TakenRow(one.sheet.name, row.number, row.values) for row in rows if row.number not in bad]


def _read(
    form: SheetForm, head: Head, body: Body, titles: Sequence[str], frame: Frame, around: Surroundings
) -> tuple[list[ReadColumn], list[Finding]]:
    """Every column that is there, or stands in the title or in titles of groups; and those that stand nowhere."""
    reads, lacking = list[ReadColumn](), list[Finding]()
    table = _by_column(body.cells, 1 + max(head.places.values()))
    for column in form.columns:
        if column.kind is ColumnKind.LABEL:
            continue
        place = head.places.get(column.id)
        by_group = _by_group(column, body)
        over = "" if place is not None or any(by_group) else _over(column, titles, around.units)
        if place is None and not over and not any(by_group):
            if column.required:
                lacking.append(frame.finding(column, FindingKind.COLUMN_MISSING, Level.FILE))
            continue
        if over:
            lacking.append(frame.finding(column, FindingKind.COLUMN_MISSING, Level.REMARK, None, over))
        own = table[place] if place is not None else None
        reads.append(read_column(column, column_cells(own, over, by_group, len(body.numbers)), frame.year))
    return reads, lacking


def _by_column(rows: Sequence[Sequence[Cell]], width: int) -> list[list[Cell]]:
    """Every row is at least so wide. In runs that the processor's own memory holds: that takes half the time."""
    table: list[list[Cell]] = [[] for _ in range(width)]
    for start in range(0, len(rows), RUN):
        for column, cells in zip(table, zip(*rows[start : start + RUN], strict=False), strict=False):
            column += cells
    return table


def _by_group(column: Column, body: Body) -> list[str | None]:
    if column.kind is not ColumnKind.CHOICE or not any(choice_named(column, group) for group in body.groups):
        return []
    return list(group_values(column, body))


def _over(column: Column, titles: Sequence[str], units: UnitNames) -> str:
    """The value of a column that is not there, where a line over the table gives it."""
    for line in titles:
        name, colon, value = line.partition(":")
        if colon and value.strip() and same(name) == same(column.title):
            return plain(value)
    if column.fill == "unit":
        return next(
            (line.partition(":")[2].strip() or line for line in titles if units.in_title([line]) == {units.own}), ""
        )
    return ""


def _year_over(frame: Frame, form: SheetForm, titles: Sequence[str]) -> Iterator[Finding]:
    """A table without days may still say in its title that it is another year's."""
    if not frame.year or any(column.in_period for column in form.columns):
        return
    years = {int(year) for line in titles for year in _YEAR.findall(_DAY_LINE.sub("", line))}
    if years and frame.year not in years:
        stands = ", ".join(map(str, sorted(years)))
        yield frame.finding(None, FindingKind.WRONG_YEAR, Level.REMARK, None, stands, (str(frame.year),))


def _hidden_rows(frame: Frame, body: Body) -> Iterator[Finding]:
    if body.hidden:
        yield frame.finding(None, FindingKind.HIDDEN_ROWS, Level.REMARK, None, ", ".join(map(str, body.hidden[:50])))


def _taken(
    sheet: str | None, reads: Sequence[ReadColumn], numbers: Sequence[int], findings: Sequence[Finding]
) -> Sequence[TakenRow]:
    bad = {finding.row for finding in findings if finding.level is Level.ROW}
    places = [place for place, number in enumerate(numbers) if number not in bad] if bad else range(len(numbers))
    return TakenRows(sheet, numbers, {read.column.id: read.values for read in reads}, places)
