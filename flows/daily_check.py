"""What every flow of the plan does each morning.

Hold the lease, open and remind, go through the story, write the dashboard, and say how it stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from prefect import task
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
from flows.names import carried, run_name_of
from flows.time_limit import end_process, time_limit
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


def run_name() -> str:
    return run_name_of(flow_run.flow_name or "", flow_run.scheduled_start_time or clock.now())


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
