"""Looks after the machine itself: what has fallen silent, what does not move, what will soon run out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import insert_new, writing
from models.queries.cases import worklist as worklist_queries
from models.queries.operations import watch as watch_queries
from models.tables.channels import ChannelHealth
from models.tables.projection import Heartbeat
from notifications.kinds import MessageKind
from rules.channels import ChannelPolicy
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from services import log
from services.operations import clock_guard, log_anchor, mailbox_away
from services.outbox import gate, holds
from services.outbox.gate import title_of, vietnamese
from services.outbox.hours import ALARMS as ALARMS
from services.outbox.queue import Note, queue_for_coordinators
from services.zalo import tokens

SILENCE = timedelta(hours=26)  # one daily tick missed, with two hours of grace
STUCK = timedelta(hours=4)
BEAT, BACKUP = "watch", "backup"  # heartbeats
DECEMBER = 12
LOOK_BACK = timedelta(days=1)
MESSAGE_STATES = {
    "pending": "chờ gửi quá lâu",
    "leased": "đang gửi dở quá lâu",
    "failed": "bị từ chối trong 24 giờ qua",
    "exhausted": "đã thử hết số lần trong 24 giờ qua",
}


NEARLY = 0.8  # of a quota


@dataclass(frozen=True)
class WatchFinding:
    text: str
    urgent: bool = False  # told at once, not with the day's digest


CALM_FROM = time(7, 30)  # nobody is woken for what can wait
BACKUP_IS_OLD = timedelta(days=3)
LITTLE_ROOM, NO_ROOM = 0.10, 0.03  # of the disk


def watch(session: Session, office: Office, now: datetime) -> list[str]:
    """One Vietnamese sentence for each thing that is wrong; an empty list when all is well."""
    return [finding.text for finding in findings(session, office, now)]


def findings(session: Session, office: Office, now: datetime) -> list[WatchFinding]:
    full, filling = _disk(office.folder)
    urgent = [
        *_silent(session, office, now),
        *_paused(session, office),
        *tokens.problems(session, now, by_template(office)),
        *full,
    ]
    calm = [*_held(session, office), *_mailbox(session), *_stuck(session, now), *_undrawn(session)]
    calm += _for_a_person(session, now)
    calm += [*_nearly_used_up(session, office, now), *filling, *_backup(session, now), *_holidays(office, now)]
    return [*(WatchFinding(text, True) for text in urgent), *(WatchFinding(text) for text in calm)]


def watch_once(
    engine: Engine, office: Office, now: datetime, others: Sequence[WatchFinding] = ()
) -> list[WatchFinding]:
    """The look from outside the engine, as often as one likes: what is urgent is mailed at once, the rest once a day.

    The same urgent things are mailed once a day. `others`: what was found outside the database.
    The door sends the mails, and pings whoever watches the watcher.
    """
    day = local_day(now)
    with writing(engine) as session:
        why, last = clock_guard.doubt(session, now, clock_guard.FARTHEST_ALONE), clock_guard.last_work(session)
        if why and last is not None:
            clock_guard.tell(session, office, now, last, why)
            return [WatchFinding(why, urgent=True)]
        all_findings = [*findings(session, office, now), *others]
        forged, anchor = _anchor(session, office)
        all_findings = [*forged, *all_findings]
        urgent = [finding.text for finding in all_findings if finding.urgent]
        calm = [finding.text for finding in all_findings if not finding.urgent]
        if urgent:
            seal = sha256(_without_numbers("\n".join(sorted(urgent))).encode()).hexdigest()[:12]
            note = Note(f"{len(urgent)} việc khẩn cần xem", [*urgent, anchor])
            queue_for_coordinators(session, office, MessageKind.WATCH, f"watch:{day}:{seal}", note, now)
        beat(session, BEAT, now)
        if calm and now.astimezone(PROVINCE).time() >= CALM_FROM:
            note = Note(f"{len(calm)} việc cần xem", [*calm, anchor])
            queue_for_coordinators(session, office, MessageKind.WATCH, f"watch:{day}", note, now)
    return all_findings


def _anchor(session: Session, office: Office) -> tuple[list[WatchFinding], str]:
    """Whether the log is still the one the home remembers, and its end for whoever keeps the mail."""
    if not office.key:  # it seals nothing
        return [], f"Dấu nhật ký: {log_anchor.Anchor(*log.chain_end(session))}"
    wrong = log_anchor.problem(session, office.folder, office.key)
    if wrong:
        return [WatchFinding(wrong, urgent=True)], f"Nhật ký nay có {log.chain_end(session)[0]} dòng."
    end = log_anchor.remember(session, office.folder, office.key)
    return [], f"Dấu nhật ký: {end} (đối chiếu: kyhan log verify --anchor)."


def by_template(office: Office) -> bool:
    """Whether a channel of this office sends in the name of an Official Account."""
    return any(way.by_template for way in office.channels)


def beat(session: Session, name: str, now: datetime) -> None:
    """Something that should happen again and again has happened."""
    if not insert_new(session, Heartbeat, [{"name": name, "at": now}]):
        session.get_one(Heartbeat, name).at = now


def _without_numbers(text: str) -> str:
    """«ngừng chạy đã 27 giờ» and «28 giờ» are one thing."""
    return "".join(letter for letter in text if not letter.isdigit())


def _paused(session: Session, office: Office) -> list[str]:
    return [
        f"Kênh {title_of(office, row.channel)} đang tạm dừng đến "
        f"{row.paused_until.astimezone(PROVINCE):%H:%M %d/%m/%Y}: {vietnamese(row.reason)}"
        for row in gate.paused(session)
        if row.paused_until is not None
    ]


def _held(session: Session, office: Office) -> list[str]:
    return [
        f"Việc gửi {'mọi tin' if row.channel == holds.ALL else f'qua kênh {title_of(office, row.channel)}'} "
        f"đang được giữ từ {row.since.astimezone(PROVINCE):%H:%M %d/%m/%Y}; gửi tiếp: kyhan resume."
        for row in holds.held(session)
    ]


def _mailbox(session: Session) -> list[str]:
    mark = mailbox_away.away(session)
    return [f"{mark.value} (từ {mark.at.astimezone(PROVINCE):%H:%M %d/%m/%Y})"] if mark else []


WAITS = {
    "undelivered": "{} tin không kênh nào gửi được, cần người xử lý.",
    "mails": "{} thư đến chưa gắn được với hồ sơ nào.",
    "addresses": "{} địa chỉ đang dùng không nhận được thư.",
    "events": "{} biên nhận không khớp tin nào.",
}


def _for_a_person(session: Session, now: datetime) -> list[str]:
    waits = worklist_queries.counts(session, now, local_day(now))
    return [sentence.format(waits[name]) for name, sentence in WAITS.items() if waits[name]]


def _disk(folder: Path) -> tuple[list[str], list[str]]:
    """What must be told at once, and what can wait."""
    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), None)
    if there is None:
        return [], []
    disk = disk_usage(there)
    left = disk.free / disk.total if disk.total else 1
    sentences = [f"Ổ đĩa chứa dữ liệu chỉ còn trống {left:.0%} ({disk.free / 2**30:.1f} GB)."]
    return (sentences, []) if left < NO_ROOM else ([], sentences if left < LITTLE_ROOM else [])


def _backup(session: Session, now: datetime) -> list[str]:
    """Only where backups are taken at all."""
    last = watch_queries.last_beats(session, [BACKUP]).get(BACKUP)
    if last is None or now - last < BACKUP_IS_OLD:
        return []
    return [f"Bản sao lưu gần nhất đã {(now - last).days} ngày tuổi."]


def _holidays(office: Office, now: datetime) -> list[str]:
    """By December the holidays and swapped days of the next year are announced; an entry of that year says so."""
    today = local_day(now)
    if today.month < DECEMBER or any(day.day.year == today.year + 1 for day in office.calendar.overrides):
        return []
    return [f"Lịch nghỉ năm {today.year + 1} chưa được đối chiếu với thông báo nghỉ lễ, hoán đổi ngày làm việc."]


def _nearly_used_up(session: Session, office: Office, now: datetime) -> list[str]:
    sentences: list[str] = []
    for way in office.channels:
        health = watch_queries.channel_health(session, way.name)
        sentences += _of_quotas(way, health, local_day(now)) if health else []
        linked = watch_queries.linked_people(session, way.reaches_by) if way.people else 0
        if way.people and linked >= NEARLY * way.people:
            sentences.append(f"Kênh {way.title or way.name} đã liên kết {linked}/{way.people} người.")
    return sentences


def _of_quotas(way: ChannelPolicy, health: ChannelHealth, today: date) -> Iterator[str]:
    title = way.title or way.name
    same_day, same_month = health.day == today, health.month == f"{today:%Y-%m}"
    if same_day and way.per_day and health.day_count >= NEARLY * way.per_day:
        yield f"Kênh {title} đã gửi {health.day_count}/{way.per_day} tin hôm nay."
    if same_month and way.per_month and health.month_count >= NEARLY * way.per_month:
        yield f"Kênh {title} đã gửi {health.month_count}/{way.per_month} tin tháng này."
    left, all_of_it = health.remaining, health.allowance
    if same_day and left is not None and all_of_it and left <= (1 - NEARLY) * all_of_it:
        yield f"Kênh {title} chỉ còn {left}/{all_of_it} tin hôm nay."


def _silent(session: Session, office: Office, now: datetime) -> list[str]:
    names = [f"tick:{item.id}" for item in office.plan.obligations if item.when is not None and item.flow]
    beats = watch_queries.last_beats(session, names)
    sentences = []
    for name in names:
        beat = beats.get(name)
        if beat is None:
            sentences.append(f"{name.removeprefix('tick:')}: chưa chạy lần nào.")
        elif now - beat > SILENCE:
            hours = int((now - beat).total_seconds() // 3600)
            sentences.append(f"{name.removeprefix('tick:')}: ngừng chạy đã {hours} giờ.")
    return sentences


def _stuck(session: Session, now: datetime) -> list[str]:
    rows = watch_queries.stuck_messages(session, now - STUCK, now - LOOK_BACK)
    return [f"{number} thư {MESSAGE_STATES[state]}." for state, number in rows]


def _undrawn(session: Session) -> list[str]:
    missed = watch_queries.undrawn(session)
    return [f"{missed} kỳ chưa hiển thị được trên màn hình Prefect."] if missed else []
