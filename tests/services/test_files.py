"""Files are kept under the seal of their content."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier

import pytest
from builders import together

from services import files


def test_two_who_store_the_same_content_at_once_both_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, store = tmp_path / "bieu.csv", tmp_path / "files"
    source.write_text("a,b\n")
    written = Barrier(2)
    monkeypatch.setattr(files.os, "fsync", lambda _: written.wait(10))

    def keep() -> str:
        return files.store_file(store, source).sha256

    with together(keep, keep) as kept:
        [seal] = set(kept)
    assert [path.name for path in store.rglob("*") if path.is_file()] == [seal]
