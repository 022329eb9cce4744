"""What the obligations of a plan must agree on: flows, one report, one review, what is gathered, proof of steps, words
of a letter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from config.messages import problem_at
from config.plan_file import ObligationEntry, PlanFile
from config.problems import Problem
from config.when_entries import AfterDocumentEntry, PeriodicReportEntry
from config.yaml_file import YamlFile
from rules.periods import PERIOD_HERE
from rules.plan import STEPS, Kind

Entries = tuple[ObligationEntry, ...]
Predicate = Callable[[ObligationEntry], bool]


def flow_problems(file: YamlFile, plan: PlanFile, step_ladders: Collection[str] | None = None) -> Iterator[Problem]:
    yield from _titles(file, plan.obligations)
    yield from _only_one(file, plan.obligations, "report", lambda entry: entry.report is not None)
    yield from _only_one(file, plan.obligations, "reviews", lambda entry: bool(entry.reviews))
    yield from _only_one(file, plan.obligations, "amends", lambda entry: entry.amends)
    for index, entry in enumerate(plan.obligations):
        yield from _report(file, index, entry)
        yield from _review(file, index, entry)
        yield from _gathers(file, index, entry, plan.obligations)
        yield from _waits(file, index, entry)
        yield from _step(file, index, entry, plan.obligations)
        yield from _approves(file, index, entry, plan.obligations)
        if step_ladders is not None:
            yield from _ladder(file, index, entry, step_ladders)
        yield from _duty(file, index, entry)


def _titles(file: YamlFile, entries: Entries) -> Iterator[Problem]:
    """One title a flow, one flow a title: by its title a deployment is found again."""
    by_flow: dict[str, str] = {}
    by_title: dict[str, str] = {}
    for index, entry in enumerate(entries):
        if entry.flow_title is None:
            continue
        if entry.flow is None:
            yield _problem(file, index, "flow_title", "có tên luồng mà không có flow", "a title without a flow")
        elif first := by_flow.get(entry.flow) or by_title.get(entry.flow_title):
            vi, en = f"luồng hoặc tên này đã có ở {first}", f"this flow or title is already at {first}"
            yield _problem(file, index, "flow_title", vi, en)
        else:
            by_flow[entry.flow] = by_title[entry.flow_title] = entry.id


def _only_one(file: YamlFile, entries: Entries, field: str, has: Predicate) -> Iterator[Problem]:
    first, *others = [index for index, entry in enumerate(entries) if has(entry)] or [0]
    for index in others:
        vi = f"mỗi kế hoạch chỉ có một nhiệm vụ như vậy, đã có ở {entries[first].id}"
        yield _problem(file, index, field, vi, f"a plan has one such obligation, already {entries[first].id}")


def _report(file: YamlFile, index: int, entry: ObligationEntry) -> Iterator[Problem]:
    if entry.report is not None and not isinstance(entry.when, PeriodicReportEntry):
        vi, en = "cần when với wording: periodic_report", "needs a when of wording: periodic_report"
        yield _problem(file, index, "report", vi, en)


def _review(file: YamlFile, index: int, entry: ObligationEntry) -> Iterator[Problem]:
    if entry.reviews and not (entry.when and entry.bound):
        vi, en = "cần when và bound: ai rà soát, khi nào", "needs when and bound: who reviews, and by when"
        yield _problem(file, index, "reviews", vi, en)


def _gathers(file: YamlFile, index: int, entry: ObligationEntry, entries: Entries) -> Iterator[Problem]:
    """A list of units nobody is among would stay empty without a word."""
    if entry.gathers is None:
        return
    source = next(other for other in entries if other.id == entry.gathers.from_)
    roles = {bound.role for bound in source.bound}
    for role in entry.gathers.roles:
        if role not in roles:
            vi, en = f"{source.id} không giao ai vai trò “{role}”", f"{source.id} binds nobody as “{role}”"
            yield _problem(file, index, "gathers", vi, en)
    if entry.flow is None:
        yield _problem(file, index, "gathers", "cần flow để tổng hợp", "needs a flow that gathers")


def _waits(file: YamlFile, index: int, entry: ObligationEntry) -> Iterator[Problem]:
    if isinstance(entry.when, AfterDocumentEntry) and not entry.waits_for:
        vi, en = "cần waits_for: chờ văn bản của nhiệm vụ nào", "needs waits_for: whose document it waits for"
        yield _problem(file, index, "when", vi, en)


def _step(file: YamlFile, index: int, entry: ObligationEntry, entries: Entries) -> Iterator[Problem]:
    """A step is recorded with what proves it; of a duty that is no step, nobody would ever be asked."""
    if entry.follows is None or entry.kind not in STEPS:
        if entry.proof:
            vi, en = "chỉ dành cho bước (follows)", "is for steps alone (follows)"
            yield _problem(file, index, "proof", vi, en)
    elif not entry.proof:
        vi = "cần nêu minh chứng của bước: number (số văn bản), address (địa chỉ)"
        yield _problem(file, index, "proof", vi, "needs what proves the step: number, address")
    if entry.target_working_days is not None and entry.kind is not Kind.CONDITIONAL:
        vi, en = "chỉ dành cho kind: conditional", "is for kind: conditional alone"
        yield _problem(file, index, "target_working_days", vi, en)
    twin = entry.follows and entry.follows.same_day_as
    if entry.follows and twin and twin not in _followers(entries, entry.follows.deliverable):
        vi = f"{twin} không phải bước của {entry.follows.deliverable}"
        yield _problem(file, index, "follows", vi, f"{twin} is no step of {entry.follows.deliverable}")


def _approves(file: YamlFile, index: int, entry: ObligationEntry, entries: Entries) -> Iterator[Problem]:
    """What is frozen is a table that some duty gathers."""
    gathered = {other.gathers.from_ for other in entries if other.gathers}
    if entry.approves and (entry.follows is None or entry.kind is not Kind.STAGE):
        yield _problem(file, index, "approves", "chỉ dành cho kind: stage", "is for kind: stage alone")
    for code in entry.approves:
        if code not in gathered:
            vi, en = f"không nhiệm vụ nào tổng hợp (gathers) bảng của {code}", f"no duty gathers the table of {code}"
            yield _problem(file, index, "approves", vi, en)


def _followers(entries: Entries, deliverable: str) -> set[str]:
    return {entry.id for entry in entries if entry.follows and entry.follows.deliverable == deliverable}


def _ladder(file: YamlFile, index: int, entry: ObligationEntry, step_ladders: Collection[str]) -> Iterator[Problem]:
    """A step is reminded towards its target; who hands in, towards the last day."""
    is_step = entry.kind in STEPS
    named = [name for name in (entry.ladder, *(bound.ladder for bound in entry.bound)) if name is not None]
    if any((name in step_ladders) is not is_step for name in named):
        vi = "bước sau khi nộp (stage, conditional) cần thang chỉ gồm open_step; nhiệm vụ phải nộp thì không"
        yield _problem(
            file, index, "ladder", vi, "a step needs a ladder of open_step alone; what is handed in, another"
        )
    elif named and is_step and not (entry.target_working_days or (entry.follows and entry.follows.target)):
        vi, en = "bước không có mốc (target) thì không thể nhắc", "a step without a target cannot be reminded of"
        yield _problem(file, index, "ladder", vi, en)


def _duty(file: YamlFile, index: int, entry: ObligationEntry) -> Iterator[Problem]:
    """A letter says «có trách nhiệm …», which a title, a noun, cannot follow."""
    if entry.when and entry.ladder and entry.duty is None:
        vi = "nhiệm vụ có thang nhắc việc cần duty: việc phải làm, bắt đầu bằng động từ (“xây dựng và công bố …”)"
        en = "an obligation with a ladder needs duty: what to do, beginning with a verb"
        yield _problem(file, index, "duty", vi, en)
    words = {"duty": entry.duty.vi if entry.duty else "", "hand_in": entry.hand_in}
    for field, text in words.items():
        if set("{}") & set(text.replace(PERIOD_HERE, "")):
            vi, en = f"trong ngoặc nhọn chỉ viết được {PERIOD_HERE}", f"{PERIOD_HERE} alone may stand in braces"
            yield _problem(file, index, field, vi, en)


def _problem(file: YamlFile, index: int, field: str, vi: str, en: str) -> Problem:
    return problem_at(file, ("obligations", index, field), vi, en)
