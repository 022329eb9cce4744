"""Where a home lies: a folder copied by hand, beside its original on the same machine, is recognised as a copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from models.tables.home_marks import HomeMark, set_mark

MARK = "place"
DATABASE = "kyhan.db"


def original(session: Session, home: Path) -> Path | None:
    """The home this one was copied from, where that still lies at its place; None when this is the original.

    A home that was moved, or is mounted at two places, is no copy.
    """
    mark = session.get(HomeMark, MARK)
    if mark is None:
        return None
    before = Path(mark.value)
    if not (before / DATABASE).is_file() or before.samefile(home):
        return None
    return before


def note(session: Session, home: Path, now: datetime) -> None:
    """From now on this is the place of the home."""
    here, mark = str(home.resolve()), session.get(HomeMark, MARK)
    if mark is None or mark.value != here:
        set_mark(session, MARK, now, here)


def copied(original: Path) -> tuple[str, str]:
    """What to tell whoever starts the copy."""
    return (
        f"thư mục này là bản chép của {original}, nơi bản gốc vẫn còn: hai bản cùng chạy thì thư gửi hai lần; "
        "cho bản này nghỉ bằng kyhan activate --rest, hay nhận là bản dùng thật bằng kyhan activate",
        f"this home was copied from {original}, which is still there: both would send; "
        "kyhan activate --rest lays this one to rest, kyhan activate makes it the one in use",
    )
