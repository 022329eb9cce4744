"""Looks whether every registered file is still in its place, and whether there is room for more."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from services.checkup.data import CheckFinding, both
from services.files.verify import differences


def registered_files(engine: Engine, folder: Path) -> CheckFinding:
    """Only whether they are there and of their size; `kyhan files verify` reads them all."""
    with reading(engine) as session:
        wrong = [one.file.name for one in differences(session, folder, quick=True)]
    if not wrong:
        return CheckFinding("files", True, "tệp trong sổ đều còn, đúng kích thước", "all there, of their size")
    vi = f"{len(wrong)} tệp trong sổ không còn hoặc sai kích thước, ví dụ «{wrong[0]}»"
    en = f"{len(wrong)} registered files missing or of another size, such as «{wrong[0]}»"
    return CheckFinding("files", False, vi, en, *both("kyhan files verify"))


def free_room(folder: Path) -> int:
    """Bytes that may still be written where the office keeps its files. Raises OSError."""
    return shutil.disk_usage(folder).free
