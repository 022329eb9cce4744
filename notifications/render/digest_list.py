"""The list of a digest, in both forms of the letter: what it shows of each item, grouped by urgency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from notifications.facts import OVERDUE, DigestFacts, DueItem
from notifications.looks import Look, look_of
from notifications.render.environment import environment
from notifications.render.hygiene import composed, tidy
from rules.access import OF_THE_LEAD
from rules.steps import StepState

LIST_HERE = "\ue000"  # of the private letters, which stand in no text; the list goes in when the rest is tidied
LINK_HERE = "\ue001"  # in a list that is kept: where a link of one reader goes, by turns to the case and to answer it
NO_MARKS = {ord(LIST_HERE): None, ord(LINK_HERE): None}
QUICK = "Trả lời nhanh, không cần đăng nhập"
QUICK_LINK = '<br><a href="{}" style="color:#1f4e79">Trả lời nhanh, không cần đăng nhập</a>'


@dataclass(frozen=True)
class DigestPart:
    """One item of a digest, or its whole list, in both forms of the letter."""

    text: str
    html: Markup


@dataclass(frozen=True)
class DigestPieces:
    """A list in pieces: between two of them goes a link."""

    text: tuple[str, ...]
    html: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    look: Look
    items: tuple[DigestPart, ...]


def values_of(facts: DigestFacts) -> dict[str, object]:
    """What the texts say of all items together, and of the most urgent one."""
    ranked = sorted(facts.items, key=_rank)
    groups = tuple(_group(facts, look, items) for look, items in groupby(ranked, key=look_of))
    owed = [item for item in ranked if item.open_step is None]
    counts = Counter(look_of(item).counted for item in owed)
    steps = {"bước sau khi nộp": len(ranked) - len(owed)} if len(owed) < len(ranked) else {}
    tally = ", ".join(f"{number} {what}" for what, number in {**counts, **steps}.items())
    return {
        "ranked": ranked,
        "item": ranked[0],
        "groups": groups,
        "count": len(ranked),
        "owed": len(owed),
        "late": sum(item.level >= OVERDUE for item in owed),
        "tally": tally,
        "urgency": groups[0].look.heading,
        "worst": replace(groups[0].look, heading=""),
        "units": list(dict.fromkeys(item.unit_name for item in ranked)),
        "follows": facts.role in OF_THE_LEAD,
        "drafts_url": facts.drafts_url,
    }


def _rank(item: DueItem) -> tuple[int, bool, date, str, str]:
    return -item.level, item.open_step is not None, item.last_day, item.unit_name, item.title


def _group(facts: DigestFacts, look: Look, items: Iterable[DueItem]) -> Group:
    follows = facts.role in OF_THE_LEAD
    own = None if follows else facts.unit_name
    return Group(look, tuple(_part(_fields(item, own), look.colour, follows) for item in items))


class ItemFields(NamedTuple):
    """What the list of a digest shows of an item; the unit is named only where it is not the reader's own."""

    title: str
    unit_name: str
    clause: str
    plan_number: str
    deadline_phrase: str
    named_day: date
    target_day: date
    hand_in: str
    supplement_by: date | None
    days_late: int | None
    working_days_left: int | None
    level: int
    open_step: StepState | None
    days_past: int | None
    for_completion: bool


def _fields(item: DueItem, own_unit: str | None) -> ItemFields:
    fields = ItemFields._make(getattr(item, name) for name in ItemFields._fields)
    return fields._replace(unit_name="") if item.unit_name == own_unit else fields


@lru_cache(maxsize=2_000)
def _part(item: ItemFields, colour: str, follows: bool) -> DigestPart:
    """Kept: on a morning before a due day, many units are told of the same duty in the same words."""
    find = environment().get_template
    unmarked = ItemFields._make(part.translate(NO_MARKS) if isinstance(part, str) else part for part in item)
    values = {"item": unmarked, "colour": colour, "follows": follows, "link_here": LINK_HERE}
    page = composed(find("_item.html").render(values))
    return DigestPart(tidy(composed(find("_item.txt").render(values))), Markup(page))


@lru_cache(maxsize=500)
def digest_list(groups: tuple[Group, ...]) -> DigestPieces:
    """The whole list, in both forms: kept too, for units that owe the same owe it together."""
    parts = []
    for group in groups:
        numbered = (f"{number}. {item.text}" for number, item in enumerate(group.items, 1))
        parts.append("\n".join((f"{group.look.heading.upper()} ({len(group.items)})", *numbered)))
    page = str(environment().get_template("_list.html").render(groups=groups)) if groups else ""
    return DigestPieces(tuple("\n\n".join(parts).split(LINK_HERE)), tuple(page.split(LINK_HERE)))


def linked(cut: DigestPieces, items: Sequence[DueItem]) -> DigestPart:
    """With the links of one reader put in, which are all that differs from the lists of others."""
    text, html = list(cut.text[:1]), list(cut.html[:1])
    for (plain, markup), after, below in zip(_links(items), cut.text[1:], cut.html[1:], strict=False):
        text += (plain, after)
        html += (markup, below)
    return DigestPart("".join(text), Markup("".join(html)))


def _links(items: Iterable[DueItem]) -> Iterator[tuple[str, str]]:
    """In both forms, by turns to each case and to answer it."""
    for item in items:
        yield item.url, escape(item.url)
        url = item.answer_url
        yield (f"\n   {QUICK}: {url}", QUICK_LINK.format(escape(url))) if url else ("", "")
