"""The signed PDF of a report or a letter: filed once it is signed, looked into like every upload, judged."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import a_province
import pytest
from a_province import AFTER_CUTOFF
from fakes.clamd import EICAR, a_scanner
from fakes.signed_pdf import a_pdf, a_signer, added_page, an_authority, signed
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, form_key, post

from config.clock import now
from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.messages import LetterDraft, ReportDraft, SignedFile
from portal.context import PortalContext
from portal.forms import FIELD
from services.files.verify import differences, registered, unregistered
from services.operations.tick import tick
from services.reminders import urging_letters

NOW = now()  # a signature bears the time of the machine
AUTHORITY = an_authority(AFTER_CUTOFF)
AN = a_signer(AUTHORITY, AFTER_CUTOFF, ends=NOW + timedelta(days=9))
SIGNED, SCAN = signed(a_pdf(), AN), a_pdf()


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """The first quarterly report was drafted, and is signed."""
    context = a_province.a_context(tmp_path)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(AUTHORITY.pem)
    office = replace(context.office, folder=tmp_path, signature_roots=roots)
    context = replace(context, office=office, clock=lambda: AFTER_CUTOFF)
    tick(context.engine, context.office, AFTER_CUTOFF)
    with writing(context.engine) as session:
        for row in session.exec(select(ReportDraft)):
            row.state = "signed"
        urging_letters.sign(session, session.exec(select(LetterDraft.id)).first() or 0, "Lan", AFTER_CUTOFF)
    return replace(context, clock=lambda: NOW)


@pytest.fixture
def coordinator(context: PortalContext):
    return a_browser(context, COORDINATOR)


@pytest.fixture
def desk(coordinator) -> str:
    return re.search(r'href="(/bao-cao/\d+)"', coordinator.get("/bao-cao").text)[1]


def filed(context: PortalContext) -> list[SignedFile]:
    with reading(context.engine) as session:
        return list(session.exec(select(SignedFile).order_by(SignedFile.id)))


def files(client, address: str, content: bytes, name: str = "BC-da-ky.pdf"):
    return client.post(
        f"{address}/ban-ky", data={FIELD: form_key(client)}, files={"file": (name, content)}, follow_redirects=False
    )


def test_the_signed_pdf_of_a_report_lies_beside_it_and_its_signature_is_named(context, coordinator, desk: str):
    assert files(coordinator, desk, SIGNED).status_code == 303
    page = coordinator.get(desk).text
    assert "chữ ký hợp lệ" in page
    assert "Nguyễn Văn An, Cục Thống kê tỉnh Sóc Trăng" in page
    [where] = re.findall(rf'href="({desk}/ban-ky/\d+)"', page)
    for reader in (LEADER, AUDITOR):
        assert a_browser(context, reader).get(where).content == SIGNED
    assert a_browser(context, FOCAL_POINT).get(where).status_code in (403, 404)
    with reading(context.engine) as session:
        actions = [one.action for one in session.exec(select(LogEntry)) if one.subject.startswith("report:")]
        names = [one for one in registered(session) if one.kind == "signed"]
        assert not list(unregistered(session, context.office.folder))
        assert [one.sha256 for one in names] == [sha256(SIGNED).hexdigest()]
        assert not [one for one in differences(session, context.office.folder) if one.file.kind == "signed"]
        (context.office.folder / names[0].path).write_bytes(b"%PDF-another")
        assert [one.file.kind for one in differences(session, context.office.folder) if one.file.kind == "signed"]
    assert actions == ["report.file_signed"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(added_page(SIGNED), "đã bị sửa sau khi ký", id="changed since"),
        pytest.param(SCAN, "Không có chữ ký số", id="a scan"),
        pytest.param(b"%PDF-1.7 nothing more", "Chữ ký số: chưa kiểm tra được", id="broken"),
    ],
)
def test_what_is_not_valid_is_never_called_so(coordinator, desk: str, content: bytes, words: str):
    assert files(coordinator, desk, content).status_code == 303
    page = coordinator.get(desk).text
    assert words in page
    assert "chữ ký hợp lệ" not in page


def test_without_roots_the_page_says_that_the_chain_was_not_checked(context, coordinator, desk: str):
    rootless = a_browser(replace(context, office=replace(context.office, signature_roots=None)), COORDINATOR)
    assert files(rootless, desk, SIGNED).status_code == 303
    page = rootless.get(desk).text
    assert "không kiểm tra được chuỗi chứng thư" in page
    assert "chữ ký hợp lệ" not in page


def test_a_letter_has_its_signed_copy_too(context, coordinator):
    with reading(context.engine) as session:
        waiting, ready = (
            session.exec(select(LetterDraft.id).where(LetterDraft.state == state)).first()
            for state in ("waiting", "signed")
        )
    assert files(coordinator, f"/viec/cong-van/{ready}", SIGNED).status_code == 303
    page = coordinator.get("/viec/cong-van").text
    assert "chữ ký hợp lệ" in page
    [where] = re.findall(rf'href="(/viec/cong-van/{ready}/ban-ky/\d+)"', page)
    assert coordinator.get(where).content == SIGNED
    if waiting:
        assert files(coordinator, f"/viec/cong-van/{waiting}", SIGNED).status_code == 409


def test_a_draft_nobody_has_signed_has_no_signed_copy(context, coordinator, desk: str):
    with writing(context.engine) as session:
        for row in session.exec(select(ReportDraft)):
            row.state = "approved"
    assert files(coordinator, desk, SIGNED).status_code == 409
    assert filed(context) == []


def test_only_a_pdf_without_a_virus_is_taken(context, coordinator, desk: str):
    for name, content in (("a.pdf", b"MZ"), ("a.docx", SIGNED), ("a.pdf", b"")):
        assert files(coordinator, desk, content, name).status_code == 409, name
    with a_scanner() as scanner:
        intake = replace(context.office.intake, scanner=scanner)
        guarded = a_browser(replace(context, office=replace(context.office, intake=intake)), COORDINATOR)
        assert files(guarded, desk, b"%PDF-1.7\n" + EICAR).status_code == 409
    assert filed(context) == []


def test_the_same_file_again_changes_nothing_and_a_newer_one_keeps_the_first(context, coordinator, desk: str):
    for content in (SIGNED, SIGNED, SCAN, SIGNED):
        assert files(coordinator, desk, content).status_code == 303
    assert [one.sha256 for one in filed(context)] == [sha256(one).hexdigest() for one in (SIGNED, SCAN, SIGNED)]


def test_who_only_reads_files_nothing(context, desk: str):
    assert files(a_browser(context, AUDITOR), desk, SIGNED).status_code == 403
    assert post(a_browser(context, LEADER), f"{desk}/ban-ky").status_code in (403, 409)
