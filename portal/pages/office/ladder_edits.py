"""The steps of a ladder as they are typed on its page, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from config.catalogue import channel_families
from config.ladders import ONLY_RECORDED, check, plain
from notifications.kinds import MessageKind
from portal.pages.office.form_edits import Typed
from rules.office import Office
from rules.plan import OPEN_STEP, Ladder, Text

MOST_STEPS = 50
ROLES: Sequence[str] = ("focal_point", "deputy", "head", "coordinator", "leader", "issuer")
OF_HAND_INS = ("reminder", "due_soon", "overdue", "urging_letter", ONLY_RECORDED)
SIDES: Mapping[str, tuple[str, int]] = {  # of the day a step is counted from
    "truoc-nen-gui": ("target_day", -1),
    "sau-nen-gui": ("target_day", 1),
    "truoc-han": ("late_after", -1),
    "sau-han": ("late_after", 1),
}
ONLY_IN_REPORT = Text("chỉ nêu trong báo cáo", "named in the report alone")


@dataclass(frozen=True)
class StepRow:
    """As the page shows it."""

    id: str
    title: str
    title_en: str
    number: str
    side: str
    reaches: Collection[str]
    channels: Collection[str]
    message: str
    level: str
    monthly: bool
    every: str = "0"
    times: str = "0"
    problems: tuple[Text, ...] = field(default=(), compare=False)

    @property
    def values(self) -> dict[str, Any]:
        """For the checks of ladders.yaml."""
        anchor, sign = SIDES.get(self.side, ("target_day", -1))
        number = _whole(self.number)
        told = self.message != ONLY_RECORDED
        return {
            "id": self.id,
            "level": _whole(self.level),
            "anchor": anchor,
            "offset": number * sign if isinstance(number, int) else number,
            "reaches": tuple(self.reaches),
            "message": self.message,
            "title": {"vi": self.title, "en": self.title_en or self.title},
            "channels": tuple(self.channels) if told else None,
            "repeat_every": _whole(self.every),
            "repeat_times": _whole(self.times),
            "repeat_monthly": self.monthly,
        }


FARTHEST = 250


def _whole(text: str) -> int | str:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else text


def rows_of(ladder: Ladder) -> list[StepRow]:
    return [_row(step) for step in plain(ladder)["steps"]]


def _row(step: dict[str, Any]) -> StepRow:
    before = step["offset"] < 0 or (step["offset"] == 0 and step["anchor"] == "target_day")
    sides = {(anchor, sign): side for side, (anchor, sign) in SIDES.items()}
    return StepRow(
        id=step["id"],
        title=step["title"]["vi"],
        title_en=step["title"]["en"],
        number=str(abs(step["offset"])),
        side=sides[step["anchor"], -1 if before else 1],
        reaches=step["reaches"],
        channels=step["channels"] or (),
        message=step["message"],
        level=str(step["level"]),
        monthly=step["repeat_monthly"],
        every=str(step["repeat_every"]),
        times=str(step["repeat_times"]),
    )


def typed_rows(form: FormData) -> list[StepRow]:
    places = sorted({int(one[1]) for name in form if (one := re.fullmatch(r"b(\d{1,3})_id", name))})
    return [_typed(Typed(form, f"b{place}_")) for place in places]


def _typed(fields: Typed) -> StepRow:
    return StepRow(
        id=fields.text("id", 40),
        title=fields.text("title", 200),
        title_en=fields.text("title_en", 200),
        number=fields.text("number", 20),
        side=fields.text("side", 20),
        reaches=tuple(role for role in ROLES if fields.ticked(f"to_{role}")),
        channels=tuple(name for name in families() if fields.ticked(f"by_{name}")),
        message=fields.text("message", 40),
        level=fields.text("level", 20),
        monthly=fields.ticked("monthly"),
        every=fields.text("every", 20) or "0",
        times=fields.text("times", 20) or "0",
    )


def families() -> list[str]:
    return list(channel_families() or {"email": ()})


def messages_for(ladder: Ladder) -> dict[str, Text]:
    if ladder.for_steps:
        return {OPEN_STEP: MessageKind(OPEN_STEP).details.label}
    labels = {kind.value: kind.details.label for kind in MessageKind}
    return {name: labels.get(name, ONLY_IN_REPORT) for name in OF_HAND_INS}


def new_row(ladder: Ladder, rows: Sequence[StepRow], used: Collection[str]) -> StepRow:
    """Under a code that nobody was ever reminded by."""
    taken = {*used, *(row.id for row in rows)}
    code = next(f"N{number}" for number in range(1, len(taken) + 2) if f"N{number}" not in taken)
    message = OPEN_STEP if ladder.for_steps else "due_soon"
    return StepRow(code, "", "", "3", "truoc-nen-gui", ("focal_point",), ("email",), message, "2", False)


def in_order(rows: Sequence[StepRow]) -> list[StepRow]:
    """By their days; what is no number stays where it is typed."""

    return sorted(rows, key=lambda row: (row.values["anchor"] == "late_after", _number(row)))


def _number(row: StepRow) -> int:
    offset = row.values["offset"]
    return offset if isinstance(offset, int) else 0


@dataclass(frozen=True)
class CheckedLadder:
    ladder: Ladder | None  # None: something is wrong
    rows: list[StepRow]
    problems: tuple[Text, ...] = ()  # of the ladder as a whole


def checked(office: Office, ladder: Ladder, rows: Sequence[StepRow], used: Collection[str]) -> CheckedLadder:
    """`used`: the codes that rows may bear, or that new rows were given."""
    rows = in_order(rows)
    whole = list(_whole_problems(ladder, rows, used))
    others = [one for one in office.ladders.values() if one.id != ladder.id]
    typed = plain(ladder) | {"steps": [row.values for row in rows]}
    made, wrong = check(typed, others, channel_families())
    by_row: dict[int, list[Text]] = {}
    for one in wrong:
        by_row.setdefault(one.step, []).append(_worded(one.vi, one.en))
    for place, row in enumerate(rows):
        if abs(_number(row)) > FARTHEST:
            by_row[place] = [Text(f"Nhiều nhất {FARTHEST} ngày làm việc.", f"At most {FARTHEST} working days.")]
    marked = [_marked(row, by_row.get(place, ())) for place, row in enumerate(rows)]
    return CheckedLadder(None if whole else made, marked, tuple(whole))


def _marked(row: StepRow, problems: Sequence[Text]) -> StepRow:
    return StepRow(**{**vars(row), "problems": tuple(dict.fromkeys(problems))})


def _whole_problems(ladder: Ladder, rows: Sequence[StepRow], used: Collection[str]) -> Iterator[Text]:
    if not rows:
        yield Text("Thang phải có ít nhất một bước.", "A ladder has one step or more.")
    if len(rows) > MOST_STEPS:
        yield Text(f"Nhiều nhất {MOST_STEPS} bước.", f"At most {MOST_STEPS} steps.")
    if foreign := sorted({row.id for row in rows} - {*used} - {f"N{number}" for number in range(1, 1000)}):
        yield Text(f"Không có bước {foreign[0]}.", f"There is no step {foreign[0]}.")
    if any(row.message not in messages_for(ladder) for row in rows):
        yield Text("Thang này không dùng được mẫu thư ấy.", "This ladder has no such message.")


WORDS = {
    "target_day": Text("ngày nên gửi", "the target day"),
    "late_after": Text("ngày hạn", "the last day"),
    "channels.yaml": Text("hệ thống", "the system"),
    "repeat_times": Text("số lần lặp", "the number of repeats"),
    "repeat_every": Text("số ngày giữa hai lần lặp", "the days between repeats"),
    "focal_point": Text("đầu mối", "focal point"),
    "deputy": Text("phó đầu mối", "deputy"),
    "head": Text("thủ trưởng", "head"),
    "coordinator": Text("điều phối viên", "coordinator"),
    "leader": Text("lãnh đạo phụ trách", "leader"),
    "issuer": Text("lãnh đạo cơ quan ban hành", "issuer"),
    ONLY_RECORDED: ONLY_IN_REPORT,
}


def _worded(vi: str, en: str) -> Text:
    """The words of ladders.yaml as the page says them."""
    words = WORDS | {kind.value: kind.details.label for kind in MessageKind}
    names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(words, key=len, reverse=True)))
    return Text(names.sub(lambda one: f"«{words[one[0]].vi}»", vi), names.sub(lambda one: f"“{words[one[0]].en}”", en))
