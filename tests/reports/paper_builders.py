"""Documents of the office as they could be true; a test says only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from report_builders import ISSUER, PLAN

from reports.facts import IssuedLetter
from reports.papers.facts import (
    AnnexTable,
    Approved,
    DecisionFacts,
    Facts,
    NoticeFacts,
    ReviewedUnit,
    ReviewFacts,
    ReviewSource,
    SubmissionFacts,
    TableToApprove,
    UnrecordedRelease,
)
from rules.plan import DocumentKind

AS_OF = date(2014, 9, 26)
CHAIRMAN = "Chủ tịch Ủy ban nhân dân tỉnh Sóc Trăng"
COMMITTEE = replace(
    ISSUER,
    superior="",
    name="Ủy ban nhân dân tỉnh Sóc Trăng",
    symbol="QĐ-UBND",
    drafting_unit="",
    signer_title="CHỦ TỊCH",
)
HEADS = (
    "Tên sản phẩm", "Nội dung chủ yếu", "Nguồn thông tin biên soạn", "Mức độ hoàn chỉnh của thông tin", "Dạng sản phẩm",
    "Ngôn ngữ", "Chu kỳ biên soạn", "Hình thức phổ biến", "Đơn vị chịu trách nhiệm phổ biến", "Đơn giá sản phẩm",
    "Các thông tin cơ bản khác",
)  # fmt: skip
PRODUCT = (
    "Chỉ số giá tiêu dùng tháng", "Chỉ số giá chung, theo nhóm hàng", "Điều tra giá tiêu dùng", "chính thức",
    "tệp điện tử",     "tiếng Việt", "tháng", "Trang thông tin điện tử", "Cục Thống kê tỉnh Sóc Trăng", "", "",
)  # fmt: skip
CATALOGUE = TableToApprove(
    title="Danh mục sản phẩm thông tin thống kê Nhà nước chủ yếu năm 2015",
    entries=2,
    units=12,
    waiting=1,
    missing=20,
    counted_on=AS_OF,
    table=AnnexTable(HEADS, (34, 40, 30, 18, 18, 14, 16, 24, 30, 16, 30), (PRODUCT, PRODUCT)),
)
PLANNED = replace(
    CATALOGUE,
    title="Kế hoạch biên soạn, phổ biến sản phẩm thông tin thống kê năm 2015",
    table=AnnexTable(
        ("Tên sản phẩm", "Chu kỳ biên soạn", "Thời gian phổ biến"), (34, 16, 20), (("CPI", "tháng", "29/01/2015"),)
    ),
)
LAWS = ("Luật Thống kê ngày 17 tháng 6 năm 2003",)


def a_submission(**changes: object) -> SubmissionFacts:
    facts = SubmissionFacts(
        issuer=replace(ISSUER, symbol="TTr-CTK"),
        approver=CHAIRMAN,
        plan=PLAN,
        bases=LAWS,
        clause="I.4.b",
        duty="xây dựng danh mục sản phẩm thông tin thống kê năm 2015",
        tables=(CATALOGUE, PLANNED),
        as_of=AS_OF,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def a_decision(**changes: object) -> DecisionFacts:
    facts = DecisionFacts(
        issuer=COMMITTEE,
        proposer=replace(ISSUER, symbol="TTr-CTK"),
        plan=PLAN,
        bases=LAWS,
        submission=IssuedLetter("12/TTr-CTK", date(2014, 9, 26), "", "Tờ trình"),
        tables=(CATALOGUE, PLANNED),
        as_of=AS_OF,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def a_review(**changes: object) -> ReviewFacts:
    facts = ReviewFacts(
        issuer=ISSUER,
        recipient="Ủy ban nhân dân tỉnh Sóc Trăng",
        plan=PLAN,
        clause="I.4",
        duty="rà soát tiến độ thực hiện kế hoạch biên soạn, phổ biến sau 6 tháng đầu năm 2015",
        subject="Rà soát tiến độ thực hiện kế hoạch sau 6 tháng đầu năm 2015",
        sources=(
            ReviewSource("Kế hoạch biên soạn, phổ biến sản phẩm thống kê năm 2015", frozen=True, there=True),
            ReviewSource("Lịch phổ biến thông tin thống kê năm 2015", frozen=False, there=True),
        ),
        until=date(2015, 6, 30),
        units=(ReviewedUnit("Sở Y tế", 4, 3, 1, 1, 2), ReviewedUnit("Cục Thống kê tỉnh Sóc Trăng", 12, 12, 6, 0, 6)),
        totals=ReviewedUnit("Cộng", 16, 15, 7, 1, 8),
        unrecorded=(UnrecordedRelease("Sở Y tế", "Số giường bệnh", "30/4/2015"),),
        adjusted=None,
        follow=(),
        as_of=date(2015, 7, 10),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def a_notice(**changes: object) -> NoticeFacts:
    facts = NoticeFacts(
        issuer=replace(ISSUER, symbol="TB-CTK"),
        plan=PLAN,
        bases=LAWS,
        what="Danh mục sản phẩm thông tin thống kê Nhà nước chủ yếu năm 2015",
        approved=Approved(CHAIRMAN, IssuedLetter("2150/QĐ-UBND", date(2014, 10, 17), "", "Quyết định")),
        place="https://thongke.soctrang.gov.vn/danh-muc-2015",
        published_on=date(2014, 10, 30),
        email="soctrang@gso.gov.vn",
        phone="0299 3821 234",
        copies=("UBND tỉnh (để báo cáo)", "Các sở, ngành, UBND các huyện, thị xã, thành phố"),
        as_of=date(2014, 10, 30),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


PAPERS = {
    DocumentKind.SUBMISSION: a_submission,
    DocumentKind.DECISION: a_decision,
    DocumentKind.REVIEW: a_review,
    DocumentKind.NOTICE: a_notice,
}


def a_paper(kind: DocumentKind, **changes: object) -> Facts:
    return PAPERS[kind](**changes)
