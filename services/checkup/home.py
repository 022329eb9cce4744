"""Looks at what the home knows of itself: whether it rests as a copy, has its own key, remembers its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from services.checkup.data import CheckFinding
from services.operations import log_anchor
from services.operations.home_check import is_our_key
from services.outbox import rest


def home_findings(engine: Engine, folder: Path, key: bytes) -> Iterator[CheckFinding]:
    """What is in order needs no line but the log's."""
    with reading(engine) as session:
        resting = rest.resting_since(session)
        wrong = log_anchor.problem(session, folder, key)
    if resting is not None:
        yield CheckFinding("copy", False, "bản sao đang nghỉ, không gửi gì ra ngoài", "at rest", "kyhan activate")
    if not is_our_key(engine, key):
        vi = "khóa đang đặt không phải khóa mà dữ liệu được niêm phong: liên kết và mã thứ hai không dùng được"
        yield CheckFinding("key", False, vi, "not the key the data is sealed with", "đặt lại KYHAN_SECRET_KEY như cũ")
    if wrong:
        yield CheckFinding("log", False, wrong, "not the log this home remembers", "kyhan log verify")
