"""All rules of form, and a document judged by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rules.documents import kinds
from rules.documents.annex_rules import ANNEX_RULES
from rules.documents.body_rules import BODY_RULES
from rules.documents.draft import draft_of, with_letters
from rules.documents.faults import Departure, Fault, FormRule
from rules.documents.foot_rules import FOOT_RULES
from rules.documents.head_rules import HEAD_RULES
from rules.documents.looks import look_rules
from rules.documents.page_rules import PAGE_RULES
from rules.documents.paper import Paper
from rules.documents.profile import Profile, profile_on

RULES: dict[str, FormRule] = {
    rule.id: rule for rule in (*PAGE_RULES, *HEAD_RULES, *look_rules(), *BODY_RULES, *FOOT_RULES, *ANNEX_RULES)
}


@dataclass(frozen=True)
class Verdict:
    official: bool  # it has the components of an official document; any other is not judged
    profile: Profile
    departures: tuple[Departure, ...]

    @property
    def form(self) -> str:
        return self.profile.name

    def law(self, departure: Departure) -> str:
        """Where the rule stands."""
        return self.profile.law(RULES[departure.rule].clause)


def judge(paper: Paper, day: date) -> Verdict:
    """By the form in force on the day; what is alike in many places is one departure."""
    draft = draft_of(paper, profile_on(day))
    rules = RULES.values() if draft.is_official else ()
    items = (item for rule in rules for item in _by_kind(rule, rule.check(draft)))
    return Verdict(draft.is_official, draft.profile, tuple(items))


def _by_kind(rule: FormRule, faults: Iterable[Fault]) -> Iterator[Departure]:
    alike: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        alike.setdefault((fault.found, fault.expected), []).append(fault.place)
    for (found, expected), places in alike.items():
        others = len(dict.fromkeys(places)) - 1
        place = places[0] + (f" (và {others} chỗ khác / and {others} more)" if others else "")
        yield Departure(rule.id, place, found, expected)


def day_of(paper: Paper, today: date) -> date:
    """The day on the document, as far as it is filled in, else today."""
    for piece in with_letters(paper.paragraphs[:60]):
        written = kinds.PLACE_DATE.fullmatch(piece.text[:200])
        if written and written["year"].strip().isdigit():
            return _as_day(written["year"], written["month"], written["day"]) or today
    return today


def _as_day(year: str, month: str, day: str) -> date | None:
    """A month or day left blank counts as the last that it can be."""
    numbers = [int(part) if part.strip().isdigit() else blank for part, blank in ((month, 12), (day, 28))]
    try:
        return date(int(year), *numbers)
    except ValueError:
        return None
