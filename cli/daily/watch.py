"""kyhan watch: the look from outside the engine. Its alarms leave by e-mail even when the engine is dead."""

from __future__ import annotations

import signal
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import Event
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.home import Home, open_home
from cli.output import OUT, AsJson, At, moment_or_now, print_json, say
from config import clock
from config.problems import CatalogueError
from config.settings import Settings, SettingsError, load_settings
from models.database import insert_new, writing
from models.tables.projection import Heartbeat
from services.operations.watch import ALARMS, BEAT, WatchFinding, watch_once
from services.outbox.rest import at_rest

EVERY = 5  # minutes
TROUBLE = (SQLAlchemyError, OSError, SettingsError, CatalogueError)  # the next look may succeed


def run(
    once: Annotated[bool, typer.Option("--once", help="Một lượt, cho cron. / One look, for cron.")] = False,
    every: Annotated[int, typer.Option(min=1, max=24 * 60, help="Số phút giữa hai lượt. / Minutes apart.")] = EVERY,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Trông chừng từ bên ngoài: việc khẩn báo ngay, việc khác mỗi ngày một thư. / Watch from outside the engine."""
    if once:
        raise typer.Exit(_once(moment_or_now(at), as_json))
    _again_and_again(timedelta(minutes=every))


def _once(now: datetime, as_json: bool) -> int:
    settings = load_settings()
    try:
        findings = look(open_home(now, settings), now)
    except TROUBLE:
        _ping(settings, 1)  # nobody can be mailed: whoever waits for the ping must notice
        raise
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            OUT.print(f"{'!' if finding.urgent else '·'} {finding.text}", highlight=False, markup=False)
        if not findings:
            OUT.print("Mọi thứ ổn. / All well.", highlight=False)
    return 1 if any(finding.urgent for finding in findings) else 0


def _again_and_again(apart: timedelta) -> None:
    """Until it is stopped. The first look waits: who has just been started has not ticked yet."""
    stop, settings = Event(), load_settings()
    _note_first_start(settings, clock.now())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    minutes = apart // timedelta(minutes=1)
    say(f"Trông chừng mỗi {minutes} phút. / Watching, every {minutes} min.")
    while not stop.wait(apart.total_seconds()):
        settings = look_again(settings, clock.now())


def _note_first_start(settings: Settings, now: datetime) -> None:
    """A new home has no earlier look: that alone is no silence to raise an alarm about."""
    try:
        home = open_home(now, settings)
        with writing(home.engine) as session:
            insert_new(session, Heartbeat, [{"name": BEAT, "at": now}])
        home.engine.dispose()
    except TROUBLE as error:
        say(f"{now:%Y-%m-%dT%H:%M}Z {type(error).__name__}: {error}")


def look_again(settings: Settings, now: datetime) -> Settings:
    """One look of many. Returns the newest settings that could be read, which name the monitor to report to."""
    try:
        settings = load_settings()
        findings = look(open_home(now, settings), now)
    except TROUBLE as error:
        _ping(settings, 1)
        say(f"{now:%Y-%m-%dT%H:%M}Z {type(error).__name__}: {error}")
        return settings
    for finding in findings:
        say(f"{now:%Y-%m-%dT%H:%M}Z {'!' if finding.urgent else '·'} {finding.text}")
    return settings


def look(home: Home, now: datetime) -> list[WatchFinding]:
    """One look: alarms are mailed at once, and the external monitor gets a ping with the count of urgent findings."""
    from services.delivery.dispatch import dispatch

    try:
        findings = watch_once(home.engine, home.office, now, _of_zalo(home, now))
        dispatch(home.engine, home.office, home.outgoing("watch"), now, kinds=ALARMS)
        resting = at_rest(home.engine)
    finally:
        home.engine.dispose()
    if not resting:  # the monitor waits for the office, not for its copy
        _ping(home.settings, sum(finding.urgent for finding in findings))
    return findings


def _of_zalo(home: Home, now: datetime) -> list[WatchFinding]:
    if home.settings.zalo_app_id is None:
        return []
    from bootstrap.accounts import templates_of
    from services.checkup.zalo_account import account_findings

    return account_findings(home.engine, home.office, home.channels.zalo(), templates_of(home.settings), now)


def _ping(settings: Settings, urgent: int) -> None:
    """How many, never what: findings may name people and servers."""
    from notifications.ping import ping

    if settings.ping_url is None:
        return
    if not ping(settings.ping_url.get_secret_value(), [f"{urgent} urgent"] if urgent else []):
        say("KYHAN_PING_URL không nhận được tín hiệu. / The monitor behind KYHAN_PING_URL did not hear us.")
