"""The consolidations of a flow as files beside the office's other documents, written anew only when they changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from rules.office import Office
from services.content.books import write_book
from services.content.consolidation import Consolidated, consolidations
from services.content.crosscheck import further_sheets

FOLDER = "consolidated"  # below the office's
NEWEST = 5  # periods of a duty; older ones are made on their pages


def keep_books(engine: Engine, office: Office, flow: str, now: datetime) -> list[Consolidated]:
    """Of every duty of this flow that gathers tables, the newest periods that are open."""
    with reading(engine) as session:
        books = [
            (whole, further_sheets(session, office, whole, now))
            for duty in office.plan.obligations
            if duty.flow == flow
            for whole in consolidations(session, office, duty, now, NEWEST)
        ]
    for whole, further in books:
        _write(place_of(office, whole), write_book(office, whole, "xlsx", now, further))
    return [whole for whole, _ in books]


def place_of(office: Office, whole: Consolidated) -> Path:
    return office.folder / FOLDER / f"{whole.duty.id}-{whole.period}.xlsx"


def _write(file: Path, content: bytes) -> None:
    if file.exists() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(file)
