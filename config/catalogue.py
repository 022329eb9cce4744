"""Opens the province's own decisions: its plans, organisations, ladders, calendar corrections and channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from config.calendar_days import CalendarDay, CalendarEntry
from config.channels import ChannelEntry, ChannelFileEntry
from config.fields import ConfigEntry, PlanReferences
from config.forms import Forms
from config.ladders import Families, LadderEntry, misuses_in
from config.messages import problem_at, problems_of
from config.organisations import ChangeEntry, HistoricalChange, OrganisationFileEntry, groups_of, keys_in
from config.plan_check import PlanRead, beside, read_plan
from config.problems import CatalogueError, Problem
from config.yaml_file import YamlFile, read_yaml
from rules.channels import ChannelPolicy
from rules.forms import SheetForm
from rules.organisations import OrganisationEntry
from rules.plan import Ladder, Plan

if TYPE_CHECKING:
    from rules.working_days import Override

SHIPPED = Path(__file__).parent

E = TypeVar("E", bound=ConfigEntry)


@dataclass(frozen=True)
class Catalogue:
    folder: Path
    plans: tuple[Plan, ...]  # by the day they were signed
    distribution: tuple[str, ...]  # who receives the newest plan
    organisations: tuple[OrganisationEntry, ...]
    ladders: tuple[Ladder, ...]
    calendar_days: tuple[CalendarDay, ...]  # confirmed or not
    channels: tuple[ChannelEntry, ...]

    @property
    def plan(self) -> Plan:
        """The one signed last."""
        return self.plans[-1]

    def plan_on(self, day: date) -> Plan:
        """The one a new home follows: in force that day, else signed by then, and of several the one signed last."""
        signed = [plan for plan in self.plans if plan.signed_on <= day] or self.plans[:1]
        return ([plan for plan in signed if plan.in_force_on(day)] or signed)[-1]

    @property
    def overrides(self) -> tuple[Override, ...]:
        """The corrections that count."""
        return self._overrides(confirmed=True)

    @property
    def unconfirmed(self) -> tuple[Override, ...]:
        """Those that wait until somebody confirms them."""
        return self._overrides(confirmed=False)

    def _overrides(self, *, confirmed: bool) -> tuple[Override, ...]:
        # Here, not above: the holidays library costs more to import than the whole catalogue takes to load.
        from rules.working_days import Override

        days = (day for day in self.calendar_days if day.confirmed is confirmed)
        return tuple(Override(day.day, day.working, day.reason, day.document) for day in days)

    @cached_property
    def ladders_by_id(self) -> dict[str, Ladder]:
        return {ladder.id: ladder for ladder in self.ladders}

    def units(self, names: Iterable[str]) -> tuple[str, ...]:
        """The keys these organisation keys and groups mean, in the order of the register, each once."""
        return keys_in(self.organisations, names)


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Raises CatalogueError with every problem of every file."""
    root = folder or SHIPPED
    problems: list[Problem] = []
    organisations = _organisations(root, problems)
    channels = _entries(root / "channels.yaml", ChannelFileEntry, "name", problems)
    ladders = _ladders(root / "ladders.yaml", problems)
    days = _entries(root / "calendar.yaml", CalendarEntry, "day", problems)
    reads = _plans(root, _known(organisations, ladders), problems)
    if problems:
        raise CatalogueError(problems)
    return Catalogue(
        folder=root,
        plans=tuple(read.plan for read in reads if read.plan),
        distribution=reads[-1].distribution,
        organisations=organisations,
        ladders=ladders,
        calendar_days=tuple(entry.calendar_day() for entry in days),
        channels=tuple(entry.channel() for entry in channels),
    )


def load_ladders(path: Path | None = None) -> tuple[Ladder, ...]:
    """Raises CatalogueError."""
    problems: list[Problem] = []
    ladders = _ladders(path or SHIPPED / "ladders.yaml", problems)
    if problems:
        raise CatalogueError(problems)
    return ladders


def _ladders(path: Path, problems: list[Problem]) -> tuple[Ladder, ...]:
    entries = _entries(path, LadderEntry, "id", problems)
    if entries:
        problems += misuses_in(read_yaml(path), entries, channel_families(path.parent))
    return tuple(entry.ladder() for entry in entries)


def channel_families(folder: Path | None = None) -> Families | None:
    """By what ladders may call them, the channels; None when that file cannot be read."""
    families: dict[str, list[ChannelPolicy]] = {}
    for entry in _entries((folder or SHIPPED) / "channels.yaml", ChannelFileEntry, "name", []):
        policy = entry.channel().policy
        families.setdefault(policy.family, []).append(policy)
    return families or None


def load_history(folder: Path | None = None) -> tuple[HistoricalChange, ...]:
    """What happened after the plan was signed, by day; nothing is applied. Raises CatalogueError."""
    root = folder or SHIPPED
    problems: list[Problem] = []
    known = _known(_organisations(root, problems), ())
    entries = _entries(root / "history.yaml", ChangeEntry, None, problems, known)
    if problems:
        raise CatalogueError(problems)
    return tuple(sorted((entry.change() for entry in entries), key=lambda change: change.effective_on))


def check_plan_file(path: Path, folder: Path | None = None) -> list[Problem]:
    """Everything wrong with this plan file. Organisations and ladders come from `folder`, or from around the file."""
    root = folder or around(path)
    problems: list[Problem] = []
    organisations = _organisations(root, problems)
    ladders = _ladders(root / "ladders.yaml", problems)
    return [*problems, *read_plan(path, _known(organisations, ladders)).problems]


