"""The form of channels.yaml: how messages leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from config.fields import Entry, TextEntry
from rules.plan import Text


@dataclass(frozen=True)
class ChannelEntry:
    name: str
    kind: str  # smtp, zalo_zns, zalo_bot, apprise
    enabled: bool
    guaranteed: bool  # falls back to nothing: what it cannot deliver, a person must see
    title: Text
    url: str  # apprise only; {address} stands for the address of the person


class ChannelFileEntry(Entry):
    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z0-9]+)*$")]
    kind: Literal["smtp", "zalo_zns", "zalo_bot", "apprise"]
    enabled: Annotated[bool, Field(strict=True)]
    guaranteed: Annotated[bool, Field(strict=True)] = False
    title: TextEntry
    url: str = ""

    def channel(self) -> ChannelEntry:
        return ChannelEntry(self.name, self.kind, self.enabled, self.guaranteed, self.title.text(), self.url)
