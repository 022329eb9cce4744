"""kyhan files verify: the register and the store, compared for an operator and for a script."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import connect, reading
from models.tables.log import LogEntry
from services.cases.case_file import CONTENT
from services.files import store
from tests.cli.conftest import Kyhan

HAND_IN = ("submit", "SYT", "I5-CALENDAR", "2014")
WHEN = ("--number", "15/KH", "--date", "2013-12-20", "--received", "2013-12-20T08:00")


def test_a_damaged_file_is_named_and_the_answer_is_no(kyhan: Kyhan, tmp_path: Path) -> None:
    source = tmp_path / "lich.csv"
    source.write_bytes(b"a,b\n")
    assert kyhan(*HAND_IN, source, *WHEN).code == 0
    whole = kyhan("files", "verify", "--json")
    assert (whole.code, whole.json) == (0, {"ok": True, "wrong": [], "unregistered": []})
    assert "đều còn và đúng" in kyhan("files", "verify").out

    [stored] = [path for path in (tmp_path / "home" / "files").rglob("*") if path.is_file()]
    stored.write_bytes(b"b,a\n")
    (stored.parent / "left.part").write_bytes(b"half")
    answer = kyhan("files", "verify", "--json")
    [wrong] = answer.json["wrong"]
    assert (answer.code, wrong["fault"], wrong["unit"], wrong["period"]) == (1, "content", "SYT", "2014")
    assert (wrong["document_number"], wrong["version"], wrong["name"]) == ("15/KH", 1, "lich.csv")
    assert [(one["size"], one["partial"]) for one in answer.json["unregistered"]] == [(4, True)]
    assert "15/KH" in kyhan("files", "verify").out

    stored.unlink()
    lines = {one["subject"]: one for one in kyhan("doctor", "--json").json}
    assert (lines["files"]["ok"], lines["files"]["todo_vi"]) == (False, "kyhan files verify")


def test_what_the_portal_would_not_take_is_not_registered_by_command_either(kyhan: Kyhan, tmp_path: Path) -> None:
    source = tmp_path / "lich.pdf"
    source.write_bytes(b"MZ\0\0")
    answer = kyhan(*HAND_IN, source, *WHEN)
    assert answer.code == 1
    assert "«lich.pdf»: hỏng, hoặc nội dung không đúng như tên" in answer.err
    assert [path for path in (tmp_path / "home" / "files").rglob("*") if path.is_file()] == []


def test_a_command_says_that_there_is_no_room(kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "lich.csv"
    source.write_bytes(b"a,b\n")
    assert kyhan("files", "verify").code == 0

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", no_room)
    answer = kyhan(*HAND_IN, source, *WHEN)
    assert answer.code == 1
    assert "máy chủ hết chỗ lưu, chưa có gì được ghi" in answer.err


def test_a_table_that_is_registered_by_command_is_looked_at(kyhan: Kyhan, tmp_path: Path) -> None:
    source = tmp_path / "lich.csv"
    source.write_bytes(b"a,b\n")
    assert kyhan(*HAND_IN, source, *WHEN).code == 0
    with reading(connect(f"sqlite:///{tmp_path}/home/kyhan.db")) as session:
        told = session.exec(select(LogEntry.details).where(LogEntry.action == CONTENT)).one()
    assert '"kind":"column_missing"' in told
