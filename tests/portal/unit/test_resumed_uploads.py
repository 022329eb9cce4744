"""Files that come piece by piece: a lost line, a lost session, a form sent twice cost nothing."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import a_province
import pytest
import uvicorn
from sqlmodel import select
from visitors import DEPUTY, FOCAL_POINT, STRANGER, a_browser, a_session, form_key, post

from models.database import reading, writing
from models.tables.submissions import Submission
from models.tables.uploads import Upload
from portal.app import create_app
from portal.context import PortalContext
from portal.forms import FIELD, HEADER, key_for
from services.cases.hand_in import find
from services.files.uploads import folder_of, forget_left_over

NOW = a_province.NOW
CONTENT = b"%PDF-1.4 " + random.Random(70).randbytes(40_000)
PIECE = 64  # bytes, where many are sent


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


@pytest.fixture
def case(context: PortalContext) -> int:
    with reading(context.engine) as session:
        return find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


def begins(client, case: int, name: str = "lich.pdf", size: int = len(CONTENT), likeness: str = "1"):
    return post(client, f"/ho-so/{case}/tai-len", name=name, size=str(size), likeness=likeness)


def sends(client, case: int, token: str, at: int, piece: bytes):
    headers = {HEADER: form_key(client), "Content-Type": "application/octet-stream"}
    return client.post(f"/ho-so/{case}/tai-len/{token}?tu={at}", content=piece, headers=headers)


def finishes(client, case: int, token: str, digest: str = ""):
    return post(client, f"/ho-so/{case}/tai-len/{token}/xong", sha256=digest)


def uploaded(client, case: int, name: str = "lich.pdf", content: bytes = CONTENT, likeness: str = "1") -> str:
    token = begins(client, case, name, len(content), likeness).json()["token"]
    assert sends(client, case, token, 0, content).json()["received"] == len(content)
    assert finishes(client, case, token, sha256(content).hexdigest()).status_code == 200
    return token


def hands_in(client, case: int, *tokens: str, **fields: str):
    return client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client), "tai_len": list(tokens), **fields})


def versions(context: PortalContext) -> int:
    with reading(context.engine) as session:
        return len(session.exec(select(Submission).where(Submission.via == "portal")).all())


# --- the usual way --------------------------------------------------------------------------------------------------


def test_pieces_become_one_file_with_a_verdict_and_a_receipt(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    for at in range(0, len(CONTENT), 7000):
        assert sends(client, case, token, at, CONTENT[at : at + 7000]).status_code == 200
    assert "đã nhận đủ" in finishes(client, case, token, sha256(CONTENT).hexdigest()).json()["words"]
    receipt = hands_in(client, case, token, number="15/KH").headers["Location"]
    assert sha256(CONTENT).hexdigest() in client.get(receipt).text
    assert list(folder_of(context.office.folder).iterdir()) == []


def test_a_form_sent_twice_registers_once(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    tokens = uploaded(client, case), uploaded(client, case, "b.txt", b"b")
    first, second = (hands_in(client, case, *tokens).headers["Location"] for _ in range(2))
    assert (second, versions(context)) == (f"{first}?nop=roi", 1)


def test_the_same_file_chosen_again_goes_on_where_it_stopped(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    sends(client, case, token, 0, CONTENT[:9000])
    again = begins(a_browser(context, FOCAL_POINT), case).json()
    assert (again["token"], again["received"]) == (token, 9000)
    listed = client.get(f"/ho-so/{case}/tai-len").json()
    assert [item["received"] for item in listed["uploads"]] == [9000]


def test_a_piece_that_does_not_fit_changes_nothing_and_says_where_to_go_on(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    sends(client, case, token, 0, CONTENT[:9000])
    for at in (0, 8999, 9001, -5):
        wrong = sends(client, case, token, at, b"x")
        assert (wrong.status_code, wrong.json()) == (409, {"received": 9000})
    assert sends(client, case, token, 9000, CONTENT[9000:] + b"more").status_code == 409
    assert sends(client, case, token, 9000, CONTENT[9000:]).status_code == 200


def test_what_came_spoilt_comes_again(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    sends(client, case, token, 0, CONTENT[:-1] + b"?")
    spoilt = finishes(client, case, token, sha256(CONTENT).hexdigest())
    assert (spoilt.status_code, spoilt.json()) == (409, {"received": 0})
    sends(client, case, token, 0, CONTENT)
    assert finishes(client, case, token, sha256(CONTENT).hexdigest()).status_code == 200


def test_what_was_found_whole_is_not_written_over(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = uploaded(client, case)
    for at, piece in ((0, b"MZ"), (len(CONTENT), b""), (len(CONTENT), b"MZ")):
        assert sends(client, case, token, at, piece).status_code == 409
    assert finishes(client, case, token, "0" * 64).status_code == 409
    assert (folder_of(context.office.folder) / f"{token}.part").read_bytes() == CONTENT
    assert hands_in(client, case, token).status_code == 303


def test_what_was_spoilt_on_the_disk_is_not_stored_and_can_be_sent_again(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = uploaded(client, case)
    (folder_of(context.office.folder) / f"{token}.part").write_bytes(b"MZ")
    assert hands_in(client, case, token).status_code == 422
    assert [path for path in (context.office.folder / "files").rglob("*") if path.suffix == ".part"] == []
    assert uploaded(client, case) == token
    assert hands_in(client, case, token).status_code == 303


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [("chay.exe", 5, "không được nhận"), ("to.pdf", 2 << 30, "lớn hơn 100 MB"), ("rong.pdf", 0, "rỗng")],
)
def test_what_would_not_be_taken_is_refused_before_a_byte_is_sent(
    context: PortalContext, case: int, name: str, size: int, said: str
):
    answer = begins(a_browser(context, FOCAL_POINT), case, name, size)
    assert answer.status_code == 422
    assert said in answer.json()["words"]


def test_a_file_that_is_not_what_it_says_is_refused_and_forgotten(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case, "gia.pdf", 2).json()["token"]
    sends(client, case, token, 0, b"MZ")
    answer = finishes(client, case, token)
    assert answer.status_code == 422
    assert "nội dung không đúng" in answer.json()["words"]
    assert list(folder_of(context.office.folder).iterdir()) == []
    assert hands_in(client, case, token).status_code == 422


def test_an_upload_belongs_to_whoever_began_it_for_this_case(context: PortalContext, case: int):
    token = uploaded(a_browser(context, FOCAL_POINT), case)
    deputy = a_browser(context, DEPUTY)
    assert sends(deputy, case, token, 0, b"x").status_code == 410
    assert hands_in(deputy, case, token).status_code == 422
    assert sends(a_browser(context, STRANGER), case, token, 0, b"x").status_code == 404
    assert versions(context) == 0


def test_without_the_mark_nothing_is_taken(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    assert client.post(f"/ho-so/{case}/tai-len/{token}?tu=0", content=CONTENT).status_code == 419


def test_a_form_is_no_piece_of_a_file(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    assert post(client, f"/ho-so/{case}/tai-len/{token}?tu=0").status_code == 415


def test_what_a_restored_backup_does_not_hold_is_sent_again(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token, whole = begins(client, case).json()["token"], uploaded(client, case, "b.txt", b"b")
    sends(client, case, token, 0, CONTENT[:9000])
    for part in folder_of(context.office.folder).iterdir():
        part.unlink()
    assert sends(client, case, token, 9000, b"x").json() == {"received": 0}
    assert sends(client, case, token, 0, CONTENT[:7000]).status_code == 200
    assert hands_in(client, case, whole).status_code == 422


def test_what_nobody_goes_on_with_is_forgotten_after_two_days(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    token = begins(client, case).json()["token"]
    sends(client, case, token, 0, CONTENT[:9000])
    for later, left in ((timedelta(hours=47), 1), (timedelta(hours=49), 0)):
        with writing(context.engine) as session:
            forget_left_over(session, context.office.folder, NOW + later)
        with reading(context.engine) as session:
            assert len(session.exec(select(Upload)).all()) == left
        assert len(list(folder_of(context.office.folder).iterdir())) == left


# --- on a real line -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    port: int
    cookie: str
    case: int

    def head(self, path: str, length: int) -> bytes:
        lines = (
            f"POST {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: kyhan_session={self.cookie}",
            f"{HEADER}: {key_for(self.cookie)}",
            "Content-Type: application/octet-stream",
            f"Content-Length: {length}",
            "Connection: close",
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def says(self, path: str, body: bytes, cut: int | None = None, length: int | None = None) -> tuple[int, dict]:
        """Status and answer; (0, {}) when the line was cut after that many bytes of the body."""
        with socket.create_connection(("127.0.0.1", self.port), 20) as line:
            whole = self.head(path, len(body) if length is None else length)
            line.sendall(whole + body[:cut])
            if cut is not None:
                return 0, {}
            answer = b""
            while more := line.recv(65536):
                answer += more
        head, _, told = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(told) if told.startswith(b"{") else {}


@contextmanager
def a_server(context: PortalContext, case: int) -> Iterator[Line]:
    server = uvicorn.Server(uvicorn.Config(create_app(context), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Line(server.servers[0].sockets[0].getsockname()[1], a_session(context, FOCAL_POINT), case)
    server.should_exit = True
    thread.join(60)


def received(context: PortalContext, token: str) -> int:
    with reading(context.engine) as session:
        return session.exec(select(Upload.received).where(Upload.token == token)).one()


def test_a_line_cut_at_any_byte_loses_nothing_that_was_acknowledged(context: PortalContext, case: int):
    """Cut again and again at random; what was acknowledged stays, and the whole is what was sent."""
    rng = random.Random(34)
    token = begins(a_browser(context, FOCAL_POINT), case).json()["token"]
    path = f"/ho-so/{case}/tai-len/{token}"
    acknowledged = cuts = 0
    with a_server(context, case) as line:
        while acknowledged < len(CONTENT):
            at = received(context, token)
            assert at >= acknowledged
            piece = CONTENT[at : at + 6000]
            cut = rng.choice([None, 0, 1, len(piece) - 1, rng.randrange(len(piece) + 1)])
            status, told = line.says(f"{path}?tu={at}", piece, cut)
            cuts += cut is not None
            if status == 0:
                time.sleep(0.05)  # what came of it may still be written down
            elif status == 200:
                acknowledged = told["received"]
            else:
                assert (status, told["received"] >= acknowledged) == (409, True)
        assert cuts > 5
        assert line.says(f"{path}/xong", b"")[0] == 200
    part = folder_of(context.office.folder) / f"{token}.part"
    assert part.read_bytes() == CONTENT


def test_cut_at_each_of_its_bytes_a_request_takes_nothing_away(context: PortalContext, case: int):
    """After each cut the next piece begins where the server says; another may still be written down meanwhile."""
    token = begins(a_browser(context, FOCAL_POINT), case).json()["token"]
    path, cut, at = f"/ho-so/{case}/tai-len/{token}", 0, 0
    with a_server(context, case) as line:
        while cut <= len(whole := line.head(f"{path}?tu={at}", PIECE) + CONTENT[at : at + PIECE]):
            with socket.create_connection(("127.0.0.1", line.port), 20) as socket_:
                socket_.sendall(whole[:cut])
            before, at = at, received(context, token)
            assert before <= at <= before + PIECE
            part = folder_of(context.office.folder) / f"{token}.part"
            assert CONTENT.startswith(part.read_bytes() if part.exists() else b"")
            cut += 1
        print(f"{cut} cuts")
        while at < len(CONTENT):
            at = line.says(f"{path}?tu={at}", CONTENT[at : at + 6000])[1]["received"]
        assert line.says(f"{path}/xong", b"")[0] == 200
    assert part.read_bytes() == CONTENT


def test_two_gigabytes_are_refused_before_they_are_sent(context: PortalContext, case: int):
    with a_server(context, case) as line:
        head = line.head(f"/ho-so/{case}/nop", 2 << 30).replace(
            b"application/octet-stream", b"multipart/form-data; boundary=x"
        )
        with socket.create_connection(("127.0.0.1", line.port), 20) as socket_:
            socket_.sendall(head + b"--x\r\n")
            assert socket_.recv(65536).split()[1] == b"413"
        token = begins(a_browser(context, FOCAL_POINT), case).json()["token"]
        assert line.says(f"/ho-so/{case}/tai-len/{token}?tu=0", b"x", length=5 << 20)[0] == 413
    assert not folder_of(context.office.folder).exists()
