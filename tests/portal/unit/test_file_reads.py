"""Whoever reads a file of another unit is in the log: who, which file, when; and it costs next to nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import a_province
import pytest
from builders import counted
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, HEAD, LEADER, STRANGER, a_browser, form_key

from models.database import reading
from models.tables.log import LogEntry
from models.tables.submissions import SubmissionFile
from portal.context import PortalContext
from portal.forms import FIELD
from services.cases.hand_in import find

NOW = a_province.NOW


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


@pytest.fixture
def file(context: PortalContext) -> SubmissionFile:
    """Handed in by Sở Y tế."""
    client = a_browser(context, FOCAL_POINT)
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id
    files = {"files": ("lịch.pdf", b"%PDF-1.4 x")}
    assert client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=files).status_code == 303
    with reading(context.engine) as session:
        return session.exec(select(SubmissionFile)).one()


def reads(context: PortalContext) -> list[LogEntry]:
    with reading(context.engine) as session:
        return list(session.exec(select(LogEntry).where(LogEntry.action == "file.read")))


def test_who_reads_a_file_of_another_unit_is_in_the_log(context: PortalContext, file: SubmissionFile):
    for email in (COORDINATOR, LEADER, AUDITOR):
        answer = a_browser(context, email).get(f"/tep/{file.id}")
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    entries = reads(context)
    assert len({entry.actor for entry in entries}) == 3
    told = json.loads(entries[0].details)
    assert (entries[0].subject, entries[0].at, told["sha256"]) == (f"file:{file.id}", NOW, file.sha256)


def test_a_unit_reads_its_own_file_unrecorded_and_a_stranger_not_at_all(context: PortalContext, file: SubmissionFile):
    for email, status in ((FOCAL_POINT, 200), (HEAD, 200), (STRANGER, 404)):
        assert a_browser(context, email).get(f"/tep/{file.id}").status_code == status
    assert reads(context) == []


def test_recording_a_read_takes_a_handful_of_statements(context: PortalContext, file: SubmissionFile):
    client = a_browser(context, AUDITOR)
    client.get(f"/tep/{file.id}")
    with counted(context.engine) as seen:
        client.get(f"/tep/{file.id}")
    assert len(seen) <= 8
