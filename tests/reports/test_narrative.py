"""Every kind of sentence the report can say, for none, one and many."""

from datetime import date
from decimal import Decimal

import pytest
from report_builders import AS_OF, ISSUER, PLAN, a_case, a_duty, a_report, one_lead

from reports import duty_sentences, narrative
from reports.facts import AnnexIVRow, AnnexVRow, ChannelCount, ClauseResult, Guidance, IssuedLetter
from reports.phrases import inside
from rules.punctuality import ReportOutcome


def said(duty):
    return duty_sentences.duty_paragraphs(duty, a_report())


def test_many_units_some_late_some_missing():
    assert said(a_duty()) == [
        "Tính đến ngày 14/3/2014, có 24/30 cơ quan, đơn vị, địa phương gửi Lịch phổ biến thông tin thống kê Nhà nước "
        "năm 2014 đúng thời hạn (đến ngày 31/12/2013), đạt 80,0%; 03 cơ quan gửi sau thời hạn; 03 cơ quan chưa gửi "
        "(chi tiết tại Phụ lục II)."
    ]


def test_all_units_on_time_names_neither_late_nor_missing():
    (sentence,) = said(a_duty(on_time=30))
    assert sentence.endswith("có 30/30 cơ quan, đơn vị, địa phương gửi Lịch phổ biến thông tin thống kê Nhà nước "
                             "năm 2014 đúng thời hạn (đến ngày 31/12/2013), đạt 100,0%.")  # fmt: skip


def test_nobody_on_time_is_not_told_as_a_rate_of_zero():
    (sentence,) = said(a_duty(late=4, missing=26))
    assert "trong số 30 cơ quan, đơn vị, địa phương phải gửi Lịch" in sentence
    assert "chưa có cơ quan nào gửi đúng thời hạn (đến ngày 31/12/2013); 04 cơ quan gửi sau" in sentence
    assert "0,0%" not in sentence


def test_a_target_that_was_missed_is_no_deadline_that_was_kept():
    (sentence,) = said(a_duty(soft=True))
    assert (
        "trong mốc phấn đấu (ngày 31/12/2013), đạt 80,0%; 03 cơ quan gửi sau mốc phấn đấu; 03 cơ quan chưa" in sentence
    )
    assert "thời hạn" not in sentence


@pytest.mark.parametrize(
    ("received", "ending"),
    [
        (0, "tính đến ngày 14/3/2014, chưa có cơ quan, đơn vị, địa phương nào gửi."),
        (5, "tính đến ngày 14/3/2014, có 05/30 cơ quan, đơn vị, địa phương đã gửi."),
    ],
)
def test_a_duty_not_yet_due_is_under_way(received, ending):
    duty = a_duty(still_open=True, last_day=date(2014, 12, 31), on_time=received, not_due=30 - received)
    (sentence,) = said(duty)
    assert sentence.startswith(
        "Lịch phổ biến thông tin thống kê Nhà nước năm 2014 đang được thực hiện, "
        "thời hạn hoàn thành đến ngày 31/12/2014; "
    )
    assert sentence.endswith(ending)


def test_a_duty_not_yet_due_but_done_by_all():
    (sentence,) = said(a_duty(still_open=True, on_time=30))
    assert sentence.startswith("Tính đến ngày 14/3/2014, cả 30 cơ quan, đơn vị, địa phương đã gửi Lịch")


