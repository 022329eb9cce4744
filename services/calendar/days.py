"""The office gives a day off, works one, or swaps two: first what would move, then the move, and one message each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.queries.calendar import days as day_queries
from models.queries.calendar.days import entered_days
from models.queries.cases import selection as cases_queries
from models.tables.calendar import CalendarOverride
from rules.deadlines import local_day
from rules.office import Office
from rules.text.wording import day_vi, full_day_vi
from rules.working_days import SWAP
from services import log
from services.errors import Refused
from services.plan.amend import AmendResult, MovedTerm, move_dates
from services.plan.in_force import entered

YEARS_BACK, YEARS_AHEAD = 1, 3


@dataclass(frozen=True)
class DayEntry:
    day: date
    working: bool
    reason: str
    document: str = ""
    pair: date | None = None


@dataclass(frozen=True)
class DaysChange:
    """Days to enter and days to take out again, together or not at all."""

    enter: tuple[DayEntry, ...] = ()
    remove: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        return (*(entry.day for entry in self.enter), *self.remove)


def day_off(day: date, reason: str, document: str = "") -> DaysChange:
    return DaysChange((DayEntry(day, False, reason, document),))


def working_day(day: date, reason: str, document: str = "") -> DaysChange:
    return DaysChange((DayEntry(day, True, reason, document),))


def swap(off: date, worked: date, document: str = "", reason: str = "") -> DaysChange:
    """`off` becomes a day off, and is made up for on `worked`."""
    why_off = reason or f"{SWAP}{day_vi(worked)})"
    why_worked = reason or f"làm bù cho ngày {day_vi(off)}"
    return DaysChange(
        (DayEntry(off, False, why_off, document, worked), DayEntry(worked, True, why_worked, document, off))
    )


def taken_out(session: Session, day: date) -> DaysChange:
    """The reverse of an entry; of a swap, both days. Raises Refused when the day was not entered."""
    known = {row.day: row for row in entered_days(session)}
    if day not in known:
        raise Refused(
            f"Ngày {day_vi(day)} không có trong danh sách đã nhập; ngày của calendar.yaml sửa ở tệp ấy. / "
            f"{day} was not entered; a day of calendar.yaml is corrected there."
        )
    pair = known[day].pair
    return DaysChange(remove=(day, pair) if pair in known and pair is not None else (day,))


@dataclass(frozen=True)
class DaysPreview:
    change: DaysChange
    moved: AmendResult
    units: Mapping[int, Sequence[str]] = field(default_factory=dict)  # term → units with an open case held to it

    @property
    def cases(self) -> int:
        return sum(map(len, self.units.values()))

    @property
    def seal(self) -> str:
        """Of all that was shown: what is confirmed is what is done."""
        told: list[Any] = [self.change, self.moved.told]
        told += [(term.term_id, term.old_target, term.new_target, term.new_late) for term in self.moved.terms]
        told += sorted((term, *units) for term, units in self.units.items())
        return sha256(repr(told).encode()).hexdigest()


def preview(session: Session, office: Office, change: DaysChange, now: datetime) -> DaysPreview:
    """What would move; nothing does. Raises Refused."""
    trial = session.begin_nested()
    moved = _enter(session, office, change, "", now)
    trial.rollback()
    return DaysPreview(change, moved, _open_units(session, moved.terms, now))


def change_days(session: Session, office: Office, change: DaysChange, by: str, now: datetime) -> AmendResult:
    """Enter or take out, move what follows, tell each person once. Raises Refused."""
    log.hold(session)
    before = [_told(row) for row in entered_days(session) if row.day in change.days]
    moved = _enter(session, office, change, by, now)
    details = {"before": before, "after": [_told(entry) for entry in change.enter], "moved": len(moved.terms)}
    log.append(session, now, by, "calendar.change", f"day:{min(change.days)}", details)
    return moved


def _enter(session: Session, office: Office, change: DaysChange, by: str, now: datetime) -> AmendResult:
    as_it_is = replace(office, calendar=office.calendar.with_entered(entered(session)))
    _need_sense(as_it_is, change, local_day(now))
    days = change.days
    day_queries.delete_days(session, days)
    session.add_all(
        CalendarOverride(
            day=entry.day,
            working=entry.working,
            reason=entry.reason,
            document=entry.document,
            pair=entry.pair,
            entered_by=by,
            entered_at=now,
        )
        for entry in change.enter
    )
    session.flush()
    as_it_will_be = replace(office, calendar=office.calendar.with_entered(entered(session)))
    return move_dates(session, as_it_will_be, now, by=by)


def _need_sense(office: Office, change: DaysChange, today: date) -> None:
    if not change.days:
        raise Refused("Chưa có ngày nào. / No day was named.")
    for entry in change.enter:
        if not entry.reason.strip():
            raise Refused(f"Ngày {day_vi(entry.day)}: cần ghi lý do. / {entry.day} needs a reason.")
        if not today.year - YEARS_BACK <= entry.day.year <= today.year + YEARS_AHEAD:
            raise Refused(f"Ngày {day_vi(entry.day)} quá xa hôm nay. / {entry.day} is too far from today.")
        if office.calendar.is_working_day(entry.day) == entry.working:
            already = "đã là ngày làm việc" if entry.working else f"đã là {office.calendar.name_of(entry.day)}"
            raise Refused(f"{full_day_vi(entry.day)} {already}. / {entry.day} is so already.")
    if len(set(change.days)) < len(change.days):
        raise Refused("Hai ngày hoán đổi phải khác nhau. / The two days of a swap must differ.")


def _open_units(session: Session, terms: Sequence[MovedTerm], now: datetime) -> dict[int, list[str]]:
    held = cases_queries.open_units(session, [term.term_id for term in terms])
    names = cases_queries.names_on(session, {unit for units in held.values() for unit in units}, local_day(now))
    return {term: [names[unit].name for unit in units] for term, units in held.items()}


def _told(entry: DayEntry | CalendarOverride) -> dict[str, Any]:
    return {"day": entry.day, "working": entry.working, "reason": entry.reason, "document": entry.document}


def lines(preview: DaysPreview) -> Iterable[str]:
    """For a screen without tables: what moves, from where to where, for how many."""
    for term in preview.moved.terms:
        yield f"{term.line}; {len(preview.units.get(term.term_id, ()))} hồ sơ đang mở"
