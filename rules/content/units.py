"""Which unit a text names, by the names, short names and codes of the register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.content.spelling import plain, same

_OF_PROVINCE = re.compile(r" tỉnh(?: \S.*)?$")
_COMMITTEE = re.compile(r"\bubnd\b")
_COUNCIL = re.compile(r"\bhđnd\b")
_CITY = re.compile(r"\b(?:tp\.?|thành phố) ")
_SEVERAL = re.compile(r"[;\n/]| phối hợp với | chủ trì[,;]? ?| phối hợp[:,]? ")
_SIGNS = re.compile(r"[^\w\s]+")
_SAYS_UNIT = re.compile(r"^\s*(?:tên )?(?:đơn vị|cơ quan)[^:]{0,30}:", re.IGNORECASE)
FEWEST_LETTERS = 8  # of a name that is looked for inside a title


@dataclass(frozen=True)
class UnitNames:
    """Plain data of the register, and who hands in."""

    own: str = ""  # code
    above: frozenset[str] = frozenset()  # codes of those whose names stand over every letter of the unit
    codes: Mapping[str, str] = field(default_factory=dict)  # by the key of each spelling

    @property
    def known(self) -> bool:
        return bool(self.codes)

    def named(self, text: str) -> set[str] | None:
        """Codes of the units a cell names; None where one of them is not known."""
        if whole := self.codes.get(unit_key(text)):
            return {whole}
        parts = [part for part in _SEVERAL.split(text) if part.strip()]
        codes = {self.codes.get(unit_key(part)) for part in parts}
        return None if None in codes or not codes else {code for code in codes if code}

    def in_title(self, lines: Iterable[str]) -> set[str]:
        """Codes of the units that lines over the table name."""
        return {code for line in lines for code in self._in_line(line)}

    def _in_line(self, line: str) -> set[str]:
        if code := self.codes.get(unit_key(_SAYS_UNIT.sub("", line))):
            return {code}
        text = f" {same(_expanded(line))} "
        inside = [key for key in self.codes if len(key) >= FEWEST_LETTERS and f" {key} " in text]
        return {self.codes[key] for key in inside if not any(key != other and key in other for other in inside)}


def register(names: Iterable[tuple[str, str]], own: str, above: Iterable[str]) -> UnitNames:
    """`names`: pairs of a code and a name, a short name or the code itself."""
    codes: dict[str, str] = {}
    for code, name in names:
        codes.setdefault(unit_key(name), code)
    return UnitNames(own, frozenset(above), codes)


def unit_key(name: str) -> str:
    return same(_OF_PROVINCE.sub("", _expanded(name)))


def _expanded(name: str) -> str:
    text = _COUNCIL.sub("hội đồng nhân dân", _COMMITTEE.sub("ủy ban nhân dân", plain(name).casefold()))
    return " ".join(_SIGNS.sub(" ", _CITY.sub("thành phố ", text)).split())
