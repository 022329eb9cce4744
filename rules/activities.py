"""What is recorded of a duty outside its cases: kinds of activities, and what an entry of each must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ActivityKind(StrEnum):
    GUIDANCE = "guidance"  # a document that guides others
    INSPECTION = "inspection"
    MEETING = "meeting"
    MATERIAL = "material"  # a handbook, a page on a web site
    USERS = "users"  # people helped
    UPDATE = "update"  # of the indicator systems
    NOTHING = "nothing"  # said for the period in which the day lies
    DOCUMENT = "document"  # a unit's document that belongs to no case


ALWAYS = (ActivityKind.DOCUMENT,)  # for any duty, with a register of its own or without
NUMBERED = frozenset({ActivityKind.GUIDANCE})  # cited in the report by number and day
COUNTED = frozenset({ActivityKind.USERS})  # are nothing but a number of people
TITLES: Mapping[ActivityKind, tuple[str, str]] = {
    ActivityKind.GUIDANCE: ("Văn bản hướng dẫn", "Guidance document"),
    ActivityKind.INSPECTION: ("Cuộc kiểm tra", "Inspection"),
    ActivityKind.MEETING: ("Hội nghị, tập huấn", "Meeting or training"),
    ActivityKind.MATERIAL: ("Tài liệu, tin bài hướng dẫn", "Guidance material"),
    ActivityKind.USERS: ("Lượt người được hướng dẫn", "People guided"),
    ActivityKind.UPDATE: ("Lần cập nhật thông tin", "Update of information"),
    ActivityKind.NOTHING: ("Không phát sinh", "Nothing to record"),
    ActivityKind.DOCUMENT: ("Văn bản ngoài kỳ", "Document outside any period"),
}
LONGEST = {"number": 100, "summary": 1_000, "reason": 1_000}
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True)
class Register:
    """Kinds of activities recorded of a duty. `in_report`: they are what the report's first section counts."""

    kinds: tuple[ActivityKind, ...]
    in_report: bool = False


@dataclass(frozen=True)
class Entry:
    """One activity, as whoever records it writes it down."""

    kind: str
    on_day: date | None
    summary: str = ""
    number: str = ""
    people: int | None = None


def kinds_of(register: Register | None) -> tuple[ActivityKind, ...]:
    own = (*register.kinds, ActivityKind.NOTHING) if register else ()
    return (*own, *ALWAYS)


def problem_of(entry: Entry, register: Register | None, today: date, first: date) -> str:
    """The field that is wrong, or "". `first`: nothing can have happened earlier."""
    if entry.kind not in kinds_of(register):
        return "kind"
    if entry.on_day is None or not first <= entry.on_day <= today:
        return "day"
    if entry.kind in NUMBERED and not entry.number:
        return "number"
    if entry.people is None and entry.kind in COUNTED:
        return "people"
    if entry.people is not None and not 1 <= entry.people <= MOST_PEOPLE:
        return "people"
    return "" if entry.summary or entry.kind in (ActivityKind.NOTHING, *COUNTED) else "summary"
