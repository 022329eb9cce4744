"""A home that was copied by hand knows its original, as long as that is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from builders import IN_NOVEMBER, a_home
from sqlalchemy import Engine

from models.database import connect, reading, writing
from services.checkup.home import home_findings
from services.operations import home_place

KEY = b"k" * 40


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    noted(a_home(folder), folder)
    return folder


def noted(engine: Engine, folder: Path) -> None:
    with writing(engine) as session:
        home_place.note(session, folder, IN_NOVEMBER)
    engine.dispose()


def original(folder: Path) -> Path | None:
    with reading(connect(f"sqlite:///{folder}/kyhan.db")) as session:
        return home_place.original(session, folder)


def test_a_copy_beside_its_original_is_one_until_a_person_says_otherwise(home: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(home, tmp_path / "copy")
    engine = connect(f"sqlite:///{copy}/kyhan.db")
    assert (original(home), original(copy)) == (None, home)
    [finding] = home_findings(engine, copy, KEY)
    assert (finding.subject, finding.ok, str(home) in finding.vi) == ("copy", False, True)
    noted(engine, copy)
    assert original(copy) is None
    assert list(home_findings(engine, copy, KEY)) == []


def test_a_home_that_was_moved_is_no_copy(home: Path, tmp_path: Path) -> None:
    assert original(home.rename(tmp_path / "elsewhere")) is None


def test_a_home_with_two_names_is_no_copy(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    assert original(tmp_path / "link") is None


def test_a_home_that_never_ran_has_no_original(tmp_path: Path) -> None:
    a_home(tmp_path).dispose()
    assert original(tmp_path) is None
