"""Looks at what the home knows of itself: whether it rests as a copy, has its own key, remembers its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from services.checkup.data import CheckFinding, both
from services.operations import home_place, log_anchor
from services.operations.home_check import is_our_key
from services.outbox import rest


def home_findings(engine: Engine, folder: Path, key: bytes) -> Iterator[CheckFinding]:
    """What is in order needs no line but the log's."""
    with reading(engine) as session:
        resting = rest.resting_since(session)
        wrong = log_anchor.problem(session, folder, key)
        original = home_place.original(session, folder)
    if resting is not None:
        vi, en = "bản sao đang nghỉ, không gửi gì ra ngoài", "a copy at rest, nothing leaves it"
        yield CheckFinding("copy", False, vi, en, *both("kyhan activate"))
    elif original is not None:
        vi, en = home_place.copied(original)
        yield CheckFinding(
            "copy",
            False,
            vi,
            en,
            "kyhan activate --rest, hoặc kyhan activate",
            "kyhan activate --rest, or kyhan activate",
        )
    if not is_our_key(engine, key):
        vi = "khóa đang đặt không phải khóa mà dữ liệu được niêm phong: liên kết và mã thứ hai không dùng được"
        en = "not the key the data is sealed with: links and second factors do not work"
        todo = ("đặt lại KYHAN_SECRET_KEY như cũ", "set KYHAN_SECRET_KEY to what it was")
        yield CheckFinding("key", False, vi, en, *todo)
    if wrong:
        yield CheckFinding("log", False, wrong, "not the log this home remembers", *both("kyhan log verify"))
