"""A plan and the tables of its units as the database keeps them, and how a version comes into force."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from pydantic import TypeAdapter
from sqlmodel import Session

from models.tables.plan import PlanSource, PlanVersion
from rules.forms import SheetForm
from rules.plan import Plan

PLAN = TypeAdapter(Plan)
FORMS = TypeAdapter(dict[str, SheetForm])


@dataclass(frozen=True)
class Adoption:
    by: str = "kyhan"
    effective_from: date | None = None  # None: from the moment it is loaded
    decision: str = ""  # its number
    amendment: int | None = None  # the proposals it carries out
    files: Mapping[str, str] | None = None  # it was loaded from, name → text; None: they are not kept


def stored_plan(plan: Plan) -> str:
    return PLAN.dump_json(plan).decode()


def stored_forms(forms: Mapping[str, SheetForm] | None) -> str | None:
    return None if forms is None else FORMS.dump_json(dict(forms)).decode()


def read_plan(document: str) -> Plan:
    return PLAN.validate_json(document)


def read_forms(document: str | None) -> Mapping[str, SheetForm] | None:
    return None if document is None else FORMS.validate_json(document)


def forms_of(version: PlanVersion, shipped: Mapping[str, SheetForm]) -> Mapping[str, SheetForm]:
    stored = read_forms(version.forms)
    return shipped if stored is None else stored


def keep_files(session: Session, files: Mapping[str, str] | None) -> str | None:
    """Under which they can be read again; the same files are kept once."""
    if files is None:
        return None
    text = json.dumps(dict(sorted(files.items())), ensure_ascii=False)
    digest = sha256(text.encode()).hexdigest()
    if session.get(PlanSource, digest) is None:
        session.add(PlanSource(sha256=digest, files=text))
        session.flush()
    return digest


def kept_files(session: Session, source: str | None) -> dict[str, str] | None:
    row = session.get(PlanSource, source) if source else None
    return None if row is None else dict(json.loads(row.files))
