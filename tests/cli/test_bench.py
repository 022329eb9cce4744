"""Every benchmark at a tiny size: it has its rows, counts what it says, and its proofs can fail. No time is tested."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from bootstrap.home import Home
from cli import bench
from cli.bench import content, dispatch, pages, replay, report, tick
from cli.bench.proofs import CaughtNotice, caught, prove
from cli.bench.province import Size
from cli.bench.timing import Check, Measure, Result, figures

TINY = Size(units=10, kept=20, due=4)


def quiet(_: str) -> None:
    """Nobody watches."""


def taken(*rounds: tuple[float, float]) -> list[list[Measure]]:
    return [[Measure(wall, wall, 50, 7) for wall in turn] for turn in rounds]


def test_a_ratio_is_taken_inside_a_round_before_the_median():
    limit, ours = figures(["limit", "ours"], taken((1, 2), (10, 10), (1, 4)))
    assert (limit.ratio, ours.ratio) == (1, 2)  # of the medians it would be 4
    assert (ours.wall, ours.count) == (4, 7)


def test_only_the_first_row_is_the_limit():
    assert [row.limit for row in figures(["limit", "ours"], taken((1, 2)))] == [True, False]


def test_seconds_that_grow_like_the_cases_have_the_exponent_one():
    assert tick.exponent(0.1, 10, 100) == pytest.approx(1)
    assert tick.exponent(0.1, 0.1, 100) == pytest.approx(0)


def test_a_missed_limit_is_told_and_ends_with_one(monkeypatch: pytest.MonkeyPatch):
    missed = Result("tick", "", 1, checks=[Check("time", 3, must=2)])
    monkeypatch.setattr(bench, "_run", lambda *_: missed)
    answer = CliRunner().invoke(bench.app, ["tick", "--json"])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["jobs"][0]["checks"][0]["holds"] is False
    assert "không đạt" in CliRunner().invoke(bench.app, ["tick"]).stdout


def test_limits_kept_end_with_zero(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench, "_run", lambda job, _: Result(job, "", 1, checks=[Check("time", 1, must=2)]))
    answer = CliRunner().invoke(bench.app, ["--json", "--rounds", "1"])
    assert answer.exit_code == 0
    assert [job["job"] for job in json.loads(answer.stdout)["jobs"]] == list(bench.JOBS)


def test_an_unknown_benchmark_is_wrong_use():
    assert CliRunner().invoke(bench.app, ["fly"]).exit_code == 2


def test_the_tick_writes_as_many_notices_as_the_plain_statements():
    result = tick.run(1, quiet, TINY)
    assert [row.count for row in result.rows if "SQLite" in row.name] == [TINY.units * TINY.due] * 3
    assert result.rows[0].limit
    assert any("bộ nhớ" in check.name for check in result.checks)


def test_the_dispatch_sends_what_the_plain_program_sends():
    result = dispatch.run(1, quiet, Size(units=20, kept=0, due=8), one_by_one=2)
    assert [row.count for row in result.rows] == [20, 20, 2]
    assert [row.limit for row in result.rows] == [True, False, False]
    assert result.checks[1].holds


def test_the_report_holds_every_row_of_the_plain_table():
    result = report.run(1, quiet, sizes=(30,))
    assert [row.count for row in result.rows] == [30, 30]


def test_the_judge_takes_every_row_that_the_library_reads_and_hostile_files_end():
    result = content.run(1, quiet, rows=40, bomb=200_000, empty_rows=500)
    assert [row.count for row in result.rows] == [40, 40, 33, 33]
    assert [check.unit for check in result.checks] == ["×", "MB", "×", "s", "s"]


def test_the_bare_page_is_as_large_as_ours():
    result = pages.run(1, quiet, units=40, requests={"board": 2, "case": 2, "unit": 2})
    sizes = [row.count for row in result.rows]
    assert len(sizes) == 12
    for bare, again, anew in zip(sizes[::4], sizes[1::4], sizes[2::4], strict=True):
        assert max(abs(bare - again), abs(anew - again)) <= 1
    assert [check.name.split(":")[0] for check in result.checks] == ["board", "board", "case", "case", "unit", "unit"]


@dataclass
class Rehearsed:
    home: Home
    told: replay.ReplayResult
    mails: list[CaughtNotice]


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    folder = tmp_path_factory.mktemp("replay")
    with replay.catcher(folder / "mail") as port:
        home = replay._home(folder / "home", port)
        told = replay._replay(home, date(2013, 12, 10), quiet)
    yield Rehearsed(home, told, caught(folder / "mail"))
    home.engine.dispose()


def a_reminder(rehearsed: Rehearsed) -> CaughtNotice:
    return next(mail for mail in rehearsed.mails if mail.key.startswith("digest:"))


def test_a_replay_keeps_every_promise(rehearsed: Rehearsed):
    proofs = prove(rehearsed.home, rehearsed.mails)
    assert len(rehearsed.mails) == rehearsed.told.sent > 50
    assert rehearsed.told.answered > 10
    assert proofs.mentions > 50
    assert not any(vars(replace(proofs, mentions=0)).values())


def test_a_mail_caught_twice_is_noticed(rehearsed: Rehearsed):
    assert prove(rehearsed.home, [*rehearsed.mails, rehearsed.mails[0]]).twice


def test_a_reminder_on_a_day_off_is_noticed(rehearsed: Rehearsed):
    mail = a_reminder(rehearsed)
    sunday = mail.at + timedelta(days=6 - mail.at.weekday())
    assert prove(rehearsed.home, [replace(mail, at=sunday)]).on_days_off == 1


def test_a_reminder_of_an_answered_case_is_noticed(rehearsed: Rehearsed):
    years_later = [replace(mail, at=mail.at + timedelta(days=700)) for mail in rehearsed.mails]
    assert prove(rehearsed.home, years_later).of_answered > 0


def test_a_reminder_that_names_nothing_owed_is_noticed(rehearsed: Rehearsed):
    assert prove(rehearsed.home, [replace(a_reminder(rehearsed), text="Kính gửi")]).of_nothing == 1
