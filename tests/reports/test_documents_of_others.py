"""Right documents written elsewhere than in Kyhan: the check has nothing to say about them."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from official_papers import PAPERS
from report_builders import UNITS, a_letter, a_report

from reports.document_check.checking import check_form
from reports.progress import write_progress_report
from reports.urging_letter import write_urging_letter

HERE = Path(__file__).with_name("papers")
WORD = "docx:MS Word 2007 XML"


def converted(file: Path, kind: str, *options: str) -> Path:
    """By LibreOffice, with a profile of its own: others may be running."""
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    command = ["soffice", profile, "--headless", *options, "--convert-to", kind, "--outdir", file.parent, file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    out = file.with_suffix(f".{kind.partition(':')[0]}")
    assert out.exists(), done.stdout + done.stderr
    return out


def assert_right(file: Path) -> None:
    verdict = check_form(file.read_bytes(), date(2026, 11, 30))
    assert verdict.official
    assert verdict.departures == ()


@pytest.mark.office
@pytest.mark.parametrize(
    ("name", "options"),
    [("letter.html", ("--infilter=HTML (StarWriter)",)), ("submission.fodt", ())],
    ids=["letter.html", "submission.fodt"],
)
def test_written_in_libreoffice(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    file = tmp_path / name
    file.write_bytes((HERE / name).read_bytes())
    assert_right(converted(file, WORD, *options))


@pytest.mark.office
@pytest.mark.parametrize("name", [*PAPERS, "our report", "our letter"])
def test_opened_and_saved_in_libreoffice(tmp_path: Path, name: str) -> None:
    file = tmp_path / "paper.docx"
    if name == "our report":
        write_progress_report(a_report(as_of=date(2026, 9, 14)), file)
    elif name == "our letter":
        write_urging_letter(a_letter(*UNITS, as_of=date(2026, 9, 14)), file)
    else:
        PAPERS[name]().save(file)
    opened = converted(file, "odt")
    file.unlink()
    assert_right(converted(opened, WORD))
