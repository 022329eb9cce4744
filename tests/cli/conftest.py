"""Types commands as an operator would, in a home of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli import main


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Kyhan = Callable[..., Answer]


@pytest.fixture
def kyhan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kyhan:
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path / "home"))

    def type_in(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["kyhan", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        told = capsys.readouterr()
        return Answer(code, told.out, told.err)

    return type_in
