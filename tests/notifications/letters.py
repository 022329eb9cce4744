"""Facts for every kind of message: as full as they come, and as empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from notifications.channel import Envelope
from notifications.facts import (
    DigestFacts,
    DueItem,
    InvitationFacts,
    NoteFacts,
    ReceiptFacts,
    ReportDraftFacts,
    ReturnedFacts,
    SignInFacts,
)
from notifications.keys import message_id, thread_id
from notifications.kinds import MessageKind
from rules.steps import StepState

LOCAL = timezone(timedelta(hours=7))
TODAY = date(2014, 10, 3)

CATALOGUE = DueItem(
    case_id=42,
    level=1,
    step="L1",
    title="Danh mục sản phẩm thông tin thống kê Nhà nước chủ yếu",
    short="Danh mục sản phẩm thông tin thống kê",
    clause="I.4.b",
    plan_number="70/KH-UBND",
    plan_signed_on=date(2013, 10, 23),
    unit_name="Sở Lao động - Thương binh và Xã hội",
    deadline_phrase="trong tháng 9/2014 (chậm nhất ngày 30/09/2014)",
    named_day=date(2014, 9, 30),
    last_day=date(2014, 9, 30),
    target_day=date(2014, 9, 30),
    hand_in="Danh mục 11 cột kèm kế hoạch biên soạn, phổ biến, có chữ ký của Thủ trưởng cơ quan.",
    url="http://127.0.0.1:8080/cases/42",
    working_days_left=15,
)
SOON = replace(CATALOGUE, case_id=43, level=2, step="L2", working_days_left=3, reply_by=date(2014, 9, 29))
LATE = replace(
    CATALOGUE,
    case_id=44,
    level=3,
    step="L3",
    working_days_left=None,
    days_late=3,
    reminded_on=(date(2014, 9, 9), date(2014, 9, 25)),
    supplement_by=date(2014, 10, 10),
)
CALENDAR = replace(
    CATALOGUE,
    case_id=45,
    title="Lịch phổ biến thông tin thống kê Nhà nước thuộc phạm vi phụ trách",
    clause="I.5",
    deadline_phrase="trong Quý IV/2014 (chậm nhất ngày 31/12/2014)",
    named_day=date(2014, 12, 31),
    last_day=date(2014, 12, 31),
    target_day=date(2014, 12, 31),
    hand_in="Lịch phổ biến đã được Thủ trưởng phê duyệt; báo cáo UBND tỉnh; báo cáo Bộ chủ quản",
    url="http://127.0.0.1:8080/cases/45",
)
DEMAND = replace(
    CALENDAR,
    case_id=46,
    level=2,
    working_days_left=0,
    title="Danh mục về lượng thông tin thống kê Nhà nước phổ biến tới các đối tượng sử dụng theo 03 nhóm",
    clause="I.2.a",
    url="http://127.0.0.1:8080/cases/46",
)
STEP = replace(
    CALENDAR,
    case_id=47,
    level=2,
    step="B3@I5-APPROVE@2014-09-26",
    title="Thủ trưởng cơ quan, đơn vị phê duyệt Lịch phổ biến thông tin thống kê (năm 2015)",
    short="Thủ trưởng cơ quan phê duyệt Lịch phổ biến",
    deadline_phrase="ngày 26/09/2014",
    named_day=date(2014, 9, 26),
    last_day=date(2014, 9, 26),
    target_day=date(2014, 9, 26),
    working_days_left=None,
    hand_in="ngày thực hiện, số, ký hiệu văn bản",
    url="http://127.0.0.1:8080/ho-so/47/buoc/I5-APPROVE",
    open_step=StepState.PAST_TARGET,
    days_past=5,
)
STEP_TO_COME = replace(STEP, level=1, days_past=None, working_days_left=5, open_step=StepState.WAITING)
STEP_OVERDUE = replace(STEP, level=3, days_past=None, days_late=5, open_step=StepState.OVERDUE)
BARE = DueItem(
    case_id=1,
    level=1,
    step="L1",
    title="Kế hoạch thực hiện",
    short="",
    clause="",
    plan_number="70/KH-UBND",
    unit_name="Sở Y tế",
    deadline_phrase="",
    named_day=date(2014, 9, 30),
    last_day=date(2014, 9, 30),
    target_day=date(2014, 9, 30),
    url="http://127.0.0.1:8080/cases/1",
)

FULL: dict[str, Any] = {
    "recipient_name": "Nguyễn Thị Lan",
    "recipient_title": "Phó Trưởng phòng Kế hoạch - Tài chính",
    "role": "focal_point",
    "unit_name": CATALOGUE.unit_name,
    "sender_name": "Cục Thống kê tỉnh Sóc Trăng",
    "today": TODAY,
    "moment": datetime(2014, 10, 3, 7, 30, tzinfo=LOCAL),
    "board_url": "http://127.0.0.1:8080/my",
    "support_email": "hotro@cucthongke.soctrang.example.vn",
    "support_phone": "(0299) 382 0000",
    "head_name": "Trần Văn Hùng",
    "head_title": "Giám đốc",
    "focal_point_name": "Nguyễn Thị Lan",
    "also_to": "Lê Văn Mười, Trưởng phòng Kế hoạch - Tài chính",
    "example": True,
}
EMPTY: dict[str, Any] = {
    **{"recipient_name": "", "recipient_title": "", "role": "focal_point", "unit_name": "Sở Y tế"},
    **{"sender_name": "Cục Thống kê tỉnh Sóc Trăng", "today": TODAY, "moment": FULL["moment"]},
    "board_url": "http://127.0.0.1:8080/my",
}
COORDINATOR = {
    **FULL,
    "recipient_name": "Phạm Minh Tuấn",
    "recipient_title": "Trưởng phòng Tổng hợp",
    "role": "coordinator",
    "unit_name": "Cục Thống kê tỉnh Sóc Trăng",
}
HEAD = {**FULL, "recipient_name": "Trần Văn Hùng", "recipient_title": "Giám đốc", "role": "head"}


def digest(*items: DueItem, **about: Any) -> DigestFacts:
    return DigestFacts(**{**FULL, **about}, items=items)


RECEIPT = ReceiptFacts(
    **FULL,
    title=CATALOGUE.title,
    clause="I.4.b",
    plan_number="70/KH-UBND",
    received_at=datetime(2014, 10, 2, 9, 5, tzinfo=LOCAL),
    url=CATALOGUE.url,
    document_number="312/SLĐTBXH-KHTC",
    document_date=date(2014, 10, 1),
    on_time=False,
    days_late=2,
    version=2,
    files=("Danh mục sản phẩm 2015.xlsx", "Công văn 312.pdf"),
)
RETURNED = ReturnedFacts(
    **FULL,
    title=CATALOGUE.title,
    clause="I.4.b",
    plan_number="70/KH-UBND",
    url=CATALOGUE.url,
    missing=("Cột “Đơn giá” của 04 sản phẩm in", "Thời gian phổ biến của Niên giám thống kê", "Chữ ký của Thủ trưởng."),
    supplement_by=date(2014, 10, 10),
    received_at=datetime(2014, 9, 30, 16, 0, tzinfo=LOCAL),
    document_number="312/SLĐTBXH-KHTC",
    document_date=date(2014, 9, 30),
    reviewer="Phạm Minh Tuấn",
)
DRAFT = ReportDraftFacts(
    **COORDINATOR,
    report_title="Báo cáo tình hình thực hiện Kế hoạch số 70/KH-UBND Quý III năm 2014",
    period="Quý III năm 2014",
    as_of=date(2014, 9, 15),
    plan_number="70/KH-UBND",
    url="http://127.0.0.1:8080/reports/2014-Q3",
    file_name="Báo cáo Quý III năm 2014.docx",
    required=33,
    on_time=28,
    late=3,
    missing=2,
    due_day=date(2014, 9, 20),
    signer="Cục trưởng",
    addressees=("Ủy ban nhân dân tỉnh", "Bộ Kế hoạch và Đầu tư"),
    to_complete=("III.1. Kết quả đạt được", "III.2. Hạn chế, bất cập", "III.3. Nguyên nhân", "IV.2. Kiến nghị"),
)
LETTERS = (
    LATE,
    replace(LATE, case_id=50, unit_name="UBND huyện Cù Lao Dung", reminded_on=(date(2014, 9, 25),), days_late=6),
    replace(LATE, case_id=51, unit_name="Sở Văn hóa, Thể thao và Du lịch", reminded_on=()),
)
DRAFTS = "http://127.0.0.1:8080/viec/cong-van"
URGING = DigestFacts(**COORDINATOR, items=LETTERS, drafts_url=DRAFTS)
OWN_HEAD = {**HEAD, "unit_name": HEAD["sender_name"]}
OWN_LATE = replace(LATE, unit_name=HEAD["sender_name"])
NOTES = [kind for kind in MessageKind if kind.details.facts is NoteFacts]
ABOUT = {"matter": "Lịch phổ biến thông tin thống kê (năm 2015)", "url": "https://kyhan.example.vn/"}
SIGN_IN = {
    "url": "http://127.0.0.1:8080/vao/J3yq-0kR_example",
    "expires_at": FULL["moment"] + timedelta(minutes=15),
}
INVITED = {**SIGN_IN, "from_day": date(2014, 10, 6), "invited_by": "Phạm Minh Tuấn"}

SAMPLES = {
    **{
        str(kind): (kind, NoteFacts(**FULL, **ABOUT, lines=("Sở Y tế: chưa xác nhận", "Sở Công Thương")))
        for kind in NOTES
    },
    **{f"{kind}-empty": (kind, NoteFacts(**EMPTY, **ABOUT, lines=("Sở Y tế",))) for kind in NOTES},
    "sign-in": (MessageKind.SIGN_IN, SignInFacts(**FULL, **SIGN_IN, asked_at=FULL["moment"])),
    "sign-in-empty": (MessageKind.SIGN_IN, SignInFacts(**EMPTY, **SIGN_IN, asked_at=FULL["moment"])),
    "invitation": (MessageKind.INVITATION, InvitationFacts(**FULL, **INVITED)),
    "invitation-empty": (MessageKind.INVITATION, InvitationFacts(**EMPTY, **INVITED)),
    "reminder": (MessageKind.REMINDER, digest(CATALOGUE)),
    "reminder-before-a-day-off": (MessageKind.REMINDER, digest(replace(CATALOGUE, target_day=date(2014, 9, 26)))),
    "reminder-empty": (MessageKind.REMINDER, DigestFacts(**EMPTY, items=(BARE,))),
    "due-soon": (MessageKind.DUE_SOON, digest(SOON)),
    "due-soon-deputy": (MessageKind.DUE_SOON, digest(SOON, role="deputy", recipient_name="Lê Văn Mười")),
    "due-soon-empty": (MessageKind.DUE_SOON, DigestFacts(**EMPTY, items=(replace(BARE, level=2),))),
    "overdue": (MessageKind.OVERDUE, DigestFacts(**HEAD, items=(LATE,))),
    "overdue-focal-point": (MessageKind.OVERDUE, digest(LATE)),
    "overdue-empty": (MessageKind.OVERDUE, DigestFacts(**EMPTY, items=(replace(BARE, level=3),))),
    "digest": (MessageKind.DIGEST, digest(CALENDAR, LATE, DEMAND, SOON)),
    "digest-coordinator": (MessageKind.DIGEST, DigestFacts(**COORDINATOR, items=(*LETTERS, replace(DEMAND, level=4)))),
    "digest-empty": (MessageKind.DIGEST, DigestFacts(**EMPTY, items=(BARE, replace(BARE, level=3)))),
    "urging-letter": (MessageKind.URGING_LETTER, URGING),
    "urging-letter-empty": (
        MessageKind.URGING_LETTER,
        DigestFacts(**EMPTY, items=(replace(BARE, level=4),), drafts_url=DRAFTS),
    ),
    "digest-with-steps": (MessageKind.DIGEST, digest(LATE, SOON, STEP, STEP_TO_COME, STEP_OVERDUE)),
    "own-overdue": (MessageKind.OWN_OVERDUE, DigestFacts(**OWN_HEAD, items=(OWN_LATE,))),
    "own-overdue-two": (
        MessageKind.OWN_OVERDUE,
        DigestFacts(**OWN_HEAD, items=(OWN_LATE, replace(OWN_LATE, case_id=2))),
    ),
    "own-overdue-empty": (MessageKind.OWN_OVERDUE, DigestFacts(**EMPTY, items=(replace(BARE, level=3),))),
    "completion": (MessageKind.COMPLETION, digest(replace(LATE, for_completion=True, supplement_by=None))),
    "completion-head": (MessageKind.COMPLETION, digest(replace(LATE, for_completion=True), role="head")),
    "completion-empty": (
        MessageKind.COMPLETION,
        DigestFacts(**EMPTY, items=(replace(BARE, level=3, for_completion=True),)),
    ),
    "open-step": (MessageKind.OPEN_STEP, digest(STEP)),
    "open-step-to-come": (MessageKind.OPEN_STEP, digest(STEP_TO_COME, role="head")),
    "open-step-overdue": (MessageKind.OPEN_STEP, digest(STEP_OVERDUE)),
    "open-step-empty": (
        MessageKind.OPEN_STEP,
        DigestFacts(**EMPTY, items=(replace(BARE, open_step=StepState.WAITING),)),
    ),
    "to-superior-step": (MessageKind.TO_SUPERIOR, DigestFacts(**HEAD, items=(STEP,), to_superior=True)),
    "to-superior": (MessageKind.TO_SUPERIOR, DigestFacts(**HEAD, items=(LATE, SOON), to_superior=True)),
    "to-superior-empty": (MessageKind.TO_SUPERIOR, DigestFacts(**EMPTY, items=(BARE,), to_superior=True)),
    "receipt": (MessageKind.RECEIPT, RECEIPT),
    "receipt-empty": (
        MessageKind.RECEIPT,
        ReceiptFacts(
            **EMPTY,
            **{"title": "Kế hoạch thực hiện", "clause": "", "plan_number": "70/KH-UBND", "url": BARE.url},
            received_at=FULL["moment"],
        ),
    ),
    "returned": (MessageKind.RETURNED, RETURNED),
    "returned-empty": (
        MessageKind.RETURNED,
        ReturnedFacts(
            **EMPTY,
            **{"title": "Kế hoạch thực hiện", "clause": "", "plan_number": "70/KH-UBND", "url": BARE.url},
            missing=(),
        ),
    ),
    "report-draft": (MessageKind.REPORT_DRAFT, DRAFT),
    "report-draft-empty": (
        MessageKind.REPORT_DRAFT,
        replace(DRAFT, signer="", addressees=(), to_complete=(), due_day=None, **EMPTY),
    ),
}


LETTER = Envelope(
    key="case:42:L1:person:7",
    message_id=message_id("case:42:L1:person:7", b"key", "kyhan.example.vn"),
    thread_id=thread_id("case:42", b"key", "kyhan.example.vn"),
    to_address="lan@stc.example.vn",
    to_name="Nguyễn Thị Lan",
    subject="[Nhắc việc] Đánh giá thực trạng công tác phổ biến thông tin thống kê – hạn gửi 29/11/2013",
    text="Kính gửi: Đồng chí Nguyễn Thị Lan\nTrân trọng cảm ơn./.\n",
    html="<p>Kính gửi</p>",
    sent_at=datetime(2013, 11, 8, 1, 0, tzinfo=UTC),
    reply_to="tra-loi@kyhan.example.vn",
)
