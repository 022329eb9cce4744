"""What every duty's flow is made of: take the turn, tick, show, and say how it stands."""

from __future__ import annotations

import logging
from collections.abc import Callable
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
from flows.lease import turn
from flows.names import carried
from flows.time_limit import end_process, time_limit
from rules.deadlines import PROVINCE
from services.operations.clock_guard import may_work
from services.operations.tick import TickResult, tick

P = ParamSpec("P")
Special = Callable[[str, datetime], None]  # what one duty does beside opening, reminding and showing


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


def visit(duty: str, as_of: datetime | None, *specials: Special) -> State[Any]:
    """Take the turn, tick, do what is special to this duty, show, and say how it stands."""
    now = moment(as_of)
    if as_of is None and (doubted := wrong_clock(now)) is not None:
        return doubted
    with our_turn(duty) as ours:
        if not ours:
            return passed_over()
        results = tick_duty(duty, now)
        for special in specials:
            special(duty, now)
        show_duty(duty, now)
    return verdict(results)


def run_name() -> str:
    """«Lượt 24/11/2026 06:23», by the moment it was planned for."""
    planned = flow_run.scheduled_start_time or clock.now()
    return f"Lượt {planned.astimezone(PROVINCE):%d/%m/%Y %H:%M}"


def our_turn(duty: str) -> AbstractContextManager[bool]:
    name = f"tick:{duty}"
    return turn(home().engine, name, on_loss=lambda: end_process(f"the turn {name} was lost"))


def wrong_clock(now: datetime) -> State[Any] | None:
    """A clock that is far off does lasting harm: nothing is done by it, and somebody is told.

    Not asked where a person has named the moment.
    """
    why = may_work(home().engine, home().office, now)
    return fault(why, name="Đồng hồ máy có thể sai") if why else None


def passed_over() -> State[Any]:
    return Completed(name="Bỏ qua", message="Một lượt khác của nhiệm vụ này đang chạy.")


@task(name="Mở kỳ, nhắc việc, đôn đốc", task_run_name="Mở kỳ, nhắc việc, đôn đốc", cache_policy=NO_CACHE)
def tick_duty(duty: str, now: datetime) -> list[TickResult]:
    """One pass for each obligation the duty carries; an error in one is told and does not stop the rest."""
    items = [item for item in carried(home().office.plan, duty) if item.when is not None]
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


def show_duty(duty: str, now: datetime) -> None:
    """Best effort: a screen that is away costs nothing but the look of it."""
    drawn = dashboard.show(home().engine, home().office, now, duty)
    get_run_logger().info("Màn hình: vẽ %s kỳ, trượt %s", drawn.drawn, drawn.missed)


def verdict(results: list[TickResult]) -> State[Any]:
    """Orange for a fault of ours, green otherwise: red is the occurrence that is late, and each is counted once."""
    told = "; ".join(f"{result.obligation}: {result.text}" for result in results) or "Không có kỳ nào cần theo dõi."
    if problems := [f"{result.obligation}: {problem}" for result in results for problem in result.problems]:
        return fault("; ".join(problems))
    if any(result.overdue for result in results):
        return Completed(name="Có kỳ quá hạn", message=told)
    if any(result.waiting for result in results):
        return Completed(name="Đang chờ", message=told)
    return Completed(name="Đủ" if any(result.due for result in results) else "Chưa đến kỳ", message=told)
