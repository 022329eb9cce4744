"""What every kind of message would say about a case: with its own facts, with the longest there are, with the least."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import case_file as case_file_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile
from models.queries.people import register as register_queries
from models.queries.people.posts import organisation_id
from notifications.facts import (
    OVERDUE,
    SOON,
    DigestFacts,
    DueItem,
    Facts,
    InvitationFacts,
    NoteFacts,
    ReceiptFacts,
    ReportDraftFacts,
    ReturnedFacts,
    SignInFacts,
)
from notifications.kinds import MessageKind
from rules.content.findings import ContentVerdict, Finding, FindingKind, Level
from rules.content.texts import table_words
from rules.deadlines import PROVINCE, local_day
from rules.intake import ContentSummary
from rules.office import Office
from rules.periods import period_title_vi
from rules.steps import StepState

LONG_NUMBER = "1234/BC-UBND-KTTH"
LONG_FILE = "Báo cáo tình hình thực hiện công tác phổ biến thông tin thống kê Nhà nước năm 2014 (bản đã ký số).pdf"
_TIME = "release", "Thời gian phổ biến", "Quý I", ("tháng/năm",)
CHECKED = ContentSummary(
    ContentVerdict.PARTLY,
    12,
    (
        Finding(FindingKind.MISSING, Level.ROW, "Lịch phổ biến", 8, "channel", "Hình thức phổ biến"),
        Finding(FindingKind.NOT_A_DATE, Level.ROW, "Lịch phổ biến", 9, *_TIME),
    ),
    3,
)
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


def sample(
    session: Session, office: Office, kind: MessageKind, case_id: int | None, fill: Fill, now: datetime
) -> Facts | None:
    """None where there is no such case."""
    file = case_file_queries.case_or_latest_due(session, case_id)
    if file is None:
        return None
    words = _words(session, office, file, local_day(now))
    if fill is Fill.LONGEST:
        words = _longest(session, office, words)
    if fill is Fill.EMPTIEST:
        words = replace(words, hand_in="", deadline="")
    return _Sample(office, kind, file, words, fill, now).facts()


def _words(session: Session, office: Office, file: CaseFile, today: date) -> SampleNames:
    lead = organisation_id(session, office.plan.lead)
    unit = id_of(file.organisation)
    names = cases_queries.names_on(session, {unit, lead}, today)
    holder = next(iter(cases_queries.holders(session, [unit], ["focal_point"], today)), None)
    return SampleNames(
        unit=names[unit].name,
        person=holder.name if holder else "",
        person_title=holder.title if holder else "",
        duty=f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)})",
        short=file.obligation.short,
        hand_in=office.obligations[file.obligation.code].hand_in_for(file.occurrence.period),
        deadline=file.held.words,
        sender=names[lead].name,
    )


def _longest(session: Session, office: Office, words: SampleNames) -> SampleNames:
    duties = office.plan.obligations
    return SampleNames(
        unit=register_queries.longest_unit_name(session),
        person=register_queries.longest_person_name(session),
        person_title="Trưởng phòng Tổng hợp, đầu mối thống kê kiêm nhiệm",
        duty=max((one.title.vi for one in duties), key=len),
        short=max((one.short for one in duties), key=len),
        hand_in=max((one.hand_in_for() for one in duties), key=len),
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
        return SAMPLES[self.kind.details.facts](self)

    def _common(self) -> dict[str, Any]:
        reader = self.kind.details.reader
        lead = reader == "coordinator"
        return {
            "recipient_name": self.words.person or "Nguyễn Văn A",
            "recipient_title": self.words.person_title if self.full else "",
            "role": reader,
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
        level, target = self.kind.details.level or OVERDUE, self.file.term.target_day
        item = self._item(level, target)
        if self.kind is MessageKind.OPEN_STEP:
            item = self._step(item)
        if self.kind is MessageKind.COMPLETION:
            item = replace(item, for_completion=True, supplement_by=None, deadline_phrase="")
        items = tuple(self._item(2 + number % 2, target) for number in range(6 if self.fill is Fill.LONGEST else 2))
        return DigestFacts(
            **self._common(),
            items=items if self.kind is MessageKind.DIGEST else (item,),
            to_superior=self.kind is MessageKind.TO_SUPERIOR,
            drafts_url=f"{self.office.base_url}/viec/cong-van",
        )

    def _item(self, level: int, target: date) -> DueItem:
        late = level >= 3
        many = 250 if self.fill is Fill.LONGEST else 3
        today = local_day(self.now)
        return DueItem(
            case_id=id_of(self.file.case),
            level=level,
            step=f"L{level}",
            title=self.words.duty,
            short=self.words.short,
            clause=self.file.obligation.clause,
            plan_number=self.office.plan.number,
            unit_name=self.words.unit,
            deadline_phrase=self.words.deadline,
            named_day=target,
            last_day=self.file.term.late_after or target,
            target_day=target,
            url=self._url(),
            hand_in=self.words.hand_in,
            working_days_left=None if late else many,
            days_late=many if late else None,
            reminded_on=(today - timedelta(days=21), today - timedelta(days=3)) if self.full else (),
            supplement_by=today + timedelta(days=7) if late and self.full else None,
            reply_by=today + timedelta(days=7) if level >= 4 else None,
            plan_signed_on=self.office.plan.signed_on,
        )

    def _step(self, item: DueItem) -> DueItem:
        return replace(
            item,
            level=SOON,
            open_step=StepState.PAST_TARGET,
            deadline_phrase="",
            hand_in="ngày thực hiện, số, ký hiệu văn bản" if self.full else "",
            days_past=item.days_late,
            days_late=None,
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
            tables=(table_words(LONG_FILE, CHECKED),) if self.full else (),
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
        line = f"{self.words.duty}: trước đây 19/03/2014, nay 20/03/2014"
        lines = (line,) * (12 if self.fill is Fill.LONGEST else 1) if self.full else (period,)
        return NoteFacts(**self._common(), matter=self.words.duty, lines=lines, url=self._url())


# facts of this class → a sample of them
SAMPLES: Mapping[type[Facts], Callable[[_Sample], Facts]] = {
    DigestFacts: _Sample._due,
    ReceiptFacts: _Sample._receipt,
    ReturnedFacts: _Sample._returned,
    ReportDraftFacts: _Sample._report_draft,
    SignInFacts: _Sample._sign_in,
    InvitationFacts: _Sample._invitation,
    NoteFacts: _Sample._note,
}
