"""A unit hands in by itself: files, limits, receipts, doubles, cut lines, and the word that nothing is to report."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import a_province
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import COORDINATOR, DEPUTY, FOCAL_POINT, HEAD, a_browser, at, form_key, post

from models.database import reading
from models.tables.log import LogEntry
from models.tables.submissions import Submission, SubmissionFile
from portal.context import PortalContext
from portal.forms import FIELD
from rules.intake import Intake
from services.cases.hand_in import find

NOW = a_province.NOW
PDF = ("ke-hoach.pdf", b"%PDF-1.4 content")


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


@pytest.fixture
def case(context: PortalContext) -> int:
    """Sở Y tế has not answered for its calendar, which was due on 31/12/2013."""
    with reading(context.engine) as session:
        return find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


def hands_in(client: TestClient, case: int, *files: tuple[str, bytes], **fields: str):
    data = {FIELD: form_key(client), "number": "15/KH-SYT", "day": "2014-01-06", **fields}
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return client.post(f"/ho-so/{case}/nop", data=data, files=parts)


def versions(context: PortalContext, case: int) -> list[Submission]:
    with reading(context.engine) as session:
        return list(session.exec(select(Submission).where(Submission.case_id == case)))


def limited(context: PortalContext, intake: Intake) -> PortalContext:
    return replace(context, office=replace(context.office, intake=intake))


def names(context: PortalContext) -> list[str]:
    with reading(context.engine) as session:
        return list(session.exec(select(SubmissionFile.name)))


def stored(context: PortalContext) -> set[str]:
    folder = context.office.folder / "files"
    return {path.name for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def a_zip(*parts: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(
                zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED
            )  # of no day: the same bytes every time
    return whole.getvalue()


def a_document(*more: tuple[str, bytes]) -> bytes:
    return a_zip(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>"), *more)


# --- the usual way --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [FOCAL_POINT, DEPUTY, HEAD])
def test_several_files_are_handed_in_and_a_receipt_comes_at_once(context: PortalContext, case: int, email: str):
    client = a_browser(context, email)
    table = a_document()
    answer = hands_in(client, case, PDF, ("Biểu số liệu.docx", table), note="Kèm hai biểu")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/ho-so/{case}/bien-nhan/1")
    receipt = client.get(answer.headers["Location"]).text
    for words in ("Nhận sau hạn, lúc 09:00 08/01/2014", "15/KH-SYT", "06/01/2014", "Biểu số liệu.docx", "Kèm hai biểu"):
        assert words in receipt, words
    assert sha256(PDF[1]).hexdigest() in receipt
    assert {sha256(PDF[1]).hexdigest(), sha256(table).hexdigest()} == stored(context)
    [version] = versions(context, case)
    assert (version.via, version.received_at) == ("portal", NOW)


def test_on_the_last_minute_of_the_last_day_it_is_on_time(context: PortalContext, case: int):
    client = a_browser(at(context, datetime(2013, 12, 31, 16, 59, tzinfo=UTC)), FOCAL_POINT)
    receipt = client.get(hands_in(client, case, PDF, day="2013-12-31").headers["Location"]).text
    assert "Nhận trong hạn, lúc 23:59 31/12/2013" in receipt


def test_the_same_form_sent_twice_is_registered_once_and_shows_the_first_receipt(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    first, second = (hands_in(client, case, PDF, ("b.txt", b"b")) for _ in range(2))
    assert second.headers["Location"] == first.headers["Location"] + "?nop=roi"
    assert "đã được nộp từ trước" in client.get(second.headers["Location"]).text
    assert len(versions(context, case)) == 1
    assert hands_in(client, case, PDF, number="16/KH-SYT").headers["Location"].endswith("/2")


def test_an_accepted_case_takes_no_more(context: PortalContext, case: int):
    client, lan = a_browser(context, FOCAL_POINT), a_browser(context, COORDINATOR)
    hands_in(client, case, PDF)
    seen = re.search(r'name="seen" value="(\d+)"', lan.get(f"/ho-so/{case}").text)[1]
    assert post(lan, f"/ho-so/{case}/quyet-dinh", viec="accept", seen=seen).status_code == 303
    assert hands_in(client, case, ("c.txt", b"c")).status_code == 422
    assert "không nhận thêm" in client.get(f"/ho-so/{case}/nop").text
    assert len(versions(context, case)) == 1


def test_a_coordinator_hands_nothing_in_for_a_unit_here(context: PortalContext, case: int):
    assert hands_in(a_browser(context, COORDINATOR), case, PDF).status_code == 403
    assert stored(context) == set()


# --- what is not taken ----------------------------------------------------------------------------------------------

BOMB = a_document(("word/media/image1.bmp", b"\0" * (30 << 20)))
LYING = a_document(("word/x.xml", b"a" * 5000)).replace(struct.pack("<I", 5000), struct.pack("<I", 50))
LOCKED = bytearray(a_zip(("a.txt", b"secret")))
LOCKED[LOCKED.index(b"PK\1\2") + 8] |= 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "loại tệp này không được nhận"),
        ("khong-duoi", b"x", "loại tệp này không được nhận"),
        ("gia.pdf", b"MZ program", "nội dung không đúng loại tệp"),
        ("gia.docx", b"PK\3\4 broken", "nội dung không đúng loại tệp"),
        ("gia.xlsx", a_zip(("a.txt", b"x")), "nội dung không đúng loại tệp"),
        ("anh.png", b"GIF89a", "nội dung không đúng loại tệp"),
        ("bang.csv", b"a;b\0c", "nội dung không đúng loại tệp"),
        ("rong.pdf", b"", "tệp rỗng"),
        ("bom.docx", BOMB, "tệp nén có dung lượng quá lớn"),
        ("doi.docx", LYING, "nội dung không đúng loại tệp"),
        ("khoa.zip", bytes(LOCKED), "tệp có mật khẩu"),
        ("trong.zip", a_zip(("chay.exe", b"MZ")), "tệp nén có chứa tệp không được nhận: chay.exe"),
    ],
)
def test_a_file_an_office_does_not_take_is_named_with_the_reason(
    context: PortalContext, case: int, name: str, content: bytes, said: str
):
    answer = hands_in(a_browser(context, FOCAL_POINT), case, PDF, (name, content))
    assert answer.status_code == 422
    assert f"«{name}»: {said}" in " ".join(answer.text.split())
    assert "15/KH-SYT" in answer.text  # what was typed is kept
    assert (versions(context, case), stored(context)) == ([], set())


@pytest.mark.parametrize(
    ("fields", "said"), [({"day": "2014-02-01"}, "Không chọn ngày chưa tới"), ({"day": "6/1"}, "Ngày chưa đúng")]
)
def test_a_day_that_cannot_be_is_asked_for_again(context: PortalContext, case: int, fields: dict[str, str], said: str):
    answer = hands_in(a_browser(context, FOCAL_POINT), case, PDF, **fields)
    assert (answer.status_code, said in answer.text, versions(context, case)) == (422, True, [])


def test_nothing_chosen_is_told(context: PortalContext, case: int):
    assert "Chưa chọn tệp nào" in hands_in(a_browser(context, FOCAL_POINT), case).text


def test_twenty_files_are_taken_and_twenty_one_are_not(context: PortalContext, case: int):
    client, files = a_browser(context, FOCAL_POINT), [(f"{n}.txt", b"%d" % n) for n in range(21)]
    assert "nhiều hơn 20 tệp" in hands_in(client, case, *files).text
    assert stored(context) == set()
    assert hands_in(client, case, *files[:20]).status_code == 303


def test_a_file_too_large_is_read_past_and_named(context: PortalContext, case: int):
    small = limited(context, Intake(largest=1000))
    answer = hands_in(a_browser(small, FOCAL_POINT), case, PDF, ("to.pdf", b"%PDF-" + b"x" * 5000))
    assert "«to.pdf»: lớn hơn 0 MB" in answer.text
    assert stored(context) == set()


@pytest.mark.parametrize("told", [True, False])
def test_more_than_all_files_together_may_be_is_not_even_read(context: PortalContext, case: int, told: bool):
    client = a_browser(limited(context, Intake(most_files=1, largest=1000)), FOCAL_POINT)
    body, kind = a_body(client)
    content = body.replace(PDF[1], PDF[1] + b"x" * (2 << 20))
    answer = client.post(
        f"/ho-so/{case}/nop",
        content=content if told else iter([content[i : i + 50_000] for i in range(0, len(content), 50_000)]),
        headers={"Content-Type": kind},
    )
    assert (answer.status_code, versions(context, case)) == (413, [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\kế hoạch.txt", "kế hoạch.txt"),
        ("bao\u202etxt.cod.txt", "baotxt.cod.txt"),
        ("con.txt", "_con.txt"),
        ("a" * 300 + ".txt", "a" * 116 + ".txt"),
    ],
)
def test_a_hostile_name_is_made_harmless(context: PortalContext, case: int, given: str, kept: str):
    assert hands_in(a_browser(context, FOCAL_POINT), case, (given, b"x")).status_code == 303
    assert names(context) == [kept]


@pytest.mark.parametrize(
    "file",
    [
        ("bieu.xlsm", a_document(("xl/vbaProject.bin", b"x"))),
        ("cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le")),
        ("goi.zip", a_zip(("bieu.docm", a_document()))),
    ],
)
def test_macros_are_flagged_for_whoever_opens_the_file(context: PortalContext, case: int, file: tuple[str, bytes]):
    hands_in(a_browser(context, FOCAL_POINT), case, file, PDF)
    assert a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text.count("có macro: kiểm tra trước khi mở") == 1


# --- a cut line -----------------------------------------------------------------------------------------------------


def a_body(client: TestClient) -> tuple[bytes, str]:
    request = client.build_request(
        "POST", "/x", data={FIELD: form_key(client), "number": "1"}, files=[("files", PDF), ("files", ("b.txt", b"b"))]
    )
    return request.read(), request.headers["Content-Type"]


def test_a_form_cut_at_any_byte_leaves_nothing_registered(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    body, kind = a_body(client)
    last = body.rindex(b"--")  # from here on everything has come
    for length in [*range(0, last, 5), *range(last - 20, last)]:
        answer = client.post(f"/ho-so/{case}/nop", content=body[:length], headers={"Content-Type": kind})
        assert answer.status_code == 400, length
    assert (versions(context, case), stored(context)) == ([], set())
    assert client.post(f"/ho-so/{case}/nop", content=body, headers={"Content-Type": kind}).status_code == 303


# --- nothing to report ----------------------------------------------------------------------------------------------


def test_the_heads_word_that_nothing_is_to_report_counts_at_once(context: PortalContext, case: int):
    client = a_browser(context, HEAD)
    answer = post(client, f"/ho-so/{case}/khong-phat-sinh", reason="Không có thông tin thống kê")
    assert answer.status_code == 303
    page = client.get(f"/ho-so/{case}").text
    assert "Không phát sinh: Không có thông tin thống kê" in page
    assert post(client, f"/ho-so/{case}/khong-phat-sinh", reason="lần nữa").status_code == 422


@pytest.mark.parametrize("email", [FOCAL_POINT, DEPUTY])
def test_anybody_elses_word_waits_on_the_case_for_a_coordinator(context: PortalContext, case: int, email: str):
    assert post(a_browser(context, email), f"/ho-so/{case}/khong-phat-sinh", reason="Không có").status_code == 303
    page = a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    assert "đề nghị ghi nhận không phát sinh" in page
    assert "Quá hạn, chưa gửi" in page
    with reading(context.engine) as session:
        entry = session.exec(select(LogEntry).where(LogEntry.action == "case.ask_nil_return")).one()
    assert entry.subject == f"case:{case}"


def test_without_a_reason_nothing_is_said(context: PortalContext, case: int):
    answer = post(a_browser(context, HEAD), f"/ho-so/{case}/khong-phat-sinh", reason="  ")
    assert answer.status_code == 422
    assert "Cần ghi lý do" in answer.text
