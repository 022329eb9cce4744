"""Turns facts into the subject, the text and the HTML of a message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from notifications import facts as about
from notifications.facts import (
    DigestFacts,
    DueItem,
    Facts,
    LetterFacts,
    MessageKind,
    ReceiptFacts,
    ReturnedFacts,
    UrgingFacts,
)
from notifications.render import salutation, words
from notifications.render.short_facts import NOT_ON_ZALO, IssuedLetterFacts, fit

TEMPLATES = Path(__file__).parents[1] / "messages"
LIST_HERE = "\ue000"  # of the private letters, which stand in no text; the list goes in when the rest is tidied
LINK_HERE = "\ue001"  # in a list that is kept: where a link of one reader goes, by turns to the case and to answer it
NO_MARKS = {ord(LIST_HERE): None, ord(LINK_HERE): None}
UNITS_BEHIND = frozenset(
    {"coordinator", "leader"}
)  # they follow other units' work, so no letter speaks to them as late

_SINGLE = {about.NUDGE: MessageKind.REMINDER, about.SOON: MessageKind.DUE_SOON, about.OVERDUE: MessageKind.OVERDUE}

_GREETING: dict[MessageKind, Callable[[LetterFacts], list[str]]] = {
    MessageKind.REMINDER: salutation.to_focal_point,
    MessageKind.DUE_SOON: salutation.to_focal_point,
    MessageKind.OVERDUE: salutation.to_head,
}


QUICK = "Trả lời nhanh, không cần đăng nhập"
QUICK_LINK = '<br><a href="{}" style="color:#1f4e79">Trả lời nhanh, không cần đăng nhập</a>'
LONGEST_SUBJECT = 120
LONGEST_ZALO = 400  # code points, after NFC
ROOM = (160, 120, 90, 75, 60, 55, 50, 45, 40, 35, 30, 25, 20)  # for each long name, tried one after the other


@dataclass(frozen=True)
class Look:
    """How urgent a message looks: its colour, and the tint of the same colour behind its key facts."""

    heading: str
    colour: str
    tint: str
    counted: str = ""  # after a number: «2 quá hạn»


LOOKS = {
    about.LETTER: Look("Cần công văn đôn đốc", "#8c1d18", "#fbeeed", "cần công văn đôn đốc"),
    about.OVERDUE: Look("Quá hạn", "#b3261e", "#fdf0ef", "quá hạn"),
    about.SOON: Look("Sắp đến hạn", "#9a5b00", "#fdf5e6", "sắp đến hạn"),
    about.NUDGE: Look("Nhắc việc", "#1f4e79", "#eef4fa", "trong thời hạn"),
}

_LOOK_OF = {
    MessageKind.REMINDER: LOOKS[about.NUDGE],
    MessageKind.DUE_SOON: LOOKS[about.SOON],
    MessageKind.OVERDUE: LOOKS[about.OVERDUE],
    MessageKind.URGING_LETTER: LOOKS[about.LETTER],
    MessageKind.RECEIPT: Look("Đã nhận", "#1b6b3a", "#edf7f0"),
    MessageKind.RETURNED: Look("Đề nghị bổ sung", "#9a5b00", "#fdf5e6"),
    MessageKind.REPORT_DRAFT: Look("Dự thảo báo cáo", "#1f4e79", "#eef4fa"),
    MessageKind.SIGN_IN: Look("Đăng nhập", "#1f4e79", "#eef4fa"),
    MessageKind.INVITATION: Look("Bàn giao vị trí", "#1f4e79", "#eef4fa"),
    MessageKind.CASE_MESSAGE: Look("Tin nhắn", "#1f4e79", "#eef4fa"),
    MessageKind.MAIL_TOO_LARGE: Look("Chưa nhận được tệp", "#9a5b00", "#fdf5e6"),
    MessageKind.MOVED: Look("Thời hạn thay đổi", "#9a5b00", "#fdf5e6"),
    MessageKind.EXTENDED: Look("Đã gia hạn", "#1b6b3a", "#edf7f0"),
    MessageKind.CLOSED: Look("Không còn phải gửi", "#1f4e79", "#eef4fa"),
    MessageKind.UNREACHABLE: Look("Chưa có người nhận", "#9a5b00", "#fdf5e6"),
    MessageKind.STILL_YOU: Look("Xác nhận đầu mối", "#1f4e79", "#eef4fa"),
    MessageKind.INTRODUCTION: Look("Giới thiệu hệ thống", "#1f4e79", "#eef4fa"),
    MessageKind.WATCH: Look("Theo dõi hệ thống", "#9a5b00", "#fdf5e6"),
    MessageKind.CHANNEL_DOWN: Look("Kênh gửi ngừng hoạt động", "#b3261e", "#fdf0ef"),
    MessageKind.REQUEST_DECIDED: Look("Kết quả đề nghị", "#1f4e79", "#eef4fa"),
    MessageKind.LINK_MOVED: Look("Liên kết Zalo", "#1f4e79", "#eef4fa"),
}


_CALENDAR_DOES = {
    MessageKind.MOVED: "sửa thời hạn trong lịch làm việc",
    MessageKind.EXTENDED: "sửa thời hạn trong lịch làm việc",
    MessageKind.CLOSED: "bỏ thời hạn này khỏi lịch làm việc",
}


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
    listed: tuple[DigestPart, ...]


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
    if all(item.level >= about.LETTER for item in facts.items):
        return MessageKind.URGING_LETTER
    if len(facts.items) > 1 or facts.role in UNITS_BEHIND:
        return MessageKind.DIGEST
    return _SINGLE[facts.items[0].level]


def render(kind: MessageKind, facts: Facts) -> Rendered:
    subject, body, page = _templates(kind)
    greeting = _GREETING.get(kind, salutation.to_recipient)(facts)
    values: dict[str, Any] = {"f": facts, "greeting": greeting, "list": LIST_HERE, **_derived(facts)}
    values["calendar_does"] = _CALENDAR_DOES.get(kind, "đưa thời hạn vào lịch làm việc")
    values["look"] = _LOOK_OF.get(kind) or values["worst"]
    middle = _tidy(_normal(body.render(values)))
    text = _normal(_letter().render(values, body=middle))
    title = _subject(subject, values)
    html = _normal(page.render(values, subject=title, paragraphs=_paragraphs(middle.replace(LIST_HERE, ""))))
    listed = _linked(_list(values.get("groups", ())), values.get("ranked", ()))
    text, html = text.replace(LIST_HERE, listed.text), html.replace(LIST_HERE, listed.html)
    return Rendered(kind, title, text.rstrip() + "\n", html)


def _subject(template: Template, values: Mapping[str, Any]) -> str:
    """Long names give way until the end of it, which says how urgent it is, can be seen in a list of mails."""
    for room in (LONGEST_SUBJECT, *ROOM):
        title = _clean(template.render(values, room=room))
        if len(title) <= LONGEST_SUBJECT:
            break
    return title


def render_zalo(kind: MessageKind, facts: Facts | IssuedLetterFacts) -> str:
    """One short paragraph; long names give way until it fits the 400 letters of an approved template."""
    if kind in NOT_ON_ZALO:
        raise ValueError(f"{kind} is sent by e-mail alone")
    template, values = environment().get_template(f"{kind}/zalo.txt"), {"f": facts, **_derived(facts)}
    rehearsal = "[DIỄN TẬP] " if facts.example else ""
    number = f"[{facts.reminder}] " if facts.reminder else ""
    for room in ROOM:
        text = _clean(f"{rehearsal}{number}{template.render(values, room=room)}")
        if len(text) <= LONGEST_ZALO:
            break
    return text if len(text) <= LONGEST_ZALO else fit(text, LONGEST_ZALO)


def _derived(facts: Facts | IssuedLetterFacts) -> dict[str, object]:
    if isinstance(facts, DigestFacts | UrgingFacts):
        return _of_items(facts)
    if isinstance(facts, ReceiptFacts):
        return {"document": words.document(facts), "result": words.result(facts)}
    return {"document": words.document(facts)} if isinstance(facts, ReturnedFacts) else {}


def _of_items(facts: DigestFacts | UrgingFacts) -> dict[str, object]:
    ranked = sorted(facts.items, key=lambda item: (-item.level, item.last_day, item.unit_name, item.title))
    groups = tuple(_group(facts, level, found) for level, found in groupby(ranked, key=_level))
    tally = ", ".join(f"{len(group.listed)} {group.look.counted}" for group in groups)
    return {
        "ranked": ranked,
        "item": ranked[0],
        "groups": groups,
        "count": len(ranked),
        "late": sum(item.level >= about.OVERDUE for item in ranked),
        "tally": tally,
        "urgency": groups[0].look.heading,
        "worst": replace(groups[0].look, heading=""),
        "units": list(dict.fromkeys(item.unit_name for item in ranked)),
        "follows": facts.role in UNITS_BEHIND,
        "drafts_url": getattr(facts, "drafts_url", ""),
    }


def _group(facts: DigestFacts | UrgingFacts, level: int, items: Iterable[DueItem]) -> Group:
    follows, look = facts.role in UNITS_BEHIND, LOOKS[level]
    own = None if follows else facts.unit_name
    return Group(look, tuple(_listed(_shown(item, own), look.colour, follows) for item in items))


class ItemFields(NamedTuple):
    """What the list of a digest shows of an item; the unit is named only where it is not the reader's own."""

    title: str
    unit_name: str
    clause: str
    plan_number: str
    named_day: date
    hand_in: str
    supplement_by: date | None
    days_late: int | None
    working_days_left: int | None
    level: int


