"""The kinds of message there are, each declared once.

What a kind needs besides its entry is its folder of texts: `messages/<kind>/` with `subject.txt`, `body.txt`,
`body.html` and, unless it travels by e-mail alone, `short.txt`. Facts of a new class also need who gathers them
(`services/delivery/compose.py`) and a sample (`services/delivery/samples.py`). House tests name what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from notifications import facts
from notifications.looks import AMBER, BLUE, GREEN, LOOKS, RED, Look
from rules.plan import Text

CHANGES_DAY = "sửa thời hạn trong lịch làm việc"
# why a kind has no short form
OPENS_A_WAY_IN = "a way in travels by e-mail alone: who holds a telephone is not always who holds the post"
OF_THE_OFFICE = "what concerns the running of the office is not for a telephone"


@dataclass(frozen=True, kw_only=True)
class KindDetails:
    """`label`: what people call it. `look`: None for a digest, which looks like the most urgent item in it."""

    label: Text
    look: Look | None
    facts: type[facts.Facts]
    mail_only: str = ""  # why it has no short form; empty: it has one
    level: int | None = None  # the letter of one case alone that has reached this step of its ladder
    reader: str = "focal_point"  # whose post it is mostly written to
    calendar: str = ""  # what its file does to the reader's calendar; empty: it brings none of its own
    at_any_hour: bool = False  # somebody waits at the door for it
    counted: bool = True  # among what a person gets in a day; answers to what they have just done and alarms are not
    alarm: bool = False
    of_the_post: bool = True  # one that waits goes to whoever holds the post next; False: it is about the person


class MessageKind(StrEnum):
    details: KindDetails

    def __new__(cls, value: str, *details: KindDetails) -> Self:
        kind = str.__new__(cls, value)
        kind._value_ = value
        (kind.details,) = details
        return kind

    REMINDER = (
        "reminder",
        KindDetails(
            label=Text("Nhắc việc", "Reminder"),
            look=LOOKS[facts.NUDGE],
            facts=facts.DigestFacts,
            level=facts.NUDGE,
        ),
    )
    DUE_SOON = (
        "due_soon",
        KindDetails(
            label=Text("Sắp đến hạn", "Due soon"),
            look=LOOKS[facts.SOON],
            facts=facts.DigestFacts,
            level=facts.SOON,
        ),
    )
    OVERDUE = (
        "overdue",
        KindDetails(
            label=Text("Quá hạn", "Overdue"),
            look=LOOKS[facts.OVERDUE],
            facts=facts.DigestFacts,
            level=facts.OVERDUE,
            reader="head",
        ),
    )
    DIGEST = (
        "digest",
        KindDetails(
            label=Text("Thư nhắc việc trong ngày", "Reminders of a day"),
            look=None,
            facts=facts.DigestFacts,
            of_the_post=False,  # written anew each day
        ),
    )
    URGING_LETTER = (
        "urging_letter",
        KindDetails(
            label=Text("Cần công văn đôn đốc", "Urging letter needed"),
            look=LOOKS[facts.LETTER],
            facts=facts.DigestFacts,
            level=facts.LETTER,
            reader="coordinator",
        ),
    )
    RECEIPT = (
        "receipt",
        KindDetails(
            label=Text("Biên nhận", "Receipt"),
            look=Look("Đã nhận", *GREEN),
            facts=facts.ReceiptFacts,
            counted=False,
        ),
    )
    RETURNED = (
        "returned",
        KindDetails(
            label=Text("Đề nghị bổ sung", "Request to complete"),
            look=Look("Đề nghị bổ sung", *AMBER),
            facts=facts.ReturnedFacts,
            counted=False,
        ),
    )
    REPORT_DRAFT = (
        "report_draft",
        KindDetails(
            label=Text("Dự thảo báo cáo", "Draft report"),
            look=Look("Dự thảo báo cáo", *BLUE),
            facts=facts.ReportDraftFacts,
            reader="coordinator",
            counted=False,
        ),
    )
    SIGN_IN = (
        "sign_in",
        KindDetails(
            label=Text("Liên kết đăng nhập", "Sign-in link"),
            look=Look("Đăng nhập", *BLUE),
            facts=facts.SignInFacts,
            mail_only=OPENS_A_WAY_IN,
            at_any_hour=True,
            counted=False,
            of_the_post=False,
        ),
    )
    INVITATION = (
        "invitation",
        KindDetails(
            label=Text("Lời mời nhận vị trí", "Invitation to a post"),
            look=Look("Bàn giao vị trí", *BLUE),
            facts=facts.InvitationFacts,
            mail_only=OPENS_A_WAY_IN,
            counted=False,
            of_the_post=False,
        ),
    )
    MOVED = (
        "moved",
        KindDetails(
            label=Text("Thời hạn thay đổi", "Deadline moved"),
            look=Look("Thời hạn thay đổi", *AMBER),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            calendar=CHANGES_DAY,
        ),
    )
    EXTENDED = (
        "extended",
        KindDetails(
            label=Text("Được gia hạn", "Extended"),
            look=Look("Đã gia hạn", *GREEN),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            calendar=CHANGES_DAY,
        ),
    )
    CLOSED = (
        "closed",
        KindDetails(
            label=Text("Không còn phải nộp", "No longer owed"),
            look=Look("Không còn phải gửi", *BLUE),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            calendar="bỏ thời hạn này khỏi lịch làm việc",
        ),
    )
    CASE_MESSAGE = (
        "case_message",
        KindDetails(
            label=Text("Tin nhắn về hồ sơ", "Message about a case"),
            look=Look("Tin nhắn", *BLUE),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
        ),
    )
    UNREACHABLE = (
        "unreachable",
        KindDetails(
            label=Text("Chưa có người nhận", "Nobody to remind"),
            look=Look("Chưa có người nhận", *AMBER),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            reader="coordinator",
        ),
    )
    STILL_YOU = (
        "still_you",
        KindDetails(
            label=Text("Xác nhận đầu mối", "Still you?"),
            look=Look("Xác nhận đầu mối", *BLUE),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            of_the_post=False,
        ),
    )
    WATCH = (
        "watch",
        KindDetails(
            label=Text("Cảnh báo hệ thống", "System alarm"),
            look=Look("Theo dõi hệ thống", *AMBER),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            reader="coordinator",
            counted=False,
            alarm=True,
        ),
    )
    CHANNEL_DOWN = (
        "channel_down",
        KindDetails(
            label=Text("Kênh gửi ngừng hoạt động", "Channel down"),
            look=Look("Kênh gửi ngừng hoạt động", *RED),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            reader="coordinator",
            counted=False,
            alarm=True,
        ),
    )
    REQUEST_DECIDED = (
        "request_decided",
        KindDetails(
            label=Text("Kết quả đề nghị", "Outcome of a request"),
            look=Look("Kết quả đề nghị", *BLUE),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            counted=False,
        ),
    )
    MAIL_TOO_LARGE = (
        "mail_too_large",
        KindDetails(
            label=Text("Thư quá lớn", "Mail too large"),
            look=Look("Chưa nhận được tệp", *AMBER),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            counted=False,
        ),
    )
    LINK_MOVED = (
        "link_moved",
        KindDetails(
            label=Text("Liên kết Zalo đã chuyển", "Zalo link moved"),
            look=Look("Liên kết Zalo", *BLUE),
            facts=facts.NoteFacts,
            mail_only=OF_THE_OFFICE,
            counted=False,
            of_the_post=False,
        ),
    )


def label_of(kind: str) -> Text:
    """A kind this version does not know, or a step that sends nothing, is called by its code."""
    return MessageKind(kind).details.label if kind in MessageKind._value2member_map_ else Text(kind, kind)
