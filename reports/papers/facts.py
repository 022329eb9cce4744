"""Facts of the documents, as plain values that are kept with a draft: it says the same until it is drafted anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.facts import IssuedLetter, Issuer, PlanReference


@dataclass(frozen=True)
class AnnexTable:
    heads: tuple[str, ...]
    widths: tuple[float, ...]  # relative to each other
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TableToApprove:
    title: str  # with its period: "Danh mục sản phẩm … chủ yếu năm 2015"
    entries: int
    units: int  # whose tables it is put together from
    waiting: int  # units whose table nobody has accepted yet
    missing: int  # units that sent none
    counted_on: date  # these numbers
    table: AnnexTable


@dataclass(frozen=True)
class SubmissionFacts:
    """What is laid before whoever approves it."""

    issuer: Issuer
    approver: str  # "Chủ tịch Ủy ban nhân dân tỉnh Sóc Trăng"
    plan: PlanReference
    bases: tuple[str, ...]
    clause: str
    duty: str  # what the issuer must do: "xây dựng danh mục sản phẩm … năm 2015"
    tables: tuple[TableToApprove, ...]
    as_of: date


@dataclass(frozen=True)
class DecisionFacts:
    """The decision that approves it, drafted for whoever signs it."""

    issuer: Issuer
    proposer: Issuer
    plan: PlanReference
    bases: tuple[str, ...]
    submission: IssuedLetter | None  # None: it has no number yet
    tables: tuple[TableToApprove, ...]
    as_of: date


@dataclass(frozen=True)
class ReviewedUnit:
    name: str
    planned: int
    announced: int
    recorded: int
    not_recorded: int
    to_come: int


@dataclass(frozen=True)
class UnrecordedRelease:
    unit: str
    product: str
    day: str  # as it reads


@dataclass(frozen=True)
class ReviewSource:
    title: str  # with its period
    frozen: bool  # as it was frozen; else as accepted by the day of counting
    there: bool


@dataclass(frozen=True)
class ReviewFacts:
    issuer: Issuer
    recipient: str
    plan: PlanReference
    clause: str
    duty: str
    subject: str  # "tiến độ thực hiện kế hoạch sau 6 tháng đầu năm 2015"
    sources: tuple[ReviewSource, ...]
    until: date  # releases up to this day were to be made
    units: tuple[ReviewedUnit, ...]
    totals: ReviewedUnit
    unrecorded: tuple[UnrecordedRelease, ...]
    adjusted: bool | None  # None: nobody has said yet
    follow: tuple[str, ...]  # what an adjustment brings about
    as_of: date


@dataclass(frozen=True)
class Approved:
    by: str  # "Chủ tịch Ủy ban nhân dân tỉnh Sóc Trăng"
    document: IssuedLetter


@dataclass(frozen=True)
class NoticeFacts:
    issuer: Issuer
    plan: PlanReference
    bases: tuple[str, ...]
    what: str  # "Danh mục sản phẩm … năm 2015"
    approved: Approved | None  # None: not recorded
    place: str  # where it was published; "": not recorded
    published_on: date | None
    email: str
    phone: str
    copies: tuple[str, ...]
    as_of: date


Facts = SubmissionFacts | DecisionFacts | ReviewFacts | NoticeFacts
