"""A home whose key or database is gone is not begun anew in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import SIGNED

from bootstrap.home import open_home
from config.settings import load_settings
from services.errors import Refused
from services.operations.restore import UNFINISHED


def opened(folder: Path) -> None:
    open_home(SIGNED, load_settings({"KYHAN_HOME": str(folder)}, folder)).engine.dispose()


def test_a_key_that_is_gone_is_not_replaced(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "secret.key").unlink()
    with pytest.raises(Refused, match="secret"):
        opened(tmp_path)
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize("content", ["", "short"])
def test_an_empty_or_short_key_is_refused(tmp_path: Path, content: str) -> None:
    opened(tmp_path)
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(Refused, match="quá ngắn"):
        opened(tmp_path)


def test_an_empty_database_beside_registered_files_is_refused(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abcd").write_bytes(b"x")
    for name in ("kyhan.db-wal", "kyhan.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "kyhan.db").write_bytes(b"")
    with pytest.raises(Refused, match="cơ sở dữ liệu trống"):
        opened(tmp_path)


def test_a_home_that_is_restored_by_half_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).write_text('{"file": "/backup/all.zip"}')
    with pytest.raises(Refused, match="kyhan restore /backup"):
        opened(tmp_path)
