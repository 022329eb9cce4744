"""What a message is about, as plain values; the texts take nothing from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.content.texts import TableWords
from rules.steps import StepState

NUDGE, SOON, OVERDUE, LETTER = 1, 2, 3, 4  # levels of a ladder; the fourth asks the coordinator for an official letter


@dataclass(frozen=True, kw_only=True)
class DueItem:
    """One case of one unit that has reached a step of its ladder; or one step after its hand-in that has."""

    case_id: int
    level: int
    step: str
    title: str
    short: str
    clause: str  # "I.4.b"
    plan_number: str  # "70/KH-UBND"
    unit_name: str
    deadline_phrase: str  # inside a sentence: «trong Quý IV/2013 (chậm nhất ngày 31/12/2013)»
    named_day: date  # the one a short text names
    last_day: date  # the last moment is its midnight; later than the named day where that is a day off
    target_day: date  # the last working day on or before the named one; once that has passed, the last day itself
    url: str
    hand_in: str = ""
    working_days_left: int | None = None
    days_late: int | None = None  # in working days
    reminded_on: tuple[date, ...] = ()
    supplement_by: date | None = None
    reply_by: date | None = None
    plan_signed_on: date | None = None
    plan_issuer: str = "Ủy ban nhân dân tỉnh"
    why: str = ""  # how the day follows from the plan's words
    answer_url: str = ""  # of this reader alone: answers this case with one tap; empty for who only follows it
    day_is_assumed: bool = False  # the plan names none: the coordinating body does
    open_step: StepState | None = None  # of a step after the hand-in; `hand_in` then says what to record of it
    for_completion: bool = False  # it was returned; `hand_in` then says what is missing
    days_past: int | None = None  # working days since a target that is no deadline
    moved_to: date | None = None  # where the named day is a day off: the working day that ends the deadline instead


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """What every letter needs: to whom, from whom, when."""

    recipient_name: str
    recipient_title: str
    role: str  # focal_point, deputy, head, coordinator, leader
    unit_name: str
    sender_name: str  # "Cục Thống kê tỉnh Sóc Trăng"
    today: date
    moment: datetime  # local time of the province
    board_url: str
    system_name: str = "Kỳ Hạn"
    support_email: str = ""
    support_phone: str = ""
    head_name: str | None = None
    head_title: str | None = None
    focal_point_name: str | None = None
    also_to: str | None = None  # a superior who receives the same message that day
    example: bool = False  # the contact is made up: say so
    with_calendar: bool = False  # a file for the reader's calendar lies beside the letter
    without_files: bool = False  # they were too big for a server on the way
    by_reply: bool = False  # documents may be handed in by answering this letter
    reminder: str = ""  # "K7F3": what this reminder is called in every channel


@dataclass(frozen=True, kw_only=True)
class DigestFacts(LetterFacts):
    """All that one person is to be told on one day."""

    items: tuple[DueItem, ...]
    to_superior: bool = False  # the reader stands above the sender: asked, never urged
    drafts_url: str = ""  # where the urging letters among them wait to be signed


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts(LetterFacts):
    title: str
    clause: str
    plan_number: str
    received_at: datetime  # local
    url: str
    document_number: str = ""
    document_date: date | None = None
    on_time: bool | None = None  # None: the duty has no end date
    days_late: int | None = None
    version: int = 1
    files: tuple[str, ...] = ()
    tables: tuple[TableWords, ...] = ()  # among the files, and what was said of them


@dataclass(frozen=True, kw_only=True)
class ReturnedFacts(LetterFacts):
    title: str
    clause: str
    plan_number: str
    url: str
    missing: tuple[str, ...]  # what to complete, one item each
    supplement_by: date | None = None
    received_at: datetime | None = None  # local; stays the day that counts
    document_number: str = ""
    document_date: date | None = None
    reviewer: str = ""
    answer_url: str = ""  # of this reader alone: completes it, or writes back, without signing in


@dataclass(frozen=True, kw_only=True)
class ReportDraftFacts(LetterFacts):
    """To the coordinators: the report is written as far as data go; these parts need a person."""

    report_title: str
    period: str  # "Quý I năm 2014"
    as_of: date
    plan_number: str
    url: str
    file_name: str
    required: int
    on_time: int
    late: int
    missing: int
    due_day: date | None = None
    signer: str = ""
    addressees: tuple[str, ...] = ()  # "Ủy ban nhân dân tỉnh", "Bộ Kế hoạch và Đầu tư"
    to_complete: tuple[str, ...] = ()  # "III.1. Kết quả đạt được" …


@dataclass(frozen=True, kw_only=True)
class SignInFacts(LetterFacts):
    """A way in that is open once."""

    url: str
    asked_at: datetime  # local
    expires_at: datetime  # local


@dataclass(frozen=True, kw_only=True)
class InvitationFacts(LetterFacts):
    """To whoever is to take over a post; the title and the unit of the letter are those of the post."""

    url: str
    expires_at: datetime  # local
    from_day: date
    invited_by: str


@dataclass(frozen=True, kw_only=True)
class NoteFacts(LetterFacts):
    """A matter, what there is to say about it line by line, and where to go on."""

    matter: str
    lines: tuple[str, ...]
    url: str
    answer_url: str = ""  # of this reader alone: hands in, or writes back, without signing in


Facts = DigestFacts | ReceiptFacts | ReturnedFacts | ReportDraftFacts | SignInFacts | InvitationFacts | NoteFacts