def _shown(item: DueItem, own_unit: str | None) -> ItemFields:
    shown = ItemFields._make(getattr(item, name) for name in ItemFields._fields)
    return shown._replace(unit_name="") if item.unit_name == own_unit else shown


@lru_cache(maxsize=2_000)
def _listed(item: ItemFields, colour: str, follows: bool) -> DigestPart:
    """Kept: on a morning before a due day, many units are told of the same duty in the same words."""
    find = environment().get_template
    told = ItemFields._make(part.translate(NO_MARKS) if isinstance(part, str) else part for part in item)
    values = {"item": told, "colour": colour, "follows": follows, "link_here": LINK_HERE}
    page = _normal(find("_item.html").render(values))
    return DigestPart(_tidy(_normal(find("_item.txt").render(values))), Markup(page))


@lru_cache(maxsize=500)
def _list(groups: tuple[Group, ...]) -> DigestPieces:
    """The whole list, in both forms: kept too, for units that owe the same owe it together."""
    parts = []
    for group in groups:
        numbered = (f"{number}. {item.text}" for number, item in enumerate(group.listed, 1))
        parts.append("\n".join((f"{group.look.heading.upper()} ({len(group.listed)})", *numbered)))
    page = str(environment().get_template("_list.html").render(groups=groups)) if groups else ""
    return DigestPieces(tuple("\n\n".join(parts).split(LINK_HERE)), tuple(page.split(LINK_HERE)))


