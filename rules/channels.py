"""Channels of messages as an office decided on them: whom they reach, and how much they may carry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChannelPolicy:
    name: str  # "zalo_zns"
    family: str  # what a ladder calls it: "zalo"
    reaches_by: str  # what it needs to know of a person: email, phone, or bot and oa for a link to Zalo
    guaranteed: bool = False  # falls back to nothing: what it cannot deliver, a person must see
    per_second: float = 0  # 0: as fast as it goes
    per_day: int = 0  # 0: no cap
    per_month: int = 0
    people: int = 0
    title: str = ""  # as letters and pages call it


EMAIL = ChannelPolicy("email", "email", "email", guaranteed=True, title="Thư điện tử")
REACHES_BY = {"smtp": "email", "apprise": "email", "zalo_bot": "bot", "zalo_zns": "phone", "zalo_uid": "oa"}
