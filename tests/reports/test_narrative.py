"""Every kind of sentence the report can say, for none, one and many."""

from datetime import date
from decimal import Decimal

import pytest
from report_builders import AS_OF, ISSUER, PLAN, a_duty, a_report, one_lead

from reports import narrative
from reports.facts import AnnexIVRow, AnnexVRow, Approval, ChannelCount, ClauseResult, Guidance, IssuedLetter
from reports.phrases import inside


def said(duty):
    return narrative.duty_paragraphs(duty, a_report())


def test_many_units_some_late_some_missing():
    assert said(a_duty()) == [
        "Tính đến ngày 14/03/2014, có 24/30 cơ quan, đơn vị, địa phương gửi Lịch phổ biến thông tin thống kê Nhà nước "
        "năm 2014 đúng thời hạn, đạt 80,0%; 3 cơ quan gửi sau thời hạn; 3 cơ quan chưa gửi (chi tiết tại Phụ lục II)."
    ]


def test_all_units_on_time_names_neither_late_nor_missing():
    (sentence,) = said(a_duty(on_time=30, late=0, missing=0, on_time_rate=Decimal(100)))
    assert sentence.endswith("có 30/30 cơ quan, đơn vị, địa phương gửi Lịch phổ biến thông tin thống kê Nhà nước "
                             "năm 2014 đúng thời hạn, đạt 100,0%.")  # fmt: skip


def test_nobody_on_time_is_not_told_as_a_rate_of_zero():
    (sentence,) = said(a_duty(on_time=0, late=4, missing=26, on_time_rate=Decimal(0)))
    assert "trong số 30 cơ quan, đơn vị, địa phương phải gửi Lịch" in sentence
    assert "chưa có cơ quan nào gửi đúng thời hạn; 4 cơ quan gửi sau thời hạn; 26 cơ quan chưa gửi" in sentence
    assert "0,0%" not in sentence


@pytest.mark.parametrize(
    ("received", "ending"),
    [
        (0, "tính đến ngày 14/03/2014, chưa có cơ quan, đơn vị, địa phương nào gửi."),
        (5, "tính đến ngày 14/03/2014, có 5/30 cơ quan, đơn vị, địa phương đã gửi."),
    ],
)
def test_a_duty_not_yet_due_is_under_way(received, ending):
    duty = a_duty(still_open=True, due_day=date(2014, 12, 31), on_time=received, late=0, missing=30 - received)
    (sentence,) = said(duty)
    assert sentence.startswith(
        "Lịch phổ biến thông tin thống kê Nhà nước năm 2014 đang được thực hiện, "
        "thời hạn hoàn thành đến ngày 31/12/2014; "
    )
    assert sentence.endswith(ending)


def test_a_duty_not_yet_due_but_done_by_all():
    (sentence,) = said(a_duty(still_open=True, on_time=30, late=0, missing=0))
    assert sentence.startswith("Tính đến ngày 14/03/2014, cả 30 cơ quan, đơn vị, địa phương đã gửi Lịch")


@pytest.mark.parametrize(
    ("facts", "start"),
    [
        ({}, "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo đánh giá"),
        ({"on_time": 0, "late": 1}, "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo đánh giá"),
        ({"on_time": 0, "missing": 1}, "Tính đến ngày 14/03/2014, Cục Thống kê tỉnh Sóc Trăng chưa hoàn thành báo cáo"),
        ({"on_time": 0, "missing": 1, "still_open": True}, "Báo cáo đánh giá thực trạng"),
    ],
)
def test_a_duty_of_one_body_names_the_body(facts, start):
    (sentence,) = said(one_lead(**facts))
    assert sentence.startswith(start)


def test_one_body_on_time_and_late_differ():
    assert "đúng thời hạn (thời hạn đến ngày 29/11/2013)." in said(one_lead())[0]
    assert "sau thời hạn (thời hạn đến ngày 29/11/2013)." in said(one_lead(on_time=0, late=1))[0]


def test_one_body_to_which_nothing_arose_has_not_completed_anything():
    assert said(one_lead(nil_returns=1)) == [
        "Cục Thống kê tỉnh Sóc Trăng xác nhận không phát sinh nội dung báo cáo đánh giá thực trạng công tác phổ biến "
        "thông tin thống kê Nhà nước (thời hạn đến ngày 29/11/2013)."
    ]


