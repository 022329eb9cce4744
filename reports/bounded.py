"""Reads files from outside in a separate process with limits of memory and time.

What trips a library over ends that process, not the portal. A workbook of ordinary size costs a fifth of a second more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from importlib import import_module
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from reports.workbook_guard import UnsafeWorkbook

MEMORY = 1 << 30  # bytes of address space
SECONDS = 30  # of computing
PATIENCE = 120  # seconds on the clock, with a busy machine in mind
LONGEST_ANSWER = 64 << 20
_TURNS = BoundedSemaphore(2)  # so many at once
_FAILED = (
    "Tệp quá lớn hoặc quá phức tạp, không đọc được; hãy chia nhỏ. / Too large or too complex to be read: split it."
)


def read_bounded(reader: str, content: bytes, *arguments: object) -> Any:
    """Result of `module:function` for a stream of this content and the arguments; JSON values and dates only.

    Raises UnsafeWorkbook with the words of the reader, or when the process had to be ended.
    """
    request = json.dumps([reader, arguments]).encode() + b"\n" + content
    command = [sys.executable, "-P", "-m", "reports.bounded"]
    try:
        with _TURNS:
            done = subprocess.run(command, input=request, capture_output=True, timeout=PATIENCE, env=_environment())
        answer = json.loads(done.stdout, object_hook=_plain) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        answer = {}
    if "read" not in answer:
        raise UnsafeWorkbook(answer.get("refused") or _FAILED)
    return answer["read"]


def _environment() -> dict[str, str]:
    """No secret of ours among it."""
    return {"PYTHONPATH": str(Path(__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def _plain(item: dict[str, Any]) -> Any:
    if item.keys() == {"kind", "iso"}:
        return _KINDS[item["kind"]](item["iso"])
    return item


_KINDS: dict[str, Callable[[str], object]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


# --- in the process -------------------------------------------------------------------------------------------------


def _as_json(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return {"kind": type(value).__name__, "iso": value.isoformat()}
    return str(value)


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read() -> dict[str, Any]:
    reader, arguments = json.loads(sys.stdin.buffer.readline())
    module, _, function = reader.partition(":")
    try:
        return {"read": getattr(import_module(module), function)(BytesIO(sys.stdin.buffer.read()), *arguments)}
    except MemoryError:
        return {"refused": ""}
    except Exception as error:  # whatever a made-up file brings about inside a library
        return {"refused": str(error) if type(error).__name__ in ("UnsafeWorkbook", "Refused") else ""}


def main() -> None:
    _limit()
    answer = json.dumps(_read(), default=_as_json)
    sys.stdout.write(answer if len(answer) <= LONGEST_ANSWER else "{}")
    sys.stdout.flush()
    os._exit(0)  # nothing is to be tidied up


if __name__ == "__main__":
    main()
