"""The office changes a ladder: first which reminders of open cases would move, then the change. None is sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.plan import ladder_days as queries
from models.queries.plan.ladder_days import LadderTerm
from models.tables.plan import STEP, StepDay
from rules.deadlines import local_day
from rules.ladder_change import Standing, steps_to_come
from rules.office import Office
from rules.plan import Ladder, LadderStep
from services import log, templates
from services.errors import Refused
from services.plan.ladder_versions import known_steps, read_steps, shipped, stored_steps
from services.plan.load import day_rows, term_dates
from services.templates import LADDER

FIELDS = ("level", "message", "channels", "on_day", "until_day")
Rows = dict[tuple[str, str], StepDay]  # by step and whom it reaches


class Effect(StrEnum):
    AT_ONCE = "at_once"  # sent at the next look
    EARLIER = "earlier"
    LATER = "later"
    NEW = "new"
    DROPPED = "dropped"
    OTHERWISE = "otherwise"  # on the same day, but to others, by other ways or in other words


@dataclass(frozen=True)
class MovedReminder:
    """Of all open cases held to one term."""

    duty: str
    period: str
    step: str
    effect: Effect
    old: date | None
    new: date | None
    units: tuple[str, ...]


@dataclass(frozen=True)
class LadderPreview:
    ladder: Ladder
    number: int  # of the newest version there is; 0: none was ever made
    moved: tuple[MovedReminder, ...]
    to_come: int  # reminders of periods that are not open yet

    def count(self, effect: Effect) -> int:
        """Reminders, one for each case."""
        return sum(len(one.units) for one in self.moved if one.effect is effect)

    @property
    def seal(self) -> str:
        """Of all that was shown: what is confirmed is what is done."""
        return sha256(repr((self.ladder, self.number, self.moved, self.to_come)).encode()).hexdigest()


def preview(session: Session, office: Office, ladder: Ladder, now: datetime) -> LadderPreview:
    """What would move; nothing does."""
    number = next((row.number for row in templates.versions(session, LADDER, ladder.id)), 0)
    trial = session.begin_nested()
    try:
        changes = _lay_out_anew(session, office, ladder, local_day(now))
    finally:
        trial.rollback()
    units = _units(session, {term for term, _ in changes}, local_day(now))
    moved = tuple(replace(one, units=tuple(units[term])) for term, one in changes if term in units)
    return LadderPreview(ladder, number, moved, sum(term not in units for term, _ in changes))


def change_ladder(session: Session, office: Office, ladder: Ladder, note: str, by: str, now: datetime) -> None:
    """The next version, in use from now on. Raises Refused."""
    log.hold(session)
    if not note.strip():
        raise Refused("Cần ghi lý do. / A reason is needed.")
    _need_another(office, ladder)
    version = templates.take(session, LADDER, ladder.id, stored_steps(ladder), note, by, now)
    templates.use(session, LADDER, ladder.id, version.number, by, now)
    _lay_out_anew(session, office, ladder, local_day(now))


def use_version(session: Session, office: Office, id: str, number: int, by: str, now: datetime) -> None:
    """An older one again; 0: the ladder as shipped. Raises Refused."""
    log.hold(session)
    ladder = version_of(session, office, id, number)
    _need_another(office, ladder)
    if number:
        templates.use(session, LADDER, id, number, by, now)
    else:
        templates.back_to_shipped(session, LADDER, id, by, now)
    _lay_out_anew(session, office, ladder, local_day(now))


def version_of(session: Session, office: Office, id: str, number: int) -> Ladder:
    """0: as shipped. Raises Refused."""
    original = shipped(office)[id]
    if not number:
        return original
    steps = read_steps(templates.version(session, LADDER, id, number))
    if not steps:
        raise Refused(f"Không đọc được phiên bản {number}. / Version {number} cannot be read.")
    return replace(original, steps=steps)


def _need_another(office: Office, ladder: Ladder) -> None:
    if ladder.steps == office.ladders[ladder.id].steps:
        raise Refused("Không có gì thay đổi so với thang đang dùng. / Nothing differs from the ladder in use.")


def _units(session: Session, terms: Collection[int], today: date) -> dict[int, list[str]]:
    """Term → names of the units with an open case held to it."""
    held = queries.units_reminded(session, terms)
    names = cases_queries.names_on(session, {unit for _, unit in held}, today)
    units = defaultdict[int, list[str]](list)
    for term, unit in held:
        units[term].append(names[unit].name)
    return {term: sorted(found) for term, found in units.items()}


# --- the days -------------------------------------------------------------------------------------------------------


def _lay_out_anew(session: Session, office: Office, ladder: Ladder, today: date) -> list[tuple[int, MovedReminder]]:
    """The steps still to come of every term on this ladder; what changed, by term. Reads all of them at once."""
    known = known_steps(session, office, ladder.id)
    after = replace(office, ladders={**office.ladders, ladder.id: ladder})
    terms = queries.terms_on_ladder(session, ladder.id)
    ids = [id_of(one.term) for one in terms]
    rows, noticed = defaultdict[int, Rows](dict), defaultdict[int, set[str]](set)
    for row in queries.step_days_of(session, ids):
        rows[row.term_id][row.step, row.reaches] = row
    for term, step in queries.steps_with_notices(session, ids):
        noticed[term].add(step)
    changes = []
    for one in terms:
        id = id_of(one.term)
        changes += [(id, change) for change in _one(session, after, known, one, rows[id], noticed[id], today)]
    session.flush()
    return changes


def _one(
    session: Session,
    office: Office,
    known: Mapping[str, LadderStep],
    one: LadderTerm,
    before: Rows,
    noticed: Collection[str],
    today: date,
) -> Iterator[MovedReminder]:
    term, ladder = one.term, office.ladders[one.term.ladder or ""]
    opens_on = min((row.on_day for row in before.values()), default=today) if term.role == STEP else one.opens_on
    if opens_on is None:  # it waits for a document
        return
    if term.role != STEP:
        for name, value in term_dates(office, ladder.id, opens_on, term.target_day, term.late_after).items():
            setattr(term, name, value)
    taken = {_plain(step): row.on_day for (step, _), row in before.items() if step in noticed}
    standing = Standing(opens_on, term.target_day, term.late_after, taken)
    to_come = steps_to_come(ladder, known, standing, today, office.calendar)
    fresh = {(row.step, row.reaches): row for row in day_rows(term, to_come)}
    kept = {step.id for step in ladder.steps}
    stay = {key for key, row in before.items() if key[0] in noticed or _has_passed(row, kept, today)}
    old = {step: row.on_day for (step, _), row in before.items() if step not in noticed}
    changed = _write(session, before, fresh, stay)
    for step in dict.fromkeys(changed):
        new = next((row.on_day for (code, _), row in fresh.items() if code == step), None)
        was = old.get(step)
        yield MovedReminder(one.duty, one.period, _plain(step), _effect(was, new, today), was, new, ())


def _has_passed(row: StepDay, kept: Collection[str], today: date) -> bool:
    """Its days went by with nobody told: the next look records it, or lays it out further."""
    return row.until_day <= today and _plain(row.step).partition(".")[0] in kept


def _write(session: Session, before: Rows, fresh: Rows, stay: Collection[tuple[str, str]]) -> list[str]:
    """The codes of the steps that are not as they were."""
    changed = []
    first = min((row.on_day for row in fresh.values()), default=date.max)
    for key in dict.fromkeys([*before, *fresh]):
        old, new = before.get(key), fresh.get(key)
        if old is not None and key in stay:
            if old.on_day < first:  # no longer the newest once something follows
                old.until_day = min(old.until_day, first)
        elif new is None and old is not None:
            session.delete(old)
            changed.append(key[0])
        elif old is None and new is not None:
            session.add(new)
            changed.append(key[0])
        elif old is not None and new is not None and _differ(old, new):
            changed += [key[0]] * ((old.on_day, old.message, old.channels) != (new.on_day, new.message, new.channels))
            for name in FIELDS:
                setattr(old, name, getattr(new, name))
    return changed


def _differ(old: StepDay, new: StepDay) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in FIELDS)


def _effect(old: date | None, new: date | None, today: date) -> Effect:
    if new is None:
        return Effect.DROPPED
    if new <= today and (old is None or old > today):
        return Effect.AT_ONCE
    if old is None:
        return Effect.NEW
    return Effect.EARLIER if new < old else Effect.LATER if new > old else Effect.OTHERWISE


def _plain(step: str) -> str:
    return step.partition("@")[0]
