"""The documents the office signs beside reports and letters: their form, and that they say what is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from paper_builders import CATALOGUE, PAPERS, a_decision, a_notice, a_paper, a_review, a_submission
from report_builders import ISSUER

from reports.document_check.reading import read_paper
from reports.facts import Completion
from reports.papers import pieces
from reports.papers.facts import AnnexTable, Facts
from reports.papers.writing import NO_ADDITION, slots, write_paper
from rules.documents.form_rules import judge
from rules.plan import DocumentKind

DAYS = (date(2013, 12, 14), date(2014, 9, 26), date(2019, 6, 14), date(2020, 3, 4), date(2020, 3, 5), date(2026, 9, 14))
HOSTILE = 'Sở «Y & Tế» <b>"quận"</b> ' + "dài " * 50


def text_of(file: Path) -> str:
    body = Document(str(file)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def written(tmp_path: Path, facts: Facts, completion: Completion = NO_ADDITION) -> str:
    kind = next(kind for kind, make in PAPERS.items() if type(make()) is type(facts))
    return text_of(write_paper(kind, facts, tmp_path / "paper.docx", completion))


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("kind", PAPERS)
def test_every_document_has_the_form_of_its_day(tmp_path: Path, kind: DocumentKind, day: date) -> None:
    file = write_paper(kind, a_paper(kind, as_of=day), tmp_path / "paper.docx")
    verdict = judge(read_paper(BytesIO(file.read_bytes())), day)
    assert verdict.official
    assert verdict.departures == ()


def test_no_document_holds_a_number_or_a_day_that_nobody_gave(tmp_path: Path) -> None:
    text = written(tmp_path, a_submission())
    assert "Số:        /TTr-CTK" in text
    assert "Sóc Trăng, ngày … tháng 9 năm 2014" in text


def test_the_number_and_the_day_stand_in_it_once_they_are_given(tmp_path: Path) -> None:
    issued = Completion(number="2150/QĐ-UBND", issued_on=date(2014, 10, 17))
    text = written(tmp_path, a_decision(), issued)
    assert "Số: 2150/QĐ-UBND" in text
    assert "Sóc Trăng, ngày 17 tháng 10 năm 2014" in text
    assert "(Kèm theo Quyết định số 2150/QĐ-UBND ngày 17 tháng 10 năm 2014 của Chủ tịch Ủy ban nhân dân" in text


def test_a_decision_names_the_submission_only_once_it_has_a_number(tmp_path: Path) -> None:
    assert "tại Tờ trình số 12/TTr-CTK ngày 26 tháng 9 năm 2014," in written(tmp_path, a_decision())
    text = written(tmp_path, a_decision(submission=None))
    assert "tại Tờ trình số        /TTr-CTK ngày … tháng … năm …," in text


def test_what_people_must_write_is_marked_until_it_is_written(tmp_path: Path) -> None:
    asked = "[Đơn vị soạn thảo bổ sung: sự cần thiết, mục đích ban hành]"
    assert asked in written(tmp_path, a_submission())
    words = Completion({"need": "Danh mục phục vụ người sử dụng.\n\nDòng hai & ba."})
    text = written(tmp_path, a_submission(), words)
    assert asked not in text
    assert "Danh mục phục vụ người sử dụng.\nDòng hai & ba." in text


def test_a_review_says_nothing_of_an_outcome_nobody_gave(tmp_path: Path) -> None:
    assert [slot.key for slot in slots(DocumentKind.REVIEW, a_review())] == ["evaluation", "outcome", "requests"]
    assert "điều chỉnh, bổ sung." not in written(tmp_path, a_review())
    assert "kế hoạch không có điều chỉnh, bổ sung." in written(tmp_path, a_review(adjusted=False))
    follow = ("Báo cáo Chủ tịch UBND tỉnh về điều chỉnh, bổ sung", "Thông báo điều chỉnh, bổ sung cho người sử dụng")
    text = written(tmp_path, a_review(adjusted=True, follow=follow))
    assert "báo cáo Chủ tịch UBND tỉnh về điều chỉnh, bổ sung và thông báo điều chỉnh" in text


def test_a_review_without_gaps_has_one_annex(tmp_path: Path) -> None:
    text = written(tmp_path, a_review(unrecorded=()))
    assert "Phụ lục II" not in text
    assert "(chi tiết tại Phụ lục)." in text


def test_a_notice_asks_for_what_is_not_recorded(tmp_path: Path) -> None:
    asked = [slot.key for slot in slots(DocumentKind.NOTICE, a_notice(approved=None, place="", published_on=None))]
    assert asked == ["approval", "place"]
    text = written(tmp_path, a_notice(approved=None, place="", published_on=None))
    assert "đã được" not in text
    assert "được công bố tại" not in text


@pytest.mark.parametrize("kind", PAPERS)
def test_names_of_any_letters_and_length_stay_text(tmp_path: Path, kind: DocumentKind) -> None:
    issuer = replace(ISSUER, name=HOSTILE.strip())
    changes: dict[str, object] = {"issuer": issuer}
    if kind is DocumentKind.DECISION:
        rows = ((HOSTILE, "x\x00\x1fy"), ("", "</w:t><w:br/>"))
        table = replace(CATALOGUE, table=AnnexTable(("A & B", "<C>"), (1, 1), rows))
        changes = {"proposer": issuer, "tables": (table,)}
    file = write_paper(kind, a_paper(kind, **changes), tmp_path / "paper.docx")
    text = text_of(file)
    assert HOSTILE.strip() in text
    verdict = judge(read_paper(BytesIO(file.read_bytes())), date(2014, 9, 26))
    assert [fault for fault in verdict.departures if not fault.rule.startswith("issuer.")] == []


def test_columns_of_an_annex_fill_the_page_and_none_is_too_narrow() -> None:
    for widths in ((34.0, 40, 30, 18, 18, 14, 16, 24, 30, 16, 30), (1.0, 500.0), (10.0,), (5.0,) * 17):
        fitted = pieces.fitted(widths)
        assert sum(fitted) == pytest.approx(pieces.LANDSCAPE_WIDTH)
        assert min(fitted[1:]) >= pieces.LEAST_WIDTH - 0.01
