"""Schema of ladders.yaml, and the ladders in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from config import fields as f
from config.fields import ConfigEntry, TextEntry
from config.messages import problem_at, say
from config.problems import Problem
from config.yaml_file import Loc, YamlFile
from rules.access import OF_THE_LEAD
from rules.channels import EMAIL, ChannelPolicy
from rules.plan import COMPLETION, OPEN_STEP, Ladder, LadderStep, Text

Role = Literal["focal_point", "deputy", "head", "coordinator", "leader", "issuer"]
NOT_TO_THE_UNIT = frozenset({"urging_letter", "report_line"})
ONLY_RECORDED = "report_line"
BEFORE_THE_DAY = frozenset({"reminder", "due_soon", OPEN_STEP, COMPLETION})
ALONE = (OPEN_STEP, COMPLETION)  # a ladder has one of these in all its steps, or in none
Families = Mapping[str, Sequence[ChannelPolicy]]
Saying = tuple[str, str, str]  # field, Vietnamese, English


class StepEntry(ConfigEntry):
    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
    level: Annotated[int, Field(strict=True, ge=1)]
    anchor: Literal["target_day", "late_after"]
    offset: Annotated[int, Field(strict=True, ge=-250, le=250)]
    reaches: Annotated[tuple[Role, ...], Field(min_length=1)]
    message: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    title: TextEntry
    channels: Annotated[tuple[f.Name, ...], Field(min_length=1)] | None = None
    repeat_every: Annotated[int, Field(strict=True, ge=0, le=250)] = 0
    repeat_times: Annotated[int, Field(strict=True, ge=0, le=50)] = 0
    repeat_monthly: Annotated[bool, Field(strict=True)] = False

    def step(self) -> LadderStep:
        return LadderStep(
            id=self.id,
            level=self.level,
            anchor=self.anchor,
            offset=self.offset,
            reaches=self.reaches,
            message=self.message,
            title=self.title.text(),
            channels=() if self.message == ONLY_RECORDED else self.channels or ("email",),
            repeat_every=self.repeat_every,
            repeat_times=self.repeat_times,
            repeat_monthly=self.repeat_monthly,
        )

    @property
    def last_offset(self) -> int:
        return self.offset + self.repeat_every * self.repeat_times


class LadderEntry(ConfigEntry):
    id: f.Name
    title: TextEntry | None = None
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1)]

    def ladder(self) -> Ladder:
        title = self.title.text() if self.title else Text(self.id, self.id)
        return Ladder(self.id, tuple(entry.step() for entry in self.steps), title)


def plain(ladder: Ladder) -> dict[str, Any]:
    """As ladders.yaml would say it."""
    return {
        "id": ladder.id,
        "title": asdict(ladder.title),
        "steps": [
            asdict(step) | {"channels": step.channels if step.message != ONLY_RECORDED else None}
            for step in ladder.steps
        ],
    }


class Misuse(NamedTuple):
    """What the form allows and no ladder can mean."""

    ladder: int
    step: int
    field: str
    vi: str
    en: str


def misuses(entries: Sequence[LadderEntry], channels: Families | None) -> Iterator[Misuse]:
    """`channels`: family → its channels; None when channels.yaml itself could not be read."""
    titles: dict[str, Text] = {}
    yield from _second_of_returns(entries)
    for number, entry in enumerate(entries):
        for place, step in enumerate(entry.steps):
            wrong = [*_of_offset(step), *_of_recipients(step), *_of_channels(step, channels), *_of_repeats(entry, step)]
            wrong += [*_written_twice(entry.steps[:place], step), *_of_kind(entry.steps[:place], step)]
            wrong += _of_title(titles, step)
            for saying in wrong:
                yield Misuse(number, place, *saying)


def check(
    typed: Mapping[str, Any], others: Sequence[Ladder], channels: Families | None
) -> tuple[Ladder | None, list[Misuse]]:
    """A ladder as plain values, beside the others of the office; None with what is wrong, step by step."""
    try:
        entry = LadderEntry.model_validate(typed)
    except ValidationError as error:
        return None, [_of_field(one) for one in error.errors(include_url=False, include_input=False)]
    beside = [LadderEntry.model_validate(plain(one)) for one in others]
    wrong = [one for one in misuses([*beside, entry], channels) if one.ladder == len(beside)]
    return (None, wrong) if wrong else (entry.ladder(), [])


def _of_field(error: ErrorDetails) -> Misuse:
    _, step, field, *_ = (*error["loc"], -1, "")
    vi, en = say(error["type"], error.get("ctx", {}), error["msg"])
    return Misuse(0, step if isinstance(step, int) else -1, str(field), vi, en)


def misuses_in(file: YamlFile, entries: Sequence[LadderEntry], channels: Families | None) -> Iterator[Problem]:
    for one in misuses(entries, channels):
        loc: Loc = (one.ladder, one.field) if one.step < 0 else (one.ladder, "steps", one.step, one.field)
        yield problem_at(file, loc, one.vi, one.en)


def _second_of_returns(entries: Sequence[LadderEntry]) -> Iterator[Misuse]:
    of_returns = [number for number, entry in enumerate(entries) if entry.ladder().for_returns]
    for number in of_returns[1:]:
        vi = f"chỉ một thang nhắc bổ sung; đã có “{entries[of_returns[0]].id}”"
        yield Misuse(number, -1, "id", vi, "one ladder alone is for what was returned for completion")


def _of_title(titles: dict[str, Text], step: StepEntry) -> Iterator[Saying]:
    """The ledger and the reports know a step by its code alone."""
    first = titles.setdefault(step.id, step.title.text())
    if first != step.title.text():
        vi = f"bước {step.id} đã có tên “{first.vi}” ở thang khác; cùng mã thì cùng tên, hoặc đặt mã khác"
        yield "title", vi, f"step {step.id} is called “{first.en}” in another ladder: the same code, the same title"


def _of_offset(step: StepEntry) -> Iterator[Saying]:
    between = step.offset > 0 if step.anchor == "target_day" else step.offset < 0
    if between and step.message not in BEFORE_THE_DAY:
        vi = f"sau mốc (target_day), trước thời hạn (late_after) chỉ dùng reminder hoặc due_soon, không {step.message}"
        yield "offset", vi, "between target_day and late_after only reminder and due_soon are true"


def _of_recipients(step: StepEntry) -> Iterator[Saying]:
    own = [role for role in step.reaches if role not in OF_THE_LEAD]
    if step.message in NOT_TO_THE_UNIT and own:
        named = ", ".join(own)
        yield (
            "reaches",
            f"{step.message} chỉ gửi cơ quan điều phối (coordinator, leader), không gửi {named} của đơn vị",
            f"{step.message} goes to the coordinating body alone, not to {named} of the unit",
        )


def _of_channels(step: StepEntry, known: Families | None) -> Iterator[Saying]:
    if step.message == ONLY_RECORDED and step.channels is not None:
        yield "channels", "report_line không gửi thư, bỏ trường này", "report_line writes to nobody: leave this out"
    if known is None or not step.channels:
        return
    for name in step.channels:
        if name not in known:
            named = ", ".join(known)
            yield (
                "channels",
                f"channels.yaml không có kênh “{name}” (có: {named})",
                f"channels.yaml has no channel “{name}” (it has: {named})",
            )
        elif all(way.shared for way in known[name]) and not OF_THE_LEAD.issuperset(step.reaches):
            yield (
                "channels",
                f"“{name}” là phòng chung, chỉ nhận tin gửi cơ quan điều phối (coordinator)",
                f"“{name}” is a room: it gets only what goes to the coordinating body (coordinator)",
            )
    if not any(way.guaranteed for name in step.channels for way in known.get(name, (EMAIL,))):
        # a channel that may say nothing on doubt is a nudge beside the one that never gives up
        yield "channels", "cần có một kênh bảo đảm (email)", "name a guaranteed channel (email) too"


def _of_repeats(ladder: LadderEntry, step: StepEntry) -> Iterator[Saying]:
    if step.repeat_monthly:
        yield from _of_months(ladder, step)
    if not step.repeat_every and not step.repeat_times:
        return
    if not step.repeat_times:
        yield "repeat_every", "lặp không có điểm dừng: cần repeat_times", "this repeat never ends: say repeat_times"
    elif not step.repeat_every:
        yield "repeat_times", "cần repeat_every: lặp cách nhau mấy ngày", "say repeat_every: how many days apart"
    elif step.anchor == "target_day":
        yield "repeat_every", "chỉ được lặp sau thời hạn (late_after)", "only a step after the last day may repeat"
    else:
        yield from _run_into(ladder, step)


def _of_months(ladder: LadderEntry, step: StepEntry) -> Iterator[Saying]:
    if step.message == ONLY_RECORDED:
        yield (
            "repeat_monthly",
            "report_line không gửi ai, lặp lại là im lặng",
            "report_line writes to nobody: no repeat",
        )
    if (
        step.anchor == "target_day"
        or step.repeat_times
        or any(other.last_offset > step.offset for other in ladder.steps)
    ):
        vi = "chỉ bước cuối cùng, sau thời hạn (late_after) và không có repeat_times, mới được lặp hằng tháng"
        yield "repeat_monthly", vi, "only the last step, after late_after and without repeat_times, may repeat monthly"


def _run_into(ladder: LadderEntry, step: StepEntry) -> Iterator[Saying]:
    for other in ladder.steps:
        if other.anchor == step.anchor and step.offset < other.offset <= step.last_offset:
            vi = f"lần lặp cuối (+{step.last_offset}) không được trùng hoặc sau bước {other.id} (+{other.offset})"
            yield "repeat_times", vi, f"the repeats run into step {other.id}"


def _of_kind(before: Sequence[StepEntry], step: StepEntry) -> Iterator[Saying]:
    kind = next((one for one in ALONE if before and (step.message == one) is not (before[0].message == one)), None)
    if kind is not None:
        what = ("các bước sau khi nộp", "steps after a hand-in") if kind == OPEN_STEP else ("bổ sung", "completions")
        vi = f"thang nhắc {what[0]} chỉ dùng {kind}; thang nhắc việc nộp không dùng {kind}"
        yield "message", vi, f"a ladder of {what[1]} has {kind} alone, any other has none of it"


def _written_twice(before: Sequence[StepEntry], step: StepEntry) -> Iterator[Saying]:
    if any(other.id == step.id for other in before):
        yield "id", f"“{step.id}” viết hai lần", f"“{step.id}” is written twice"
