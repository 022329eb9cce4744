"""Files are kept under the seal of their content, and what lies there is what the seal says."""

from __future__ import annotations

import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pytest
from builders import together

from services.files import store as files
from services.files.store import WrongContent, place_of, store_bytes, store_stream

CONTENT = b"a,b\n"
DIGEST = sha256(CONTENT).hexdigest()


def kept(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def test_two_who_store_the_same_content_at_once_both_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, whole = files.os.fsync, Barrier(2)
    monkeypatch.setattr(files, "_sync_folder", lambda _: None)
    monkeypatch.setattr(files.os, "fsync", lambda handle: (sync(handle), whole.wait(10)))

    with together(*[lambda: store_bytes(tmp_path, "bieu.csv", CONTENT).sha256] * 2) as digests:
        assert set(digests) == {DIGEST}
    assert kept(tmp_path) == [place_of(tmp_path, DIGEST)]


@pytest.mark.parametrize("poison", [b"MZ", b"b,a\n", b""], ids=["another size", "the same size", "empty"])
def test_what_lies_under_a_digest_it_does_not_have_is_put_right(tmp_path: Path, poison: bytes) -> None:
    target = place_of(tmp_path, DIGEST)
    target.parent.mkdir()
    target.write_bytes(poison)
    store_bytes(tmp_path, "bieu.csv", CONTENT)
    assert target.read_bytes() == CONTENT


def test_content_that_is_not_the_one_expected_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(WrongContent):
        store_stream(tmp_path, "bieu.csv", BytesIO(b"MZ"), expected=DIGEST)
    assert kept(tmp_path) == []


def test_what_a_killed_process_left_is_cleared_after_a_day(tmp_path: Path) -> None:
    """Younger ones may be on their way just now."""
    store_bytes(tmp_path, "bieu.csv", CONTENT)
    for name, hours in (("new.part", 23), ("old.part", 25), ("ab/older.part", 500)):
        part = tmp_path / name
        part.parent.mkdir(exist_ok=True)
        part.write_bytes(b"half")
        changed = part.stat().st_mtime - hours * 3600
        os.utime(part, (changed, changed))
    assert files.clear_unfinished(tmp_path) == 2
    assert {path.name for path in kept(tmp_path)} == {DIGEST, "new.part"}