def test_without_a_due_day_the_plans_own_words_stand():
    (sentence,) = said(one_lead(on_time=0, missing=1, still_open=True, due_day=None, deadline_phrase="Trong năm 2014"))
    assert sentence.endswith("đang được thực hiện, thời hạn: trong năm 2014.")


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("74.8", "So với quý IV năm 2013, tỷ lệ gửi đúng thời hạn tăng 5,2 điểm phần trăm."),
        ("91.25", "So với quý IV năm 2013, tỷ lệ gửi đúng thời hạn giảm 11,3 điểm phần trăm."),
        ("80", "Tỷ lệ gửi đúng thời hạn không thay đổi so với quý IV năm 2013."),
        ("79.99", "Tỷ lệ gửi đúng thời hạn không thay đổi so với quý IV năm 2013."),
    ],
)
def test_comparison_with_the_previous_period(before, sentence):
    assert narrative.comparison(a_duty(previous_rate=Decimal(before)), "quý IV năm 2013") == sentence


def test_a_yearly_duty_compares_with_its_own_previous_year():
    told = narrative.comparison(a_duty(previous_rate=Decimal(70), previous_title="năm 2012"), "quý IV năm 2013")
    assert told.startswith("So với năm 2012,")


def test_no_comparison_while_still_open_or_for_the_first_time():
    assert narrative.comparison(a_duty(), "quý IV năm 2013") == ""
    assert narrative.comparison(a_duty(still_open=True, previous_rate=Decimal(70)), "quý IV năm 2013") == ""


def test_a_single_body_has_no_rate_to_compare():
    assert narrative.comparison(one_lead(previous_rate=Decimal(0)), "quý IV năm 2013") == ""


def test_nil_returns_and_waivers_are_told_apart():
    assert narrative.excused(a_duty(nil_returns=2)) == "Có 2 cơ quan xác nhận không phát sinh nội dung."
    assert narrative.excused(a_duty(nil_returns=2, waived=1)) == (
        "Có 2 cơ quan xác nhận không phát sinh nội dung và 1 cơ quan được miễn thực hiện "
        "(không tính vào số phải gửi)."
    )  # fmt: skip
    assert narrative.excused(a_duty()) == ""


def test_what_a_person_added_closes_the_paragraph():
    assert said(a_duty(note="Sở Y tế đã có văn bản xin gia hạn."))[0].endswith(" Sở Y tế đã có văn bản xin gia hạn.")


def test_a_clause_without_anything_in_the_period_says_so():
    nothing = ClauseResult("Kiểm tra", (a_duty(assigned=0, on_time=0, late=0, missing=0),))
    assert narrative.clause_paragraphs(nothing, a_report()) == ["Trong kỳ không phát sinh nội dung này."]


def test_an_approval_names_decision_and_place():
    item = Approval("Chủ tịch Ủy ban nhân dân tỉnh", "Danh mục sản phẩm năm 2015", "9/QĐ-UBND", AS_OF, "Cổng tỉnh")
    assert narrative.approval(item) == (
        "Chủ tịch Ủy ban nhân dân tỉnh đã phê duyệt danh mục sản phẩm năm 2015 tại Quyết định số 9/QĐ-UBND "
        "ngày 14/03/2014; nội dung được phê duyệt đã được thông báo công khai tại Cổng tỉnh."
    )


def test_letters_none_one_many():
    one = IssuedLetter("12/CTK-TH", AS_OF, "Hướng dẫn biểu mẫu")
    assert narrative.letters("Cục", ()) == [narrative.NOTHING]
    assert narrative.letters("Cục", (one,)) == [
        "Trong kỳ, Cục đã ban hành 1 văn bản hướng dẫn thực hiện Kế hoạch: "
        "Công văn số 12/CTK-TH ngày 14/03/2014 về việc hướng dẫn biểu mẫu."
    ]
    many = narrative.letters("Cục", (one, one))
    assert [line[-1] for line in many] == [":", ";", "."]


def test_inspections_none_and_many():
    assert narrative.inspections("Cục", 0) == narrative.NOTHING
    assert narrative.inspections("Cục", 2) == "Trong kỳ, Cục đã tổ chức 2 cuộc kiểm tra việc thực hiện Kế hoạch."


@pytest.mark.parametrize(
    ("channels", "letters", "sentence"),
    [
        ((), 0, "Trong kỳ không phát sinh nội dung này."),
        ((("Zalo", 0),), 0, "Trong kỳ không phát sinh nội dung này."),
        ((), 1, "Trong kỳ, Cục đã gửi 1 công văn đôn đốc (chi tiết tại Phụ lục III)."),
        (
            (("thư điện tử", 1250),),
            0,
            "Trong kỳ, Cục đã gửi 1.250 lượt nhắc việc qua thư điện tử (chi tiết tại Phụ lục III).",
        ),
        (
            (("thư điện tử", 41), ("Zalo", 12)),
            3,
            "Trong kỳ, Cục đã gửi 53 lượt nhắc việc qua thư điện tử và Zalo (thư điện tử: 41 lượt, Zalo: 12 lượt) "
            "và 3 công văn đôn đốc (chi tiết tại Phụ lục III).",
        ),
    ],
)
def test_reminders_and_urging_letters(channels, letters, sentence):
    counts = tuple(ChannelCount(*channel) for channel in channels)
    assert narrative.urging("Cục", Guidance((), 0, counts, letters)) == sentence


