"""Channels of messages as an office decided on them: whom they reach, and how much they may carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WITH_THE_PERSON = frozenset({"email", "phone"})  # written down beside the name
LINKED = frozenset({"bot", "oa"})  # ids of Zalo: a code that the person sends makes them known, nobody enters them


@dataclass(frozen=True)
class ChannelPolicy:
    name: str  # "zalo_zns"
    family: str  # what a ladder calls it: "zalo"
    reaches_by: str  # the kind of address it needs of a person: email, phone, bot, oa, telegram …; "" for a room
    guaranteed: bool = False  # falls back to nothing: what it cannot deliver, a person must see
    per_second: float = 0  # 0: as fast as it goes
    per_day: int = 0  # 0: no cap
    per_month: int = 0
    people: int = 0
    title: str = ""  # as letters and pages call it
    by_template: bool = False  # carries only what fills a template that Zalo approved
    shared: bool = False  # a room: it gets what the coordinator is reminded of

    @property
    def takes_entered_address(self) -> bool:
        """Of a kind that somebody writes down for each person: on a page or in the table of people."""
        return not self.shared and self.reaches_by not in WITH_THE_PERSON | LINKED


EMAIL = ChannelPolicy("email", "email", "email", guaranteed=True, title="Thư điện tử")
REACHES_BY = {"smtp": "email", "zalo_bot": "bot", "zalo_zns": "phone", "zalo_uid": "oa"}


def entered_kinds(ways: Iterable[ChannelPolicy]) -> dict[str, str]:
    """Kind of address → what people call it, of those that are entered for each person."""
    kinds: dict[str, str] = {}
    for way in ways:
        if way.takes_entered_address:
            kinds.setdefault(way.reaches_by, way.title or way.name)
    return kinds
