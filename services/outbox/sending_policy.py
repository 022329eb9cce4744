"""What keeps messages in while an office is being set up: a dry run, or a list of who may get anything."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Restraint:
    dry_run: bool = False
    allow_list: frozenset[str] = frozenset()  # in small letters; if not empty, only these addresses

    def lets_out_to(self, address: str) -> bool:
        return not self.dry_run and (not self.allow_list or listed(address, self.allow_list))


FREE = Restraint()


def listed(address: str, allowed: Collection[str]) -> bool:
    """However a telephone number is written."""
    return address.lower() in allowed or _digits(address) in {_digits(one) for one in allowed} - {""}


def _digits(address: str) -> str:
    if "@" in address or not re.fullmatch(r"[+\d .()-]{8,20}", address):
        return ""
    return re.sub(r"^(84|0)", "", re.sub(r"\D", "", address))
