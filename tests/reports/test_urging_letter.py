"""The letter that urges, to one, to some and to many."""

from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from report_builders import UNITS, a_letter

from reports.facts import LateUnit
from reports.urging_letter import NAMED_ON_THE_LETTER, letter_values, write_urging_letter


def text_of(document):
    paragraphs = document.element.body.iter(qn("w:p"))
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in paragraphs)


def written(tmp_path, facts):
    return Document(write_urging_letter(facts, tmp_path / "letter.docx"))


def test_one_body_is_addressed_by_name_and_gets_no_annex(tmp_path):
    letter = written(tmp_path, a_letter())
    text = text_of(letter)
    assert "Kính gửi: Sở Kế hoạch và Đầu tư." in text
    assert "Sở Kế hoạch và Đầu tư có trách nhiệm xây dựng và công bố Lịch" in text
    assert "Phụ lục" not in text
    assert len(letter.sections) == 1
    assert "PAGE" in letter.sections[0].footer._element.xml  # before 05/3/2020 at the foot


def test_number_and_day_stay_blank_and_the_subject_stands_below_the_number(tmp_path):
    number, place = written(tmp_path, a_letter()).tables[0].rows[1].cells
    assert number.paragraphs[0].text.replace(" ", "") == "Số:/CTK-TH"
    assert (
        number.paragraphs[1].text
        == "V/v đôn đốc xây dựng và công bố Lịch phổ biến thông tin thống kê Nhà nước năm 2014"
    )
    assert place.text == "Sóc Trăng, ngày … tháng 01 năm 2014"


def test_some_bodies_are_listed_on_the_letter_and_in_the_annex(tmp_path):
    letter = written(tmp_path, a_letter(*UNITS[:3]))
    assert "Kính gửi:\n- Sở Kế hoạch và Đầu tư;\n- Sở Tài chính;\n- Sở Nông nghiệp" in text_of(letter)
    assert [row.cells[1].text for row in letter.tables[2].rows[1:]] == list(UNITS[:3])


def test_many_bodies_are_named_in_the_annex_only(tmp_path):
    assert len(UNITS) > NAMED_ON_THE_LETTER
    letter = written(tmp_path, a_letter(*UNITS))
    assert "Kính gửi: Các cơ quan, đơn vị, địa phương (danh sách kèm theo)." in text_of(letter)
    assert "DANH SÁCH CƠ QUAN CHƯA GỬI LỊCH PHỔ BIẾN" in text_of(letter)
    assert len(letter.tables[2].rows) == len(UNITS) + 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((date(2014, 1, 2),), "đã có thông báo nhắc việc vào ngày 02/01/2014. Tuy nhiên, đến hết ngày 08/01/2014"),
        ((date(2013, 12, 26), date(2014, 1, 2)), "vào các ngày 26/12/2013 và 02/01/2014. Tuy nhiên"),
    ],
)
def test_reminders_already_sent_are_named(days, words):
    facts = a_letter(addressees=(LateUnit("Sở Y tế", days),))
    assert words in letter_values(facts)["reminded"]


def test_a_letter_without_earlier_reminders_claims_none():
    told = letter_values(a_letter(addressees=(LateUnit("Sở Y tế"),)))["reminded"]
    assert told.startswith("Đến hết ngày 08/01/2014, Cục Thống kê tỉnh Sóc Trăng chưa nhận được Lịch")
    assert "nhắc" not in told


def test_the_answer_is_asked_before_a_day():
    first = letter_values(a_letter())["points"][0]
    assert "trước ngày 20/01/2014; bản điện tử gửi theo địa chỉ soctrang@gso.gov.vn." in first


def test_the_letter_is_whole_and_clean(tmp_path):
    facts = a_letter(*UNITS[:2], issuer=replace(a_letter().issuer, drafting_unit="A & <B>"))
    text = text_of(written(tmp_path, facts))
    assert "Rất mong nhận được sự quan tâm phối hợp của Quý cơ quan./." in text
    assert "- Lưu: VT, A & <B>." in text
    for leftover in ("None", "{{", "{%", "}}"):
        assert leftover not in text


def test_a_letter_to_nobody_is_refused(tmp_path):
    with pytest.raises(ValueError, match="ít nhất một cơ quan"):
        write_urging_letter(a_letter(addressees=()), tmp_path / "letter.docx")
