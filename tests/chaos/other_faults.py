"""What else happens to the office while its dispatchers die, and what must be true after each of it.

Prefect's database is damaged; a backup is restored by a process that is killed; two portals finish one upload.
"""

from __future__ import annotations

import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from builders import OVERDUE, Say, a_child
from faults.restore_kills import killed
from sqlalchemy import Engine
from sqlmodel import col, select
from two_portals import Unit, a_table, false_in_register, portals, race

from models.database import connect, reading
from models.migrate import revision
from models.tables.messages import Message
from models.tables.submissions import Submission
from rules.office import Office
from services import log
from services.errors import Refused
from services.operations import restore
from services.operations.backup import backup

REMINDED_OF_NOTHING = ("II1-PLAN", "2013")  # its answers leave every letter of the run as it is
RACES = 3  # each time; where the wrong digest is first, and other bytes take the place, the unit sends it again
KILLS = 3  # of each restore, before it is left to finish
PATIENCE = 240.0  # seconds until Prefect's server has started and shown everything


@dataclass
class OtherFaults:
    engine: Engine
    office: Office
    folder: Path
    seed: int
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def strike(self, now: datetime) -> None:
        """All of them once; what each leaves is checked at once."""
        self.counts["times"] += 1
        self._two_portals(now)
        self._killed_restores(now)
        self._damaged_dashboard()
        self.check()

    def check(self) -> None:
        assert false_in_register(self.engine, self.office) == []
        with reading(self.engine) as session:
            assert log.verify(session).broken_at is None
            submitted = len(session.exec(select(col(Submission.id))).all())
        assert submitted == self.counts["hand-in 303"]  # whoever was acknowledged is registered, once

    def text(self) -> str:
        one = self.counts
        return (
            f"{one['times']} lần: cơ sở dữ liệu Prefect hỏng, {one['redrawn']} kỳ hiện lại đủ; "
            f"khôi phục bị ngắt {one['killed']} lần ({one['untouched']} chưa đụng, {one['unfinished']} dở, "
            f"{one['whole']} trọn), sau cùng {one['restored']} bản trọn; hai cổng cùng kết thúc một tệp "
            f"{one['races']} lần, {one['hand-in 303']} vào sổ, 0 tệp sai trong sổ"
        )

    # --- two portals --------------------------------------------------------------------------------------------------

    def _two_portals(self, now: datetime) -> None:
        unit = Unit(self.engine, self.office, now, *REMINDED_OF_NOTHING)
        with portals(self.engine, self.office, 2, now) as [(_, first), (_, second)]:
            for _ in range(RACES):
                number = self.counts["races"] = self.counts["races"] + 1
                counts = race(unit, first, second, a_table(number), number)
                if not counts["hand-in 303"]:
                    assert unit.insists(second, a_table(number), number) == 303
                    counts["hand-in 303"] = 1
                self.counts += counts
        assert self.counts["hand-in 303"] == self.counts["races"]

    # --- restore ------------------------------------------------------------------------------------------------------

    def _killed_restores(self, now: datetime) -> None:
        file, home = self.folder / "taken.zip", self.folder / f"copy-{self.counts['times']}"
        file.unlink(missing_ok=True)
        kept = backup(self.engine, self.office.folder, file, now, self.office.key)
        expected = kept.log_entries + 2, _content(self.engine)  # the restore and the rest are logged too
        home.mkdir()
        copy = connect(f"sqlite:///{home}/kyhan.db")
        for _ in range(KILLS):
            killed(copy, home, file, self.office.key, now, self.chance.randrange(1, self._steps(file, now)))
            self.counts["killed"] += 1
            state = self._state(copy, home, expected)
            self.counts[state] += 1
            if state == "whole":
                break
        else:
            restore.restore(copy, home, file, now, self.office.key)
            assert self._state(copy, home, expected) == "whole"
        copy.dispose()
        self.counts["restored"] += 1

    def _steps(self, file: Path, now: datetime) -> int:
        """How many a restore has when nobody kills it; counted once."""
        if not self.counts["steps"]:
            home = self.folder / "calm"
            home.mkdir()
            copy = connect(f"sqlite:///{home}/kyhan.db")
            self.counts["steps"] = int(killed(copy, home, file, self.office.key, now, 0))
        return self.counts["steps"]

    def _state(self, copy: Engine, home: Path, expected: tuple[int, Any]) -> str:
        try:
            restore.need_finished(home)
        except Refused:
            return "unfinished"
        if revision(copy) is None:
            return "untouched"
        with reading(copy) as session:
            chain = log.verify(session)
        if chain.entries == 0:
            return "untouched"
        assert chain.broken_at is None
        assert (chain.entries, _content(copy)) == expected
        assert false_in_register(copy, replace(self.office, folder=home)) == []
        return "whole"

    # --- Prefect ------------------------------------------------------------------------------------------------------

    def _damaged_dashboard(self) -> None:
        folder = self.folder / "prefect-server"
        folder.mkdir(exist_ok=True)
        child = a_child(self.engine, lambda own, say: _damage_and_redraw(own, self.office, folder, say))
        before, after = (child.ears.recv() for _ in range(2) if child.ears.poll(PATIENCE))
        assert child.ends() == 0
        assert before
        assert after == before
        self.counts["redrawn"] += len(before.splitlines())


def _content(engine: Engine) -> Any:
    with reading(engine) as session:
        letters = session.execute(select(col(Message.key), col(Message.state)).order_by(col(Message.key))).all()
        answers = session.execute(select(col(Submission.id), col(Submission.case_id)).order_by(col(Submission.id)))
        return letters, answers.all()


def _damage_and_redraw(engine: Engine, office: Office, folder: Path, say: Say) -> None:
    """In a process of its own: Prefect changes the logging of whoever imports it. Says what it showed, twice."""
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
    from prefect_server import AUTH, PrefectServer, damage

    from flows.prefect_server import KEPT, damaged_ones

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else the server would outlive it
    server = PrefectServer(folder)
    try:
        server.start()
        with temporary_settings({PREFECT_API_URL: server.api_url, PREFECT_API_AUTH_STRING: AUTH}):
            say(_drawn(engine, office))
            server.kill()
            damage(folder / "prefect" / "prefect.db")
            aside = len(damaged_ones(folder / "prefect"))
            server.start()
            assert len(damaged_ones(folder / "prefect")) == min(aside + 1, KEPT)
            say(_drawn(engine, office))
    finally:
        server.kill()


def _drawn(engine: Engine, office: Office) -> str:
    from prefect.client.orchestration import get_client
    from prefect.events.worker import EventsWorker

    from flows import dashboard, engine_cleanup

    dashboard.write_whole(engine, office, OVERDUE)
    EventsWorker.drain_all(timeout=30)
    with get_client(sync_client=True) as client:
        return "\n".join(sorted(run.name for run in engine_cleanup.status_runs(client)))
