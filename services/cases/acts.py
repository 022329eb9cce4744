"""What an act changed of its case, kept so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from models.tables.cases import Case

DAYS = ("return_by",)
MOMENTS = ("received_at", "returned_at", "accepted_at", "outcome_at")
FIELDS = ("term_id", "outcome", *DAYS, *MOMENTS)


def standing(case: Case) -> dict[str, Any]:
    return {name: _plain(getattr(case, name)) for name in FIELDS}


def changed(before: Mapping[str, Any], case: Case) -> str:
    return json.dumps({"before": before, "after": standing(case)})


def is_as_left(case: Case, kept: str) -> bool:
    """Nothing else has happened to it since."""
    return bool(kept) and json.loads(kept)["after"] == standing(case)


def left_as(kept: str, case: Case) -> str:
    """The same act, after what it wrote was corrected."""
    return changed(json.loads(kept)["before"], case)


def restore(case: Case, kept: str) -> None:
    for name, value in json.loads(kept)["before"].items():
        setattr(case, name, _value(name, value))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, value: Any) -> object:
    if value is None:
        return None
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name in DAYS else value
