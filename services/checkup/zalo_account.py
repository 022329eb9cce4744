"""Once a day, what Zalo itself finds wrong with our account and templates, for the watch: not every office is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.operations import watch as watch_queries
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from services.checkup.channels import account
from services.inbound.zalo_round import Zalo
from services.operations.watch import CALM_FROM, WatchFinding, beat
from services.outbox import rest
from services.outbox.gate import title_of
from services.zalo import tokens

ASKED = "zalo:account"


def account_findings(
    engine: Engine, office: Office, zalo: Zalo, templates: Mapping[str, str], now: datetime
) -> list[WatchFinding]:
    """Asks Zalo, so not inside a transaction. What the watch says of the tokens by itself is not said again."""
    if zalo.account is None or not _is_time(engine, now) or rest.at_rest(engine):
        return []
    wrong = [one for one in account(engine, office, zalo, templates, now) if not one.ok]
    with writing(engine) as session:
        beat(session, ASKED, now)
        if tokens.problems(session, now):
            return []
    return [WatchFinding(f"{_named(office, one.subject)}: {one.vi}; cần làm: {one.todo_vi}.") for one in wrong]


def _is_time(engine: Engine, now: datetime) -> bool:
    if now.astimezone(PROVINCE).time() < CALM_FROM:
        return False
    with reading(engine) as session:
        last = watch_queries.last_beats(session, [ASKED]).get(ASKED)
    return last is None or local_day(last) < local_day(now)


def _named(office: Office, subject: str) -> str:
    """«zalo_zns 20001» by the title of its channel."""
    channel, _, template = subject.partition(" ")
    title = "Zalo OA" if channel == "zalo_oa" else title_of(office, channel)
    return f"{title}, mẫu {template}" if template else title
