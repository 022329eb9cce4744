"""Times rows against each other: in turn, each in a process of its own, the ratio taken inside a round."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

TIME_LIMIT = 900.0  # seconds for one row of one round
MEMORY_OF_THIS_PROGRAM = Path("/proc/self/status")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Measure:
    wall: float
    cpu: float
    peak_mb: float
    count: int  # of what the row worked on, so that no row can win by doing less


@dataclass(frozen=True)
class Row:
    """One contender. `prepare` lays out a round and is not timed; `work` gets what it returns."""

    name: str
    work: Callable[..., Measure]  # of a module: it is called in another process
    prepare: Callable[[], tuple[Any, ...]]


@dataclass(frozen=True)
class Figures:
    """The medians of one row."""

    name: str
    wall: float
    cpu: float
    peak_mb: float
    count: int
    ratio: float  # of wall seconds to the limit's, inside a round
    cpu_ratio: float
    limit: bool = False


@dataclass(frozen=True)
class Check:
    """What must hold. `stretch` is the wish beyond it."""

    name: str
    value: float
    must: float
    stretch: float | None = None
    unit: str = "×"

    @property
    def holds(self) -> bool:
        return self.value <= self.must


@dataclass
class Result:
    job: str
    title: str
    rounds: int
    rows: list[Figures] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        checks = [{**asdict(check), "holds": check.holds} for check in self.checks]
        return {**asdict(self), "checks": checks, "holds": self.holds}


class Stopwatch:
    """with Stopwatch() as watch: …; then watch.measure(count)"""

    def __enter__(self) -> Stopwatch:
        gc.collect()
        self._cpu, self._wall = process_time(), perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = perf_counter() - self._wall, process_time() - self._cpu

    def measure(self, count: int) -> Measure:
        return Measure(self.wall, self.cpu, peak_mb(), count)


def peak_mb() -> float:
    """VmHWM where there is one: ru_maxrss of a child begins with its parent's."""
    if MEMORY_OF_THIS_PROGRAM.exists():
        lines = MEMORY_OF_THIS_PROGRAM.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def in_turn(rows: Sequence[Row], rounds: int, tell: Tell) -> list[Figures]:
    """The first row is the limit."""
    taken: list[list[Measure]] = []
    for number in range(rounds):
        taken.append([])
        for row in rows:
            tell(f"vòng {number + 1}/{rounds}: {row.name}")
            taken[-1].append(in_own_process(row.work, *row.prepare()))
    return figures([row.name for row in rows], taken)


def figures(names: Sequence[str], taken: Sequence[Sequence[Measure]]) -> list[Figures]:
    """`taken` holds a round after another, each with one measure a row; the first row is the limit."""
    return [
        Figures(
            name,
            wall=median(turn[i].wall for turn in taken),
            cpu=median(turn[i].cpu for turn in taken),
            peak_mb=max(turn[i].peak_mb for turn in taken),
            count=taken[-1][i].count,
            ratio=median(turn[i].wall / turn[0].wall for turn in taken),
            cpu_ratio=median(turn[i].cpu / max(turn[0].cpu, 1e-9) for turn in taken),
            limit=i == 0,
        )
        for i, name in enumerate(names)
    ]


def in_own_process(work: Callable[..., Measure], *arguments: object) -> Measure:
    """A fresh interpreter each time: nothing is warm, and its memory is its own. Raises what `work` raised."""
    here, there = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_answer, args=(there, work, arguments), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(TIME_LIMIT):
            raise TimeoutError(f"{work.__module__}.{work.__name__}: {TIME_LIMIT:.0f} s")
        answer = here.recv()
    finally:
        process.kill()
        process.join()
        here.close()
    if isinstance(answer, BaseException):
        raise answer
    assert isinstance(answer, Measure)
    return answer


def _answer(there: Connection, work: Callable[..., Measure], arguments: tuple[object, ...]) -> None:
    try:
        there.send(work(*arguments))
    except Exception as error:  # handed over: the bench raises it in the reader's own process
        there.send(error)
