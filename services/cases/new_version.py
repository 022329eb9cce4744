"""A new version of the plan comes into force on its day: first what it does to open cases, then what was chosen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, reading, writing
from models.queries.cases import case_file as case_queries
from models.queries.plan import amendments as amendment_queries
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import versions as version_queries
from models.tables.amendments import Amendment
from models.tables.plan import ComingVersion, PlanVersion
from rules.deadlines import local_day
from rules.forms import SheetForm
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import Plan, Text
from rules.recurrence import occurrences
from services import log
from services.cases.decide import close_without_submission
from services.errors import Refused
from services.plan.amend import MovedTerm, move_dates
from services.plan.in_force import office_now
from services.plan.load import load_plan, plan_ahead
from services.plan.stored import (
    Adoption,
    keep_files,
    kept_files,
    read_forms,
    read_plan,
    stored_forms,
    stored_plan,
)
from services.plan.triggers import in_effect

A_YEAR = timedelta(days=366)


class Treatment(StrEnum):
    """Of the open cases of a duty when a new version comes into force."""

    KEEP = "keep"  # as they were opened
    REDATE = "redate"  # held to the dates of the new version
    CLOSE = "close"  # nothing is owed any more


TREATMENTS: Mapping[Treatment, Text] = {
    Treatment.KEEP: Text("giữ thời hạn đã báo", "keep the dates already told"),
    Treatment.REDATE: Text("tính lại theo phiên bản mới", "date by the new version"),
    Treatment.CLOSE: Text("khép, không phải nộp nữa", "close: no longer owed"),
}


@dataclass(frozen=True)
class NewVersion:
    plan: Plan
    forms: Mapping[str, SheetForm] | None  # None: as before
    adoption: Adoption
    treatment: Mapping[str, Treatment]  # by duty; KEEP where nothing is said


@dataclass(frozen=True)
class AffectedDuty:
    """A duty with open cases that the new version drops or dates otherwise."""

    id: str
    title: str
    cases: int
    moved: tuple[MovedTerm, ...]
    gone: tuple[str, ...] = ()  # periods with open cases that the new version does not have

    @property
    def choices(self) -> tuple[Treatment, ...]:
        return tuple(one for one in Treatment if self.moved or one is not Treatment.REDATE)


def affected(session: Session, office: Office, plan: Plan, now: datetime) -> list[AffectedDuty]:
    """What the plan, if it were in force now, would do to open cases; nothing is done. Raises Refused."""
    open_cases = plan_queries.open_cases(session)
    plan = in_effect(session, plan)
    gone = _gone(session, office, plan)
    trial = session.begin_nested()
    try:
        load_plan(session, plan, now)
        moved = _redate(session, replace(office, plan=plan), open_cases, "", now)
    finally:
        trial.rollback()
    known = {item.id: item.title.vi for item in (*office.obligations.values(), *plan.obligations)}
    return [
        AffectedDuty(code, title, open_cases[code], tuple(moved.get(code, ())), tuple(gone.get(code, ())))
        for code, title in known.items()
        if code in open_cases and (code in gone or code in moved)
    ]


def _gone(session: Session, office: Office, plan: Plan) -> dict[str, list[str]]:
    """Duty → its periods with open cases that this plan does not have."""
    rows = version_queries.open_periods(session)
    if not rows:
        return {}
    days = [day for _, _, day in rows]
    dated = occurrences(plan, office.calendar, min(days) - A_YEAR, max(days) + A_YEAR)
    kept = {(item.obligation, item.period) for item in dated}
    gone: dict[str, list[str]] = {}
    for code, period, _ in rows:
        if (code, period) not in kept:
            gone.setdefault(code, []).append(period)
    return gone


def treatments(choices: Collection[str], duties: Sequence[AffectedDuty]) -> dict[str, Treatment]:
    """«redate» for every duty that can be, «I5-CALENDAR=close» for one. Raises Refused."""
    chosen: dict[str, Treatment] = {}
    for choice in choices:
        code, _, word = choice.rpartition("=")
        if word not in list(Treatment):
            known = ", ".join(Treatment)
            raise Refused(f"Không có cách xử lý «{word}»; có: {known}. / No such treatment; there are: {known}.")
        if code:
            chosen[code.upper()] = Treatment(word)
        else:
            chosen |= {duty.id: Treatment(word) for duty in duties if Treatment(word) in duty.choices}
    return chosen


def seal_of(duties: Sequence[AffectedDuty]) -> str:
    shown = [(one.id, one.cases, one.gone, [term.line for term in one.moved]) for one in duties]
    return sha256(repr(shown).encode()).hexdigest()


def adopt(session: Session, office: Office, new: NewVersion, now: datetime) -> PlanVersion | ComingVersion:
    """In force at once, or, where its day is still to come, kept until then. Raises Refused."""
    log.hold(session)
    _need_sense(session, office, new, now)
    day = new.adoption.effective_from
    if day is not None and day > local_day(now):
        return _keep_for(session, new, day, now)
    version_queries.delete_coming(session)
    return _put_in_force(session, office, new, now)


def _need_sense(session: Session, office: Office, new: NewVersion, now: datetime) -> None:
    duties = {one.id: one for one in affected(session, office, new.plan, now)}
    for code, treatment in new.treatment.items():
        if code not in duties and treatment is not Treatment.KEEP:
            raise Refused(f"{code}: không có hồ sơ đang mở bị ảnh hưởng. / No open case of {code} is affected.")
        if code in duties and treatment not in duties[code].choices:
            raise Refused(f"{code}: phiên bản mới không còn kỳ này nên không tính lại được. / It has no new dates.")
    waiting = {id_of(one) for one in amendment_queries.to_carry_out(session)}
    if new.adoption.amendment is not None and new.adoption.amendment not in waiting:
        raise Refused("Không có bản tổng hợp đề xuất nào như vậy đang chờ thực hiện. / No such amendment waits.")
    closing = Treatment.CLOSE in new.treatment.values()
    if closing and not new.adoption.decision:
        raise Refused("Khép hồ sơ thì cần số quyết định. / Closing cases needs the number of the decision.")


def _keep_for(session: Session, new: NewVersion, day: date, now: datetime) -> ComingVersion:
    version_queries.delete_coming(session)
    coming = ComingVersion(
        document=stored_plan(new.plan),
        forms=stored_forms(new.forms),
        effective_from=day,
        decision=new.adoption.decision,
        treatment=json.dumps(new.treatment),
        loaded_at=now,
        loaded_by=new.adoption.by,
        amendment_id=new.adoption.amendment,
        source=keep_files(session, new.adoption.files),
    )
    session.add(coming)
    session.flush()
    details = {"from": day, "decision": coming.decision, "treatment": dict(new.treatment)}
    log.append(session, now, new.adoption.by, "plan.schedule", f"coming:{coming.id}", details)
    return coming


def withdraw(session: Session, by: str, now: datetime) -> None:
    """The version that waits for its day will not come into force. Raises Refused: none waits."""
    coming = version_queries.coming(session)
    if coming is None:
        raise Refused("Không có phiên bản nào chờ áp dụng. / No version waits for its day.")
    log.append(session, now, by, "plan.withdraw", f"coming:{coming.id}", {"from": coming.effective_from})
    version_queries.delete_coming(session)


def _put_in_force(session: Session, office: Office, new: NewVersion, now: datetime) -> PlanVersion:
    version = load_plan(session, new.plan, now, forms=new.forms, adoption=new.adoption)
    after = office_now(session, office)
    redated = [code for code, treatment in new.treatment.items() if treatment is Treatment.REDATE]
    _redate(session, after, redated, new.adoption.by, now)
    plan_ahead(session, after, now)
    closed = [code for code, treatment in new.treatment.items() if treatment is Treatment.CLOSE]
    _close(session, closed, new.adoption, now)
    if new.adoption.amendment is not None:
        session.get_one(Amendment, new.adoption.amendment).version_id = version.id
    return version


def _redate(
    session: Session, office: Office, codes: Collection[str], by: str, now: datetime
) -> dict[str, list[MovedTerm]]:
    """Put the open cases of these duties under the version in force; what moves, by duty."""
    version = plan_queries.current_plan(session)
    assert version is not None
    version_queries.put_under(session, id_of(version), codes)
    moved: dict[str, list[MovedTerm]] = {}
    for term in move_dates(session, office, now, by=by or "kyhan").terms:
        if term.obligation in codes:
            moved.setdefault(term.obligation, []).append(term)
    return moved


def _close(session: Session, codes: Collection[str], adoption: Adoption, now: datetime) -> Counter[str]:
    """Cases nobody has answered; what is answered stays as it is."""
    done: Counter[str] = Counter()
    reason = f"Kế hoạch được điều chỉnh theo {adoption.decision}"
    ids = version_queries.open_case_ids(session, codes)
    for file in case_queries.whole_cases(session, ids):
        close_without_submission(session, file, "not_applicable", adoption.by, now, reason)
        done[file.obligation.code] += 1
    return done


def come_into_force(engine: Engine, office: Office, now: datetime) -> Office:
    """The version whose day has come, if one waits; the office as it is then."""
    with reading(engine) as session:
        coming = version_queries.coming(session)
    if coming is None or coming.effective_from > local_day(now):
        return office
    with writing(engine) as session:
        log.hold(session)
        coming = version_queries.coming(session)  # another process may have been first
        if coming is not None and coming.effective_from <= local_day(now):
            _put_in_force(session, office, _waiting(session, office, coming, now), now)
            version_queries.delete_coming(session)
        return office_now(session, office)


def _waiting(session: Session, office: Office, coming: ComingVersion, now: datetime) -> NewVersion:
    """As it was chosen, as far as it still can be: cases may have been answered since."""
    plan = read_plan(coming.document)
    can = {one.id: one.choices for one in affected(session, office, plan, now)}
    chosen = {code: Treatment(one) for code, one in json.loads(coming.treatment).items()}
    treatment = {code: one for code, one in chosen.items() if one in can.get(code, ())}
    files = kept_files(session, coming.source)
    adoption = Adoption(coming.loaded_by, coming.effective_from, coming.decision, coming.amendment_id, files)
    return NewVersion(plan, read_forms(coming.forms), adoption, treatment)


def lines(duties: Sequence[AffectedDuty], treatment: Mapping[str, Treatment]) -> list[str]:
    """For a screen without tables."""
    return [line for duty in duties for line in _lines(duty, treatment.get(duty.id, Treatment.KEEP))]


def _lines(duty: AffectedDuty, chosen: Treatment) -> list[str]:
    gone = [f"  phiên bản mới không còn {period_title_vi(period)}" for period in duty.gone]
    head = f"{duty.id}: {duty.cases} hồ sơ đang mở: {TREATMENTS[chosen].vi}"
    return [head, *gone, *(f"  {term.line}" for term in duty.moved)]
