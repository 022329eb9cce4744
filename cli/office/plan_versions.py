"""Loading a plan version, and saying what changes between two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bootstrap.home import Home, open_home
from config.catalogue import PlanFolder, load_plan_folder
from models.database import reading, writing
from models.queries.plan.occurrences import current_plan
from models.tables.plan import PlanVersion
from services.cases import new_version
from services.cases.new_version import AffectedDuty, NewVersion, Treatment, adopt, affected, treatments
from services.plan.changes import PlanContent, changes
from services.plan.in_force import plan_as_loaded
from services.plan.stored import Adoption

BY = "kyhan plan load"


@dataclass(frozen=True)
class LoadResult:
    version: int | None  # None: it waits for its day, or was only looked at
    new: bool
    changes: Sequence[str]
    duties: Sequence[AffectedDuty]
    treatment: Mapping[str, Treatment]

    @property
    def lines(self) -> list[str]:
        return [*self.changes, *new_version.lines(self.duties, self.treatment)]

    def as_json(self, adoption: Adoption) -> dict[str, Any]:
        return {
            "version": self.version,
            "new": self.new,
            "effective_from": adoption.effective_from,
            "decision": adoption.decision,
            "changes": list(self.changes),
            "open_cases": [_affected(duty, self.treatment.get(duty.id, Treatment.KEEP)) for duty in self.duties],
        }


def _affected(duty: AffectedDuty, treatment: Treatment) -> dict[str, Any]:
    moved = [
        {"period": one.period, "role": one.role, "old": one.days_shown[0], "new": one.days_shown[1]}
        for one in duty.moved
    ]
    gone = list(duty.gone)
    return {"obligation": duty.id, "cases": duty.cases, "treatment": treatment.value, "moved": moved, "gone": gone}


def read(file: Path, configuration: Path | None = None) -> PlanContent:
    """Raises CatalogueError with file, line and reason."""
    return _content(load_plan_folder(file, configuration))


def _content(folder: PlanFolder) -> PlanContent:
    return PlanContent(folder.plan, folder.forms, folder.ladders)


def load_file(
    file: Path, adoption: Adoption, choices: Collection[str], now: datetime, *, dry_run: bool = False
) -> LoadResult:
    """In force at once, or kept for its day; all of it, or nothing. Raises CatalogueError, Refused."""
    home = open_home(now)
    folder = load_plan_folder(file, home.catalogue.folder)
    content, adoption = _content(folder), replace(adoption, files=folder.files)
    told = compare(_in_force(home), content)
    with writing(home.engine) as session:
        if not told:
            return LoadResult(_number(home), False, [], [], {})
        duties = affected(session, home.office, content.plan, now)
        treatment = treatments(choices, duties)
        if dry_run:
            return LoadResult(None, True, told, duties, treatment)
        forms = None if content.forms == home.office.forms else content.forms
        done = adopt(session, home.office, NewVersion(content.plan, forms, adoption, treatment), now)
        version = done.version if isinstance(done, PlanVersion) else None
    return LoadResult(version, True, told, duties, treatment)


def _number(home: Home) -> int:
    with reading(home.engine) as session:
        version = current_plan(session)
    assert version is not None
    return version.version


def _in_force(home: Home) -> PlanContent:
    with reading(home.engine) as session:
        plan = plan_as_loaded(session, home.office)
    return PlanContent(plan, dict(home.office.forms), home.catalogue.ladders_by_id)


def compare(a: PlanContent, b: PlanContent) -> list[str]:
    """One Vietnamese line for each thing that is added, dropped or changed."""
    return [line for change in changes(a, b) for line in change.lines]
