"""The ladders as the office has them: those shipped in ladders.yaml, and the versions the office made of them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from models.tables.templates import TemplateVersion
from rules.office import Office
from rules.plan import Ladder, LadderStep
from services import templates
from services.templates import LADDER

STEPS = TypeAdapter(tuple[LadderStep, ...])


def stored_steps(ladder: Ladder) -> bytes:
    return STEPS.dump_json(ladder.steps)


def read_steps(row: TemplateVersion) -> tuple[LadderStep, ...]:
    """None of them where the version cannot be read any more."""
    try:
        return STEPS.validate_json(row.content)
    except ValidationError:
        return ()


def shipped(office: Office) -> Mapping[str, Ladder]:
    return office.shipped_ladders or office.ladders


def ladders_now(session: Session, office: Office) -> dict[str, Ladder]:
    """By id, in the order of ladders.yaml. A version that cannot be read gives way to the shipped ladder."""
    ladders = dict(shipped(office))
    for row in templates.all_in_use(session, LADDER):
        if row.name in ladders and (steps := read_steps(row)):
            ladders[row.name] = Ladder(row.name, steps, ladders[row.name].title)
    return ladders


def known_steps(session: Session, office: Office, id: str) -> dict[str, LadderStep]:
    """Every step the ladder ever had, by its code: as the ladder in force has it, else as the newest version did."""
    rows = sorted(templates.versions(session, LADDER, id), key=lambda row: row.number)
    versions = [shipped(office)[id].steps, *(read_steps(row) for row in rows), office.ladders[id].steps]
    return {step.id: step for steps in versions for step in steps}
