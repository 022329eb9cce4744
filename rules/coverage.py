"""Each duty of a plan as an office keeps it: who records what and where, and what turns it yellow, red and green."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.activities import TITLES, Register
from rules.plan import BoundRole, Kind, Obligation, Plan, Severity, Text
from rules.wordings import AfterDocument, TargetOnly, YearlyAfterHalf, YearlyTarget

NEVER = Text("không", "never")
NOTHING = Text("không", "nothing")
TARGETS = (AfterDocument, TargetOnly, YearlyAfterHalf, YearlyTarget)  # no last day: a target alone
ROLES: Mapping[BoundRole, Text] = {
    BoundRole.LEAD: Text("chủ trì", "lead"),
    BoundRole.CONTRIBUTOR: Text("phối hợp", "contributor"),
    BoundRole.EACH: Text("từng cơ quan", "each"),
}


@dataclass(frozen=True)
class Coverage:
    obligation: str
    clause: str
    kind: Kind
    title: Text
    owed_by: tuple[tuple[BoundRole, tuple[str, ...]], ...]  # role, groups or keys of organisations
    by: Text  # who records it
    where: Text  # what is recorded, and where
    yellow: Text
    red: Text
    green: Text
    report: Text  # where the periodic report tells of it
    dashboard: str  # Vietnamese title of its flow; empty: it has none
    ladders: tuple[str, ...]  # by which whoever owes it is reminded


def coverage(plan: Plan) -> list[Coverage]:
    """In the order of the plan."""
    return [_covered(plan, item) for item in plan.obligations]


def is_dated(item: Obligation) -> bool:
    return item.when is not None


def can_be_overdue(plan: Plan, item: Obligation) -> bool:
    """A duty with a last day, or a step that binds and follows one."""
    if item.follows is not None:
        return item.severity in (Severity.HARD, Severity.MEDIUM) and can_be_overdue(
            plan, plan.obligation(item.follows.deliverable)
        )
    return is_dated(item) and not isinstance(item.when, TARGETS)


def steps_of(plan: Plan, item: Obligation) -> list[Obligation]:
    """What follows its hand-in, in the order of the plan's steps."""
    following = [
        (one.follows.order, one) for one in plan.obligations if one.follows and one.follows.deliverable == item.id
    ]
    return [one for _, one in sorted(following, key=lambda pair: pair[0])]


def flow_title(plan: Plan, flow: str | None) -> str:
    return next((item.flow_title for item in plan.obligations if item.flow == flow and item.flow_title), "")


def _covered(plan: Plan, item: Obligation) -> Coverage:
    words = _words(plan, item)
    owed_by = tuple((bound.role, bound.units) for bound in item.bound)
    return Coverage(
        item.id, item.clause, item.kind, item.title, owed_by, *words, flow_title(plan, item.flow), _ladders(item)
    )


def _ladders(item: Obligation) -> tuple[str, ...]:
    named = (item.ladder, *(bound.ladder for bound in item.bound))
    return tuple(dict.fromkeys(name for name in named if name))


Words = tuple[Text, Text, Text, Text, Text, Text]  # by, where, yellow, red, green, report


def _words(plan: Plan, item: Obligation) -> Words:
    if item.follows is not None:
        return _step(plan, item, item.follows.deliverable)
    if is_dated(item):
        return _case(plan, item)
    if item.register is not None:
        return _register(plan, item, item.register)
    return UNDATED[item.kind]


def _case(plan: Plan, item: Obligation) -> Words:
    return (
        UNIT,
        Text(
            "hồ sơ: gửi trên cổng, qua thư, API, `kyhan submit`",
            "a case: handed in on the portal, by mail, API, `kyhan submit`",
        ),
        _yellow(plan, item),
        _after_last_day() if can_be_overdue(plan, item) else NEVER,
        _whole(steps_of(plan, item)),
        ITSELF if item.report is not None else _section(plan, item),
    )