def load_plan_file(path: Path, folder: Path | None = None) -> Plan:
    """The plan of this file. Raises CatalogueError with everything wrong with it."""
    problems = check_plan_file(path, folder)
    root = folder or around(path)
    organisations = _organisations(root, problems)
    ladders = load_ladders(root / "ladders.yaml")
    plan = read_plan(path, _known(organisations, ladders)).plan
    if problems or plan is None:
        raise CatalogueError(problems)
    return plan


def around(path: Path) -> Path:
    """The configuration this plan lies in (…/plans/<id>/plan.yaml), else the shipped one."""
    around = path.resolve().parents
    return around[2] if len(around) > 2 and (around[2] / "organisations.yaml").exists() else SHIPPED


def _known(organisations: Sequence[OrganisationEntry], ladders: Sequence[Ladder]) -> PlanReferences:
    return PlanReferences(
        units=frozenset(entry.key for entry in organisations) or None,
        groups=groups_of(organisations) or None,
        ladders=frozenset(ladder.id for ladder in ladders if not ladder.for_returns)
        or None,  # those are for every duty
        step_ladders=frozenset(ladder.id for ladder in ladders if ladder.for_steps) if ladders else None,
    )


def plan_files(root: Path = SHIPPED) -> list[Path]:
    return sorted((root / "plans").glob("*/plan.yaml"))


def _plans(root: Path, known: PlanReferences, problems: list[Problem]) -> list[PlanRead]:
    paths = plan_files(root)
    reads = [read_plan(path, known) for path in paths]
    problems += (problem for read in reads for problem in read.problems)
    problems += _misnamed(paths, reads)
    if not reads:
        vi, en = "chưa có kế hoạch nào (plans/<mã>/plan.yaml)", "there is no plan (plans/<id>/plan.yaml)"
        problems.append(Problem(root / "plans", 1, "", vi, en))
    return sorted(reads, key=lambda read: read.plan.signed_on.isoformat() if read.plan else "")


def _misnamed(paths: Sequence[Path], reads: Sequence[PlanRead]) -> Iterator[Problem]:
    """Its forms are looked for in the folder that has its id as name."""
    for path, read in zip(paths, reads, strict=True):
        if read.plan and path.parent.name != read.plan.id:
            vi, en = f"thư mục phải có tên {read.plan.id}", f"its folder must be called {read.plan.id}"
            yield Problem(path, 1, "id", vi, en)


def _organisations(root: Path, problems: list[Problem]) -> tuple[OrganisationEntry, ...]:
    path = root / "organisations.yaml"
    try:
        file = read_yaml(path)
    except CatalogueError as error:
        problems += error.problems
        return ()
    items = file.data if isinstance(file.data, list) else []
    keys = frozenset(str(item.get("key")) for item in items if isinstance(item, dict))
    entries = _validated(file, OrganisationFileEntry, "key", problems, PlanReferences(units=keys))
    return tuple(entry.organisation() for entry in entries)


def _entries(
    path: Path, kind: type[E], key: str | None, problems: list[Problem], known: PlanReferences | None = None
) -> tuple[E, ...]:
    try:
        file = read_yaml(path)
    except CatalogueError as error:
        problems += error.problems
        return ()
    return _validated(file, kind, key, problems, known)


def _validated(
    file: YamlFile, kind: type[E], key: str | None, problems: list[Problem], known: PlanReferences | None = None
) -> tuple[E, ...]:
    problems += _written_twice(file, key)
    try:
        return TypeAdapter(tuple[kind, ...]).validate_python(file.data, context=known)  # type: ignore[valid-type]
    except ValidationError as error:
        problems += problems_of(error, file)
        return ()


def _written_twice(file: YamlFile, key: str | None) -> Iterator[Problem]:
    seen: set[Any] = set()
    for index, item in enumerate(file.data if key and isinstance(file.data, list) else []):
        value = str(item.get(key)) if isinstance(item, dict) else None
        if value is not None and value in seen:
            yield problem_at(file, (index, key or ""), f"“{value}” viết hai lần", f"“{value}” is written twice")
        seen.add(value)


# --- a plan with what lies beside it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanFolder:
    plan: Plan
    forms: dict[str, SheetForm]
    ladders: dict[str, Ladder]
    files: dict[str, str] = field(default_factory=dict)  # name → text, as they are written


PLAN_FILES = ("plan.yaml", "quotes.yaml", "forms.yaml", "source.txt")


def load_plan_folder(path: Path, configuration: Path | None = None) -> PlanFolder:
    """Of this plan.yaml; what is not beside it is taken from the plan as shipped. Raises CatalogueError.

    `configuration`: whose organisations and ladders it may name; None: those around the file, else the shipped ones.
    """
    plan = load_plan_file(path, configuration)
    ladders = load_ladders((configuration or around(path)) / "ladders.yaml")
    forms = Forms(beside(path, plan.id, "forms.yaml").parent)
    parts = {name: path if name == PLAN_FILES[0] else beside(path, plan.id, name) for name in PLAN_FILES}
    files = {name: part.read_bytes().decode() for name, part in parts.items() if part.exists()}
    return PlanFolder(plan, dict(forms), {ladder.id: ladder for ladder in ladders}, files)
