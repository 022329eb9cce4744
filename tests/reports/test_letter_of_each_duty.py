"""What an urging letter says of each duty of the shipped plan: as an act, for the year owed."""

from __future__ import annotations

from datetime import date

import pytest
from builders import an_office
from report_builders import a_letter

from reports.urging_letter import letter_values
from rules.deadlines import HeldTo, deadline_phrase
from rules.periods import worded
from rules.recurrence import occurrences

OFFICE = an_office()
URGED = [item.id for item in OFFICE.plan.obligations if item.when and item.ladder]
QUARTER = "trong Quý IV/2013 (chậm nhất ngày 31/12/2013)"
ASSUMED = "(mốc do Cục Thống kê tỉnh Sóc Trăng xác định; Kế hoạch không nêu ngày cụ thể)"
SEPTEMBER = "trong tháng 9/2014 (chậm nhất ngày 30/09/2014)"
# duty → what is to be done, by when, and what has not been received
WORDS = {
    "I1-ASSESS": (
        "xây dựng dự thảo báo cáo đánh giá thực trạng công tác phổ biến thông tin thống kê Nhà nước",
        "trước ngày 30/11/2013 (đến hết thứ Sáu 29/11/2013)",
        "dự thảo báo cáo đánh giá thực trạng công tác phổ biến thông tin thống kê Nhà nước trên địa bàn tỉnh",
    ),
    "I2A-DEMAND-LIST": (
        "lập danh mục về lượng thông tin thống kê Nhà nước phổ biến tới các đối tượng sử dụng năm 2014",
        QUARTER,
        "danh mục năm 2014 theo 03 nhóm đối tượng",
    ),
    "I3-FORMS": (
        "xây dựng, ban hành hệ thống biểu mẫu báo cáo theo hệ thống chỉ tiêu thống kê các cấp",
        QUARTER,
        "hệ thống biểu mẫu kèm quyết định hoặc công văn ban hành",
    ),
    "I3-IMPLEMENT": (
        "triển khai hệ thống chỉ tiêu thống kê, chế độ báo cáo thống kê và tự đánh giá kết quả năm 2014",
        f"phấn đấu hoàn thành đến ngày 28/11/2014 {ASSUMED}",
        "văn bản tự đánh giá năm 2014",
    ),
    "I4B-CATALOGUE": (
        "xây dựng danh mục sản phẩm thông tin thống kê năm 2015",
        SEPTEMBER,
        "danh mục sản phẩm năm 2015",
    ),
    "I4B-COMPILE-PLAN": (
        "xây dựng kế hoạch biên soạn, phổ biến sản phẩm thông tin thống kê năm 2015",
        SEPTEMBER,
        "kế hoạch biên soạn và phổ biến sản phẩm năm 2015",
    ),
    "I4-MIDYEAR-REVIEW": (
        "rà soát tiến độ thực hiện kế hoạch biên soạn, phổ biến sau 6 tháng đầu năm 2015",
        f"sau 6 tháng đầu năm 2015 (phấn đấu hoàn thành đến ngày 31/07/2015) {ASSUMED}",
        "biên bản hoặc báo cáo rà soát",
    ),
    "I5-CALENDAR": (
        "xây dựng và công bố Lịch phổ biến thông tin thống kê Nhà nước năm 2014 thuộc phạm vi phụ trách",
        QUARTER,
        "Lịch phổ biến thông tin thống kê năm 2014",
    ),
    "I6-DIRECTIVE": (
        "chỉ đạo xây dựng, ban hành Quy chế và hệ thống giải pháp phổ biến thông tin thống kê",
        "trong năm 2014 (chậm nhất ngày 31/12/2014)",
        "văn bản chỉ đạo của UBND tỉnh",
    ),
    "I6-REGULATION": (
        "xây dựng, trình UBND tỉnh ban hành Quy chế phổ biến thông tin thống kê Nhà nước của tỉnh",
        f"phấn đấu hoàn thành đến ngày 31/12/2014 {ASSUMED}",
        "dự thảo Quy chế trình UBND tỉnh",
    ),
    "I6-MEASURES": (
        "xây dựng, trình UBND tỉnh ban hành hệ thống giải pháp phổ biến thông tin thống kê của tỉnh",
        f"phấn đấu hoàn thành đến ngày 31/12/2014 {ASSUMED}",
        "dự thảo hệ thống giải pháp trình UBND tỉnh",
    ),
    "II1-PLAN": (
        "xây dựng, ban hành kế hoạch thực hiện Chính sách phổ biến thông tin thống kê Nhà nước",
        f"phấn đấu hoàn thành đến ngày 29/11/2013 {ASSUMED}",
        "kế hoạch thực hiện đã ban hành",
    ),
    "II1-ASSESS": (
        "đánh giá thực trạng phổ biến thông tin thống kê thuộc ngành, lĩnh vực, địa phương",
        f"phấn đấu hoàn thành đến ngày 15/11/2013 {ASSUMED}",
        "báo cáo đánh giá thực trạng công tác phổ biến thông tin thống kê Nhà nước",
    ),
    "II2-REPORT": (
        "báo cáo tình hình thực hiện Kế hoạch quý IV năm 2013",
        f"chậm nhất ngày 20/12/2013 {ASSUMED}",
        "báo cáo tình hình thực hiện Kế hoạch quý IV năm 2013 kèm phụ lục",
    ),
}


def test_every_duty_that_can_be_urged_is_here():
    assert list(WORDS) == URGED


@pytest.mark.parametrize("code", URGED)
def test_a_letter_says_what_is_to_be_done_by_when_and_what_is_missing(code):
    duty = OFFICE.plan.obligation(code)
    first = occurrences(OFFICE.plan, OFFICE.calendar, date(2013, 1, 1), date(2015, 12, 31), [code])[0]
    phrase = deadline_phrase(duty.when, first)
    held = HeldTo(phrase, first.nominal_last_day, first.target_day, first.target_day, first.late_after)
    letter = letter_values(
        a_letter(
            duty=worded(duty.duty.vi, first.period),
            hand_in=duty.hand_in_for(first.period),
            deadline=held.words,
            day_is_assumed=duty.day_is_assumed,
        )
    )
    act, deadline, document = WORDS[code]
    assert letter["subject"] == f"V/v đôn đốc {act}"
    assert f"có trách nhiệm {act}; thời hạn thực hiện: {deadline}." in letter["duty"]
    assert f"chưa nhận được {document} của Quý cơ quan." in letter["reminded"]
    assert "kế tiếp" not in str(letter)
    assert "{period}" not in str(letter)
