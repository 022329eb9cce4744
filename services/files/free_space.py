"""Tells a disk without room from any other fault."""

from __future__ import annotations

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SAID = ("disk is full", "disk i/o error", "no space left", "could not extend file")  # by SQLite and PostgreSQL


def is_no_room(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return any(text in str(getattr(error, "orig", "")).lower() for text in SAID)


def said(error: OSError) -> str:
    if is_no_room(error):
        return "máy chủ hết chỗ lưu, chưa có gì được ghi; giải phóng chỗ rồi làm lại. No room: nothing was recorded."
    return f"{error.strerror or error}."
