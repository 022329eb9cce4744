"""The kinds of message there are, each declared once.

What a kind needs besides its entry is its folder of texts: `messages/<kind>/` with `subject.txt`, `body.txt`,
`body.html` and, unless it travels by e-mail alone, `short.txt`. Facts of a new class also need who gathers them
(`services/delivery/compose.py`) and a sample (`services/delivery/samples.py`). House tests name what is missing.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any, Self

from notifications import facts
from notifications.looks import AMBER, BLUE, GREEN, LOOKS, RED, Look
from rules.plan import Text

CHANGES_DAY = "sửa thời hạn trong lịch làm việc"
# why a kind has no short form
OPENS_A_WAY_IN = "a way in travels by e-mail alone: who holds a telephone is not always who holds the post"
OF_THE_OFFICE = "what concerns the running of the office is not for a telephone"


@dataclass(frozen=True)
class KindDetails:
    """`label`: what people call it. `look`: None for what looks like the most urgent item in it."""

    kind: str
    label: Text
    look: Look | None
    facts: type[facts.Facts]
    _: KW_ONLY
    mail_only: str = ""  # why it has no short form; empty: it has one
    level: int | None = None  # the letter of one case alone that has reached this step of its ladder
    reader: str = "focal_point"  # whose post it is mostly written to
    calendar: str = ""  # what its file does to the reader's calendar; empty: it brings none of its own
    at_any_hour: bool = False  # somebody waits at the door for it
    counted: bool = True  # among what a person gets in a day; answers to what they have just done and alarms are not
    alarm: bool = False
    of_the_post: bool = True  # one that waits goes to whoever holds the post next; False: it is about the person


def _of_cases(kind: str, label: Text, look: Look | None, **more: Any) -> KindDetails:
    """What is due, or late."""
    return KindDetails(kind, label, look, facts.DigestFacts, of_the_post=False, **more)  # written anew each day


def _note(kind: str, label: Text, look: Look, **more: Any) -> KindDetails:
    """A matter, and what there is to say about it line by line."""
    return KindDetails(kind, label, look, facts.NoteFacts, mail_only=OF_THE_OFFICE, **more)


class MessageKind(StrEnum):
    details: KindDetails

    def __new__(cls, details: KindDetails | str) -> Self:
        assert isinstance(details, KindDetails)
        kind = str.__new__(cls, details.kind)
        kind._value_, kind.details = details.kind, details
        return kind

    REMINDER = _of_cases("reminder", Text("Nhắc việc", "Reminder"), LOOKS[facts.NUDGE], level=facts.NUDGE)
    DUE_SOON = _of_cases("due_soon", Text("Sắp đến hạn", "Due soon"), LOOKS[facts.SOON], level=facts.SOON)
    OVERDUE = _of_cases("overdue", Text("Quá hạn", "Overdue"), LOOKS[facts.OVERDUE], level=facts.OVERDUE, reader="head")
    DIGEST = _of_cases("digest", Text("Thư nhắc việc trong ngày", "Reminders of a day"), None)
    URGING_LETTER = _of_cases(
        "urging_letter",
        Text("Cần công văn đôn đốc", "Urging letter needed"),
        LOOKS[facts.LETTER],
        level=facts.LETTER,
        reader="coordinator",
    )
    OPEN_STEP = _of_cases("open_step", Text("Bước sau khi nộp chưa ghi nhận", "Step to record after a hand-in"), None)
    COMPLETION = _of_cases("completion", Text("Quá hạn bổ sung hồ sơ", "Completion overdue"), None)
    TO_SUPERIOR = _of_cases(
        "to_superior",
        Text("Kính đề nghị cấp trên", "Request to a superior"),
        Look("Kính đề nghị", *BLUE),
        reader="head",
    )
    OWN_OVERDUE = _of_cases(
        "own_overdue",
        Text("Nhiệm vụ của cơ quan chủ trì quá hạn", "Overdue at the coordinating body itself"),
        LOOKS[facts.OVERDUE],
        mail_only=OF_THE_OFFICE,
        reader="head",
    )
    RECEIPT = KindDetails(
        "receipt", Text("Biên nhận", "Receipt"), Look("Đã nhận", *GREEN), facts.ReceiptFacts, counted=False
    )
    RETURNED = KindDetails(
        "returned",
        Text("Đề nghị bổ sung", "Request to complete"),
        Look("Đề nghị bổ sung", *AMBER),
        facts.ReturnedFacts,
        counted=False,
    )
    REPORT_DRAFT = KindDetails(
        "report_draft",
        Text("Dự thảo báo cáo", "Draft report"),
        Look("Dự thảo báo cáo", *BLUE),
        facts.ReportDraftFacts,
        reader="coordinator",
        counted=False,
    )
    SIGN_IN = KindDetails(
        "sign_in",
        Text("Liên kết đăng nhập", "Sign-in link"),
        Look("Đăng nhập", *BLUE),
        facts.SignInFacts,
        mail_only=OPENS_A_WAY_IN,
        at_any_hour=True,
        counted=False,
        of_the_post=False,
    )
    INVITATION = KindDetails(
        "invitation",
        Text("Lời mời nhận vị trí", "Invitation to a post"),
        Look("Bàn giao vị trí", *BLUE),
        facts.InvitationFacts,
        mail_only=OPENS_A_WAY_IN,
        counted=False,
        of_the_post=False,
    )
    MOVED = _note(
        "moved", Text("Thời hạn thay đổi", "Deadline moved"), Look("Thời hạn thay đổi", *AMBER), calendar=CHANGES_DAY
    )
    EXTENDED = _note("extended", Text("Được gia hạn", "Extended"), Look("Đã gia hạn", *GREEN), calendar=CHANGES_DAY)
    CLOSED = _note(
        "closed",
        Text("Không còn phải gửi", "No longer owed"),
        Look("Không còn phải gửi", *BLUE),
        calendar="bỏ thời hạn này khỏi lịch làm việc",
    )
    CASE_MESSAGE = _note("case_message", Text("Tin nhắn về hồ sơ", "Message about a case"), Look("Tin nhắn", *BLUE))
    UNREACHABLE = _note(
        "unreachable",
        Text("Chưa có người nhận", "Nobody to remind"),
        Look("Chưa có người nhận", *AMBER),
        reader="coordinator",
    )
    INBOX = _note(
        "inbox",
        Text("Việc cần xử lý", "What waits for the coordinators"),
        Look("Việc cần xử lý", *BLUE),
        reader="coordinator",
        counted=False,
    )
    STILL_YOU = _note(
        "still_you", Text("Xác nhận đầu mối", "Still you?"), Look("Xác nhận đầu mối", *BLUE), of_the_post=False
    )
    INTRODUCTION = _note(
        "introduction",
        Text("Thư giới thiệu", "Introduction"),
        Look("Giới thiệu hệ thống", *BLUE),
        of_the_post=False,
    )
    WATCH = _note(
        "watch",
        Text("Cảnh báo hệ thống", "System alarm"),
        Look("Theo dõi hệ thống", *AMBER),
        reader="coordinator",
        counted=False,
        alarm=True,
    )
    CHANNEL_DOWN = _note(
        "channel_down",
        Text("Kênh gửi ngừng hoạt động", "Channel down"),
        Look("Kênh gửi ngừng hoạt động", *RED),
        reader="coordinator",
        counted=False,
        alarm=True,
    )
    REQUEST_DECIDED = _note(
        "request_decided",
        Text("Kết quả đề nghị", "Outcome of a request"),
        Look("Kết quả đề nghị", *BLUE),
        counted=False,
    )
    MAIL_TOO_LARGE = _note(
        "mail_too_large", Text("Thư quá lớn", "Mail too large"), Look("Chưa nhận được tệp", *AMBER), counted=False
    )
    LINK_MOVED = _note(
        "link_moved",
        Text("Liên kết Zalo đã chuyển", "Zalo link moved"),
        Look("Liên kết Zalo", *BLUE),
        counted=False,
        of_the_post=False,
    )


def label_of(kind: str) -> Text:
    """A kind this version does not know, or a step that sends nothing, is called by its code."""
    return MessageKind(kind).details.label if kind in MessageKind._value2member_map_ else Text(kind, kind)
