"""The plan's first years again, day by day, with units that answer; the mails caught prove what Kyhan promises."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlmodel import Session, col

import notifications
from bootstrap.home import Home, open_home
from cli.bench.proofs import CaughtNotice, Proofs, caught, prove
from cli.bench.timing import Check, Figures, Result, Stopwatch, Tell
from config.settings import load_settings
from models.conditions import is_open
from models.database import reading, writing
from models.queries.cases.case_file import hold_case
from models.tables.cases import Case
from rules.deadlines import PROVINCE
from services.cases.hand_in import HandIn, hand_in
from services.delivery.dispatch import dispatch
from services.operations.tick import tick

FIRST, LAST = date(2013, 10, 23), date(2015, 12, 31)
TICKS, ANSWERS, MAILS = time(7, 30), time(7, 45), time(8, 0)  # some answer between the notice and the mail
SEED = 70
ANSWERED_A_DAY = 0.015  # of what is open
MOST_SECONDS = 60.0
ROOT = Path(notifications.__file__).parent.parent


@dataclass
class ReplayResult:
    """What the replay itself says it did, to hold against what was caught."""

    days: int = 0
    sent: int = 0
    answered: int = 0
    unsent: Counter[str] = field(default_factory=Counter)


def run(rounds: int, tell: Tell, last: date = LAST) -> Result:  # noqa: ARG001  # once is enough for a proof
    result = Result("replay", f"{FIRST:%d/%m/%Y} – {last:%d/%m/%Y}, mỗi ngày một lượt, gửi qua SMTP", 1)
    with TemporaryDirectory(prefix="kyhan-bench-") as name:
        folder = Path(name)
        with catcher(folder / "mail") as port:
            home = _home(folder / "home", port)
            with Stopwatch() as watch:
                replay = _replay(home, last, tell)
        measure = watch.measure(replay.sent)
        tell("đọc thư đã nhận, kiểm chứng")
        mails = caught(folder / "mail")
        proofs = prove(home, mails)
        home.engine.dispose()
    result.rows.append(Figures("kyhan, cả kỳ", measure.wall, measure.cpu, measure.peak_mb, replay.sent, 1.0, 1.0))
    result.checks += _checks(watch.wall, replay, mails, proofs)
    result.notes.append(
        f"{replay.days} ngày; {len(mails):,} thư nhận được; {replay.answered:,} hồ sơ được trả lời; "
        f"{proofs.mentions:,} lượt nhắc tìm thấy trong thư; {replay.unsent['expired']} thư không còn lý do gửi."
    )
    return result


def _checks(seconds: float, result: ReplayResult, mails: list[CaughtNotice], proofs: Proofs) -> list[Check]:
    unsent = result.unsent["failed"] + result.unsent["retried"] + result.unsent["suppressed"]
    return [
        Check("thời gian", seconds, MOST_SECONDS, unit="giây"),
        Check("thư gửi mà không nhận được, hoặc ngược lại", abs(result.sent - len(mails)), 0, unit=""),
        Check("thư không gửi được", unsent, 0, unit=""),
        Check("thư gửi hai lần", proofs.twice, 0, unit=""),
        Check("lời nhắc viết hai lần", proofs.noticed_twice, 0, unit=""),
        Check("lời nhắc gửi vào ngày nghỉ", proofs.on_days_off, 0, unit=""),
        Check("lời nhắc việc đã được trả lời", proofs.of_answered, 0, unit=""),
        Check("thư nhắc không nêu nhiệm vụ nào còn nợ", proofs.of_nothing, 0, unit=""),
    ]


def _home(folder: Path, port: int) -> Home:
    environ = {"KYHAN_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    return open_home(_at(FIRST, TICKS), load_settings(environ, folder))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, PROVINCE)


def _replay(home: Home, last: date, tell: Tell) -> ReplayResult:
    result, chance, outgoing = ReplayResult(), Random(SEED), home.outgoing()
    day = FIRST
    while day <= last:
        if day.day == 1:
            tell(f"tháng {day:%m/%Y}: {result.sent:,} thư")
        tick(home.engine, home.office, _at(day, TICKS))
        if home.office.calendar.is_working_day(day):
            result.answered += _answer(home, _at(day, ANSWERS), chance)
        done = dispatch(home.engine, home.office, outgoing, _at(day, MAILS))
        result.sent += done.sent
        result.days += 1
        result.unsent.update(failed=done.failed, retried=done.retried, suppressed=done.suppressed, expired=done.expired)
        day += timedelta(days=1)
    return result


def _answer(home: Home, now: datetime, chance: Random) -> int:
    with reading(home.engine) as session:
        owed = _owed(session)
    chosen = [case for case in owed if chance.random() < ANSWERED_A_DAY]
    if not chosen:
        return 0
    with writing(home.engine) as session:
        for number, case in enumerate(chosen, start=1):
            file = hold_case(session, case)
            assert file is not None
            hand_in(session, file, HandIn(now, document_number=f"{number}/BC-{file.organisation.key}"), now)
    return len(chosen)


def _owed(session: Session) -> list[int]:
    """Every open case, always in the same order."""
    query = select(col(Case.id)).where(is_open())
    return list(session.execute(query.order_by(col(Case.id))).scalars())


@contextmanager
def catcher(folder: Path) -> Iterator[int]:
    """The real mail catcher in its own process. Yields its port on loopback."""
    command = [sys.executable, "-m", "notifications.email.catcher", "--port", "0", "--dir", str(folder)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if "catching mail on" not in line:
                raise OSError("the mail catcher does not start")
            yield int(line.rpartition(":")[2])
        finally:
            process.terminate()