@pytest.mark.parametrize(
    ("period", "title", "following", "ending"),
    [
        ("2014-Q1", "quý I năm 2014", "quý II năm 2014", "Nhà nước quý I năm 2014"),
        (
            "2014-H1",
            "6 tháng đầu năm 2014",
            "6 tháng cuối năm 2014",
            "6 tháng đầu năm 2014 và nhiệm vụ trọng tâm 6 tháng cuối năm 2014",
        ),
        ("2014-Y", "năm 2014", "năm 2015", "năm 2014 và phương hướng, nhiệm vụ năm 2015"),
    ],
)
def test_the_title_follows_the_period(period, title, following, ending):
    facts = a_report(period=period, period_title_vi=title, next_period_title_vi=following)
    assert narrative.subject(facts).endswith(ending)


def test_the_heading_of_what_comes_next():
    assert narrative.outlook_heading(a_report()) == "NHIỆM VỤ TRỌNG TÂM QUÝ II NĂM 2014"
    year = a_report(period="2014-Y", next_period_title_vi="năm 2015")
    assert narrative.outlook_heading(year) == "PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2015"


def test_a_report_counted_after_the_cutoff_names_both_days():
    assert narrative.counted_until(AS_OF, AS_OF) == "(số liệu tính đến ngày 14/03/2014)"
    later = narrative.counted_until(AS_OF, date(2014, 3, 20))
    assert later == "(thời gian chốt số liệu: ngày 14/03/2014; tình hình thực hiện tính đến ngày 20/03/2014)"


def test_the_plan_in_full_reads_inside_a_sentence():
    assert narrative.plan_in_full(PLAN).startswith(
        "Kế hoạch số 70/KH-UBND ngày 23 tháng 10 năm 2013 của Ủy ban nhân dân tỉnh thực hiện Quyết định số 34"
    )


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Danh mục sản phẩm", "danh mục sản phẩm"),
        ("Lịch phổ biến", "Lịch phổ biến"),
        ("UBND tỉnh chỉ đạo", "UBND tỉnh chỉ đạo"),
        ("Đánh giá thực trạng", "đánh giá thực trạng"),
        ("Ủy ban nhân dân", "Ủy ban nhân dân"),
        ("Văn bản chỉ đạo", "văn bản chỉ đạo"),
        ("Văn phòng UBND tỉnh", "Văn phòng UBND tỉnh"),
        ("Bộ Tài chính", "Bộ Tài chính"),
        ("Bộ biểu mẫu", "bộ biểu mẫu"),
        ("", ""),
    ],
)
def test_capitals_inside_a_sentence(title, read):
    assert inside(title) == read


def test_the_next_periods_duties_are_one_line_each_in_order_of_their_days():
    late, early = date(2014, 6, 20), date(2014, 6, 17)
    rows = (
        AnnexVRow("báo cáo quý", ISSUER.name, late, None),
        AnnexVRow("Báo cáo tháng", "Sở Y tế", early, None),
        AnnexVRow("Báo cáo tháng", "Sở Tài chính", early, None),
    )
    assert narrative.outlook(rows, "quý II năm 2014") == [
        "Các nhiệm vụ đến hạn trong quý II năm 2014 (chi tiết tại Phụ lục V):",
        "- Báo cáo tháng: 2 cơ quan, đơn vị, địa phương; thời hạn đến ngày 17/06/2014;",
        "- Báo cáo quý: Cục Thống kê tỉnh Sóc Trăng; thời hạn đến ngày 20/06/2014.",
    ]
    assert narrative.outlook((), "quý II năm 2014") == [
        "Trong quý II năm 2014 không có nhiệm vụ đến hạn theo Kế hoạch."
    ]


def test_proposals_none_and_many():
    rows = (AnnexIVRow("Sở Y tế", "a", "b"), AnnexIVRow("Sở Y tế", "c", "d"))
    assert narrative.proposals((), "Cục") == narrative.NOTHING
    assert "2 đề xuất sửa đổi, bổ sung của 1 cơ quan" in narrative.proposals(rows, "Cục")
