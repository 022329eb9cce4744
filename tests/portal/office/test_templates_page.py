"""An official changes a Word template, tries it, puts it in use, drafts a report by it, and goes back."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from a_province import AFTER_CUTOFF
from docx import Document
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select
from template_builders import SENTENCE, before_closing, changed, with_sentence
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, LEADER, a_browser, form_key, post

from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.messages import ReportDraft
from models.tables.templates import TemplateVersion
from portal.context import PortalContext
from portal.forms import FIELD
from reports.word_templates.kinds import KINDS
from services.operations.tick import tick

PATH = "/quan-tri/mau-van-ban"
REPORT = f"{PATH}/progress"


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """The first quarterly report was drafted."""
    context = a_province.a_context(tmp_path)
    context = replace(context, office=replace(context.office, folder=tmp_path), clock=lambda: AFTER_CUTOFF)
    tick(context.engine, context.office, AFTER_CUTOFF)
    return context


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def upload(client: TestClient, content: bytes, path: str = REPORT, note: str = "thêm một câu") -> Response:
    return client.post(path, data={FIELD: form_key(client), "note": note}, files={"tep": ("mẫu.docx", content)})


def redrafted(context: PortalContext) -> tuple[list[str], str]:
    """Paragraphs of the report drafted anew, and what the log says of it."""
    client = a_browser(context, COORDINATOR)
    desk = re.search(r'href="(/bao-cao/\d+)"', client.get("/bao-cao").text)[1]
    assert post(client, f"{desk}/so-lieu").status_code == 303
    with reading(context.engine) as session:
        occurrence = int(desk.rpartition("/")[2])
        draft = session.exec(select(ReportDraft).where(ReportDraft.occurrence_id == occurrence)).one()
        entry = session.exec(select(LogEntry).where(LogEntry.action == "report.redraft")).all()[-1]
    written = Document(str(context.office.folder / draft.file))
    return [line.text for line in written.paragraphs], entry.details


def versions(context: PortalContext) -> list[TemplateVersion]:
    with reading(context.engine) as session:
        return list(session.exec(select(TemplateVersion).order_by(TemplateVersion.id)).all())


def test_a_sentence_added_in_word_stands_in_the_report_until_the_shipped_one_is_back(
    context: PortalContext, administrator: TestClient
) -> None:
    taken = upload(administrator, with_sentence())
    assert (taken.status_code, taken.headers["Location"]) == (303, f"{REPORT}/1")
    assert SENTENCE not in redrafted(context)[0]  # not in use yet

    page = administrator.get(f"{REPORT}/1").text
    assert SENTENCE in page
    assert "Bằng số liệu thật mới nhất của cơ quan." in page
    tried = Document(BytesIO(administrator.get(f"{REPORT}/1/thu").content))
    assert SENTENCE in [line.text for line in tried.paragraphs]

    assert post(administrator, f"{REPORT}/1/dung").headers["Location"] == f"{REPORT}?xong=dung"
    paragraphs, details = redrafted(context)
    assert SENTENCE in paragraphs
    assert '"template":1' in details

    assert post(administrator, f"{REPORT}/goc").headers["Location"] == f"{REPORT}?xong=goc"
    paragraphs, details = redrafted(context)
    assert SENTENCE not in paragraphs
    assert "template" not in details
    (kept,) = versions(context)
    assert (kept.in_use, kept.content, kept.note) == (False, with_sentence(), "thêm một câu")

    assert post(administrator, f"{REPORT}/1/dung").status_code == 303  # an older one again
    assert SENTENCE in redrafted(context)[0]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_can_be_fetched_changed_and_used(administrator: TestClient, name: str) -> None:
    path = f"{PATH}/{name}"
    assert administrator.get(f"{path}/goc").content == KINDS[name].template.read_bytes()
    assert upload(administrator, with_sentence(name), path).status_code == 303
    assert administrator.get(f"{path}/1/tep").content == with_sentence(name)
    assert post(administrator, f"{path}/1/dung").status_code == 303
    assert "phiên bản 1" in administrator.get(PATH).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (changed(before_closing("Kính gửi {{ isuer }}")), ("Đoạn ", "«Kính gửi {{ isuer }}»", "«isuer»", "issuer")),
        (b"PK nothing", ("hỏng",)),
        (b"", ("Chưa chọn tệp",)),
    ],
    ids=["an unknown field", "no document", "nothing"],
)
def test_what_cannot_be_filled_in_is_not_taken(
    context: PortalContext, administrator: TestClient, content: bytes, words: tuple[str, ...]
) -> None:
    answer = upload(administrator, content) if content else post(administrator, REPORT)
    assert answer.status_code == 422
    assert [word for word in words if word not in answer.text] == []
    assert versions(context) == []


def test_departures_from_the_form_are_shown_and_have_to_be_confirmed(
    context: PortalContext, administrator: TestClient
) -> None:
    def another_size(document: object) -> None:
        document.styles["Nội dung"].font.size = 12 * 12700 * 2  # type: ignore[attr-defined]

    assert upload(administrator, changed(another_size)).status_code == 303
    assert "Vẫn dùng dù khác thể thức" in administrator.get(f"{REPORT}/1").text
    assert post(administrator, f"{REPORT}/1/dung").status_code == 409
    assert not versions(context)[0].in_use
    assert post(administrator, f"{REPORT}/1/dung", despite="1").status_code == 303
    assert versions(context)[0].in_use


def test_a_template_that_fails_later_never_stops_a_report_and_it_is_said(
    context: PortalContext, administrator: TestClient
) -> None:
    """As after an upgrade that renamed a field."""
    upload(administrator, with_sentence())
    post(administrator, f"{REPORT}/1/dung")
    with writing(context.engine) as session:
        session.exec(select(TemplateVersion)).one().content = changed(before_closing("{{ old_name }}"))
    paragraphs, details = redrafted(context)
    assert len(paragraphs) > 20
    assert SENTENCE not in paragraphs
    assert '"template":0' in details
    assert "old_name" in details
    desk = re.search(r'href="(/bao-cao/\d+)"', administrator.get("/bao-cao").text)[1]
    for path in (PATH, REPORT, desk, "/quan-tri/he-thong"):
        assert "old_name" in administrator.get(path).text, path
    post(administrator, f"{REPORT}/goc")
    for path in (PATH, REPORT, desk, "/quan-tri/he-thong"):
        assert "old_name" not in administrator.get(path).text, path


@pytest.mark.parametrize("email", [COORDINATOR, AUDITOR])
def test_others_of_the_office_see_it_and_who_may_change_it(context: PortalContext, email: str) -> None:
    upload(a_browser(context, ADMINISTRATOR), with_sentence())
    client = a_browser(context, email)
    page = client.get(REPORT).text
    assert "Người được thay mẫu:" in page
    assert "Điền thử" not in page
    assert "Đưa vào dùng" not in client.get(f"{REPORT}/1").text
    assert upload(client, with_sentence()).status_code == 403
    assert post(client, f"{REPORT}/1/dung").status_code == 403
    assert post(client, f"{REPORT}/goc").status_code == 403


def test_a_leader_and_a_name_that_is_no_kind_see_nothing(context: PortalContext, administrator: TestClient) -> None:
    assert a_browser(context, LEADER).get(PATH).status_code == 403
    for path in (f"{PATH}/other", f"{PATH}/other/goc", f"{REPORT}/9", f"{REPORT}/9/tep", f"{REPORT}/0"):
        assert administrator.get(path).status_code == 404
