"""A message as a letter: its subject, its text and its HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Template
from markupsafe import Markup, escape

from notifications.facts import LETTER, OVERDUE, DigestFacts, DueItem, Facts, LetterFacts
from notifications.kinds import MessageKind
from notifications.render import salutation
from notifications.render.digest_list import LIST_HERE, digest_list, linked
from notifications.render.environment import environment
from notifications.render.hygiene import composed, one_line, tidy
from notifications.render.values import ROOM, derived
from rules.access import OF_THE_LEAD

LONGEST_SUBJECT = 120
BRINGS_DAY = "đưa thời hạn vào lịch làm việc"

_OF_LEVEL = {kind.details.level: kind for kind in MessageKind if kind.details.level is not None}

_GREETING: dict[MessageKind, Callable[[LetterFacts], list[str]]] = {
    MessageKind.REMINDER: salutation.to_focal_point,
    MessageKind.DUE_SOON: salutation.to_focal_point,
    MessageKind.OVERDUE: salutation.to_head,
}


@dataclass(frozen=True)
class Rendered:
    kind: MessageKind
    subject: str
    text: str
    html: str


def render_digest(facts: DigestFacts) -> Rendered:
    return render(digest_kind(facts), facts)


def digest_kind(facts: DigestFacts) -> MessageKind:
    """One item alone gets the letter of its level; several are listed, the most urgent first."""
    if not facts.items:
        raise ValueError("a digest without items is no message")
    if facts.to_superior:
        return MessageKind.TO_SUPERIOR
    if all(item.level >= LETTER for item in facts.items):
        return MessageKind.URGING_LETTER
    if facts.role in salutation.HEADS and all(_is_own_and_late(facts, item) for item in facts.items):
        return MessageKind.OWN_OVERDUE
    if len(facts.items) > 1 or facts.role in OF_THE_LEAD:  # no letter speaks as late to who follows the work of others
        return MessageKind.DIGEST
    if facts.items[0].for_completion:
        return MessageKind.COMPLETION
    return MessageKind.OPEN_STEP if facts.items[0].open_step else _OF_LEVEL[facts.items[0].level]


def _is_own_and_late(facts: DigestFacts, item: DueItem) -> bool:
    """Of the very body that writes to others."""
    return (
        item.unit_name == facts.sender_name
        and item.level == OVERDUE
        and item.open_step is None
        and not item.for_completion
    )


def render(kind: MessageKind, facts: Facts) -> Rendered:
    subject, body, page = _templates(kind)
    greeting = _GREETING.get(kind, salutation.to_recipient)(facts)
    values: dict[str, Any] = {"f": facts, "greeting": greeting, "list": LIST_HERE, **derived(facts)}
    values["calendar_does"] = kind.details.calendar or BRINGS_DAY
    values["look"] = kind.details.look or values["worst"]
    middle = tidy(composed(body.render(values)))
    text = composed(_letter().render(values, body=middle))
    title = _subject(subject, values)
    html = composed(page.render(values, subject=title, paragraphs=_paragraphs(middle.replace(LIST_HERE, ""))))
    listed = linked(digest_list(values.get("groups", ())), values.get("ranked", ()))
    text, html = text.replace(LIST_HERE, listed.text), html.replace(LIST_HERE, listed.html)
    return Rendered(kind, title, text.rstrip() + "\n", html)


def _subject(template: Template, values: Mapping[str, Any]) -> str:
    """Long names give way until the end of it, which says how urgent it is, can be seen in a list of mails."""
    for room in (LONGEST_SUBJECT, *ROOM):
        title = one_line(template.render(values, room=room))
        if len(title) <= LONGEST_SUBJECT:
            break
    return title


def _paragraphs(text: str) -> list[Markup]:
    """The paragraphs of a text as HTML, so that both forms of a letter say the same words.

    What the button and the box of key facts say already is left to them.
    """
    kept = "\n".join(line for line in text.split("\n") if not _shown_elsewhere(line))
    return [Markup(str(escape(part.strip())).replace("\n", "<br>")) for part in kept.split("\n\n") if part.strip()]


_IN_THE_BOX = ("Hồ sơ cần gửi: ", "Cần ghi nhận: ", "Cần bổ sung: ", "Tệp kèm theo: ")
_ONLY_AN_ADDRESS = re.compile(r"[^:]{0,40}:? ?https?://\S+\Z")


def _shown_elsewhere(line: str) -> bool:
    return line.startswith(_IN_THE_BOX) or ("://" in line and _ONLY_AN_ADDRESS.match(line) is not None)


@cache
def _templates(kind: MessageKind) -> tuple[Template, Template, Template]:
    find = environment().get_template
    return find(f"{kind}/subject.txt"), find(f"{kind}/body.txt"), find(f"{kind}/body.html")


@cache
def _letter() -> Template:
    return environment().get_template("_letter.txt")
