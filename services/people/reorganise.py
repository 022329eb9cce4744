"""Organisations are renamed, merged and split: names are dated, open cases follow the successor, closed ones stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.cases.case_file import stages
from models.queries.people import organisations as organisation_queries
from models.queries.people import posts as post_queries
from models.queries.people import register as register_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation, OrganisationEvent, OrganisationName
from models.tables.people import Post, Tenure
from rules.deadlines import local_day
from rules.office import Office
from rules.text.wording import day_vi
from services import log
from services.access.take_over import end_tenures
from services.errors import Refused, unknown
from services.plan.bindings import rebind


@dataclass(frozen=True)
class Name:
    name: str
    abbreviation: str
    head_title: str
    place: str = ""

    @property
    def fields(self) -> dict[str, str]:
        return vars(self).copy()

    def row(self, organisation_id: int, since: date, until: date | None = None) -> OrganisationName:
        return OrganisationName(
            organisation_id=organisation_id,
            valid_from=since,
            valid_to=until,
            name=self.name,
            abbreviation=self.abbreviation,
            head_title=self.head_title,
            place=self.place,
        )

    @classmethod
    def of(cls, row: OrganisationName) -> Name:
        return cls(row.name, row.abbreviation, row.head_title, row.place)


@dataclass
class ReorganiseResult:
    """What was done, or with a dry run would be."""

    kind: str
    from_keys: tuple[str, ...]
    to_keys: tuple[str, ...]
    moved: list[tuple[str, str, str, str]] = field(default_factory=list)  # duty, period, from, to
    superseded: list[tuple[str, str, str]] = field(default_factory=list)  # duty, period, unit
    dissolved: tuple[str, ...] = ()
    carried: int = 0  # posts whose holder goes on at the successor
    ended: int = 0  # tenures
    bound: int = 0
    unbound: int = 0

    @property
    def seal(self) -> str:
        """Of all that was shown: what is confirmed is what is done."""
        return sha256(repr(vars(self)).encode()).hexdigest()


def rename(
    session: Session, key: str, name: Name, since: date, legal_basis: str, by: str, now: datetime
) -> ReorganiseResult:
    """From that day on; earlier documents keep the name of their day. Raises Refused."""
    unit = find_unit(session, key)
    before = cases_queries.names_on(session, [id_of(unit)], since)[id_of(unit)]
    if not all((name.name, name.abbreviation, name.head_title)):
        raise Refused("Tên, tên tắt và chức danh thủ trưởng không được trống. / Name, abbreviation, head's title.")
    if Name.of(before) == name:
        raise Refused(f"{unit.key} đã mang tên này. / {unit.key} bears this name already.")
    log.hold(session)
    rename_unit(session, unit, name, since)
    _event(session, "rename", [unit.key], [unit.key], since, legal_basis)
    details = {"old": before.name, "new": name.name, "since": since, "legal_basis": legal_basis}
    log.append(session, now, by, "organisations.rename", f"organisation:{unit.key}", details)
    return ReorganiseResult("rename", (unit.key,), (unit.key,))


def rename_unit(session: Session, unit: Organisation, name: Name, since: date) -> None:
    """The name of `since` ends that day; a later one already entered stays."""
    rows = register_queries.names_of(session, id_of(unit))[::-1]
    following = next((row.valid_from for row in rows if row.valid_from > since), None)
    same_day = next((row for row in rows if row.valid_from == since), None)
    if same_day is not None:
        for key, value in name.fields.items():
            setattr(same_day, key, value)
        session.add(same_day)
        return
    for row in rows:
        if row.valid_from < since and (row.valid_to is None or row.valid_to > since):
            row.valid_to = since
            session.add(row)
    session.add(name.row(id_of(unit), since, following))
    session.flush()


def merge(
    session: Session, office: Office, keys: Sequence[str], into: str, on: date, legal_basis: str, by: str, now: datetime
) -> ReorganiseResult:
    """`into` goes on, or begins, with what was theirs; the others are dissolved. Raises Refused."""
    to = find_unit(session, into)
    old = [unit for unit in _found(session, keys) if unit.key != to.key]
    _need_possible(office, old, [to], on, now)
    log.hold(session)
    done = ReorganiseResult("merge", tuple(unit.key for unit in old), (to.key,))
    to.groups = _union(to, *old)
    session.add(to)
    for unit in old:
        _hand_over_cases(session, unit, [to], done, now)
        done.carried += _carry_people(session, unit, to, now)
    for unit in old:
        _dissolve(session, unit, on, done, now)
    return _finish(session, office, done, on, legal_basis, by, now)


def split(
    session: Session,
    office: Office,
    key: str,
    into: Sequence[str],
    on: date,
    legal_basis: str,
    by: str,
    now: datetime,
    cases_to: Collection[str] = (),
) -> ReorganiseResult:
    """Each successor owes what was open, or only those of `cases_to`; a successor may be the unit itself. Refused."""
    unit, to = find_unit(session, key), _found(session, into)
    stays = unit.key in {one.key for one in to}
    others = [one for one in to if one.key != unit.key]
    _need_possible(office, [unit], others, on, now)
    heirs = _heirs(to, cases_to)
    log.hold(session)
    done = ReorganiseResult("split", (unit.key,), tuple(one.key for one in to))
    for one in others:
        one.groups = _union(one, unit)
        session.add(one)
    _hand_over_cases(session, unit, heirs, done, now)
    if not stays:
        done.carried += sum(_carry_people(session, unit, one, now) for one in others[:1])
        _dissolve(session, unit, on, done, now)
    return _finish(session, office, done, on, legal_basis, by, now)


# --- who may be reorganised -------------------------------------------------------------------------------------------


def find_unit(session: Session, key: str) -> Organisation:
    units = plan_queries.organisations_by_key(session)
    found = units.get(key.upper())
    if found is None:
        raise unknown("đơn vị", "organisation", key, units)
    return found


def _found(session: Session, keys: Sequence[str]) -> list[Organisation]:
    return [find_unit(session, key) for key in dict.fromkeys(key.upper() for key in keys)]


def _need_possible(
    office: Office, old: Sequence[Organisation], to: Sequence[Organisation], on: date, now: datetime
) -> None:
    if not old or not to:
        raise Refused("Cần ít nhất một đơn vị cũ và một đơn vị mới. / Name an old and a new organisation.")
    if on > local_day(now):
        raise Refused(f"Chỉ ghi được từ ngày có hiệu lực ({day_vi(on)}). / It can be recorded from {on} on.")
    for unit in old:
        if unit.dissolved_on is not None:
            raise Refused(
                f"{unit.key} đã giải thể ngày {day_vi(unit.dissolved_on)}. / {unit.key} was dissolved before."
            )
        if unit.key == office.plan.lead:
            raise Refused(
                f"{unit.key} là cơ quan điều phối; đổi ở kế hoạch trước. / It leads the plan: change that first."
            )
    for unit in to:
        if unit.dissolved_on is not None:
            raise Refused(f"{unit.key} đã giải thể, không nhận việc được. / {unit.key} is dissolved.")


def _heirs(to: Sequence[Organisation], cases_to: Collection[str]) -> list[Organisation]:
    chosen = {key.upper() for key in cases_to}
    if strange := sorted(chosen - {one.key for one in to}):
        raise Refused(
            f"{', '.join(strange)} không nằm trong các đơn vị nhận ({', '.join(one.key for one in to)}); chọn đơn vị "
            "nhận hồ sơ trong số đó. / Choose who gets the cases among the successors."
        )
    return [one for one in to if not chosen or one.key in chosen]


def _union(*units: Organisation) -> str:
    groups = dict.fromkeys(group for unit in units for group in unit.groups.split())
    return f" {' '.join(groups)} "


# --- cases, people, duties --------------------------------------------------------------------------------------------


def _hand_over_cases(
    session: Session, unit: Organisation, heirs: Sequence[Organisation], done: ReorganiseResult, now: datetime
) -> None:
    """The first heir gets the case itself, the others one of their own; who owes the same already owes it once."""
    files = cases_queries.open_files(session, id_of(unit))
    owed = cases_queries.owed_by(session, [id_of(heir) for heir in heirs if heir is not unit])
    for case, duty, period in files:
        free = [heir for heir in heirs if heir is unit or (case.occurrence_id, heir.id) not in owed]
        if unit in free:
            free.remove(unit)
            free.insert(0, unit)
        if not free:
            case.outcome, case.outcome_at = "superseded", now
            done.superseded.append((duty, period, unit.key))
        elif free[0] is not unit:
            case.organisation_id = free[0].id or 0
            done.moved.append((duty, period, unit.key, free[0].key))
        session.add(case)
        for heir in free[1:]:
            _copy_case(session, case, heir, now)
            done.moved.append((duty, period, unit.key, heir.key))
        owed |= {(case.occurrence_id, id_of(heir)) for heir in free}
    session.flush()


def _copy_case(session: Session, case: Case, heir: Organisation, now: datetime) -> None:
    copy = Case(
        occurrence_id=case.occurrence_id,
        organisation_id=id_of(heir),
        role=case.role,
        statutory_term_id=case.statutory_term_id,
        term_id=case.term_id,
        opened_at=now,
    )
    session.add(copy)
    session.flush()
    for stage in stages(session, id_of(case)):
        told: dict[str, Any] = {name: getattr(stage, name) for name in ("code", "position", "applicable", "target_day")}
        session.add(Stage(case_id=id_of(copy), **told))


def _carry_people(session: Session, unit: Organisation, to: Organisation, now: datetime) -> int:
    """Where nobody holds the successor's post, whoever held it before goes on until it is handed over."""
    today = local_day(now)
    rows = post_queries.posts_with_holders(session, [id_of(unit), id_of(to)], today)
    own = {post.role: (post, tenure) for post, tenure in rows if post.organisation_id == to.id}
    carried = 0
    for post, tenure in rows:
        if post.organisation_id == to.id or tenure is None or own.get(post.role, (None, None))[1] is not None:
            continue
        place = own.get(post.role, (None, None))[0]
        if place is None:
            place = Post(organisation_id=id_of(to), role=post.role, title=post.title)
            session.add(place)
            session.flush()
        session.add(Tenure(post_id=id_of(place), person_id=tenure.person_id, from_day=today))
        carried += 1
    session.flush()
    return carried


