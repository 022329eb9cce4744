"""Two portals on one database: whoever races, is cut off or killed, the register is true."""

from __future__ import annotations

import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest
from builders import an_office, rows
from sqlalchemy import Engine
from two_portals import Unit, a_table, false_in_register, portals, race

from models.tables.submissions import SubmissionFile
from rules.office import Office

KEY = b"only for tests, and long enough to seal"
RACES, KILLS = 6, 3


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, key=KEY)


def test_of_two_who_finish_one_upload_neither_leaves_anything_false(engine: Engine, office: Office) -> None:
    """One with the right digest, one with a wrong one, and somebody who tries to put other bytes in its place."""
    unit, counts = Unit(engine, office), Counter[str]()
    with portals(engine, office, 2) as [(_, first), (_, second)]:
        for number in range(RACES):
            counts += race(unit, first, second, a_table(number), number)
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
