"""The disk is full: who hands in is told that nothing was recorded, and why, at every door."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import a_province
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select
from systems import System
from visitors import FOCAL_POINT, a_browser, form_key

from models.database import reading
from models.tables.submissions import SubmissionFile
from portal.context import Desk
from portal.forms import FIELD
from services.files import store
from services.cases.hand_in import find
from services.files.free_space import is_no_room


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Where no file can be kept any more."""
    desk = a_province.a_desk(tmp_path)

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", no_room)
    return replace(desk, office=replace(desk.office, folder=tmp_path))


def test_a_unit_and_a_system_are_told_that_nothing_was_recorded(desk: Desk) -> None:
    with reading(desk.engine) as session:
        case = find(session, desk.office, "SYT", "I5-CALENDAR", "2014", desk.clock()).case.id
        before = len(session.exec(select(SubmissionFile)).all())
    client = a_browser(desk, FOCAL_POINT, raise_server_exceptions=False)
    file = {"files": ("lich.csv", b"a,b\n")}
    answer = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=file)
    assert answer.status_code == 507
    assert "Máy chủ hết chỗ lưu" in answer.text
    assert "Chưa có gì được ghi nhận" in answer.text
    system = System(desk)
    system.client = client
    told = system.post(f"/cases/{case}/submissions", data={"document_number": "1/BC"}, files=file)
    assert (told.status_code, told.json()["code"]) == (507, "no_room")
    assert [path for path in (desk.office.folder / "files").rglob("*") if path.suffix == ".part"] == []
    with reading(desk.engine) as session:
        assert len(session.exec(select(SubmissionFile)).all()) == before


@pytest.mark.parametrize(
    ("said", "full"), [("database or disk is full", True), ("disk I/O error", True), ("database is locked", False)]
)
def test_a_database_without_room_is_told_from_one_that_is_busy(said: str, full: bool) -> None:
    assert is_no_room(OperationalError("INSERT", {}, Exception(said))) is full
