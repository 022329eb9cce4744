"""Keeps child processes running, and leaves none behind: not on Ctrl-C, not when this process is killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 60.0  # a child that lived this long starts again from the shortest pause
POLITE = 9.0  # then SIGKILL; the whole stop stays within 15 s
LOG_LIMIT = 10_000_000
LOOK = 0.2

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    last: bool = False  # stopped after the others, which still talk to it
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    started: float = 0.0
    again_at: float = field(default=0.0)

    def start(self, keeps: Sequence[int]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we say when each stops
                pass_fds=keeps,
                preexec_fn=_die_with(os.getpid()),
            )
        self.started = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def rotate_log(self) -> None:
        """Copies the log and truncates it, because its writer keeps the file open."""
        with contextlib.suppress(OSError):  # no room, say: the next look tries again
            if self.log.stat().st_size > LOG_LIMIT:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def _die_with(parent: int) -> Callable[[], None]:
    """Run in the child before its program: the kernel ends it when its parent is gone, even by kill -9."""

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died in between
                os._exit(1)

    return prepare


def keep_running(
    children: Sequence[Child], stop: Event, keeps: Sequence[int], tell: Callable[[Child, int, float], None]
) -> None:
    """Start them, start again what ends (after a growing pause), until `stop`; then end them all.

    `keeps`: file descriptors the children hold open as long as they live. `tell` hears of each end: its code and the
    pause before the next start.
    """
    try:
        for child in children:
            child.start(keeps)
        while not stop.wait(LOOK):
            for child in children:
                _look_after(child, keeps, tell)
    finally:
        end(children)


def _look_after(child: Child, keeps: Sequence[int], tell: Callable[[Child, int, float], None]) -> None:
    child.rotate_log()
    now = time.monotonic()
    if child.process is None:
        if now >= child.again_at:
            child.start(keeps)
        return
    code = child.process.poll()
    if code is None:
        return
    child.signal(signal.SIGKILL)  # what it may have left in its group
    if now - child.started > STEADY:
        child.pause = FIRST_PAUSE
    tell(child, code, child.pause)
    child.process, child.again_at = None, now + child.pause
    child.pause = min(2 * child.pause, LONGEST_PAUSE)


def end(children: Sequence[Child]) -> None:
    """SIGTERM to those that use the others, then to the others, then SIGKILL to what still runs."""
    deadline = time.monotonic() + POLITE
    for group in ([child for child in children if not child.last], [child for child in children if child.last]):
        for child in group:
            child.signal(signal.SIGTERM)
        while any(child.alive for child in group) and time.monotonic() < deadline:
            time.sleep(0.05)
        deadline += POLITE / 3
    for child in children:
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
