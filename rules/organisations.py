"""An organisation as the register describes it: a stable key, dated names, the groups it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DatedName:
    valid_from: date
    name: str
    abbreviation: str
    head_title: str
    place: str = ""
    valid_to: date | None = None  # exclusive


@dataclass(frozen=True)
class OrganisationEntry:
    key: str
    kind: str
    groups: tuple[str, ...]
    names: tuple[DatedName, ...]
    parent: str | None = None
    line_ministry: str | None = None


def superiors(lead: str, issuer: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    """Whom the lead asks and never urges: who gave it the plan, and all above either of them in the register."""
    above = frozenset(_chain(parents.get(lead), parents))
    return (above | frozenset(_chain(issuer or None, parents))) - {lead}


def _chain(key: str | None, parents: Mapping[str, str | None]) -> Iterator[str]:
    seen: set[str] = set()
    while key and key not in seen:
        seen.add(key)
        yield key
        key = parents.get(key)


@dataclass(frozen=True)
class Succession:
    """What was merged or split: others go on with what was theirs."""

    on: date
    before: tuple[str, ...]  # keys
    after: tuple[str, ...]


def successor(key: str, changes: Iterable[Succession], day: date) -> str:
    """Who goes on with it that day: the first heir of the first heir; itself, if it was not dissolved by then.

    `changes` in the order in which they took effect.
    """
    for change in changes:
        if change.on <= day and key in change.before and key not in change.after:
            key = change.after[0]
    return key
