"""Two portals on one database, each a process of its own, and a unit that hands in through both."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from threading import Event
from typing import Any

import httpx
import uvicorn
from builders import CALENDAR, DUE_SOON, YEAR, a_case, a_child
from sqlalchemy import Engine
from visitors import FOCAL_POINT, a_session

from models.database import reading
from portal.app import create_app
from portal.context import PortalContext
from portal.forms import FIELD, HEADER, key_for
from rules.office import Office
from services.files.verify import differences

POISON = b"MZ" + b"x" * 49


class Unit:
    """A focal point's browser, which may ask either portal."""

    def __init__(
        self, engine: Engine, office: Office, now: datetime = DUE_SOON, duty: str = CALENDAR, period: str = YEAR
    ) -> None:
        self.cookie = a_session(PortalContext(engine, office, lambda: now), FOCAL_POINT)
        with reading(engine) as session:
            self.case = a_case(session, office, "SYT", duty, period, now).case.id
            session.commit()

    def posts(self, port: int, path: str, **what: Any) -> httpx.Response:
        headers = {HEADER: key_for(self.cookie), "Cookie": f"kyhan_session={self.cookie}", **what.pop("headers", {})}
        return httpx.post(f"http://127.0.0.1:{port}/ho-so/{self.case}/{path}", headers=headers, timeout=60, **what)

    def begins(self, port: int, content: bytes, number: int) -> str:
        return str(self.stands(port, content, number)["token"])

    def stands(self, port: int, content: bytes, number: int) -> dict[str, Any]:
        """How far an upload came; one that was never begun is begun."""
        told = {"name": "bang.csv", "size": str(len(content)), "likeness": str(number)}
        answer: dict[str, Any] = self.posts(port, "tai-len", data=told).json()
        return answer

    def sends(self, port: int, token: str, piece: bytes, start: int = 0) -> int:
        kind = {"Content-Type": "application/octet-stream"}
        return self.posts(port, f"tai-len/{token}?tu={start}", content=piece, headers=kind).status_code

    def insists(self, port: int, content: bytes, number: int) -> int:
        """As a browser whose upload came spoilt: it sends what is missing until the file is whole, and hands it in."""
        while not (standing := self.stands(port, content, number))["whole"]:
            token, held = standing["token"], standing["received"]
            self.sends(port, token, content[held:], held)
            self.finishes(port, token, sha256(content).hexdigest())
        return self.hands_in(port, standing["token"], number)

    def finishes(self, port: int, token: str, digest: str) -> int:
        return self.posts(port, f"tai-len/{token}/xong", data={"sha256": digest}).status_code

    def hands_in(self, port: int, token: str, number: int) -> int:
        told = {FIELD: key_for(self.cookie), "tai_len": token, "number": f"{number}/BC"}
        return self.posts(port, "nop", data=told).status_code


@contextmanager
def portals(engine: Engine, office: Office, count: int, now: datetime = DUE_SOON) -> Iterator[list[Any]]:
    """(child, port) of each."""

    def serve(own: Engine, say: Any) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()  # whoever is told the port may knock at once
            app = create_app(PortalContext(own, office, lambda: now))
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


def race(unit: Unit, first: int, second: int, content: bytes, number: int) -> Counter[str]:
    """Both portals finish one upload: one with the right digest, one with a wrong one, while somebody tries to put
    other bytes in its place; then it is handed in.
    """
    counts, decided = Counter[str](), Event()
    token = unit.begins(first, content, number)
    assert unit.sends(second, token, content) == 200

    def poison() -> int:
        taken = 0
        while not decided.is_set():
            taken += unit.sends(first, token, POISON) == 200
        return taken

    with ThreadPoolExecutor(3) as pool:
        third = pool.submit(poison)
        right = pool.submit(unit.finishes, first, token, sha256(content).hexdigest())
        wrong = pool.submit(unit.finishes, second, token, "0" * 64)
        counts[f"finish {right.result()} and {wrong.result()}"] += 1
        decided.set()
        counts["poison taken"] += third.result()
    counts[f"hand-in {unit.hands_in(second, token, number)}"] += 1
    return counts