EXTENDED = date(2014, 4, 15)
ONE = {
    "on time": (a_case(), "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo … đúng thời hạn (đến ngày 29/11/2013)."),
    "late": (
        a_case(outcome=ReportOutcome.LATE, received_on=date(2013, 12, 6), days_late=5),
        "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo … sau thời hạn 05 ngày làm việc "
        "(thời hạn đến ngày 29/11/2013; thực hiện ngày 06/12/2013).",
    ),
    "late for a target": (
        a_case(
            soft=True,
            first_day=date(2026, 7, 31),
            outcome=ReportOutcome.LATE,
            received_on=date(2026, 11, 30),
            days_late=122,
        ),
        "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo … sau mốc phấn đấu 122 ngày "
        "(mốc phấn đấu ngày 31/7/2026; thực hiện ngày 30/11/2026).",
    ),
    "on time for a target": (
        a_case(soft=True),
        "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo … trong mốc phấn đấu (ngày 29/11/2013).",
    ),
    "missing": (
        a_case(outcome=ReportOutcome.MISSING),
        "Tính đến ngày 14/3/2014, Cục Thống kê tỉnh Sóc Trăng chưa hoàn thành báo cáo … "
        "(thời hạn đến ngày 29/11/2013).",
    ),
    "missing for a target": (
        a_case(soft=True, outcome=ReportOutcome.MISSING),
        "Tính đến ngày 14/3/2014, Cục Thống kê tỉnh Sóc Trăng chưa hoàn thành báo cáo … "
        "(mốc phấn đấu ngày 29/11/2013).",
    ),
    "given more time": (
        a_case(outcome=ReportOutcome.EXTENDED, extended_to=EXTENDED),
        "Báo cáo … đang được Cục Thống kê tỉnh Sóc Trăng thực hiện (thời hạn được gia hạn đến ngày 15/4/2014).",
    ),
    "on time thanks to more time": (
        a_case(received_on=date(2014, 1, 8), extended_to=EXTENDED),
        "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo … đúng thời hạn được gia hạn (đến ngày 15/4/2014).",
    ),
    "returned": (
        a_case(returned=True),
        "Cục Thống kê tỉnh Sóc Trăng đã hoàn thành báo cáo … đúng thời hạn (đến ngày 29/11/2013); "
        "đã đề nghị bổ sung, hoàn thiện.",
    ),
    "nothing arose": (
        a_case(outcome=ReportOutcome.NIL_RETURN),
        "Cục Thống kê tỉnh Sóc Trăng xác nhận không phát sinh nội dung báo cáo ….",
    ),
    "waived": (
        a_case(outcome=ReportOutcome.WAIVED),
        "Cục Thống kê tỉnh Sóc Trăng được miễn thực hiện báo cáo ….",
    ),
    "not applicable": (
        a_case(outcome=ReportOutcome.NOT_APPLICABLE),
        "Nội dung báo cáo … không áp dụng đối với Cục Thống kê tỉnh Sóc Trăng.",
    ),
    "not due": (
        a_case(outcome=ReportOutcome.NOT_DUE, received_on=None),
        "Báo cáo … đang được Cục Thống kê tỉnh Sóc Trăng thực hiện, thời hạn hoàn thành đến ngày 29/11/2013.",
    ),
}


@pytest.mark.parametrize("standing", ONE)
def test_a_duty_of_one_body_says_how_it_stands(standing):
    case, sentence = ONE[standing]
    assert said(one_lead(case, title="Báo cáo …")) == [sentence]


def test_who_owes_it_is_credited():
    assert said(one_lead(a_case(unit="Ủy ban nhân dân tỉnh")))[0].startswith("Ủy ban nhân dân tỉnh đã hoàn thành")


STEP = "Chủ tịch UBND tỉnh phê duyệt danh mục sản phẩm năm 2015"
STEPS = {
    "recorded": (
        a_case(soft=True, document_number="9/QĐ-UBND", place="Cổng tỉnh"),
        f"{STEP}: đã thực hiện ngày 28/11/2013 (văn bản số 9/QĐ-UBND, tại Cổng tỉnh), "
        "trong mốc phấn đấu (ngày 29/11/2013).",
    ),
    "late": (
        a_case(soft=True, outcome=ReportOutcome.LATE, received_on=date(2013, 12, 2), days_late=3),
        f"{STEP}: đã thực hiện ngày 02/12/2013, sau mốc phấn đấu 03 ngày "
        "(mốc phấn đấu ngày 29/11/2013; thực hiện ngày 02/12/2013).",
    ),
    "without a target": (a_case(soft=True, first_day=None), f"{STEP}: đã thực hiện ngày 28/11/2013."),
    "missing": (
        a_case(soft=True, outcome=ReportOutcome.MISSING, received_on=None),
        f"{STEP}: chưa được ghi nhận (mốc phấn đấu ngày 29/11/2013).",
    ),
    "not due": (
        a_case(soft=True, outcome=ReportOutcome.NOT_DUE, received_on=None),
        f"{STEP}: chưa thực hiện, mốc phấn đấu hoàn thành là ngày 29/11/2013.",
    ),
}


