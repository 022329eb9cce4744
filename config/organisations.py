"""Schema of organisations.yaml and history.yaml, and the register in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from config import fields as f
from config.fields import ConfigEntry
from rules.organisations import DatedName, OrganisationEntry

Key = Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
GroupName = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
Change = Literal["rename", "merge", "split", "dissolve", "create", "transfer_function", "change_parent", "legal_basis"]


@dataclass(frozen=True)
class HistoricalChange:
    """Something that happened to organisations or to the law; applied only when an administrator says so."""

    effective_on: date
    kind: str
    from_keys: tuple[str, ...]
    to_keys: tuple[str, ...]
    legal_basis: str
    confidence: str
    note: str
    names: tuple[tuple[str, DatedName], ...] = ()
    creates: tuple[OrganisationEntry, ...] = ()


class NameFields(ConfigEntry):
    name: f.Name
    abbreviation: f.Name
    head_title: f.Name
    place: str = ""

    def dated(self, valid_from: date, valid_to: date | None = None) -> DatedName:
        return DatedName(valid_from, self.name, self.abbreviation, self.head_title, self.place, valid_to)


class NameEntry(NameFields):
    valid_from: f.Day
    valid_to: f.Day | None = None


class OrganisationFileEntry(ConfigEntry):
    key: Key
    kind: GroupName
    groups: tuple[GroupName, ...] = ()
    parent: f.Organisation | None = None
    line_ministry: f.Organisation | None = None
    names: Annotated[tuple[NameEntry, ...], Field(min_length=1)]

    def organisation(self) -> OrganisationEntry:
        names = tuple(entry.dated(entry.valid_from, entry.valid_to) for entry in self.names)
        return OrganisationEntry(self.key, self.kind, self.groups, names, self.parent, self.line_ministry)


class RenameEntry(NameFields):
    key: f.Organisation


class CreationEntry(NameFields):
    key: Key
    kind: GroupName
    groups: tuple[GroupName, ...] = ()
    parent: str | None = None
    line_ministry: str | None = None

    def organisation(self, since: date) -> OrganisationEntry:
        return OrganisationEntry(
            self.key, self.kind, self.groups, (self.dated(since),), self.parent, self.line_ministry
        )


class ChangeEntry(ConfigEntry):
    effective_on: f.Day
    kind: Change
    from_keys: Annotated[tuple[f.Organisation, ...], Field(alias="from")] = ()
    to_keys: Annotated[tuple[str, ...], Field(alias="to")] = ()
    names: tuple[RenameEntry, ...] = ()
    creates: tuple[CreationEntry, ...] = ()
    legal_basis: f.Name
    confidence: Literal["verified", "partly", "memory"]
    note: str = ""

    def change(self) -> HistoricalChange:
        since = self.effective_on
        return HistoricalChange(
            since,
            self.kind,
            self.from_keys,
            self.to_keys,
            self.legal_basis,
            self.confidence,
            self.note,
            tuple((entry.key, entry.dated(since)) for entry in self.names),
            tuple(entry.organisation(since) for entry in self.creates),
        )


def groups_of(organisations: Iterable[OrganisationEntry]) -> frozenset[str]:
    return frozenset(group for organisation in organisations for group in organisation.groups)


def keys_in(organisations: Iterable[OrganisationEntry], units: Iterable[str]) -> tuple[str, ...]:
    """The organisations these keys and groups mean, in the order of the register, each once."""
    chosen = set(units)
    return tuple(entry.key for entry in organisations if entry.key in chosen or chosen.intersection(entry.groups))
