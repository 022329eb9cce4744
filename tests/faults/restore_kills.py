"""A restore in a process of its own that is killed before one of its steps."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from builders import Say, a_child
from sqlalchemy import Engine, event

from services.operations import restore

STEPS = [(os, "fsync"), (os, "replace"), (os, "unlink"), (shutil, "rmtree"), (restore, "rmtree"), (Path, "mkdir")]


def counted(own: Engine, at: int, work: Callable[[], object]) -> int:
    """Dies before step `at`; returns how many steps there were."""
    done = [0]

    def step(*_: object) -> None:
        done[0] += 1
        if done[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    for owner, name in STEPS:
        before = getattr(owner, name)

        def stepping(*args: object, _before: Callable[..., object] = before, **more: object) -> object:
            step()
            return _before(*args, **more)

        setattr(owner, name, stepping)
    event.listen(own, "before_cursor_execute", step)
    event.listen(own, "commit", step)
    work()
    return done[0]


def killed(engine: Engine, home: Path, file: Path, key: bytes, now: datetime, at: int) -> str:
    """At 0 it is left alive; then the number of its steps is returned."""

    def live(own: Engine, say: Say) -> None:
        say(str(counted(own, at, lambda: restore.restore(own, home, file, now, key))))

    child = a_child(engine, live)
    steps = child.hears() if at == 0 else ""
    assert child.ends() in (0, -signal.SIGKILL)
    return steps