@pytest.mark.parametrize("standing", STEPS)
def test_an_approval_or_a_publication_is_told_with_its_proof(standing):
    case, sentence = STEPS[standing]
    assert said(one_lead(case, title=STEP, step=True)) == [sentence]


def test_a_step_that_many_take_is_recorded_or_not():
    title = "Công bố Lịch phổ biến năm 2014"
    (sentence,) = said(a_duty(title=title, on_time=4, late=2, missing=27, soft=True, step=True))
    assert sentence == (
        "Công bố Lịch phổ biến năm 2014: tính đến ngày 14/3/2014, 04/33 cơ quan, đơn vị, địa phương thực hiện trong "
        "mốc phấn đấu (ngày 31/12/2013), đạt 12,1%; 02 cơ quan thực hiện sau mốc phấn đấu; 27 cơ quan chưa được ghi "
        "nhận."
    )
    (sentence,) = said(a_duty(title=title, on_time=4, not_due=29, soft=True, step=True, still_open=True))
    assert sentence == (
        "Công bố Lịch phổ biến năm 2014: tính đến ngày 14/3/2014, 04/33 cơ quan, đơn vị, địa phương được ghi nhận đã "
        "thực hiện, mốc phấn đấu hoàn thành là ngày 31/12/2013."
    )


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
    assert duty_sentences.comparison(a_duty(previous_rate=Decimal(before)), "quý IV năm 2013") == sentence


def test_a_yearly_duty_compares_with_its_own_previous_year():
    told = duty_sentences.comparison(a_duty(previous_rate=Decimal(70), previous_title="năm 2012"), "quý IV năm 2013")
    assert told.startswith("So với năm 2012,")


def test_no_comparison_while_still_open_or_for_the_first_time():
    assert duty_sentences.comparison(a_duty(), "quý IV năm 2013") == ""
    assert duty_sentences.comparison(a_duty(still_open=True, previous_rate=Decimal(70)), "quý IV năm 2013") == ""


def test_a_single_body_has_no_rate_to_compare():
    assert duty_sentences.comparison(one_lead(previous_rate=Decimal(0)), "quý IV năm 2013") == ""


def test_who_is_not_counted_is_told_apart():
    assert duty_sentences.excused(a_duty(nil_return=2)) == (
        "Có 02 cơ quan xác nhận không phát sinh nội dung (không tính vào số phải gửi)."
    )
    assert duty_sentences.excused(a_duty(nil_return=2, waived=1, not_applicable=11)) == (
        "Có 02 cơ quan xác nhận không phát sinh nội dung, 01 cơ quan được miễn thực hiện và 11 cơ quan không thuộc "
        "diện áp dụng (không tính vào số phải gửi)."
    )
    assert duty_sentences.excused(a_duty()) == ""


def test_what_stands_behind_the_numbers_is_told():
    assert duty_sentences.excused(a_duty(by_extension=1, returned=2)) == (
        "Trong số đúng thời hạn, 01 cơ quan gửi trong thời gian được gia hạn. "
        "Trong số đã gửi, 02 cơ quan được đề nghị bổ sung, hoàn thiện."
    )


def test_what_a_person_added_closes_the_paragraph():
    assert said(a_duty(note="Sở Y tế đã có văn bản xin gia hạn."))[0].endswith(" Sở Y tế đã có văn bản xin gia hạn.")


