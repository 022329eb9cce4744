"""The report the engine drafts by itself is the one the command writes as of the same day."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Kyhan


def test_the_draft_of_the_engine_is_the_report_of_the_command(kyhan: Kyhan, tmp_path: Path) -> None:
    for day in ("2014-03-03", "2014-03-17"):  # data are cut off on Friday the 14th
        assert kyhan("tick", "--at", f"{day}T06:45").code == 0
    assert kyhan("report", "2014-Q1", "--as-of", "2014-03-14", "--out", tmp_path / "out").code == 0
    [draft] = (tmp_path / "home" / "reports").glob("*2014-Q1*.docx")
    [written] = (tmp_path / "out").glob("*.docx")
    assert draft.read_bytes() == written.read_bytes()
