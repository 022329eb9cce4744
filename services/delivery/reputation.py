"""Calls a person when the other side refuses what we are, or a part of what we send: it will refuse all of that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import outbox as outbox_queries
from notifications.channel import Outcome, OutcomeKind
from notifications.email.smtp_answers import is_policy
from notifications.kinds import MessageKind
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.outbox.gate import title_of
from services.outbox.queue import Note, queue_for_coordinators

IN_A_ROW = 3
MATTER = "máy chủ thư từ chối nhiều thư liên tiếp"
PART = {
    "template": (
        "Zalo không nhận một mẫu tin",
        "Đề nghị chạy kyhan doctor, rồi sửa mẫu tin trên trang quản trị ZBS (loại và độ dài tham số như docs/zalo) "
        "hoặc xin duyệt lại; các mẫu tin khác vẫn được gửi",
    ),
    "group": ("Zalo không nhận tin vào một nhóm", "Đề nghị xem gói dịch vụ và nhóm của OA"),
}
OURS = (
    "một kênh không nhận tin vì yêu cầu gửi sai cách",
    "Đề nghị chạy kyhan doctor và báo đơn vị bảo trì hệ thống nội dung lỗi này",
)
UNDELIVERED = "/viec"
ADVICE = "Đề nghị kiểm tra SPF, DKIM, DMARC của tên miền gửi và hỏi đơn vị quản trị máy chủ thư"


def watch(session: Session, office: Office, channel: str, outcomes: Sequence[Outcome], now: datetime) -> bool:
    """Whether coordinators are called now; once a day at most."""
    refused = [one for one in outcomes if one.kind is OutcomeKind.FALLBACK and is_policy(one.code, one.detail)]
    if not refused:
        return False
    last = [is_policy(*answer) for answer in outbox_queries.last_answers(session, channel, IN_A_ROW + len(outcomes))]
    if not any(all(last[start : start + IN_A_ROW]) for start in range(len(last) - IN_A_ROW + 1)):
        return False
    note = Note(MATTER, [f"Máy chủ trả lời: {refused[-1].detail}", "Các thư này chưa đến người nhận", ADVICE])
    key = f"refused:{channel}:{local_day(now)}"
    if not queue_for_coordinators(session, office, MessageKind.WATCH, key, note, now):
        return False
    log.append(session, now, "kyhan", "channel.refused", f"channel:{channel}", {"said": refused[-1].detail})
    return True


def watch_parts(session: Session, office: Office, channel: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """A template or a group that is refused, or data that do not fit, close no channel; told once a day for each."""
    way = next((way for way in office.ways if way.name == channel), None)
    if way is not None and way.guaranteed:
        return  # each of its letters stands on the list of what was not delivered
    parts = {(one.concerns, one.which): one.detail for one in outcomes if _concerns_a_part(one)}
    for (concerns, which), detail in parts.items():
        matter, advice = PART.get(concerns, OURS)
        key = f"refused:{channel}:{concerns}:{which}:{local_day(now)}"
        about = f"Kênh {title_of(office, channel)}" + (f", mã {which}" if which else "")
        lines = [f"{about}: {detail}", "Các tin này chưa đến người nhận qua Zalo; thư điện tử vẫn gửi", advice]
        note = Note(matter, lines, UNDELIVERED)
        if queue_for_coordinators(session, office, MessageKind.WATCH, key, note, now):
            log.append(session, now, "kyhan", "channel.refused", f"channel:{channel}", {"part": which, "said": detail})


def _concerns_a_part(outcome: Outcome) -> bool:
    return outcome.kind is OutcomeKind.BUG or (outcome.kind is OutcomeKind.STOP and bool(outcome.concerns))