def _linked(cut: DigestPieces, items: Sequence[DueItem]) -> DigestPart:
    """With the links of one reader put in, which are all that differs from the lists of others."""
    text, html = list(cut.text[:1]), list(cut.html[:1])
    for (said, shown), after, below in zip(_links(items), cut.text[1:], cut.html[1:], strict=False):
        text += (said, after)
        html += (shown, below)
    return DigestPart("".join(text), Markup("".join(html)))


def _links(items: Iterable[DueItem]) -> Iterator[tuple[str, str]]:
    """In both forms, by turns to each case and to answer it."""
    for item in items:
        yield item.url, escape(item.url)
        url = item.answer_url
        yield (f"\n   {QUICK}: {url}", QUICK_LINK.format(escape(url))) if url else ("", "")


def _level(item: DueItem) -> int:
    return max(about.NUDGE, min(item.level, about.LETTER))


def _paragraphs(text: str) -> list[Markup]:
    """The paragraphs of a text as HTML, so that both forms of a letter say the same words.

    What the button and the box of key facts say already is left to them.
    """
    kept = "\n".join(line for line in text.split("\n") if not _shown_elsewhere(line))
    return [Markup(str(escape(part.strip())).replace("\n", "<br>")) for part in kept.split("\n\n") if part.strip()]


_IN_THE_BOX = ("Hồ sơ cần gửi: ", "Tệp kèm theo: ")
_ONLY_AN_ADDRESS = re.compile(r"[^:]{0,40}:? ?https?://\S+\Z")


def _shown_elsewhere(line: str) -> bool:
    return line.startswith(_IN_THE_BOX) or ("://" in line and _ONLY_AN_ADDRESS.match(line) is not None)


@cache
def environment() -> Environment:
    """One for the process: its compiled templates are what makes rendering quick."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(words.FILTERS)
    made.filters["fit"] = fit
    return made


@cache
def _templates(kind: MessageKind) -> tuple[Template, Template, Template]:
    find = environment().get_template
    return find(f"{kind}/subject.txt"), find(f"{kind}/body.txt"), find(f"{kind}/body.html")


@cache
def _letter() -> Template:
    return environment().get_template("_letter.txt")


_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def _clean(subject: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", subject)).split())


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _tidy(text: str) -> str:
    """Without the empty lines and trailing blanks that conditions leave behind."""
    trimmed = "\n".join([line.rstrip() for line in text.split("\n")])
    while "\n\n\n" in trimmed:
        trimmed = trimmed.replace("\n\n\n", "\n\n")
    return trimmed.strip()
