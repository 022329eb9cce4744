"""Writes a document by the template in use; where that one fails, by the shipped one, and never in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.tables.templates import TemplateVersion
from services import templates
from services.templates import DOCUMENT

PROGRESS, URGING_LETTER = "progress", "urging_letter"


@dataclass(frozen=True)
class Written:
    path: Path
    kind: str
    version: int | None = None  # of the template that was in use; None: the shipped one
    fault: str = ""  # why the shipped one was taken in its stead

    @property
    def details(self) -> dict[str, object]:
        """For the log: by which template it was written."""
        if self.version is None:
            return {}
        return {"template": 0, "template_fault": self.fault} if self.fault else {"template": self.version}


def write_document(session: Session, name: str, out: Path, facts: Any, *more: Any) -> Written:
    """`name` of a kind of document; `more`: what people add to the facts."""
    from reports.word_templates.kinds import KINDS  # Word libraries load slowly; only documents pay for them
    from reports.word_templates.office_form import fill_in

    row = templates.in_use(session, DOCUMENT, name)
    fault = fill_in(KINDS[name], row.content if row else None, out, facts, *more)
    return Written(out, name, row.number if row else None, fault)


def fault_of(session: Session, name: str) -> str:
    """Why the template in use could not be used the last time; "": it could, or it is the shipped one."""
    row = templates.in_use(session, DOCUMENT, name)
    return row.fault if row else ""


def present_fault(row: TemplateVersion) -> str:
    """Of a version in use: what its last use met, else what would stop it today; "": nothing."""
    from reports.word_templates.kinds import KINDS
    from reports.word_templates.office_form import office_form

    if row.name not in KINDS:
        return "Không còn loại văn bản này. / There is no such document any more."
    try:
        office_form(KINDS[row.name], row.content)
    except Exception as error:  # of whatever an upgrade brings about
        return str(error) or type(error).__name__
    return row.fault


def note(session: Session, written: Written, now: datetime) -> None:
    """In a transaction that may write: whether the template in use could be used."""
    row = templates.in_use(session, DOCUMENT, written.kind)
    if row is not None and row.number == written.version:
        templates.note_fault(session, row, written.fault, now)