def _dissolve(session: Session, unit: Organisation, on: date, done: ReorganiseResult, now: datetime) -> None:
    unit.dissolved_on = on
    session.add(unit)
    organisation_queries.end_names(session, id_of(unit), on)
    done.dissolved = (*done.dissolved, unit.key)
    for post in post_queries.posts_in(session, id_of(unit)):
        done.ended += len(end_tenures(session, post, local_day(now)))
    session.flush()


def _finish(
    session: Session, office: Office, done: ReorganiseResult, on: date, legal_basis: str, by: str, now: datetime
) -> ReorganiseResult:
    _event(session, done.kind, done.from_keys, done.to_keys, on, legal_basis)
    done.bound, done.unbound = rebind(session, office.plan, local_day(now))
    details = {**vars(done), "effective_on": on, "legal_basis": legal_basis}
    log.append(session, now, by, f"organisations.{done.kind}", f"organisation:{done.from_keys[0]}", details)
    return done


def _event(
    session: Session, kind: str, before: Sequence[str], after: Sequence[str], on: date, legal_basis: str
) -> None:
    spaced = [f" {' '.join(keys)} " for keys in (before, after)]
    session.add(
        OrganisationEvent(kind=kind, effective_on=on, from_keys=spaced[0], to_keys=spaced[1], legal_basis=legal_basis)
    )
    session.flush()
