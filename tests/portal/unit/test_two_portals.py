"""Two portals on one database, each a process of its own: whoever races, is cut off or killed, the register is true."""

from __future__ import annotations

import random
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
import uvicorn
from builders import DUE_SOON, a_case, a_child, an_office, rows
from sqlalchemy import Engine
from visitors import FOCAL_POINT, a_session

from models.database import reading
from models.tables.submissions import SubmissionFile
from portal.app import create_app
from portal.context import PortalContext
from portal.forms import FIELD, HEADER, key_for
from rules.office import Office
from services.files.verify import differences

KEY = b"only for tests, and long enough to seal"
RACES, KILLS = 6, 3
POISON = b"MZ" + b"x" * 49


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, key=KEY)


class Unit:
    """A focal point's browser, which may ask either portal."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self.cookie = a_session(PortalContext(engine, office, lambda: DUE_SOON), FOCAL_POINT)
        with reading(engine) as session:
            self.case = a_case(session, office, "SYT").case.id
            session.commit()

    def posts(self, port: int, path: str, **what: Any) -> httpx.Response:
        headers = {HEADER: key_for(self.cookie), "Cookie": f"kyhan_session={self.cookie}", **what.pop("headers", {})}
        return httpx.post(f"http://127.0.0.1:{port}/ho-so/{self.case}/{path}", headers=headers, timeout=60, **what)

    def begins(self, port: int, content: bytes, number: int) -> str:
        told = {"name": "bang.csv", "size": str(len(content)), "likeness": str(number)}
        return str(self.posts(port, "tai-len", data=told).json()["token"])

    def sends(self, port: int, token: str, piece: bytes) -> int:
        kind = {"Content-Type": "application/octet-stream"}
        return self.posts(port, f"tai-len/{token}?tu=0", content=piece, headers=kind).status_code

    def finishes(self, port: int, token: str, digest: str) -> int:
        return self.posts(port, f"tai-len/{token}/xong", data={"sha256": digest}).status_code

    def hands_in(self, port: int, token: str, number: int) -> int:
        told = {FIELD: key_for(self.cookie), "tai_len": token, "number": f"{number}/BC"}
        return self.posts(port, "nop", data=told).status_code


@contextmanager
def portals(engine: Engine, office: Office, count: int) -> Iterator[list[Any]]:
    """(child, port) of each."""

    def serve(own: Engine, say: Any) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            app = create_app(PortalContext(own, office, lambda: DUE_SOON))
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
            say(str(listening.getsockname()[1]))
            server.run([listening])

    started = [a_child(engine, serve) for _ in range(count)]
    try:
        yield [(child, int(child.hears())) for child in started]
    finally:
        for child in started:
            child.process.kill()
            child.process.join(30)


def a_table(number: int) -> bytes:
    """Large enough that looking into it takes a while."""
    return f"{number};".encode() + random.Random(number).randbytes(1 << 20).hex().encode()


def false_in_register(engine: Engine, office: Office) -> list[Any]:
    with reading(engine) as session:
        return list(differences(session, office.folder))


def test_of_two_who_finish_one_upload_neither_leaves_anything_false(engine: Engine, office: Office) -> None:
    """One with the right digest, one with a wrong one, and somebody who tries to put other bytes in its place."""
    unit, counts = Unit(engine, office), Counter[str]()
    with portals(engine, office, 2) as found, ThreadPoolExecutor(3) as pool:
        (_, first), (_, second) = found
        for number in range(RACES):
            content, decided = a_table(number), Event()
            token = unit.begins(first, content, number)
            assert unit.sends(second, token, content) == 200

            def poison(token: str = token, decided: Event = decided) -> int:
                taken = 0
                while not decided.is_set():
                    taken += unit.sends(first, token, POISON) == 200
                return taken

            third = pool.submit(poison)
            right = pool.submit(unit.finishes, first, token, sha256(content).hexdigest())
            wrong = pool.submit(unit.finishes, second, token, "0" * 64)
            counts[f"finish {right.result()} and {wrong.result()}"] += 1
            decided.set()
            counts["poison taken"] += third.result()
            counts[f"hand-in {unit.hands_in(second, token, number)}"] += 1
    print(dict(counts))
    registered = rows(engine, SubmissionFile)
    assert false_in_register(engine, office) == []
    digests = {sha256(a_table(number)).hexdigest() for number in range(RACES)}
    assert {file.sha256 for file in registered} <= digests
    assert counts["hand-in 303"] == len(registered)
    assert sum(counts[f"finish {one} and 409"] for one in (200, 409)) == RACES


def test_a_portal_killed_in_a_hand_in_leaves_nothing_false(engine: Engine, office: Office) -> None:
    """And whoever was acknowledged is registered."""
    unit, counts, rng = Unit(engine, office), Counter[str](), random.Random(9)
    for number in range(KILLS):
        with portals(engine, office, 1) as [(child, port)], ThreadPoolExecutor(1) as pool:
            content = a_table(number)
            token = unit.begins(port, content, number)
            assert unit.sends(port, token, content) == 200

            def go_on(port: int = port, token: str = token, number: int = number) -> None:
                counts[f"finish {unit.finishes(port, token, sha256(a_table(number)).hexdigest())}"] += 1
                counts[f"hand-in {unit.hands_in(port, token, number)}"] += 1

            running = pool.submit(go_on)
            Event().wait(rng.uniform(0, 0.5))
            child.process.kill()
            child.process.join(30)
            if running.exception(60) is not None:
                counts["cut off"] += 1
            assert child.process.exitcode == -signal.SIGKILL
    print(dict(counts))
    assert false_in_register(engine, office) == []
    assert len(rows(engine, SubmissionFile)) >= counts["hand-in 303"]
