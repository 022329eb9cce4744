"""The table of organisations: read, checked row by row, put in place all together or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.people import organisations as organisation_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Post
from rules.deadlines import local_day
from rules.office import Office
from rules.text.cells import harmless
from services import log
from services.forms.table_import import CellProblem, Columns, read_sheet
from services.people.reorganise import Name, rename_unit
from services.plan.bindings import rebind

COLUMNS = ("ma", "loai", "ten", "ten_tat", "thu_truong", "dia_danh", "co_quan_cap_tren", "nhom", "hieu_luc_tu")
TABLE = Columns(
    COLUMNS,
    {
        "key": "ma",
        "kind": "loai",
        "name": "ten",
        "abbreviation": "ten_tat",
        "head_title": "thu_truong",
        "place": "dia_danh",
        "parent": "co_quan_cap_tren",
        "groups": "nhom",
        "valid_from": "hieu_luc_tu",
    },
    frozenset({"dia_danh", "co_quan_cap_tren", "nhom", "hieu_luc_tu"}),
)
KINDS = ("department", "district", "agency", "mass_organisation", "ministry", "statistics_office", "people_committee")
KEY = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
GROUP = re.compile(r"[a-z]+(_[a-z]+)*")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})")
POSTS = (("focal_point", "Đầu mối thống kê"), ("deputy", "Phó đầu mối"))


@dataclass(frozen=True)
class OrganisationRow:
    line: int
    key: str
    kind: str
    name: Name
    parent: str
    groups: tuple[str, ...]
    since: date | None
    since_written: str


@dataclass(frozen=True)
class OrganisationTable:
    rows: tuple[OrganisationRow, ...]
    problems: tuple[CellProblem, ...]
    notes: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True)
class OrganisationChange:
    line: int
    key: str
    kind: str  # added, renamed, changed, unchanged
    name: str
    corrected: tuple[tuple[str, str, str], ...] = ()  # field, old, new


@dataclass
class OrganisationImport:
    changes: list[OrganisationChange] = field(default_factory=list)
    bound: int = 0  # bindings to duties that are new
    unbound: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    to_confirm: frozenset[str] = frozenset()  # apart from the whole

    def count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.changes)

    @property
    def seal(self) -> str:
        """Of all that was shown: what is confirmed is what is done."""
        return sha256(repr((self.changes, self.bound, self.unbound)).encode()).hexdigest()


def read_organisations(content: bytes, file: str = "") -> OrganisationTable:
    """CSV or Excel with the columns of COLUMNS, in any order. Raises Refused when it is no such table."""
    sheet = read_sheet(content, TABLE, file)
    rows = tuple(
        OrganisationRow(
            line.number,
            line["ma"].upper(),
            line["loai"].lower(),
            Name(line["ten"], line["ten_tat"], line["thu_truong"], line["dia_danh"]),
            line["co_quan_cap_tren"].upper(),
            tuple(re.split(r"[;,\s]+", line["nhom"].lower())) if line["nhom"] else (),
            day_of(line["hieu_luc_tu"]),
            line["hieu_luc_tu"],
        )
        for line in sheet.lines
    )
    return OrganisationTable(rows, sheet.problems, sheet.notes, sheet.file)


def day_of(text: str) -> date | None:
    match = DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _problems(table: OrganisationTable, existing: Collection[str]) -> list[CellProblem]:
    first_lines: dict[str, int] = {}
    problems = list(table.problems)
    keys = {*existing, *(row.key for row in table.rows)}
    for row in table.rows:
        cells = list(_wrong_cells(row, keys))
        if first_lines.setdefault(row.key, row.line) != row.line:
            cells.append(
                ("ma", row.key, f"trùng mã với dòng {first_lines[row.key]}; bỏ một dòng", "the same key twice")
            )
        problems += [CellProblem(row.line, *cell, table.file) for cell in cells]
    return sorted(problems, key=lambda one: one.line)


def _wrong_cells(row: OrganisationRow, keys: Collection[str]) -> Iterator[tuple[str, str, str, str]]:
    if not KEY.fullmatch(row.key) or len(row.key) > 40:
        yield "ma", row.key, "mã chỉ gồm chữ không dấu, số, gạch nối", "letters, digits and hyphens only"
    if row.kind not in KINDS:
        yield "loai", row.kind, f"cần một trong: {', '.join(KINDS)}", "no such kind"
    for column, value in (
        ("ten", row.name.name),
        ("ten_tat", row.name.abbreviation),
        ("thu_truong", row.name.head_title),
    ):
        if not value:
            yield column, value, "để trống; cần điền", "is empty"
    if row.parent and (row.parent not in keys or row.parent == row.key):
        yield "co_quan_cap_tren", row.parent, "không có đơn vị này; dùng mã trong danh sách", "no such organisation"
    for group in row.groups:
        if not GROUP.fullmatch(group):
            yield "nhom", group, "tên nhóm chỉ gồm chữ thường không dấu và gạch dưới", "small letters and underscores"
    if row.since_written and row.since is None:
        yield "hieu_luc_tu", row.since_written, "không phải ngày; viết 2025-03-01 hoặc 01/03/2025", "not a day"


def import_organisations(
    session: Session, office: Office, table: OrganisationTable, by: str, now: datetime
) -> OrganisationImport:
    """New ones, new names, other groups; who is bound to which duty follows. With any problem nothing changes."""
    units = plan_queries.organisations_by_key(session)
    done = OrganisationImport(problems=_problems(table, units))
    if done.problems or not table.rows:
        return done
    log.hold(session)
    names = cases_queries.names_on(session, None, local_day(now))
    last = max((unit.position for unit in units.values()), default=0)
    for number, row in enumerate(table.rows, last + 1):
        unit = units.get(row.key)
        if unit is None:
            done.changes.append(_add(session, row, number, now))
        else:
            done.changes.append(_change(session, row, unit, names[id_of(unit)], now))
    session.flush()
    done.bound, done.unbound = rebind(session, office.plan, local_day(now))
    acts = [(f"organisation:{one.key}", {one.kind: one.corrected}) for one in done.changes if one.kind != "unchanged"]
    log.append_all(session, now, by, "organisations.import", acts)
    return done


def _add(session: Session, row: OrganisationRow, position: int, now: datetime) -> OrganisationChange:
    unit = Organisation(
        key=row.key, kind=row.kind, parent_key=row.parent or None, groups=_spaced(row.groups), position=position
    )
    session.add(unit)
    session.flush()
    since = row.since or local_day(now)
    session.add(row.name.row(id_of(unit), since))
    posts = (*POSTS, ("head", row.name.head_title))
    session.add_all(Post(organisation_id=id_of(unit), role=role, title=title) for role, title in posts)
    return OrganisationChange(row.line, row.key, "added", row.name.name)


def _change(
    session: Session, row: OrganisationRow, unit: Organisation, named: OrganisationName, now: datetime
) -> OrganisationChange:
    corrected = []
    values = {"kind": row.kind, "parent_key": row.parent or None, "groups": _spaced(row.groups)}
    for name, new in values.items():
        old = getattr(unit, name)
        if old != new and not (name == "groups" and set((old or "").split()) == set(row.groups)):
            corrected.append((name, (old or "").strip(), (new or "").strip()))
            setattr(unit, name, new)
    session.add(unit)
    kind = "changed" if corrected else "unchanged"
    if Name.of(named) != row.name:
        corrected.append(("name", named.name, row.name.name))
        rename_unit(session, unit, row.name, row.since or local_day(now))
        kind = "renamed"
    return OrganisationChange(row.line, row.key, kind, row.name.name, tuple(corrected))


def _spaced(groups: Sequence[str]) -> str:
    return f" {' '.join(groups)} "


def export_rows(session: Session, day: date) -> Iterator[tuple[str, ...]]:
    """The heading, then every organisation that stands on that day, as `read_organisations` reads it."""
    names = cases_queries.names_on(session, None, day)
    yield COLUMNS
    for unit in organisation_queries.organisations(session):
        if unit.dissolved_on is None or unit.dissolved_on > day:
            name = names[id_of(unit)]
            cells = (unit.key, unit.kind, name.name, name.abbreviation, name.head_title, name.place)
            tail = (unit.parent_key, " ".join(unit.groups.split()), name.valid_from.isoformat())
            yield tuple(harmless(cell) for cell in (*cells, *tail))
