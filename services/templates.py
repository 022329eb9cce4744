"""The templates an office changed, numbered and never deleted: which one is in use, and the way back to the shipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from models.queries import templates as queries
from models.tables.templates import TemplateVersion
from services import log
from services.errors import Refused

DOCUMENT, MESSAGE, LADDER = "document", "message", "ladder"  # families
LONGEST_NOTE = 500


def in_use(session: Session, family: str, name: str) -> TemplateVersion | None:
    """None: the shipped one."""
    return queries.in_use(session, family, name)


def all_in_use(session: Session, family: str) -> Sequence[TemplateVersion]:
    return queries.all_in_use(session, family)


def versions(session: Session, family: str, name: str) -> Sequence[TemplateVersion]:
    """The newest first."""
    return queries.versions(session, family, name)


def all_versions(session: Session, family: str) -> dict[str, list[TemplateVersion]]:
    """By name, the newest first."""
    by_name: dict[str, list[TemplateVersion]] = {}
    for row in queries.all_versions(session, family):
        by_name.setdefault(row.name, []).append(row)
    return by_name


def version(session: Session, family: str, name: str, number: int) -> TemplateVersion:
    """Raises Refused."""
    row = queries.version(session, family, name, number)
    if row is None:
        raise Refused(f"Không có phiên bản {number} của mẫu «{name}». / No version {number} of “{name}”.")
    return row


def take(
    session: Session, family: str, name: str, content: bytes, note: str, by: str, now: datetime
) -> TemplateVersion:
    """Keep it under the next number; it is not in use yet. Whoever calls has tried it. Raises Refused."""
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Ghi chú dài quá {LONGEST_NOTE} chữ. / The note is longer than {LONGEST_NOTE} letters.")
    log.hold(session)
    row = TemplateVersion(
        family=family,
        name=name,
        number=queries.next_number(session, family, name),
        content=content,
        sha256=sha256(content).hexdigest(),
        note=note.strip(),
        created_at=now,
        created_by=by,
    )
    session.add(row)
    session.flush()
    details = {"version": row.number, "sha256": row.sha256, "note": row.note}
    log.append(session, now, by, "template.take", _subject(family, name), details)
    return row


def use(session: Session, family: str, name: str, number: int, by: str, now: datetime) -> None:
    """From now on this version; the others stay. Raises Refused."""
    log.hold(session)
    row = version(session, family, name, number)
    before = _number(queries.in_use(session, family, name))
    queries.use_only(session, family, name, number)
    details = {"version": number, "before": before, "sha256": row.sha256}
    log.append(session, now, by, "template.use", _subject(family, name), details)


def back_to_shipped(session: Session, family: str, name: str, by: str, now: datetime) -> int | None:
    """The number that was in use, so that it can be taken again; None: the shipped one was."""
    log.hold(session)
    before = _number(queries.in_use(session, family, name))
    if before is not None:
        queries.use_only(session, family, name, None)
        log.append(session, now, by, "template.reset", _subject(family, name), {"before": before})
    return before


def note_fault(session: Session, row: TemplateVersion, fault: str, now: datetime) -> None:
    """What is in use could not be used, so the shipped one was; said once, until it changes. "": it works again."""
    if row.fault == fault:
        return
    row.fault = fault
    session.add(row)
    if fault:
        details = {"version": row.number, "reason": fault}
        log.append(session, now, "kyhan", "template.fault", _subject(row.family, row.name), details)


def _number(row: TemplateVersion | None) -> int | None:
    return row.number if row else None


def _subject(family: str, name: str) -> str:
    return f"template:{family}/{name}"
