"""Documents as PDF/A by LibreOffice: whole, bounded in time, and said clearly where there is none."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from report_builders import a_letter, a_report

from reports.beside import pdf
from reports.progress import write_progress_report
from reports.urging_letter import write_urging_letter


@pytest.mark.office
@pytest.mark.parametrize("kind", ["letter", "report"])
def test_a_pdf_is_of_the_archive_kind_and_carries_its_fonts(tmp_path: Path, kind: str) -> None:
    document = tmp_path / "văn bản.docx"
    if kind == "report":
        write_progress_report(a_report(), document)
    else:
        write_urging_letter(a_letter(), document)
    content = pdf.write_pdf(document, tmp_path / "out" / "văn bản.pdf").read_bytes()
    assert content.startswith(b"%PDF-1.")
    assert re.search(rb"pdfaid:part>2<", content)
    fonts = len(re.findall(rb"/Type\s*/FontDescriptor", content))
    assert fonts
    assert len(re.findall(rb"/FontFile[23]?\b", content)) == fonts  # each is embedded
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["văn bản.pdf"]  # no profile, no copy is left


def test_without_libreoffice_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    document = write_progress_report(a_report(), tmp_path / "report.docx")
    with pytest.raises(pdf.NoPdf, match="chưa cài LibreOffice"):
        pdf.write_pdf(document, tmp_path / "report.pdf")


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def test_at_the_deadline_it_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = tmp_path / "ids"
    stand_in(tmp_path, f"sleep 600 & echo $! >> {ids}; echo $$ >> {ids}; wait", monkeypatch)
    document = write_progress_report(a_report(), tmp_path / "report.docx")
    with pytest.raises(pdf.NoPdf, match="chưa chuyển xong"):
        pdf.write_pdf(document, tmp_path / "report.pdf", patience=2)
    for number in ids.read_text().split():
        while is_running(int(number)):
            time.sleep(0.05)


def is_running(number: int) -> bool:
    """A child that was ended may wait for its new parent to notice."""
    try:
        return ") Z" not in Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return False


def test_what_cannot_be_converted_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "exit 1", monkeypatch)
    document = write_progress_report(a_report(), tmp_path / "report.docx")
    with pytest.raises(pdf.NoPdf, match=r"không chuyển được report\.docx"):
        pdf.kept_pdf(document, tmp_path / "pdf")
    assert list((tmp_path / "pdf").iterdir()) == []


def test_the_same_document_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = tmp_path / "runs"
    script = f'echo run >> {runs}; for last; do :; done; echo %PDF > "${{last%.docx}}.pdf"'
    stand_in(tmp_path, script, monkeypatch)
    document = write_progress_report(a_report(), tmp_path / "BC-70.docx")
    other = write_progress_report(a_report(), tmp_path / "BC-70-2014.docx")
    kept = [pdf.kept_pdf(document, tmp_path / "pdf") for _ in range(2)]
    beside = pdf.kept_pdf(other, tmp_path / "pdf")
    document.write_bytes(document.read_bytes() + b" ")
    newer = pdf.kept_pdf(document, tmp_path / "pdf")
    assert kept[0] == kept[1] != newer
    assert runs.read_text().count("run") == 3
    assert set((tmp_path / "pdf").iterdir()) == {newer, beside}  # the older content is gone
