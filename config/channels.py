"""The form of channels.yaml: how messages leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from config.fields import Entry, TextEntry
from rules.channels import REACHES_BY, Way
from rules.plan import Text


@dataclass(frozen=True)
class ChannelEntry:
    name: str
    kind: str  # smtp, zalo_zns, zalo_bot, zalo_uid, apprise
    enabled: bool
    guaranteed: bool  # falls back to nothing: what it cannot deliver, a person must see
    title: Text
    url: str  # apprise only; {address} stands for the address of the person
    way: Way


def ways(entries: Iterable[ChannelEntry], named: Collection[str], *, paced: bool) -> tuple[Way, ...]:
    """Those in use. `named`: channels the settings name an account for. Not `paced`: towards a mail catcher."""
    used = (entry.way for entry in entries if entry.enabled and entry.name in named)
    return tuple(used if paced else (_unhurried(way) for way in used))


def _unhurried(way: Way) -> Way:
    return Way(way.name, way.family, way.reaches_by, way.guaranteed, people=way.people)


Cap = Annotated[int, Field(strict=True, ge=0)]


class ChannelFileEntry(Entry):
    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z0-9]+)*$")]
    kind: Literal["smtp", "zalo_zns", "zalo_bot", "zalo_uid", "apprise"]
    family: Annotated[str, Field(pattern=r"^([a-z]+(_[a-z0-9]+)*)?$")] = ""
    enabled: Annotated[bool, Field(strict=True)]
    guaranteed: Annotated[bool, Field(strict=True)] = False
    title: TextEntry
    url: str = ""
    per_second: Annotated[float, Field(ge=0)] = 0
    per_day: Cap = 0
    per_month: Cap = 0
    people: Cap = 0

    def channel(self) -> ChannelEntry:
        way = Way(
            name=self.name,
            family=self.family or self.name,
            reaches_by=REACHES_BY[self.kind],
            guaranteed=self.guaranteed,
            per_second=self.per_second,
            per_day=self.per_day,
            per_month=self.per_month,
            people=self.people,
        )
        return ChannelEntry(self.name, self.kind, self.enabled, self.guaranteed, self.title.text(), self.url, way)
