"""Registers and triggers by command: recorded, corrected, previewed, and refused in plain words."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Kyhan

AT = ("--at", "2014-03-10T08:00")
GUIDANCE = ("--kind", "guidance", "--on", "2014-03-03", "--summary", "Hướng dẫn lập Lịch")
ISSUED = ("plan", "trigger", "bkhdt-regulation", "--on", "2014-05-28", "--number", "680/QĐ-BKHĐT")
LATER = ("--at", "2014-05-30T08:00", "--json")


def test_an_activity_is_recorded_corrected_and_taken_back(kyhan: Kyhan, tmp_path: Path) -> None:
    file = tmp_path / "hướng dẫn.pdf"
    file.write_bytes(b"%PDF-1.4")
    added = ("activity", "add", "ctk", "ii2-guide-check-urge", *GUIDANCE, "--number", "12/CTK-TH", "--file", file)
    first = kyhan(*added, *AT, "--json").json
    second = kyhan("activity", "correct", first["id"], *GUIDANCE, "--number", "13/CTK-TH", *AT, "--json").json
    assert (second["corrects_id"], second["file_name"]) == (first["id"], "hướng dẫn.pdf")
    [listed] = kyhan("activity", "list", "--unit", "CTK", "--obligation", "II2-GUIDE-CHECK-URGE", *AT, "--json").json
    assert (listed["unit"], listed["document_number"]) == ("CTK", "13/CTK-TH")
    assert kyhan("activity", "withdraw", second["id"], "--reason", "Ghi nhầm", *AT).code == 0
    assert kyhan("activity", "list", *AT, "--json").json == []
    assert len(kyhan("activity", "list", "--all", *AT, "--json").json) == 2
    assert "Văn bản hướng dẫn (đã sửa hoặc rút)" in kyhan("activity", "list", "--all", *AT).out
    assert kyhan("files", "verify").code == 0


def test_what_is_wrong_with_an_activity_is_said(kyhan: Kyhan) -> None:
    without = kyhan("activity", "add", "CTK", "II2-GUIDE-CHECK-URGE", *GUIDANCE, *AT)
    assert (without.code, "--number" in without.err) == (1, True)
    assert "các loại: document" in kyhan("activity", "add", "CTK", "I5-CALENDAR", *GUIDANCE, *AT).err
    assert "Gần đúng" in kyhan("activity", "add", "CTX", "II1-GUIDE", *GUIDANCE, *AT).err
    assert "Chưa ghi gì" in kyhan("activity", "withdraw", 9, "--reason", "x", *AT).err


def test_a_document_the_plan_waits_for_is_previewed_then_recorded(kyhan: Kyhan) -> None:
    withdrawn = ("plan", "trigger", "BKHDT-REGULATION", "--take-back", "--reason", "Chưa có", "--yes")
    assert kyhan(*withdrawn, "--at", "2013-12-02T08:00").code == 0
    assert [one["fired_on"] for one in kyhan("plan", "trigger", *LATER).json] == [None]
    shown = kyhan(*ISSUED, *LATER).json
    assert [(one["code"], one["opens_on"]) for one in shown["opens"]] == [("I6-DIRECTIVE", "2014-05-28")]
    assert not shown["recorded"]
    assert [one["fired_on"] for one in kyhan("plan", "trigger", *LATER).json] == [None]
    assert kyhan(*ISSUED, "--yes", *LATER).json["opens"][0]["cases"] == 1
    assert [one["fired_on"] for one in kyhan("plan", "trigger", *LATER).json] == ["2014-05-28"]
    handed_in = kyhan("submit", "UBND", "I6-DIRECTIVE", "2014", "--date", "2014-06-10", "--at", "2014-06-11T08:00")
    assert handed_in.code == 0
    assert kyhan("submit", "CTK", "I6-REGULATION", "2014", "--at", "2014-06-12T08:00").code == 0


def test_what_cannot_be_recorded_of_a_document_is_refused(kyhan: Kyhan) -> None:
    assert "Gần đúng: BKHDT-REGULATION" in kyhan("plan", "trigger", "X", "--on", "2014-05-28", *LATER[:2]).err
    assert kyhan("plan", "trigger", "BKHDT-REGULATION", *LATER[:2]).code == 2
