"""What people add to a drafted report: words in the place of its slots, number and day, the document it corrects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from report_builders import a_report

from reports.annexes import annex_i
from reports.as_page import blocks_of
from reports.completion import TO_BE_WRITTEN, empty_slots, slots_of
from reports.document_check.checking import check_form
from reports.facts import Completion, Guidance, IssuedLetter
from reports.progress import report_values, write_progress_report

ISSUED = date(2014, 3, 20)
UNRECORDED = a_report(annex_iv=None, guidance=Guidance(None, None, (), 0))


def every_word(**more: object) -> Completion:
    return Completion({slot.key: f"Lời của người soạn: {slot.place}" for slot in slots_of(UNRECORDED)}, **more)


def text_of(path: Path) -> str:
    return "\n".join(cell for block in blocks_of(path) for row in block.rows or ((block.text,),) for cell in row)


def test_each_marked_gap_of_the_document_is_a_slot_by_its_place(tmp_path: Path):
    document = Document(str(write_progress_report(UNRECORDED, tmp_path / "r.docx")))
    gaps = [paragraph.text for paragraph in document.paragraphs if paragraph.text.startswith(f"[{TO_BE_WRITTEN}")]
    slots = slots_of(UNRECORDED)
    assert gaps == [f"[{TO_BE_WRITTEN}: {slot.prompt}]" for slot in slots]
    assert len({slot.key for slot in slots}) == len(slots)
    assert [slot.place for slot in slots if slot.place.startswith("III")] == [
        "III.1. Kết quả đạt được",
        "III.2. Hạn chế, bất cập",
        "III.3. Nguyên nhân",
    ]


def test_words_stand_in_the_place_of_the_gaps_and_leave_none(tmp_path: Path):
    text = text_of(write_progress_report(UNRECORDED, tmp_path / "r.docx", every_word()))
    assert TO_BE_WRITTEN not in text
    for slot in slots_of(UNRECORDED):
        assert f"Lời của người soạn: {slot.place}" in text
    assert "Như nội dung nêu tại khoản 1 mục IV" in text


def test_each_line_is_a_paragraph_and_blank_words_are_none(tmp_path: Path):
    words = Completion({"causes": "Một.\n\n  Hai.  \n", "difficulties": "  \n "})
    document = Document(str(write_progress_report(a_report(), tmp_path / "r.docx", words)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[texts.index("3. Nguyên nhân") + 1 :][:2] == ["Một.", "Hai."]
    assert "difficulties" in {slot.key for slot in empty_slots(a_report(), words)}
    assert "causes" not in {slot.key for slot in empty_slots(a_report(), words)}


def test_number_and_day_stand_in_head_and_annexes_once_they_are_given(tmp_path: Path):
    issued = every_word(number="45/BC-CTK", issued_on=ISSUED)
    text = text_of(write_progress_report(UNRECORDED, tmp_path / "r.docx", issued))
    assert "Số: 45/BC-CTK" in text
    assert "Sóc Trăng, ngày 20 tháng 3 năm 2014" in text
    assert text.count("(Kèm theo Báo cáo số 45/BC-CTK ngày 20 tháng 3 năm 2014 của ") == 6
    assert "…" not in text


def test_a_correction_names_the_report_it_replaces(tmp_path: Path):
    corrects = IssuedLetter("45/BC-CTK", ISSUED, "")
    text = text_of(write_progress_report(a_report(), tmp_path / "r.docx", Completion(corrects=corrects)))
    assert "Báo cáo này thay thế Báo cáo số 45/BC-CTK ngày 20/3/2014." in text


@pytest.mark.parametrize(
    "completion", [every_word(), every_word(number="45/BC-CTK", issued_on=ISSUED)], ids=["words", "number"]
)
def test_the_form_holds_with_words_and_with_a_number(tmp_path: Path, completion: Completion):
    path = write_progress_report(UNRECORDED, tmp_path / "r.docx", completion)
    assert check_form(path.read_bytes(), ISSUED, ISSUED).departures == ()


def test_what_people_add_changes_no_number():
    plain, completed = report_values(UNRECORDED), report_values(UNRECORDED, every_word(number="1/BC-CTK"))
    for name in ("annex_i", "annex_ii", "annex_iii", "annex_iv", "annex_v", "outlook", "subject", "opening"):
        assert plain[name] == completed[name], name
    assert plain["annex_i"] == annex_i(UNRECORDED.annex_i)
    assert [item.paragraphs for item in plain["results"]] == [item.paragraphs for item in completed["results"]]
