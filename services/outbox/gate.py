"""Lets through a channel what it can carry now: pauses one that is out of order, counts days and months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlmodel import Session

from models.database import insert_new
from models.queries.messages import holds as hold_queries
from models.tables.channels import ChannelHealth
from notifications.channel import Outcome, OutcomeKind
from notifications.kinds import MessageKind
from rules.channels import ChannelPolicy
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from services import log
from services.outbox.queue import Note, queue_for_coordinators

MORNING = time(7, 30)  # when a day's allowance is looked for again
SPENT_STILL = timedelta(hours=1)  # a day that is counted from hour to hour is fresh later than that
PAUSE = timedelta(minutes=30)  # of a channel that is out of order: who knocks on and on is locked out
BREAKS_AT = 5  # failures of the network in a row
HALF_OPEN_AFTER = timedelta(minutes=5)
RESERVE = 20  # of a service's own quota one twentieth is left alone
ANSWERED = ("4", "5", "-")  # codes that begin like this were said by the other side: the line works
CLOSING = ("421", "429")  # but these speak of the service, not of one message
EVERYTHING = 1_000_000
KEPT = "Tin chưa gửi qua kênh này được giữ lại, không mất"
NOT_KEPT = "Lời nhắc qua kênh này chưa gửi được trong ngày thì bỏ, vì thư điện tử đã báo đủ"
ADVICE = "Cần làm: xem mục Hệ thống, hoặc chạy kyhan doctor, để biết phần nào hỏng và cách sửa"
ZALO_ADVICE = "Cần làm: chạy kyhan doctor và làm theo cột «Cần làm»; nếu OA mất quyền thì chạy kyhan zalo consent"
PROVES_NOTHING = (OutcomeKind.UNKNOWN, OutcomeKind.STOP)  # of the line: no message got through


def room(session: Session, way: ChannelPolicy, now: datetime) -> int:
    """How many messages may be handed to the channel now; one, when it is to be tried again."""
    health = _health(session, way.name, now)
    if health.paused_until is not None:
        return 0 if health.paused_until > now else 1
    allowed = [EVERYTHING]
    if way.per_day:
        allowed.append(way.per_day - health.day_count)
    if way.per_month:
        allowed.append(way.per_month - health.month_count)
    if health.remaining is not None:
        allowed.append(health.remaining - (health.allowance or 0) // RESERVE)
    return max(min(allowed), 0)


def count(session: Session, channel: str, number: int, now: datetime) -> None:
    """Counted when claimed, so that two workers never spend the same; taken back when it did not leave."""
    if number:
        health = _health(session, channel, now)
        health.day_count = max(health.day_count + number, 0)  # what is taken back may be of yesterday
        health.month_count = max(health.month_count + number, 0)
        if health.remaining is not None:
            health.remaining -= number  # until the service says how many are left


def sent_this_month(session: Session, channel: str, now: datetime) -> int:
    health = session.get(ChannelHealth, channel)
    return health.month_count if health is not None and health.month == f"{local_day(now):%Y-%m}" else 0


def allow(session: Session, channel: str, allowance: int, now: datetime) -> None:
    """The service has told a new quota for the day; what was used of the old one is used of it too."""
    health = _health(session, channel, now)
    used = health.allowance - health.remaining if health.allowance and health.remaining is not None else 0
    health.allowance, health.remaining = allowance, max(allowance - used, 0)


def paused(session: Session) -> Sequence[ChannelHealth]:
    return hold_queries.paused_channels(session)


def note(session: Session, office: Office, channel: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """What a round taught about the channel."""
    health = _health(session, channel, now)
    for outcome in outcomes:
        if outcome.quota is not None:
            health.remaining, health.allowance = outcome.quota
        if closes_channel(outcome):
            _pause(session, office, health, outcome.detail, _until(health, outcome, now), now)
        elif is_transport_failure(outcome):
            _count_failure(session, office, health, outcome, now)
        elif outcome.kind not in PROVES_NOTHING:
            _recover(session, health, now)


def tried(session: Session, office: Office, channel: str, outcome: Outcome, now: datetime) -> None:
    """The line was tried without a message: a failure counts as one, and a line that was to be tried again is open."""
    if outcome.kind in (OutcomeKind.STOP, OutcomeKind.RETRY):
        note(session, office, channel, [outcome], now)
    elif outcome.kind is OutcomeKind.OK:
        health = _health(session, channel, now)
        if health.paused_until is not None and health.paused_until <= now:
            _recover(session, health, now)


def closes_channel(outcome: Outcome) -> bool:
    """Not when only a template or a group is refused."""
    return outcome.kind is OutcomeKind.STOP and not outcome.concerns


def is_transport_failure(outcome: Outcome) -> bool:
    if outcome.kind is not OutcomeKind.RETRY:
        return False
    return outcome.code.startswith(CLOSING) or not outcome.code.startswith(ANSWERED)


def pause(session: Session, office: Office, channel: str, reason: str, now: datetime) -> None:
    """Because of what its answers were together, not of any one of them."""
    _pause(session, office, _health(session, channel, now), reason, now + PAUSE, now)


def on_trial(session: Session, channel: str) -> bool:
    """Its pause is over, and nothing has shown yet that it works."""
    health = session.get(ChannelHealth, channel)
    return health is not None and health.paused_until is not None


def _until(health: ChannelHealth, outcome: Outcome, now: datetime) -> datetime:
    if not outcome.spent:
        return outcome.not_before or now + PAUSE
    if health.paused_until is not None:  # we waited for the next day and it is not fresh yet
        return now + SPENT_STILL
    return datetime.combine(local_day(now) + timedelta(days=1), MORNING, PROVINCE)


def _count_failure(session: Session, office: Office, health: ChannelHealth, outcome: Outcome, now: datetime) -> None:
    health.failures += 1
    if health.failures >= BREAKS_AT:
        _pause(session, office, health, outcome.detail, now + HALF_OPEN_AFTER, now)


def _pause(
    session: Session, office: Office, health: ChannelHealth, reason: str, until: datetime, now: datetime
) -> None:
    health.paused_until, health.reason = until, reason
    if health.alarmed_at is not None:
        return
    health.alarmed_at = now
    log.append(session, now, "kyhan", "channel.pause", f"channel:{health.channel}", {"reason": reason, "until": until})
    _alarm(session, office, health, now)


def _recover(session: Session, health: ChannelHealth, now: datetime) -> None:
    if health.paused_until is not None:
        log.append(session, now, "kyhan", "channel.resume", f"channel:{health.channel}", {"reason": health.reason})
    health.paused_until, health.alarmed_at, health.reason, health.failures = None, None, "", 0


def resume(session: Session, channel: str, by: str, now: datetime) -> None:
    """A person says it works again: tried at once. Raises Overtaken when it is not paused any more."""
    health = session.get(ChannelHealth, channel, with_for_update=True)
    if health is None or health.paused_until is None:
        raise log.overtaken(session, f"channel:{channel}")
    log.append(session, now, by, "channel.resume", f"channel:{channel}", {"reason": health.reason})
    health.paused_until, health.alarmed_at, health.reason, health.failures = None, None, "", 0
    session.add(health)


def _alarm(session: Session, office: Office, health: ChannelHealth, now: datetime) -> None:
    """By e-mail; when e-mail itself is down, the log, the board and the watch have to say it."""
    other = next((way for way in office.ways if way.guaranteed and way.name != health.channel), None)
    if other is None:
        return
    way = next((way for way in office.ways if way.name == health.channel), None)
    lines = [
        f"Lý do: {vietnamese(health.reason)}",
        f"Kênh được thử lại từ {_local(health.paused_until)}",
        KEPT if way is None or way.guaranteed else NOT_KEPT,
        ADVICE if way is None or way.family != "zalo" else ZALO_ADVICE,
    ]
    note = Note(f"kênh {title_of(office, health.channel)} ngừng hoạt động", lines)
    key = f"channel_down:{health.channel}:{now}"
    queue_for_coordinators(session, office, MessageKind.CHANNEL_DOWN, key, note, now)


def title_of(office: Office, channel: str) -> str:
    """As people know it."""
    return next((way.title for way in office.ways if way.name == channel and way.title), channel)


def vietnamese(reason: str) -> str:
    """Reasons are written in both languages, what the other side said behind a dash."""
    meaning, dash, detail = reason.partition(" – ")
    return meaning.partition(" / ")[0] + dash + (detail.partition(" / ")[0] if dash else "")


def _local(moment: datetime | None) -> str:
    return moment.astimezone(PROVINCE).strftime("%H:%M ngày %d/%m/%Y") if moment else ""


def _health(session: Session, channel: str, now: datetime) -> ChannelHealth:
    """The channel's row, held until this transaction ends, with the counters of a new day or month begun."""
    held = session.info.setdefault("held channels", set())  # a session here is one transaction
    health = session.get(ChannelHealth, channel, with_for_update=None if channel in held else True)
    held.add(channel)
    if health is None:
        empty = {"channel": channel, "reason": "", "failures": 0, "day_count": 0, "month": "", "month_count": 0}
        insert_new(session, ChannelHealth, [empty])
        health = session.get_one(ChannelHealth, channel, with_for_update=True)
    today = local_day(now)
    if health.day != today:
        health.day, health.day_count, health.remaining, health.allowance = today, 0, None, None
    if health.month != f"{today:%Y-%m}":
        health.month, health.month_count = f"{today:%Y-%m}", 0
    session.add(health)
    return health
