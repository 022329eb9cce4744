"""Schema of channels.yaml, and the channels in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from config.fields import ConfigEntry, TextEntry
from rules.channels import REACHES_BY, ChannelPolicy
from rules.plan import Text


@dataclass(frozen=True)
class ChannelEntry:
    name: str
    kind: str  # smtp, zalo_zns, zalo_bot, zalo_uid, apprise
    enabled: bool
    guaranteed: bool  # falls back to nothing: what it cannot deliver, a person must see
    title: Text
    url: str  # apprise only; {address} stands for the address of the person, {secret} for what the settings tell
    policy: ChannelPolicy


def channels_in_use(
    entries: Iterable[ChannelEntry], named: Collection[str], unhurried: Collection[str] = ()
) -> tuple[ChannelPolicy, ...]:
    """Those in use. `named`: channels the settings name an account for; `unhurried`: those towards this machine."""
    used = (entry.policy for entry in entries if entry.enabled and entry.name in named)
    return tuple(_unhurried(channel) if channel.name in unhurried else channel for channel in used)


def _unhurried(channel: ChannelPolicy) -> ChannelPolicy:
    return replace(channel, per_second=0, per_day=0, per_month=0)


OWN_SCHEMES = {"zalozns": "phone", "zalobot": "bot", "kyhanmail": "email"}


Cap = Annotated[int, Field(strict=True, ge=0)]


class ChannelFileEntry(ConfigEntry):
    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z0-9]+)*$")]
    kind: Literal["smtp", "zalo_zns", "zalo_bot", "zalo_uid", "apprise"]
    family: Annotated[str, Field(pattern=r"^([a-z]+(_[a-z0-9]+)*)?$")] = ""
    enabled: Annotated[bool, Field(strict=True)]
    guaranteed: Annotated[bool, Field(strict=True)] = False
    title: TextEntry
    url: str = ""
    reaches_by: Literal["", "email", "phone", "bot", "oa"] = ""
    per_second: Annotated[float, Field(ge=0)] = 0
    per_day: Cap = 0
    per_month: Cap = 0
    people: Cap = 0

    @model_validator(mode="after")
    def _knows_its_address(self) -> ChannelFileEntry:
        is_apprise = self.kind == "apprise"
        if is_apprise != bool(self.url) or (is_apprise and "{address}" not in self.url):
            raise PydanticCustomError("channel_url", "only a channel of kind apprise has a url, with {{address}} in it")
        return self

    def channel(self) -> ChannelEntry:
        policy = ChannelPolicy(
            name=self.name,
            family=self.family or self.name,
            reaches_by=self.reaches_by or OWN_SCHEMES.get(self.url.partition(":")[0]) or REACHES_BY[self.kind],
            guaranteed=self.guaranteed,
            per_second=self.per_second,
            per_day=self.per_day,
            per_month=self.per_month,
            people=self.people,
            title=self.title.vi,
        )
        return ChannelEntry(self.name, self.kind, self.enabled, self.guaranteed, self.title.text(), self.url, policy)
