"""Names that are almost the same: proposed to a person, who says whether they mean the same thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from rules.content.spelling import same
from rules.content.whole_table import same_product
from services.forms.near_names import near_pairs

MOST = 200  # pairs that are proposed at a time


@dataclass(frozen=True, order=True)
class SimilarNames:
    one: str
    other: str

    @property
    def subject(self) -> str:
        """The same however the two are ordered."""
        return " | ".join(sorted((same(self.one), same(self.other))))

    @property
    def stamp(self) -> str:
        return sha256(self.subject.encode()).hexdigest()[:16]


def similar_names(names: Iterable[str]) -> list[SimilarNames]:
    """Pairs among these that are not the same already; of very many, the first in the order of their letters."""
    unique = sorted({same(name): name for name in names if name.strip()}.values())
    pairs = {tuple(sorted((unique[one], unique[other]))) for one, other in near_pairs(unique)}
    return sorted(SimilarNames(one, other) for one, other in pairs if same_product(one, other))[:MOST]
