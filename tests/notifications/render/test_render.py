from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import BARE, CALENDAR, CATALOGUE, COORDINATOR, HEAD, LATE, RECEIPT, RETURNED, SAMPLES, SOON, digest

from notifications.facts import DigestFacts
from notifications.kinds import MessageKind
from notifications.render.environment import TEMPLATES
from notifications.render.letter import digest_kind, render, render_digest
from notifications.render.short_form import short_form
from notifications.render.words import days
from rules.content.findings import ContentVerdict, Finding, FindingKind, Level
from rules.content.texts import TableWords, line_of

CLOSING = "(Thư tự động của hệ thống theo dõi Kỳ Hạn; không thay thế văn bản hành chính.)"


class WellFormed(HTMLParser):
    """Every opened element is closed, in order."""

    EMPTY = frozenset({"meta", "br", "hr", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", SAMPLES)
def test_every_message_can_be_sent_as_it_stands(name):
    kind, facts = SAMPLES[name]
    written = render(kind, facts)
    everything = written.subject + written.text + written.html
    assert not re.search(r"\bNone\b|\{\{|\{%|Undefined|\(\)|,\s*,|  +\S+ +,|\bngày (?=[.,;)])", everything)
    assert CLOSING in written.text
    assert CLOSING in written.html
    assert "\n" not in written.subject
    assert unicodedata.is_normalized("NFC", everything)
    assert not re.search(r"\n{3}| \n", written.text)
    page = WellFormed()
    page.feed(written.html)
    assert page.open == []


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_has_its_three_texts(kind):
    assert {p.name for p in (TEMPLATES / kind).iterdir()} >= {"subject.txt", "body.txt", "body.html"}
    assert kind in {kind for kind, _ in SAMPLES.values()}


def test_a_day_that_the_plan_does_not_name_is_not_given_out_as_its_words():
    assumed = replace(CATALOGUE, day_is_assumed=True)
    for item in (assumed, replace(LATE, day_is_assumed=True)):
        text = render_digest(digest(item)).text
        assert "(mốc do Cục Thống kê tỉnh Sóc Trăng xác định; Kế hoạch không nêu ngày cụ thể)." in text
    assert "mốc do" not in render_digest(digest(CATALOGUE)).text


def test_the_nudge_says_what_when_and_where():
    written = render_digest(digest(CATALOGUE))
    assert written.kind is MessageKind.REMINDER
    assert written.subject == ("[Nhắc việc] Danh mục sản phẩm thông tin thống kê Nhà nước chủ yếu – hạn gửi 30/09/2014")
    assert (
        "Theo mục I.4.b Kế hoạch số 70/KH-UBND ngày 23/10/2013 của Ủy ban nhân dân tỉnh, Sở Lao động - Thương binh và "
        "Xã hội thực hiện nội dung: Danh mục sản phẩm thông tin thống kê Nhà nước chủ yếu. Thời hạn: trong tháng "
        "9/2014 (chậm nhất ngày 30/09/2014)." in written.text
    )
    assert "Còn 15 ngày làm việc." in written.text


def test_the_last_reminder_says_how_little_is_left():
    written = render_digest(digest(SOON))
    assert written.subject.endswith("– hạn 30/09/2014, còn 3 ngày làm việc")
    assert "Thời hạn: trong tháng 9/2014 (chậm nhất ngày 30/09/2014), còn 3 ngày làm việc." in written.text
    assert "thời gian dự kiến trước ngày 29/09/2014." in written.text


def test_on_the_last_day_nobody_is_told_that_nought_days_are_left():
    written = render_digest(digest(replace(SOON, working_days_left=0)))
    assert written.subject.endswith("hạn 30/09/2014, đến hạn hôm nay")
    assert "0 ngày làm việc" not in written.text


MOVED = "chậm nhất ngày 20/09/2014, là ngày nghỉ nên tính đến hết thứ Hai 22/09/2014"
ON_A_DAY_OFF = {  # a Saturday
    **{"named_day": date(2014, 9, 20), "target_day": date(2014, 9, 19), "last_day": date(2014, 9, 22)},
    **{"moved_to": date(2014, 9, 22), "deadline_phrase": MOVED},
}


@pytest.mark.parametrize(("left", "standing"), [(3, "còn 3 ngày làm việc"), (0, "nên gửi trong hôm nay")])
@pytest.mark.parametrize("item", [CATALOGUE, SOON], ids=["reminder", "due-soon"])
def test_a_last_day_on_a_day_off_is_said_with_the_day_that_counts_instead(item, left, standing):
    facts = digest(replace(item, **ON_A_DAY_OFF, working_days_left=left))
    written, nudge = render_digest(facts), short_form(digest_kind(facts), facts)
    assert "20/09/2014 (tính đến hết 22/09/2014)" in written.subject
    assert f"20/09/2014 (tính đến hết 22/09/2014), {standing}" in nudge
    assert MOVED in written.html
    [late] = [line for line in written.text.splitlines() if "mới tính là quá hạn" in line]
    assert "đề nghị gửi chậm nhất thứ Sáu 19/09/2014; sau ngày 22/09/2014 (thứ Hai)" in late


def test_lists_and_letters_of_one_case_name_one_deadline():
    soon, late = (replace(item, **ON_A_DAY_OFF) for item in (SOON, LATE))
    text = render_digest(digest(soon, late)).text
    assert f"thời hạn: {MOVED}, còn 3 ngày làm việc" in text
    assert f"thời hạn: {MOVED}, quá 3 ngày làm việc" in text
    for items in ((soon,), (late,)):
        written = render_digest(digest(*items))
        assert MOVED in written.text
        assert MOVED in written.html
    assert f"thời hạn: {MOVED}" in render_digest(DigestFacts(**COORDINATOR, items=(replace(late, level=4),))).text


def test_a_superior_is_asked_in_words_of_its_own():
    written = render_digest(DigestFacts(**HEAD, items=(LATE, SOON), to_superior=True))
    assert written.kind is MessageKind.TO_SUPERIOR
    assert written.subject.startswith("[Kính đề nghị] 2 nội dung thuộc thẩm quyền của ")
    assert "kính báo cáo Đồng chí" in written.text
    for urging in ("quá hạn", "đôn đốc", "sẽ tổng hợp vào báo cáo", "Quý cơ quan"):
        assert urging.casefold() not in (written.subject + written.text + written.html).casefold()


def test_the_body_that_runs_the_plan_is_not_threatened_with_its_own_report():
    own = {**HEAD, "unit_name": HEAD["sender_name"], "role": "focal_point"}
    written = render_digest(DigestFacts(**own, items=(replace(LATE, unit_name=HEAD["sender_name"]),)))
    assert "hệ thống chưa ghi nhận kết quả thực hiện (quá 3 ngày làm việc" in written.text
    assert "sẽ tổng hợp vào báo cáo" not in written.text
    assert "Quý cơ quan" not in written.text


def test_the_overdue_letter_speaks_to_the_head():
    written = render_digest(DigestFacts(**HEAD, items=(LATE,)))
    assert written.subject.startswith("[Quá hạn 3 ngày làm việc] ")
    assert written.subject.endswith(" – đề nghị gửi trước ngày 10/10/2014")
    assert "Kính gửi: Đồng chí Trần Văn Hùng, Giám đốc Sở Lao động - Thương binh và Xã hội," in written.text
    assert "Đồng gửi: Đồng chí Nguyễn Thị Lan – đầu mối." in written.text
    assert "(quá 3 ngày làm việc; đã nhắc vào các ngày 09/09/2014 và 25/09/2014)" in written.text


def test_the_focal_point_reads_the_same_overdue_letter():
    assert render_digest(digest(LATE)).text == render_digest(DigestFacts(**HEAD, items=(LATE,))).text


def test_a_title_that_names_its_unit_is_not_doubled():
    facts = DigestFacts(**{**HEAD, "unit_name": "Sở Y tế", "recipient_title": "Giám đốc Sở Y tế"}, items=(LATE,))
    assert "Giám đốc Sở Y tế," in render_digest(facts).text
    assert "Sở Y tế Sở Y tế" not in render_digest(facts).text


def test_a_digest_lists_the_most_urgent_first():
    written = render_digest(digest(CALENDAR, SOON, LATE))
    assert written.kind is MessageKind.DIGEST
    places = [written.text.index(heading) for heading in ("QUÁ HẠN (1)", "SẮP ĐẾN HẠN (1)", "NHẮC VIỆC (1)")]
    assert places == sorted(places)
    assert "3 nhiệm vụ cần thực hiện (1 quá hạn, 1 sắp đến hạn, 1 trong thời hạn)" in written.subject


def test_a_coordinator_is_not_spoken_to_as_if_late():
    written = render_digest(DigestFacts(**COORDINATOR, items=(LATE,)))
    assert written.kind is MessageKind.DIGEST
    assert "1 nhiệm vụ của 1 cơ quan cần theo dõi" in written.subject
    assert "Quý cơ quan" not in written.text


def test_letters_to_be_issued_get_a_message_of_their_own():
    facts = DigestFacts(**COORDINATOR, items=(replace(LATE, level=4),))
    assert render_digest(facts).kind is MessageKind.URGING_LETTER


def test_a_receipt_tells_the_result():
    late, in_time = render(MessageKind.RECEIPT, RECEIPT), render(MessageKind.RECEIPT, replace(RECEIPT, on_time=True))
    assert "văn bản số 312/SLĐTBXH-KHTC ngày 01/10/2014" in late.text
    assert "Kết quả: sau hạn 2 ngày làm việc." in late.text
    assert "Kết quả: đúng hạn." in in_time.text


def test_a_receipt_says_where_the_marked_table_is():
    finding = Finding(FindingKind.MISSING, Level.ROW, "Danh mục", 6, "name", "Tên sản phẩm")
    table = TableWords("danh-muc.xlsx", ContentVerdict.PARTLY, 3, (line_of(finding),), 0)
    for tables, named in (((table,), True), ((replace(table, findings=()),), False), ((), False)):
        mail = render(MessageKind.RECEIPT, replace(RECEIPT, tables=tables))
        assert ("nhận xét tại từng ô" in mail.text, "nhận xét tại từng ô" in mail.html) == (named, named)


def test_a_return_lists_what_is_missing():
    written = render(MessageKind.RETURNED, RETURNED)
    assert "hồ sơ còn thiếu:\n– Cột “Đơn giá” của 04 sản phẩm in;\n" in written.text
    assert "– Chữ ký của Thủ trưởng.\n\nKính đề nghị Quý cơ quan bổ sung chậm nhất ngày 10/10/2014." in written.text


def test_what_a_unit_typed_cannot_become_markup():
    evil = replace(CATALOGUE, title='<script>alert(1)</script>"><b>', unit_name="Sở <i>X</i>")
    for items in ((evil,), (evil, LATE)):
        page = render_digest(digest(*items)).html
        assert "<script" not in page
        assert "<i>" not in page


@given(title=st.text(max_size=200))
def test_no_title_can_break_the_subject_line(title):
    subject = render_digest(digest(replace(BARE, title=title))).subject
    assert not re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e]", subject)


def test_decomposed_letters_are_composed():
    title = unicodedata.normalize("NFD", CATALOGUE.title)
    assert CATALOGUE.title in render_digest(digest(replace(CATALOGUE, title=title))).subject


def test_only_made_up_contacts_are_marked_as_an_exercise():
    assert "DIỄN TẬP" in render_digest(digest(CATALOGUE)).text
    real = render_digest(digest(CATALOGUE, example=False))
    assert "diễn tập" not in (real.text + real.html).lower()


def test_days_are_listed_as_one_says_them():
    first, second, third = date(2014, 9, 9), date(2014, 9, 25), date(2014, 10, 1)
    assert days([first]) == "ngày 09/09/2014"
    assert days([third, first, second]) == "các ngày 09/09/2014, 25/09/2014 và 01/10/2014"


def test_an_empty_digest_is_never_sent():
    with pytest.raises(ValueError, match="no message"):
        render_digest(digest())
