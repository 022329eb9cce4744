"""Names that are almost the same: proposed to a person, who says whether they mean the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from rules.text.folding import comparable, folded

NEAR = 88.0  # of 100, for whole names
WORD = 60.0  # for two words that stand in each other's place
NEIGHBOURS = 8
MOST = 200  # pairs that are proposed at a time
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)?|\b[ivx]+\b")
PERIODS = frozenset({"tháng", "quý", "năm", "tuần", "ngày"})


@dataclass(frozen=True, order=True)
class SimilarNames:
    one: str
    other: str
    likeness: float

    @property
    def subject(self) -> str:
        """The same however the two are ordered."""
        return " | ".join(sorted((comparable(self.one), comparable(self.other))))


def similar_names(names: Iterable[str]) -> list[SimilarNames]:
    """Pairs among these, the likest first. Names spelt almost alike stand near each other by beginning or by end."""
    unique = sorted({comparable(name): name for name in names if name.strip()}.values())
    pairs: dict[tuple[str, str], float] = {}
    for one, other in _neighbours(unique):
        if (one, other) not in pairs and (likeness := likeness_of(one, other)) >= NEAR:
            pairs[one, other] = likeness
    found = [SimilarNames(one, other, round(likeness, 1)) for (one, other), likeness in pairs.items()]
    return sorted(found, key=lambda pair: (-pair.likeness, pair.one, pair.other))[:MOST]


def _neighbours(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    by_words = {name: " ".join(sorted(folded(name).split())) for name in names}
    orders = (
        sorted(names, key=folded),
        sorted(names, key=lambda name: folded(name)[::-1]),
        sorted(names, key=by_words.__getitem__),
    )
    for order in orders:
        for place, name in enumerate(order):
            for other in order[place + 1 : place + 1 + NEIGHBOURS]:
                yield min(name, other), max(name, other)


def likeness_of(one: str, other: str) -> float:
    """Of 100; nothing for names that differ by a number, a period or a whole word: they mean different things."""
    first, second = comparable(one), comparable(other)
    likeness = ratio(first, second, score_cutoff=NEAR)
    if not likeness or _NUMBERS.findall(first) != _NUMBERS.findall(second):
        return 0.0
    return likeness if _spelling_only(first.split(), second.split()) else 0.0


def _spelling_only(first: Sequence[str], second: Sequence[str]) -> bool:
    """Words that stand in only one of the two have a near word in the other, or are left out without a substitute."""
    lacking = [word for word in first if word not in second]
    added = [word for word in second if word not in first]
    if PERIODS & {*lacking, *added}:
        return False
    if not lacking or not added:
        return True
    return all(max(ratio(folded(word), folded(other)) for other in added) >= WORD for word in lacking)
