"""kyhan document check, as an operator and a script use it."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.shared import Mm

from reports.urging_letter import TEMPLATE
from tests.cli.conftest import Kyhan


def a_letter(path: Path, **margins: int) -> Path:
    document = Document(TEMPLATE)
    for side, width in margins.items():
        setattr(document.sections[0], f"{side}_margin", Mm(width))
    document.save(path)
    return path


def test_a_departure_is_named_with_its_place_and_the_answer_is_no(kyhan: Kyhan, tmp_path: Path) -> None:
    file = a_letter(tmp_path / "letter.docx", left=20)
    checked = kyhan("document", "check", file, "--json", "--as-of", "2026-11-30")
    margin = {
        "rule": "margin-left",
        "place": "phần 1 / section 1",
        "found": "20 mm",
        "expected": "30–35 mm",
    }
    assert checked.code == 1
    assert margin in checked.json["departures"]
    assert "NĐ 30/2020/NĐ-CP, Phụ lục I, mục I.3" in " ".join(kyhan("document", "check", file).out.split())


def test_a_file_that_is_no_official_document_is_not_judged(kyhan: Kyhan, tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Danh sách người tham dự hội nghị")
    document.save(tmp_path / "list.docx")
    checked = kyhan("document", "check", tmp_path / "list.docx", "--json")
    assert (checked.code, checked.json) == (0, {"departures": []})
    assert "không kiểm tra thể thức" in checked.err


BOMB = '<!DOCTYPE x [<!ENTITY a "x">' + "".join(
    '<!ENTITY {} "{}">'.format(b, f"&{a};" * 10) for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def with_document(path: Path, xml: str, codec: str = "utf-8") -> Path:
    plain, changed = io.BytesIO(), io.BytesIO()
    Document().save(plain)
    with ZipFile(plain) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = f'<?xml version="1.0" encoding="{codec}"?>{xml}'.encode(codec)
            new.writestr(name, body if name == "word/document.xml" else old.read(name))
    path.write_bytes(changed.getvalue())
    return path


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_document_that_expands_without_end_is_refused(kyhan: Kyhan, tmp_path: Path, codec: str) -> None:
    file = with_document(tmp_path / "bomb.docx", f"{BOMB}]><x>&i;</x>", codec)
    checked = kyhan("document", "check", file)
    assert checked.code == 1
    assert "bomb.docx: Tệp Word có khai báo XML lạ" in checked.err


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"no zip", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_word_document_is_refused_in_words(kyhan: Kyhan, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.docx").write_bytes(content)
    checked = kyhan("document", "check", tmp_path / "x.docx")
    assert (checked.code, checked.out) == (1, "")
    assert "x.docx: Tệp Word hỏng" in checked.err


def test_elements_within_elements_without_end_are_refused(kyhan: Kyhan, tmp_path: Path) -> None:
    file = with_document(tmp_path / "deep.docx", "<a>" * 5000 + "</a>" * 5000)
    assert kyhan("document", "check", file).code == 1
