"""What waits for a person: the lists, how long each is, and who may act on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.cases import selection as cases_queries
from models.queries.cases import worklist as worklist_queries
from models.queries.cases.worklist import BadAddress
from models.queries.messages import inbound_events as event_queries
from models.tables.channels import ChannelHealth
from rules.access import Action
from rules.channels import ChannelPolicy
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Text
from services import log
from services.views.waiting_tables import TABLES, TableCounter


@dataclass(frozen=True)
class List:
    name: str
    path: str
    action: Action  # whoever may do this sees the list
    title: Text
    about: Text

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]


LISTS = (
    List(
        *("review", "ho-so/cho-xem-xet", Action.DECIDE),
        Text("Hồ sơ chờ xem xét", "Hand-ins to review"),
        Text("đã nộp, chưa chấp nhận hay trả lại", "handed in, neither accepted nor returned"),
    ),
    List(
        *("unread", "ho-so/tin-nhan", Action.DECIDE),
        Text("Tin nhắn chưa đọc", "Unread messages"),
        Text("hồ sơ có tin nhắn của đơn vị", "cases a unit has written about"),
    ),
    List(
        *("returns", "ho-so/bo-sung", Action.DECIDE),
        Text("Quá hạn bổ sung", "Completion overdue"),
        Text("đã trả lại, quá ngày phải bổ sung", "returned, and the day to complete it has passed"),
    ),
    List(
        *("reports", "ho-so/bao-cao", Action.DECIDE),
        Text("Dự thảo báo cáo", "Draft reports"),
        Text("đã soạn, chưa hoàn thiện và nộp", "drafted, not completed and handed in"),
    ),
    List(
        *("requests", "de-nghi", Action.DECIDE),
        Text("Đề nghị của đơn vị", "Requests of units"),
        Text("xin gia hạn, báo không phát sinh", "more time, nothing to report"),
    ),
    List(
        *("proposals", "de-xuat", Action.DECIDE),
        Text("Đề xuất sửa đổi Kế hoạch", "Proposals to amend the plan"),
        Text("chưa được tổng hợp", "not put together yet"),
    ),
    List(
        *("letters", "cong-van", Action.DECIDE),
        Text("Công văn đôn đốc", "Urging letters"),
        Text("dự thảo chờ ký và lấy số", "drafts to be signed and numbered"),
    ),
    List(
        *("documents", "van-ban", Action.DECIDE),
        Text("Văn bản chờ ban hành", "Documents to be issued"),
        Text("tờ trình, quyết định, báo cáo rà soát, thông báo", "submissions, decisions, reviews, notices"),
    ),
    List(
        *("steps", "buoc", Action.DECIDE),
        Text("Bước quá mốc", "Steps past their target"),
        Text("phê duyệt, báo cáo, công bố chưa ghi nhận", "approval, report, publication not recorded"),
    ),
    List(
        *(TABLES, "bang", Action.DECIDE),
        Text("Bảng tổng hợp cần xử lý", "Province's tables to settle"),
        Text("đơn vị ghi khác nhau, điểm đối chiếu cần xem", "units disagree, or cross-checks found something"),
    ),
    List(
        *("mails", "thu-den", Action.REGISTER),
        Text("Thư đến chờ xem", "Incoming mails to look at"),
        Text("chưa gắn được với hồ sơ nào", "not matched to any case"),
    ),
    List(
        *("undelivered", "chua-gui", Action.TEND),
        Text("Tin chưa tới", "Undelivered messages"),
        Text("không kênh nào gửi được", "no channel could send them"),
    ),
    List(
        *("addresses", "dia-chi", Action.TEND),
        Text("Địa chỉ hỏng", "Bad addresses"),
        Text("thư gửi tới bị trả về", "mail to them comes back"),
    ),
    List(
        *("channels", "kenh", Action.TEND),
        Text("Kênh gửi", "Channels"),
        Text("tạm dừng, biên nhận không khớp", "paused, or receipts that fit nothing"),
    ),
)
OF_CASES = {item.slug: item for item in LISTS[:4]}  # each a list of cases, gone through one after the other


@dataclass(frozen=True)
class BadAddressLine:
    row: BadAddress
    unit_name: str


@dataclass(frozen=True)
class ChannelLine:
    name: str
    in_use: bool
    guaranteed: bool
    health: ChannelHealth | None  # None: never used
    paused: bool
    day_count: int
    per_day: int  # 0: no cap
    month_count: int
    per_month: int
    remaining: int | None  # as the service itself told last today
    allowance: int | None
    waiting: int
    oldest: datetime | None


def counts(session: Session, office: Office, now: datetime, tables: TableCounter) -> Mapping[str, int]:
    """List → how much waits there; receipts that fit nothing count with the channels."""
    numbers = worklist_queries.counts(session, now, local_day(now))
    numbers["channels"] += numbers.pop("events")
    newest = tuple(numbers.pop(name) for name in worklist_queries.NEWEST)
    numbers[TABLES] = tables.count(session, office, now, newest)
    return numbers


# --- addresses --------------------------------------------------------------------------------------------------------


def bad_addresses(session: Session, now: datetime) -> list[BadAddressLine]:
    """Those of people who hold a post today, with the name of its unit; one line each, however many posts."""
    today = local_day(now)
    rows = {(row.id, row.person_id): row for row in reversed(worklist_queries.bad_addresses(session, today))}
    names = cases_queries.names_on(session, {row.organisation_id for row in rows.values()}, today)
    over = {row.id for row in rows.values() if row.until is not None and row.until <= now}
    return [
        BadAddressLine(row, names[row.organisation_id].name if row.organisation_id in names else row.unit)
        for row in reversed(rows.values())
        if row.id not in over
    ]


# --- channels ---------------------------------------------------------------------------------------------------------


def channels(session: Session, office: Office, now: datetime) -> list[ChannelLine]:
    """The ways of the office in their order, then what only old messages know."""
    health = {row.channel: row for row in worklist_queries.channel_rows(session)}
    waiting = worklist_queries.waiting_by_channel(session)
    ways = {way.name: way for way in office.channels}
    return [
        _line(name, ways.get(name), health.get(name), waiting.get(name), now)
        for name in dict.fromkeys([*ways, *health, *waiting])
    ]


def _line(
    name: str,
    way: ChannelPolicy | None,
    health: ChannelHealth | None,
    waiting: tuple[int, datetime] | None,
    now: datetime,
) -> ChannelLine:
    today = local_day(now)
    same_day = health is not None and health.day == today
    same_month = health is not None and health.month == f"{today:%Y-%m}"
    return ChannelLine(
        name=name,
        in_use=way is not None,
        guaranteed=way is not None and way.guaranteed,
        health=health,
        paused=health is not None and health.paused_until is not None and health.paused_until > now,
        day_count=health.day_count if health and same_day else 0,
        per_day=way.per_day if way else 0,
        month_count=health.month_count if health and same_month else 0,
        per_month=way.per_month if way else 0,
        remaining=health.remaining if health and same_day else None,
        allowance=health.allowance if health and same_day else None,
        waiting=waiting[0] if waiting else 0,
        oldest=waiting[1] if waiting else None,
    )


def see_events(session: Session, up_to: int, by: str, now: datetime) -> int:
    """Receipts that fit nothing were looked at; returns how many."""
    count = event_queries.mark_unmatched_events_seen(session, up_to)
    if count:
        log.append(session, now, by, "events.seen", f"day:{local_day(now)}", {"count": count, "up_to": up_to})
    return count
