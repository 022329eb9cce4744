"""From a nominal last day to the day we aim at, the day after which it is late, and the sentence that explains both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from rules.plan import (
    AfterDocument,
    DatedOccurrence,
    OnceBefore,
    OnceInQuarter,
    PeriodicReport,
    TargetOnly,
    When,
    YearAfterTrigger,
    YearlyTarget,
)
from rules.text.wording import dates_vi as dates_vi
from rules.text.wording import day_vi, full_day_vi
from rules.text.wording import weekday_name as weekday_name
from rules.wordings import YearlyAfterHalf, YearlyBefore, YearlyMonth, YearlyQuarter
from rules.working_days import WorkCalendar

PROVINCE = ZoneInfo("Asia/Ho_Chi_Minh")
ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True)
class Deadline:
    nominal_last_day: date
    target_day: date
    late_after: date
    strict_before: bool


def deadline(nominal: date, strict_before: bool, calendar: WorkCalendar) -> Deadline:
    """The last day moves to the next working day (BLDS 2015 art. 148(5)), except for «trước ngày», which never does."""
    late_after = nominal if strict_before else calendar.on_or_after(nominal)
    return Deadline(nominal, calendar.on_or_before(nominal), late_after, strict_before)


# --- moments ------------------------------------------------------------------------------------------------------


def start_of(day: date, zone: tzinfo = PROVINCE) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def late_from(late_after: date, zone: tzinfo = PROVINCE) -> datetime:
    """24:00 of the last day (BLDS 2015 art. 148(6)): the first moment that is late."""
    return start_of(late_after + timedelta(days=1), zone)


def local_day(moment: datetime, zone: tzinfo = PROVINCE) -> date:
    return moment.astimezone(zone).date()


# --- sentences ----------------------------------------------------------------------------------------------------


def why(wording: str, due: Deadline, calendar: WorkCalendar) -> str:
    """«Quý IV/2018: ngày cuối là thứ Hai 31/12/2018, là ngày nghỉ hoán đổi …, nên gửi chậm nhất …»."""
    opening = f"{wording}: ngày cuối là {full_day_vi(due.nominal_last_day)}"
    day_off = calendar.name_of(due.nominal_last_day)
    if day_off is None:
        return f"{opening}, là ngày làm việc; tính quá hạn sau ngày này."
    return f"{opening}, là {_day_off(day_off)}, nên gửi chậm nhất {full_day_vi(due.target_day)} {_late(due)}."


def _late(due: Deadline) -> str:
    if due.strict_before:
        return f"và tính quá hạn sau {day_vi(due.late_after)}, vì «trước ngày» không kéo dài sang ngày làm việc sau"
    return f"nhưng chỉ tính quá hạn sau {full_day_vi(due.late_after)}"


def why_soft(wording: str, nominal_target: date, calendar: WorkCalendar) -> str:
    target = full_day_vi(calendar.on_or_before(nominal_target))
    day_off = calendar.name_of(nominal_target)
    rolled = f" (ngày {day_vi(nominal_target)} là {_day_off(day_off)})" if day_off else ""
    return f"{wording}: không có ngày cuối bắt buộc, mốc phấn đấu là {target}{rolled}; không tính quá hạn."


def _day_off(name: str) -> str:
    return name if name.startswith("ngày nghỉ") else f"ngày nghỉ ({name})"


def deadline_phrase(when: When, occurrence: DatedOccurrence) -> str:
    """The deadline inside a sentence of a letter: «trong Quý IV/2013 (chậm nhất ngày 31/12/2013)»."""
    last = occurrence.nominal_last_day
    if last is None:
        return _soft_phrase(when, day_vi(occurrence.target_day), occurrence.target_day.year)
    match when:
        case OnceBefore():
            return f"trước ngày {day_vi(when.day)}"
        case YearlyBefore():
            return f"trước ngày {day_vi(last + timedelta(days=1))}"
        case OnceInQuarter() | YearlyQuarter():
            return f"trong Quý {ROMAN[when.quarter]}/{last.year} (chậm nhất ngày {day_vi(last)})"
        case YearlyMonth():
            return f"trong tháng {when.month}/{last.year} (chậm nhất ngày {day_vi(last)})"
        case YearAfterTrigger():
            return f"trong năm {last.year} (chậm nhất ngày {day_vi(last)})"
        case PeriodicReport() | YearlyAfterHalf() | TargetOnly() | YearlyTarget() | AfterDocument():
            return f"chậm nhất ngày {day_vi(last)}"


def _soft_phrase(when: When, target: str, year: int) -> str:
    if isinstance(when, YearlyAfterHalf):
        return f"sau 6 tháng đầu năm {year} (phấn đấu hoàn thành đến ngày {target})"
    return f"phấn đấu hoàn thành đến ngày {target}"


@dataclass(frozen=True)
class HeldTo:
    """The dates a case is held to. Every mail, letter and page takes the words for them from here."""

    phrase: str  # the plan's deadline inside a sentence, as above
    nominal: date | None
    occurrence_target: date
    target: date  # of the case: a contributor's own, or that of an extension
    last: date | None
    agreed: date | None = None

    @property
    def own_target(self) -> bool:
        """A contributor's: earlier than the day of the whole."""
        return self.agreed is None and self.target != self.occurrence_target

    @property
    def named_day(self) -> date:
        """The day a short text names; see `moved_to`."""
        if self.own_target:
            return self.target
        return self.agreed or self.nominal or self.target

    @property
    def moved_to(self) -> date | None:
        """Where the named day is a day off: the working day that ends the deadline instead."""
        return self.last if self.last and not self.own_target and self.last != self.named_day else None

    @property
    def words(self) -> str:
        """«chậm nhất ngày 20/09/2026, là ngày nghỉ nên tính đến hết thứ Hai 21/09/2026»."""
        if self.own_target:
            last = f", chậm nhất {full_day_vi(self.last)}" if self.last else ""
            return f"phấn đấu gửi đến hết {full_day_vi(self.target)}{last}"
        if self.agreed:
            return f"{self.plan_words}, được gia hạn đến ngày {self._named(self.agreed)}"
        if self.phrase and self.nominal and self.last and day_vi(self.nominal) not in self.phrase:
            return f"{self.phrase} (đến hết {full_day_vi(self.last)})"
        return self.plan_words.replace(day_vi(self.named_day), self._named(self.named_day))

    @property
    def plan_words(self) -> str:
        """As they were before any extension."""
        return self.phrase or f"đến hết {full_day_vi(self.occurrence_target)}"

    def _named(self, day: date) -> str:
        moved = f", là ngày nghỉ nên tính đến hết {full_day_vi(self.moved_to)}" if self.moved_to else ""
        return f"{day_vi(day)}{moved}"
