"""A plan with what lies beside it: the tables units fill in for it, and the ladders it names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.catalogue import around, load_ladders, load_plan_file
from config.forms import Forms
from config.plan_check import beside
from rules.forms import SheetForm
from rules.plan import Ladder, Plan


@dataclass(frozen=True)
class PlanFolder:
    plan: Plan
    forms: dict[str, SheetForm]
    ladders: dict[str, Ladder]


def load_plan_folder(path: Path, configuration: Path | None = None) -> PlanFolder:
    """Of this plan.yaml; what is not beside it is taken from the plan as shipped. Raises CatalogueError.

    `configuration`: whose organisations and ladders it may name; None: those around the file, else the shipped ones.
    """
    plan = load_plan_file(path, configuration)
    ladders = load_ladders((configuration or around(path)) / "ladders.yaml")
    forms = Forms(beside(path, plan.id, "forms.yaml").parent)
    return PlanFolder(plan, dict(forms), {ladder.id: ladder for ladder in ladders})
