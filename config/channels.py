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
BY_TEMPLATE = ("zalo_zns", "zalo_uid", "zalozns")
APPRISE = "apprise"
WORD = r"^([a-z]+(_[a-z0-9]+)*)?$"

Cap = Annotated[int, Field(strict=True, ge=0)]
Kind = Literal["smtp", "zalo_zns", "zalo_bot", "zalo_uid", "apprise"]


class ChannelFileEntry(ConfigEntry):
    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z0-9]+)*$")]
    kind: Kind
    family: Annotated[str, Field(pattern=WORD)] = ""
    enabled: Annotated[bool, Field(strict=True)]
    guaranteed: Annotated[bool, Field(strict=True)] = False
    title: TextEntry
    url: str = ""
    reaches_by: Annotated[str, Field(pattern=WORD, max_length=30)] = ""
    shared: Annotated[bool, Field(strict=True)] = False
    per_second: Annotated[float, Field(ge=0)] = 0
    per_day: Cap = 0
    per_month: Cap = 0
    people: Cap = 0

    @model_validator(mode="after")
    def _knows_whom_it_reaches(self) -> ChannelFileEntry:
        if (self.kind == APPRISE) != bool(self.url) or (self.shared and self.kind != APPRISE):
            raise PydanticCustomError("channel_url", "only a channel of kind apprise has a url, and may be shared")
        if self.kind == APPRISE and self.shared == ("{address}" in self.url):
            raise PydanticCustomError("channel_address", "a url needs {{address}}, or shared: true, and not both")
        if self.shared and (self.reaches_by or self.guaranteed or self._scheme in OWN_SCHEMES):
            raise PydanticCustomError("channel_shared", "a room has no reaches_by, is not guaranteed, is none of ours")
        if self._fixed and self.reaches_by not in ("", self._fixed):
            raise PydanticCustomError("channel_fixed", "reaches by {fixed} alone", {"fixed": self._fixed})
        if not (self.shared or self._fixed or self.reaches_by):
            raise PydanticCustomError("channel_reaches_by", "say what {{address}} is: reaches_by")
        return self

    @property
    def _scheme(self) -> str:
        return self.url.partition(":")[0]

    @property
    def _fixed(self) -> str:
        """The kind of address a channel of our own needs; empty: the entry says it."""
        return OWN_SCHEMES.get(self._scheme, "") if self.kind == APPRISE else REACHES_BY[self.kind]

    def channel(self) -> ChannelEntry:
        policy = ChannelPolicy(
            name=self.name,
            family=self.family or self.name,
            reaches_by=self.reaches_by or self._fixed,
            guaranteed=self.guaranteed,
            per_second=self.per_second,
            per_day=self.per_day,
            per_month=self.per_month,
            people=self.people,
            title=self.title.vi,
            by_template=self.kind in BY_TEMPLATE or self._scheme in BY_TEMPLATE,
            shared=self.shared,
        )
        return ChannelEntry(self.name, self.kind, self.enabled, self.guaranteed, self.title.text(), self.url, policy)