def test_a_clause_without_a_duty_in_the_period_says_so_only_where_that_is_known():
    assert narrative.clause_paragraphs(ClauseResult("Kiểm tra", ()), a_report()) == [narrative.NO_DUTY]
    unrecorded = ClauseResult("Kiểm tra", (), unrecorded=("Hướng dẫn người sử dụng",))
    assert narrative.clause_paragraphs(unrecorded, a_report()) == []


def test_letters_none_one_many():
    one = IssuedLetter("12/CTK-TH", AS_OF, "Hướng dẫn biểu mẫu")
    assert narrative.letters("Cục", ()) == [narrative.NOTHING]
    assert narrative.letters("Cục", (one,)) == [
        "Trong kỳ, Cục đã ban hành 01 văn bản hướng dẫn thực hiện Kế hoạch: "
        "Công văn số 12/CTK-TH ngày 14/3/2014 về việc hướng dẫn biểu mẫu."
    ]
    many = narrative.letters("Cục", (one, one))
    assert [line[-1] for line in many] == [":", ";", "."]


def test_inspections_none_and_many():
    assert narrative.inspections("Cục", 0) == narrative.NOTHING
    assert narrative.inspections("Cục", 2) == "Trong kỳ, Cục đã tổ chức 02 cuộc kiểm tra việc thực hiện Kế hoạch."


@pytest.mark.parametrize(
    ("channels", "letters", "sentence"),
    [
        ((), 0, narrative.NOTHING_SENT),
        ((("Zalo", 0),), 0, narrative.NOTHING_SENT),
        ((), 1, "Trong kỳ, Cục đã gửi 01 công văn đôn đốc (chi tiết tại Phụ lục III)."),
        (
            (("thư điện tử", 1250),),
            0,
            "Trong kỳ, Cục đã gửi 1.250 lượt nhắc việc qua thư điện tử (chi tiết tại Phụ lục III).",
        ),
        (
            (("thư điện tử", 41), ("Zalo", 12)),
            3,
            "Trong kỳ, Cục đã gửi 53 lượt nhắc việc qua thư điện tử và Zalo (thư điện tử: 41 lượt, Zalo: 12 lượt) "
            "và 03 công văn đôn đốc (chi tiết tại Phụ lục III).",
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
    assert narrative.counted_until(AS_OF, AS_OF) == "(số liệu tính đến ngày 14/3/2014)"
    later = narrative.counted_until(AS_OF, date(2014, 3, 20))
    earlier = narrative.counted_until(AS_OF, date(2014, 1, 8))
    assert earlier == "(số liệu tạm tính đến ngày 08/01/2014; kỳ này chốt số liệu ngày 14/3/2014)"
    assert later == "(thời gian chốt số liệu: ngày 14/3/2014; tình hình thực hiện tính đến ngày 20/3/2014)"


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
        AnnexVRow("Tự đánh giá năm 2014", "Sở Y tế", date(2014, 6, 30), None, soft=True),
    )
    assert narrative.outlook(rows, "quý II năm 2014") == [
        "Các nhiệm vụ đến hạn trong quý II năm 2014 (chi tiết tại Phụ lục V):",
        "- Báo cáo tháng: 02 cơ quan, đơn vị, địa phương; thời hạn đến ngày 17/6/2014;",
        "- Báo cáo quý: Cục Thống kê tỉnh Sóc Trăng; thời hạn đến ngày 20/6/2014;",
        "- Tự đánh giá năm 2014: Sở Y tế; mốc phấn đấu ngày 30/6/2014.",
    ]
    assert narrative.outlook((), "quý II năm 2014") == [
        "Trong quý II năm 2014 không có nhiệm vụ đến hạn theo Kế hoạch."
    ]


def test_proposals_none_and_many():
    rows = (AnnexIVRow("Sở Y tế", "a", "b"), AnnexIVRow("Sở Y tế", "c", "d"))
    assert narrative.proposals((), "Cục") == narrative.NOTHING
    assert "02 đề xuất sửa đổi, bổ sung của 01 cơ quan" in narrative.proposals(rows, "Cục")
