"""Digest of one person's notices of one day: their order, and the urgency of the message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Urgent(Protocol):
    @property
    def level(self) -> int: ...
    @property
    def target_day(self) -> date: ...


Item = TypeVar("Item", bound=Urgent)


def most_urgent_first(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (-item.level, item.target_day))


def subject_level(items: Iterable[Urgent]) -> int:
    """Level of the subject: that of the most serious item."""
    return max(item.level for item in items)
