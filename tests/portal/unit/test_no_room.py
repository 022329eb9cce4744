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
from portal.context import PortalContext
from portal.forms import FIELD
from services.cases.hand_in import find
from services.files import store
from services.files.free_space import is_no_room


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PortalContext:
    """Where no file can be kept any more."""
    context = a_province.a_context(tmp_path)

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", no_room)
    return replace(context, office=replace(context.office, folder=tmp_path))


def test_a_unit_and_a_system_are_told_that_nothing_was_recorded(context: PortalContext) -> None:
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", context.clock()).case.id
        before = len(session.exec(select(SubmissionFile)).all())
    client = a_browser(context, FOCAL_POINT, raise_server_exceptions=False)
    file = {"files": ("lich.csv", b"a,b\n")}
    answer = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=file)
    assert answer.status_code == 507
    assert "Máy chủ hết chỗ lưu" in answer.text
    assert "Chưa có gì được ghi nhận" in answer.text
    system = System(context)
    system.client = client
    told = system.post(f"/cases/{case}/submissions", data={"document_number": "1/BC"}, files=file)
    assert (told.status_code, told.json()["code"]) == (507, "no_room")
    assert [path for path in (context.office.folder / "files").rglob("*") if path.suffix == ".part"] == []
    with reading(context.engine) as session:
        assert len(session.exec(select(SubmissionFile)).all()) == before


@pytest.mark.parametrize(
    ("said", "full"), [("database or disk is full", True), ("disk I/O error", True), ("database is locked", False)]
)
def test_a_database_without_room_is_told_from_one_that_is_busy(said: str, full: bool) -> None:
    assert is_no_room(OperationalError("INSERT", {}, Exception(said))) is full
