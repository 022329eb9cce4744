"""The line is cut at any byte: nothing is half recorded, and nothing acknowledged is lost."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from a_server import running
from sqlmodel import select
from systems import a_copy, a_token

from models.database import reading
from models.tables.api import ApiAnswer
from models.tables.log import LogEntry
from models.tables.submissions import Submission, SubmissionFile
from portal.app import create_app
from portal.context import PortalContext
from services import log

BOUNDARY = "----------kyhan"
FIELDS = {"unit": "SYT", "obligation": "I5-CALENDAR", "period": "2014"}
CONTENT = b"%PDF-1.4 " + bytes(range(200))


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path, api_per_minute=10**9)


@pytest.fixture
def port(context: PortalContext) -> Iterator[int]:
    with running(create_app(context)) as port:
        yield port


def request(token: str, key: str, number: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**FIELDS, "document_number": number}.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n'
    parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + CONTENT + b"\r\n")
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    headers = [
        "POST /api/v1/submissions HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        f"Idempotency-Key: {key}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(headers).encode() + b"\r\n\r\n" + body


def send(port: int, content: bytes, *, cut: bool = False) -> bytes:
    """What is answered, if anything is, once this much has been sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(content)
        if cut:
            line.shutdown(socket.SHUT_WR)
        answered = b""
        while part := line.recv(65536):
            answered += part
        return answered


def everything(context: PortalContext) -> tuple[int, ...]:
    with reading(context.engine) as session:
        return tuple(
            len(session.exec(select(kind)).all()) for kind in (Submission, SubmissionFile, ApiAnswer, LogEntry)
        )


def test_a_document_cut_at_each_of_its_bytes_is_not_there_and_a_whole_one_is(context: PortalContext, port: int):
    token = a_token(context)
    whole, before = request(token, "cut-0000", "1"), everything(context)
    for cut in range(len(whole)):
        answered = send(port, whole[:cut], cut=True)
        assert not answered.startswith(b"HTTP/1.1 2"), (cut, answered[:200])
        assert not answered.startswith(b"HTTP/1.1 5"), (cut, answered[:200])
        assert everything(context) == before, cut
    print(f"{len(whole)} cuts")
    assert send(port, whole).startswith(b"HTTP/1.1 201")
    submissions, files, answers, entries = everything(context)
    assert (submissions, files, answers) == (before[0] + 1, before[1] + 1, before[2] + 1)
    assert entries > before[3]


def test_whoever_never_saw_the_answer_sends_again_and_it_counts_once(context: PortalContext, port: int):
    token = a_token(context)
    whole, before = request(token, "deaf-0001", "1"), everything(context)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(whole)  # and is gone before anything is answered
    answered = send(port, whole)
    assert answered.startswith(b"HTTP/1.1 201")
    assert everything(context)[:3] == (before[0] + 1, before[1] + 1, before[2] + 1)
    again = send(port, whole)
    assert again.partition(b"\r\n\r\n")[2] == answered.partition(b"\r\n\r\n")[2]
    assert b"idempotency-replayed: true" in again.lower()
    with reading(context.engine) as session:
        assert log.verify(session).broken_at is None
    stored = [path for path in (context.office.folder / "files").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [CONTENT]