def _step(plan: Plan, item: Obligation, before: str) -> Words:
    condition = item.kind is Kind.CONDITIONAL
    yellow = Text(
        f"khi {before} ghi có điều chỉnh" if condition else f"khi đã nhận {before}",
        f"once {before} says there is a change" if condition else f"once {before} was received",
    )
    red = Text(f"qua mốc và qua ngày cuối của {before}", f"past its target and the last day of {before}")
    return (
        UNIT if item.approving_body is None else APPROVER,
        Text(f"bước của hồ sơ {before}: ngày, số hoặc địa chỉ", f"a step of the case {before}: day, number or address"),
        yellow,
        red if can_be_overdue(plan, item) else NEVER,
        Text("đã ghi bước", "the step is recorded"),
        Text(f"cùng {before}", f"with {before}"),
    )


def _register(plan: Plan, item: Obligation, register: Register) -> Words:
    vi, en = (", ".join(words) for words in zip(*(TITLES[kind] for kind in register.kinds), strict=True))
    where = Text(f"sổ hoạt động: {vi.lower()}", f"register of activities: {en.lower()}")
    return UNIT, where, NEVER, NEVER, NEVER, FIRST_PART if register.in_report else _section(plan, item)


UNIT = Text("cơ quan thực hiện; điều phối viên ghi thay", "the unit; a coordinator on its behalf")
APPROVER = Text("cơ quan phê duyệt; điều phối viên ghi thay", "whoever approves; a coordinator on their behalf")
ITSELF = Text("là chính báo cáo", "is the report itself")
FIRST_PART = Text("phần I (hướng dẫn, kiểm tra)", "part I (guidance, inspections)")
SYSTEM = Text("hệ thống", "the system")
UNDATED: Mapping[Kind, Words] = {
    Kind.EVENT: (
        UNIT,
        Text("đề xuất; tổng hợp, trình, quyết định", "proposals; consolidated, submitted, decided"),
        *(NEVER, NEVER, NEVER),
        Text("phụ lục IV", "annex IV"),
    ),
    Kind.CONTENT_RULE: (
        SYSTEM,
        Text("kiểm tra biểu mẫu được gửi", "checked in the form that is handed in"),
        *(NEVER, NEVER, NEVER, NOTHING),
    ),
    Kind.TAXONOMY: (
        SYSTEM,
        Text("lựa chọn trong biểu mẫu danh mục", "choices in the form of the catalogue"),
        *(NEVER, NEVER, NEVER, NOTHING),
    ),
    Kind.GAP: (
        NOTHING,
        Text("kế hoạch không giao việc này; không theo dõi", "the plan orders nothing; not tracked"),
        *(NEVER, NEVER, NEVER, NOTHING),
    ),
}


def _yellow(plan: Plan, item: Obligation) -> Text:
    if can_be_overdue(plan, item):
        return Text("từ khi mở kỳ đến hết ngày cuối", "from its opening to its last day")
    return Text("từ khi mở kỳ, cả khi đã qua mốc phấn đấu", "from its opening, also past its target")


def _after_last_day() -> Text:
    return Text("qua ngày cuối mà chưa gửi", "not handed in by its last day")


def _whole(steps: list[Obligation]) -> Text:
    if not steps:
        return Text("đã gửi, hoặc báo không phát sinh", "handed in, or a nil return")
    codes = ", ".join(step.id for step in steps)
    return Text(f"đã gửi và đã ghi {codes}", f"handed in, and {codes} recorded")


def _section(plan: Plan, item: Obligation) -> Text:
    outline = plan.periodic_report.report if plan.periodic_report else None
    titles = [section.title for section in outline.sections if item.clause in section.clauses] if outline else []
    if not titles:
        return NOTHING
    return Text(f"phần II «{titles[0]}»; phụ lục I, II", f"part II, section {item.clause}; annexes I, II")
