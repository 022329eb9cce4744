"""What every kind of message would say about a case: with its own facts, with the longest there are, with the least."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CASE_FILES, CaseFile
from models.tables.cases import Case
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Person
from models.tables.plan import Term
from notifications.facts import (
    DigestFacts,
    DueItem,
    Facts,
    InvitationFacts,
    MessageKind,
    NoteFacts,
    ReceiptFacts,
    ReportDraftFacts,
    ReturnedFacts,
    SignInFacts,
    UrgingFacts,
)
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import Text

NAMES: Mapping[MessageKind, Text] = {
    MessageKind.REMINDER: Text("Nhắc việc", "Reminder"),
    MessageKind.DUE_SOON: Text("Sắp đến hạn", "Due soon"),
    MessageKind.OVERDUE: Text("Quá hạn", "Overdue"),
    MessageKind.DIGEST: Text("Thư tổng hợp trong ngày", "Digest of a day"),
    MessageKind.URGING_LETTER: Text("Cần công văn đôn đốc", "Urging letter needed"),
    MessageKind.RECEIPT: Text("Đã nhận", "Receipt"),
    MessageKind.RETURNED: Text("Đề nghị bổ sung", "Returned for completion"),
    MessageKind.REPORT_DRAFT: Text("Dự thảo báo cáo", "Report drafted"),
    MessageKind.SIGN_IN: Text("Đăng nhập", "Sign-in link"),
    MessageKind.INVITATION: Text("Mời nhận vị trí", "Invitation"),
    MessageKind.MOVED: Text("Thời hạn thay đổi", "Dates moved"),
    MessageKind.EXTENDED: Text("Được gia hạn", "Extended"),
    MessageKind.CLOSED: Text("Không còn phải nộp", "No longer owed"),
    MessageKind.CASE_MESSAGE: Text("Tin nhắn về hồ sơ", "Message about a case"),
    MessageKind.REQUEST_DECIDED: Text("Kết quả đề nghị", "Request decided"),
    MessageKind.MAIL_TOO_LARGE: Text("Thư quá lớn", "Mail too large"),
    MessageKind.LINK_MOVED: Text("Liên kết Zalo đã chuyển", "Zalo link moved"),
    MessageKind.UNREACHABLE: Text("Chưa có người nhận", "Nobody to remind"),
    MessageKind.STILL_YOU: Text("Xác nhận đầu mối", "Still you?"),
    MessageKind.INTRODUCTION: Text("Thư giới thiệu", "Introduction"),
    MessageKind.WATCH: Text("Theo dõi hệ thống", "Watch"),
    MessageKind.CHANNEL_DOWN: Text("Kênh gửi ngừng hoạt động", "Channel down"),
}
LEVELS = {
    MessageKind.REMINDER: 1,
    MessageKind.DUE_SOON: 2,
    MessageKind.OVERDUE: 3,
    MessageKind.DIGEST: 3,
    MessageKind.URGING_LETTER: 4,
}
OF_THE_LEAD = frozenset({MessageKind.URGING_LETTER, MessageKind.REPORT_DRAFT, MessageKind.WATCH})
LONG_NUMBER = "1234/BC-UBND-KTTH"
LONG_FILE = "Báo cáo tình hình thực hiện công tác phổ biến thông tin thống kê Nhà nước năm 2014 (bản đã ký số).pdf"
LONG_LINE = "Biểu số 05: thiếu thời gian phổ biến, hình thức phổ biến và mức độ hoàn chỉnh của từng sản phẩm thông tin"


class Fill(StrEnum):
    REAL = "that"
    LONGEST = "dai"
    EMPTIEST = "trong"


@dataclass(frozen=True)
class SampleNames:
    """What stands in the message for names and titles."""

    unit: str
    person: str
    person_title: str
    duty: str
    short: str
    hand_in: str
    deadline: str
    sender: str


def name_of(kind: MessageKind) -> Text:
    """A kind without a name of its own is called by its code."""
    return NAMES.get(kind, Text(kind.value, kind.value))


def sample(
    session: Session, office: Office, kind: MessageKind, case_id: int | None, fill: Fill, now: datetime
) -> Facts | None:
    """None where there is no such case."""
    file = _case(session, case_id)
    if file is None:
        return None
    words = _words(session, office, file, local_day(now))
    if fill is Fill.LONGEST:
        words = _longest(session, office, words)
    if fill is Fill.EMPTIEST:
        words = replace(words, hand_in="", deadline="")
    return _Sample(office, kind, file, words, fill, now).facts()


def _case(session: Session, case_id: int | None) -> CaseFile | None:
    if case_id is None:
        query = CASE_FILES.order_by(
            col(Case.received_at).is_not(None), col(Term.target_day).desc(), col(Case.id)
        ).limit(1)
    else:
        query = CASE_FILES.where(col(Case.id) == case_id)
    row = session.execute(query).first()
    return CaseFile(*row) if row else None


def _words(session: Session, office: Office, file: CaseFile, today: date) -> SampleNames:
    lead = session.execute(select(col(Organisation.id)).where(col(Organisation.key) == office.plan.lead)).scalar_one()
    unit = file.organisation.id or 0
    names = cases_queries.names_on(session, {unit, lead}, today)
    holder = next(iter(cases_queries.holders(session, [unit], ["focal_point"], today)), None)
    return SampleNames(
        unit=names[unit].name,
        person=holder.name if holder else "",
        person_title=holder.title if holder else "",
        duty=file.obligation.title_vi,
        short=file.obligation.short,
        hand_in=file.obligation.hand_in,
        deadline=file.occurrence.deadline_phrase,
        sender=names[lead].name,
    )


def _longest(session: Session, office: Office, words: SampleNames) -> SampleNames:
    def most(column: Any) -> str:
        found = session.execute(select(column).order_by(func.length(column).desc()).limit(1)).scalar()
        return found or ""

    duties = office.plan.obligations
    return SampleNames(
        unit=most(col(OrganisationName.name)),
        person=most(col(Person.name)),
        person_title="Trưởng phòng Tổng hợp, đầu mối thống kê kiêm nhiệm",
        duty=max((one.title.vi for one in duties), key=len),
        short=max((one.short for one in duties), key=len),
        hand_in=max((one.hand_in for one in duties), key=len),
        deadline=max((words.deadline, "trong Quý IV hằng năm, cho năm kế tiếp"), key=len),
        sender=words.sender,
    )


@dataclass(frozen=True)
class _Sample:
    office: Office
    kind: MessageKind
    file: CaseFile
    words: SampleNames
    fill: Fill
    now: datetime

    @property
    def full(self) -> bool:
        return self.fill is not Fill.EMPTIEST

    def facts(self) -> Facts:
        make: dict[MessageKind, Callable[[], Facts]] = {
            MessageKind.RECEIPT: self._receipt,
            MessageKind.RETURNED: self._returned,
            MessageKind.REPORT_DRAFT: self._report_draft,
            MessageKind.SIGN_IN: self._sign_in,
            MessageKind.INVITATION: self._invitation,
        }
        if self.kind in LEVELS:
            return self._due()
        return make.get(self.kind, self._note)()

    def _common(self) -> dict[str, Any]:
        lead = self.kind in OF_THE_LEAD
        return {
            "recipient_name": self.words.person or "Nguyễn Văn A",
            "recipient_title": self.words.person_title if self.full else "",
            "role": "coordinator" if lead else "head" if self.kind is MessageKind.OVERDUE else "focal_point",
            "unit_name": self.words.sender if lead else self.words.unit,
            "sender_name": self.words.sender,
            "today": local_day(self.now),
            "moment": self.now.astimezone(PROVINCE),
            "board_url": self.office.base_url,
            "support_email": self.office.support_email if self.full else "",
            "support_phone": self.office.support_phone if self.full else "",
            "head_name": "Trần Văn B" if self.full else None,
            "head_title": "Giám đốc" if self.full else None,
            "focal_point_name": self.words.person if self.full else None,
        }

    def _url(self) -> str:
        return f"{self.office.base_url}/ho-so/{self.file.case.id}"

    def _due(self) -> Facts:
        level, target = LEVELS[self.kind], self.file.term.target_day
        item = self._item(level, target)
        if self.kind is MessageKind.URGING_LETTER:
            return UrgingFacts(
                **self._common(), items=(item,), drafts_url=f"{self.office.base_url}/" if self.full else ""
            )
        items = tuple(self._item(2 + number % 2, target) for number in range(6 if self.fill is Fill.LONGEST else 2))
        return DigestFacts(**self._common(), items=items if self.kind is MessageKind.DIGEST else (item,))

    def _item(self, level: int, target: date) -> DueItem:
        late = level >= 3
        many = 250 if self.fill is Fill.LONGEST else 3
        today = local_day(self.now)
        return DueItem(
            case_id=self.file.case.id or 0,
            level=level,
            step=f"L{level}",
            title=self.words.duty,
            short=self.words.short,
            clause=self.file.obligation.clause,
            plan_number=self.office.plan.number,
            unit_name=self.words.unit,
            deadline_phrase=self.words.deadline,
            last_day=self.file.term.late_after or target,
            target_day=target,
            url=self._url(),
            hand_in=self.words.hand_in,
            working_days_left=None if late else many,
            days_late=many if late else None,
            reminded_on=(target - timedelta(days=21), target - timedelta(days=3)) if self.full else (),
            supplement_by=today + timedelta(days=7) if late and self.full else None,
            reply_by=today + timedelta(days=7) if level >= 4 else None,
            plan_signed_on=self.office.plan.signed_on,
        )

    def _of_case(self) -> dict[str, Any]:
        return {
            "title": self.words.duty,
            "clause": self.file.obligation.clause,
            "plan_number": self.office.plan.number,
            "url": self._url(),
        }

    def _document(self) -> dict[str, Any]:
        if not self.full:
            return {}
        return {"document_number": LONG_NUMBER, "document_date": local_day(self.now) - timedelta(days=1)}

    def _receipt(self) -> Facts:
        files = (LONG_FILE,) * 5 if self.fill is Fill.LONGEST else (LONG_FILE,) if self.full else ()
        return ReceiptFacts(
            **self._common(),
            **self._of_case(),
            **self._document(),
            received_at=self.now.astimezone(PROVINCE),
            on_time=True if self.full else None,
            files=files,
        )

    def _returned(self) -> Facts:
        return ReturnedFacts(
            **self._common(),
            **self._of_case(),
            **self._document(),
            missing=(LONG_LINE,) * (8 if self.fill is Fill.LONGEST else 1),
            supplement_by=local_day(self.now) + timedelta(days=7) if self.full else None,
            received_at=self.now.astimezone(PROVINCE) if self.full else None,
            reviewer=self.words.person if self.full else "",
        )

    def _report_draft(self) -> Facts:
        return ReportDraftFacts(
            **self._common(),
            report_title=f"Báo cáo tình hình thực hiện Kế hoạch {self.office.plan.number}",
            period=period_title_vi(self.file.occurrence.period),
            as_of=local_day(self.now),
            plan_number=self.office.plan.number,
            url=self.office.base_url,
            file_name="bao-cao.docx",
            required=33,
            on_time=20,
            late=5,
            missing=8,
            to_complete=(LONG_LINE,) * 4 if self.full else (),
        )

    def _way(self) -> dict[str, Any]:
        return {
            "url": f"{self.office.base_url}/vao/{'x' * 43}",
            "expires_at": (self.now + timedelta(days=1)).astimezone(PROVINCE),
        }

    def _sign_in(self) -> Facts:
        return SignInFacts(**self._common(), **self._way(), asked_at=self.now.astimezone(PROVINCE))

    def _invitation(self) -> Facts:
        return InvitationFacts(
            **self._common(), **self._way(), from_day=local_day(self.now), invited_by=self.words.person or "Trần Văn B"
        )

    def _note(self) -> Facts:
        period = period_title_vi(self.file.occurrence.period)
        line = f"{self.words.duty} ({period}): trước đây 20/03/2014, nay 19/03/2014"
        lines = (line,) * (12 if self.fill is Fill.LONGEST else 1) if self.full else (period,)
        return NoteFacts(**self._common(), matter=self.words.duty, lines=lines, url=self._url())
