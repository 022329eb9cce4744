"""A plan and the tables of its units as the database keeps them, and how a version comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from models.tables.plan import PlanVersion
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
