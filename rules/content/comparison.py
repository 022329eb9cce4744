"""What changed between two states of a province's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.content.consolidation import plain_value
from rules.content.findings import Value
from rules.forms import SheetForm

Values = Mapping[str, Value]


@dataclass(frozen=True)
class ChangedRow:
    """`before` or `after` is None for a row that was added or dropped."""

    before: Values | None
    after: Values | None
    columns: tuple[str, ...] = ()  # whose values differ

    @property
    def values(self) -> Values:
        return self.after or self.before or {}


@dataclass(frozen=True)
class Comparison:
    added: tuple[ChangedRow, ...]
    dropped: tuple[ChangedRow, ...]
    changed: tuple[ChangedRow, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.dropped or self.changed)


def compare_rows(form: SheetForm, before: Iterable[Values], after: Iterable[Values]) -> Comparison:
    """Rows about the same thing are set beside each other; of several about one thing, equal ones first."""
    left, right = _by_matter(form, before), _by_matter(form, after)
    added: list[ChangedRow] = []
    dropped: list[ChangedRow] = []
    changed: list[ChangedRow] = []
    for key in dict.fromkeys((*left, *right)):
        old, new = _without_equal(form, left.get(key, []), right.get(key, []))
        pairs = min(len(old), len(new))
        changed += [ChangedRow(one, other, _differing(form, one, other)) for one, other in zip(old, new, strict=False)]
        dropped += [ChangedRow(one, None) for one in old[pairs:]]
        added += [ChangedRow(None, one) for one in new[pairs:]]
    return Comparison(tuple(added), tuple(dropped), tuple(changed))


def _by_matter(form: SheetForm, rows: Iterable[Values]) -> dict[tuple[str, ...], list[Values]]:
    matters: dict[tuple[str, ...], list[Values]] = {}
    same = form.gathering.same or tuple(column.id for column in form.columns)
    for row in rows:
        matters.setdefault(tuple(plain_value(row.get(name)) for name in same), []).append(row)
    return matters


def _without_equal(form: SheetForm, old: list[Values], new: list[Values]) -> tuple[list[Values], list[Values]]:
    rest = list(new)
    left = []
    for row in old:
        twin = next((other for other in rest if not _differing(form, row, other)), None)
        if twin is None:
            left.append(row)
        else:
            rest.remove(twin)
    return left, rest


def _differing(form: SheetForm, one: Values, other: Values) -> tuple[str, ...]:
    ids = (column.id for column in form.columns)
    return tuple(name for name in ids if plain_value(one.get(name)) != plain_value(other.get(name)))
