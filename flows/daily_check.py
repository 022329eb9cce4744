"""What every flow of the plan does each morning, and the steps that stories share.

Hold the lease, open and remind, go through the story, write the dashboard, and say how it stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec

from prefect import Task, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import CrashedRun, FailedRun
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from config import clock
from flows import dashboard
from flows.context import home, moment
from flows.lease import hold_lease
from flows.names import carried
from flows.time_limit import end_process, time_limit
from models.database import reading
from models.queries.cases import answers
from models.queries.cases.answers import Contribution, StepEvidence
from rules.deadlines import PROVINCE, local_day
from rules.plan import BoundRole, YearAfterTrigger
from rules.text.markdown import literal, literal_rows
from rules.text.wording import day_vi
from services.forms.consolidate import HEADINGS, consolidate
from services.operations.clock_guard import may_work
from services.operations.tick import TickResult, tick

P = ParamSpec("P")
Step = Callable[[datetime], None]
NEWEST = 5  # documents listed; older ones are in the portal


def is_more_than_a_returned_state(record: logging.LogRecord) -> bool:
    """Prefect raises, and logs with a traceback, a returned state that is no success. It is shown anyway."""
    return not (record.exc_info and isinstance(record.exc_info[1], (CrashedRun, FailedRun)))


logging.getLogger("prefect.flow_runs").addFilter(is_more_than_a_returned_state)


def fault_is_orange(work: Callable[P, State[Any]]) -> Callable[P, State[Any]]:
    """A bug or a broken disk is ours to mend: it must not look like a unit that is late. Nothing takes for ever."""

    @wraps(work)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
        try:
            with time_limit():
                return work(*args, **kwargs)
        except Exception as error:
            get_run_logger().exception("Lỗi kỹ thuật")
            return fault(f"{type(error).__name__}: {error}")

    return guarded


def fault(message: str, name: str = "Lỗi kỹ thuật") -> State[Any]:
    return State(type=StateType.CRASHED, name=name, message=message[:2000])


def daily_check(flow: str, now: datetime, story: Step) -> State[Any]:
    results = open_and_remind(flow, now)
    problems = problems_of(story, now)
    write_dashboard(flow, now)
    return outcome(results, problems)


def one_at_a_time(name: str, as_of: datetime | None, work: Callable[[datetime], State[Any]]) -> State[Any]:
    """Nothing is done by a clock that is wrong, and whoever comes second leaves the work to the first."""
    now = moment(as_of)
    if as_of is None and (refusal := wrong_clock(now)) is not None:
        return refusal
    with own_lease(name) as ours:
        return work(now) if ours else skipped()


def problems_of(story: Step, now: datetime) -> list[str]:
    """A step that fails ends its story, not the check: what was opened and reminded is shown all the same."""
    try:
        story(now)
    except Exception as error:  # logged by the task it failed in
        return [f"{type(error).__name__}: {error}"]
    return []


def step(title: str) -> Callable[[Callable[P, None]], Task[P, None]]:
    """A task that the dashboard shows under this title. It acts on the world, so it is never answered from a cache."""
    return task(name=title, task_run_name=title, cache_policy=NO_CACHE)


def run_name() -> str:
    """«Lượt 24/11/2026 06:23», by the moment it was planned for."""
    planned = flow_run.scheduled_start_time or clock.now()
    return f"Lượt {planned.astimezone(PROVINCE):%d/%m/%Y %H:%M}"


def own_lease(flow: str) -> AbstractContextManager[bool]:
    name = f"tick:{flow}"
    return hold_lease(home().engine, name, on_loss=lambda: end_process(f"the lease {name} was lost"))


def wrong_clock(now: datetime) -> State[Any] | None:
    """A clock that is far off does lasting harm: nothing is done by it, and somebody is told.

    Not asked where a person has named the moment.
    """
    why = may_work(home().engine, home().office, now)
    return fault(why, name="Đồng hồ máy có thể sai") if why else None


def skipped() -> State[Any]:
    return Completed(name="Bỏ qua", message="Một lượt khác của nhiệm vụ này đang chạy.")


@task(name="Mở kỳ, nhắc việc, đôn đốc", task_run_name="Mở kỳ, nhắc việc, đôn đốc", cache_policy=NO_CACHE)
def open_and_remind(flow: str, now: datetime) -> list[TickResult]:
    """One pass for each obligation the flow carries; an error in one is in its result and does not stop the rest."""
    items = [item for item in carried(home().office.plan, flow) if item.when is not None]
    return [_tick_one(item.id, now) for item in items]


def _tick_one(obligation: str, now: datetime) -> TickResult:
    logger = get_run_logger()
    try:
        [result] = tick(home().engine, home().office, now, obligation)
    except Exception as error:
        logger.exception("%s: lỗi kỹ thuật", obligation)
        return TickResult(obligation, problems=[f"{type(error).__name__}: {error}"])
    logger.info(
        "%s: %s; mở %s hồ sơ, viết %s lượt nhắc, bỏ qua %s, xếp %s thư",
        obligation,
        result.text,
        result.opened,
        result.notices,
        result.skipped,
        result.messages,
    )
    return result


def write_dashboard(flow: str, now: datetime) -> None:
    """Best effort: a dashboard that is away costs nothing but the look of it."""
    done = dashboard.write(home().engine, home().office, now, flow)
    get_run_logger().info("Màn hình: vẽ %s kỳ, trượt %s", done.written, done.missed)


def outcome(results: Sequence[TickResult], problems: Sequence[str] = ()) -> State[Any]:
    """Orange for a fault of ours, green otherwise: red is the occurrence that is late, and each is counted once."""
    text = "; ".join(f"{result.obligation}: {result.text}" for result in results) or "Không có kỳ nào cần theo dõi."
    faults = [*(f"{result.obligation}: {problem}" for result in results for problem in result.problems), *problems]
    if faults:
        return fault("; ".join(faults))
    if any(result.is_late for result in results):
        return Completed(name="Có kỳ quá hạn", message=text)
    if any(result.waiting for result in results):
        return Completed(name="Đang chờ", message=text)
    return Completed(name="Đủ" if any(result.due for result in results) else "Chưa đến kỳ", message=text)


# --- steps that stories share: what they hang on the run as tables and notes ------------------------------------------


def gathered_list(flow: str, now: datetime) -> None:
    """The plain list of what the units handed in, as a table here and as a file for the body that consolidates."""
    for listed in consolidate(home().engine, home().office, flow, now):
        get_run_logger().info("Tổng hợp %s", listed.text)
        rows = [dict(zip(HEADINGS, row, strict=True)) for row in listed.rows]
        key = _key("tong-hop", listed.obligation, listed.period)
        create_table_artifact(literal_rows(rows), key=key, description=listed.text)


def evidence_table(flow: str, now: datetime) -> None:
    """Approval, upward report, publication: what is proven, and which steps are past their target day."""
    with reading(home().engine) as session:
        rows = answers.evidence(session, [item.id for item in carried(home().office.plan, flow)])
    if not rows:
        return
    today = local_day(now)
    late = sum(row.done_on is None and row.target_day is not None and row.target_day < today for row in rows)
    done = sum(row.done_on is not None for row in rows)
    text = f"Minh chứng: {done}/{len(rows)} bước đã ghi nhận, {late} bước quá mốc phấn đấu."
    get_run_logger().info(text)
    create_table_artifact(literal_rows(map(_evidence, rows)), key=_key("minh-chung", flow), description=text)


def _evidence(row: StepEvidence) -> dict[str, str]:
    return {
        "Kỳ": row.period,
        "Cơ quan": row.unit,
        "Bước": row.stage,
        "Mốc phấn đấu": day_vi(row.target_day) if row.target_day else "",
        "Ngày hoàn thành": day_vi(row.done_on) if row.done_on else "",
        "Số, ký hiệu": row.document_number,
        "Nơi công bố": row.place,
    }


def draft_list(flow: str, now: datetime) -> None:  # noqa: ARG001
    """The reports Kyhan has drafted by itself, newest first."""
    with reading(home().engine) as session:
        drafts = answers.drafted(session, [item.id for item in carried(home().office.plan, flow)])
    lines = [
        f"- Kỳ {literal(period)}: số liệu đến {day_vi(cutoff)}, soạn ngày {day_vi(local_day(at))}"
        for period, cutoff, at in drafts
    ]
    _note("du-thao-bao-cao", lines or ["- Chưa có dự thảo nào."], "Dự thảo báo cáo tự soạn")


def start_conditions(flow: str, now: datetime) -> None:  # noqa: ARG001
    """Which documents the flow waits for, and whether they exist."""
    plan = home().office.plan
    items = carried(plan, flow)
    triggers = {item.when.trigger for item in items if isinstance(item.when, YearAfterTrigger)}
    lines = [
        f"- {literal(trigger.document)}: {_existence(trigger.fired_on)}"
        for trigger in plan.triggers
        if trigger.id in triggers
    ]
    documents = _documents([code for item in items for code in item.waits_for])
    _note(_key("dieu-kien", flow), [*lines, *documents], "Điều kiện bắt đầu")


def _existence(day: date | None) -> str:
    return f"đã có từ ngày {day_vi(day)}" if day else "chưa có"


def reviewed_documents(flow: str, now: datetime) -> None:  # noqa: ARG001
    """What was handed in of the obligations that are reviewed."""
    codes = [code for item in carried(home().office.plan, flow) for code in item.reviews]
    _note(_key("ra-soat", flow), _documents(codes), "Văn bản được rà soát")


def carried_documents(flow: str, now: datetime) -> None:  # noqa: ARG001
    """What the lead of the flow's obligations handed in."""
    codes = [item.id for item in carried(home().office.plan, flow) if item.when is not None]
    _note(_key("van-ban", flow), _documents(codes), "Văn bản của cơ quan chủ trì")


def _documents(codes: Sequence[str]) -> list[str]:
    """One line for each occurrence of these obligations that is the lead's, the newest first."""
    titles = home().office.obligations
    with reading(home().engine) as session:
        rows = answers.contributions(session, set(codes), [BoundRole.LEAD.value])
    lines = [
        f"- {literal(titles[row.obligation].short)} ({literal(row.period)}): {_receipt(row)}"
        for row in reversed(rows[-NEWEST:])
    ]
    opened = {row.obligation for row in rows}
    pending = dict.fromkeys(code for code in codes if code not in opened)
    return [*lines, *(f"- {literal(titles[code].short)}: chưa mở kỳ nào" for code in pending)]


def _receipt(row: Contribution) -> str:
    if row.received_at is None:
        return "chưa nhận"
    number = f"số {literal(row.document_number)}, " if row.document_number else ""
    return f"{number}nhận ngày {day_vi(local_day(row.received_at))}"


def _note(key: str, lines: Sequence[str], description: str) -> None:
    create_markdown_artifact("\n".join(lines), key=key, description=description)


def _key(*parts: str) -> str:
    return "-".join(parts).lower()
