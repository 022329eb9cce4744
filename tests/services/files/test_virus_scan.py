"""What is handed in is scanned where the office names a ClamAV daemon."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fakes.clamd import EICAR, LONGEST, a_scanner

from rules.intake import FileProblem, FileRemark, Intake
from services.files.check import check_file
from services.files.scan import ScannerSilent, scan


def test_a_virus_is_named_over_tcp_and_over_a_local_socket(tmp_path: Path):
    for path in (None, tmp_path / "clamd.sock"):
        with a_scanner(path) as address:
            assert scan(address, io.BytesIO(b"x" * 700_000 + EICAR)) == "Eicar-Test-Signature"
            assert scan(address, io.BytesIO(b"x" * 700_000)) == ""


def test_a_file_with_a_virus_is_refused_by_its_name():
    with a_scanner() as address:
        verdict = check_file("a.txt", io.BytesIO(EICAR), Intake(scanner=address))
        clean = check_file("a.txt", io.BytesIO(b"x"), Intake(scanner=address))
    assert (verdict.problem, verdict.detail) == (FileProblem.VIRUS, "Eicar-Test-Signature")
    assert (clean.taken, clean.remarks) == (True, ())


def test_a_scanner_that_is_away_delays_nobody_but_is_told(tmp_path: Path):
    verdict = check_file("a.txt", io.BytesIO(b"x"), Intake(scanner=f"unix://{tmp_path}/nobody"))
    assert (verdict.taken, [remark.code for remark in verdict.remarks]) == (True, [FileRemark.NOT_SCANNED])


def test_a_scanner_that_cannot_judge_gives_no_clean_bill():
    with a_scanner() as address, pytest.raises(ScannerSilent):
        scan(address, io.BytesIO(bytes(LONGEST + (1 << 20))))
