"""A restore is killed before each of its steps: the home is as it was, or says it is unfinished, or is whole."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import IN_NOVEMBER, LAST_DAY, a_home, an_answer, an_office
from faults.restore_kills import killed
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import connect, reading
from models.migrate import migrate, revision
from services import log
from services.errors import Refused
from services.files.store import store_bytes
from services.files.verify import differences
from services.operations import restore
from services.operations.backup import BackupResult, backup
from services.outbox import rest

KEY = b"k" * 40
MOST = int(os.environ.get("KYHAN_CHAOS_RESTORE_KILLS", "24"))  # kills; what is between two of them is passed over


@dataclass(frozen=True)
class Source:
    file: Path
    kept: BackupResult


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    home = tmp_path_factory.mktemp("source")
    engine = a_home(home)
    files = []
    for number in range(3):
        (home / f"{number}.txt").write_text(f"nội dung {number}", encoding="utf-8")
        files.append(store_bytes(home / "files", f"{number}.txt", (home / f"{number}.txt").read_bytes()))
    an_answer(engine, an_office(home), IN_NOVEMBER, files=tuple(files))
    out = home / "all.zip"
    return Source(out, backup(engine, home, out, IN_NOVEMBER, KEY))


def state(engine: Engine, home: Path, source: Source) -> str:
    try:
        restore.need_finished(home)
    except Refused:
        return "unfinished"
    if revision(engine) is None:
        return "untouched"
    with reading(engine) as session:
        if log.verify(session).entries == 0:
            return "untouched"
        assert whole(session, home, source)
    return "whole"


def whole(session: Session, home: Path, source: Source) -> bool:
    found = log.verify(session)
    right = (found.entries, found.broken_at) == (source.kept.log_entries + 2, None)
    return right and not list(differences(session, home)) and rest.resting_since(session) is not None


def fresh(engine: Engine, home: Path) -> None:
    engine.dispose()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "new"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_wherever_a_restore_dies_the_home_is_untouched_unfinished_or_whole(
    request: pytest.FixtureRequest, home: Path, source: Source, kind: str
) -> None:
    url = f"sqlite:///{home}/kyhan.db" if kind == "sqlite" else request.getfixturevalue("cluster").create()
    engine = connect(url)
    fresh(engine, home)
    steps = int(killed(engine, home, source.file, KEY, LAST_DAY, 0))
    assert state(engine, home, source) == "whole"
    seen = {"untouched": 0, "unfinished": 0, "whole": 0}
    for at in sorted({round(1 + number * (steps - 1) / (MOST - 1)) for number in range(MOST)} | {steps - 1, steps}):
        fresh(engine, home)
        killed(engine, home, source.file, KEY, LAST_DAY, at)
        found = state(engine, home, source)
        seen[found] += 1
        if found != "whole":
            restore.restore(engine, home, source.file, LAST_DAY, KEY)
            assert state(engine, home, source) == "whole"
    migrate(engine)
    engine.dispose()
    assert seen["untouched"]
    assert seen["unfinished"]
    print(f"\n{kind}: {steps} bước, {sum(seen.values())} lần chết: {seen}; lần sau đều khôi phục trọn")
