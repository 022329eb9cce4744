"""What the form decrees ask for where they differ: Nghị định 30/2020/NĐ-CP, and Thông tư 01/2011/TT-BNV before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.documents.paper import Align

Sizes = tuple[float, float]
DECREE_FROM = date(2020, 3, 5)


@dataclass(frozen=True)
class Profile:
    name: str
    title_sizes: Sizes
    page_number_place: str
    page_number_align: Align
    basis_italic: bool
    basis_end: str
    indents: tuple[float, ...]  # mm: these, or between them
    indents_between: bool
    fonts_named: bool  # Times New Roman is asked for by name
    exact_from: float  # pt: an exact line spacing from here on is enough, however large the letters
    underline_is_line: bool
    attached_note: bool  # each annex says to what it is attached
    places: dict[str, str]  # clause of the decree's Annex I: where the rule stands in this profile

    def law(self, clause: str) -> str:
        return self.places[clause]


_CLAUSES = (
    "I.1", "I.2", "I.3", "I.4", "I.7", "II.1", "II.2", "II.3", "II.4", "II.5", "II.6", "II.7", "II.9", "III.1",
    "III.2",
)  # fmt: skip
_ARTICLES = {
    "I.1": 5, "I.2": 5, "I.3": 5, "I.4": 4, "I.7": 15, "II.1": 6, "II.2": 7, "II.3": 8, "II.4": 9, "II.5": 10,
    "II.6": 11, "II.7": 12, "II.9": 14, "III.1": 15, "III.2": 15,
}  # fmt: skip

DECREE_30 = Profile(
    name="Nghị định 30/2020/NĐ-CP",
    title_sizes=(13, 14),
    page_number_place="header",
    page_number_align=Align.CENTRE,
    basis_italic=True,
    basis_end=".",
    indents=(10, 12.7),
    indents_between=False,
    fonts_named=True,
    exact_from=1000,
    underline_is_line=True,
    attached_note=True,
    places={clause: f"NĐ 30/2020/NĐ-CP, Phụ lục I, mục {clause}" for clause in _CLAUSES},
)
CIRCULAR_01 = Profile(
    name="Thông tư 01/2011/TT-BNV",
    title_sizes=(14, 14),
    page_number_place="footer",
    page_number_align=Align.RIGHT,
    basis_italic=False,
    basis_end=",",
    indents=(10, 12.7),
    indents_between=True,
    fonts_named=False,
    exact_from=15,
    underline_is_line=False,
    attached_note=False,
    places={clause: f"TT 01/2011/TT-BNV, Điều {article}" for clause, article in _ARTICLES.items()},
)


def profile_on(day: date) -> Profile:
    """The form in force on the document's day."""
    return DECREE_30 if day >= DECREE_FROM else CIRCULAR_01
