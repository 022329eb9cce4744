"""What changes from one version of the plan to another, in words an official reads: every part of it, by one walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from rules.forms import SheetForm
from rules.plan import Ladder, Plan, Text
from services.plan.words import ENTRIES, field, in_words

APART = ("id", "obligations", "triggers", "interpretations")  # entries of their own
NOT_TOLD = ("form",)  # how it is stored, not what it says


@dataclass(frozen=True)
class PlanContent:
    """A plan, the tables units fill in for it, and the ladders by which they are reminded."""

    plan: Plan
    forms: Mapping[str, SheetForm]
    ladders: Mapping[str, Ladder]


@dataclass(frozen=True)
class FieldChange:
    path: tuple[str, ...]  # names of fields, from the outermost in
    old: str
    new: str

    @property
    def field(self) -> Text:
        words = [field(name) for name in self.path]
        return Text(" · ".join(word.vi for word in words), " · ".join(word.en for word in words))


@dataclass(frozen=True)
class PlanChange:
    """Of one duty, trigger, interpretation, form or ladder, or of what the plan says of itself."""

    kind: str  # added, dropped, changed
    entry: str  # a key of ENTRIES
    id: str
    title: Text
    changed: tuple[FieldChange, ...] = ()

    @property
    def moves_dates(self) -> bool:
        return self.entry == "duty" and (self.kind != "changed" or any(one.path[0] == "when" for one in self.changed))

    @property
    def lines(self) -> list[str]:
        """As one line of Vietnamese for each thing that changes."""
        if self.kind == "added":
            return [f"+ {self.id}: thêm {ENTRIES[self.entry].vi} ({self.title.vi})"]
        if self.kind == "dropped":
            return [f"- {self.id}: bỏ {ENTRIES[self.entry].vi} ({self.title.vi})"]
        return [f"~ {self.id}: {one.field.vi}: {one.old} → {one.new}" for one in self.changed]


Entries = dict[tuple[str, str], tuple[Text, Any]]


def changes(a: PlanContent, b: PlanContent) -> list[PlanChange]:
    """Duties first, in the order of the new version; what was added, what was dropped, what has changed."""
    before, after = _entries(a), _entries(b)
    result = [PlanChange("added", *key, after[key][0]) for key in after if key not in before]
    result += [PlanChange("dropped", *key, before[key][0]) for key in before if key not in after]
    for key, (title, value) in after.items():
        if key in before and (changed := tuple(_differences(before[key][1], value))):
            result.append(PlanChange("changed", *key, title, changed))
    order = list(ENTRIES)
    return sorted(result, key=lambda one: order.index(one.entry))


def _entries(content: PlanContent) -> Entries:
    plan = content.plan
    entries: Entries = {("duty", one.id): (one.title, one) for one in plan.obligations}
    entries |= {("trigger", one.id): (Text(one.document, one.document), one) for one in plan.triggers}
    entries |= {("setting", one.key): (one.text, one) for one in plan.interpretations}
    entries |= {("form", key): (Text(one.title, one.title), one) for key, one in content.forms.items()}
    entries |= {("ladder", key): (Text(key, key), one) for key, one in content.ladders.items()}
    own = {one.name: getattr(plan, one.name) for one in fields(plan) if one.name not in (*APART, *NOT_TOLD)}
    return entries | {("plan", plan.id): (plan.title, own)}


def _differences(old: object, new: object, path: tuple[str, ...] = ()) -> Iterator[FieldChange]:
    """As deep as both have the same parts: where they have not, the whole."""
    before, after = _parts(old), _parts(new)
    if old == new:
        return
    if before is None or after is None or type(old) is not type(new) or before.keys() != after.keys():
        yield FieldChange(path, in_words(old), in_words(new))
        return
    for name, part in before.items():
        yield from _differences(part, after[name], (*path, name))


def _parts(value: object) -> Mapping[str, object] | None:
    """None: it is told as a whole."""
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    if isinstance(value, tuple) and value and all(hasattr(one, "id") for one in value):
        return {one.id: one for one in value}
    return None
