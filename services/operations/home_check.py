"""What must be so before anybody works in a home: its database is the one its files belong to, its key is there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading, writing
from models.migrate import revision
from models.tables.home_marks import HomeMark, set_mark
from services.errors import Refused
from services.operations.backup_file import FOLDERS
from services.seals import derived

KEY = "key"  # the mark that knows the key the office seals with, without telling it


def need_database(engine: Engine, home: Path) -> None:
    """Files without a database: whoever began anew there would lose the register of them. Raises Refused."""
    if revision(engine) is None and any(path.is_file() for path in (home / FOLDERS[0]).rglob("*")):
        raise Refused(
            f"{home / FOLDERS[0]} có tệp đã vào sổ nhưng cơ sở dữ liệu trống: hãy khôi phục từ bản sao lưu vào một thư "
            "mục khác, hoặc kiểm tra KYHAN_HOME, KYHAN_DATABASE_URL. / Registered files lie here, but the database is "
            "empty: restore a backup into another folder, or check KYHAN_HOME and KYHAN_DATABASE_URL."
        )


def need_no_key_yet(engine: Engine, path: Path) -> None:
    """A new key would end every link, second factor and consent in silence. Raises Refused."""
    with reading(engine) as session:
        if session.get(HomeMark, KEY) is None:
            return
    raise Refused(
        f"Thiếu {path}, khóa mà dữ liệu đã được niêm phong; hãy lấy lại từ bản sao lưu, hoặc đặt KYHAN_SECRET_KEY. "
        f"Chỉ khi khóa đã mất hẳn: tự tạo tệp mới (openssl rand -hex 32 > {path}). / "
        "The key the data is sealed with is missing: put it back from a backup, or set KYHAN_SECRET_KEY."
    )


def note_key(engine: Engine, key: bytes, now: datetime) -> None:
    """Once: from then on the database knows its key."""
    with reading(engine) as session:
        if session.get(HomeMark, KEY) is not None:
            return
    with writing(engine) as session:
        set_mark(session, KEY, now, fingerprint(key))


def is_our_key(engine: Engine, key: bytes) -> bool:
    with reading(engine) as session:
        mark = session.get(HomeMark, KEY)
    return mark is None or mark.value == fingerprint(key)


def fingerprint(key: bytes) -> str:
    return derived(key, "which key", "")
