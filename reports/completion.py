"""What a person has to write into a report: its slots, and the items of the document they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports import narrative
from reports.facts import Completion, ReportFacts
from reports.phrases import inside

PROPOSED = "các đề xuất sửa đổi, bổ sung Kế hoạch đã nhận và tổng hợp, nếu có"
TO_BE_WRITTEN = "Đơn vị soạn thảo bổ sung"
ACHIEVED, SHORTCOMINGS, CAUSES = "achieved", "shortcomings", "causes"
DIFFICULTIES, PROPOSALS = "difficulties", "proposals"


@dataclass(frozen=True)
class Slot:
    key: str  # the words for it are kept under this, when the numbers are drafted anew too
    place: str  # "III.2. Hạn chế, bất cập"
    prompt: str


@dataclass(frozen=True)
class Item:
    """A numbered item of the document: sentences from facts, then what a person wrote, or the slot for it."""

    heading: str
    paragraphs: Sequence[str]
    slot: str = ""
    key: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    number: str
    name: str
    items: tuple[Item, ...]
    numbered: bool = True


def sections(facts: ReportFacts, completion: Completion) -> dict[str, Section]:
    """Those that a person may have to write in, by the names the template uses."""
    return {
        section.name: Section(
            section.number, section.name, tuple(_filled(item, completion) for item in section.items), section.numbered
        )
        for section in _sections(facts)
    }


def slots_of(facts: ReportFacts) -> tuple[Slot, ...]:
    return tuple(slot for section in _sections(facts) for slot in _slots(section))


def empty_slots(facts: ReportFacts, completion: Completion) -> tuple[Slot, ...]:
    return tuple(slot for slot in slots_of(facts) if not lines_of(completion.words.get(slot.key, "")))


def lines_of(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.splitlines() if line.strip())


def _slots(section: Section) -> Iterator[Slot]:
    for number, item in enumerate(section.items, 1):
        if item.slot:
            place = (
                f"{section.number}.{number}. {item.heading}"
                if section.numbered
                else f"{section.number}. {item.heading}"
            )
            yield Slot(item.key, place, item.slot)


def _filled(item: Item, completion: Completion) -> Item:
    words = lines_of(completion.words.get(item.key, "")) if item.slot else ()
    return Item(item.heading, item.paragraphs, item.slot, item.key, words)


def _sections(facts: ReportFacts) -> tuple[Section, ...]:
    return (
        Section("I", "guidance", _guidance(facts)),
        Section("II", "results", _results(facts)),
        Section("III", "evaluation", EVALUATION),
        Section("IV", "difficulties", (DIFFICULTY,), numbered=False),
        Section("IV", "requests", _requests(facts)),
    )


EVALUATION = (
    Item("Kết quả đạt được", (), "những kết quả nổi bật trong kỳ", ACHIEVED),
    Item("Hạn chế, bất cập", (), "những hạn chế, bất cập trong thực hiện", SHORTCOMINGS),
    Item("Nguyên nhân", (), "nguyên nhân khách quan, chủ quan", CAUSES),
)
DIFFICULTY = Item("Khó khăn, vướng mắc", (), "khó khăn, vướng mắc trong kỳ", DIFFICULTIES)


def _guidance(facts: ReportFacts) -> tuple[Item, ...]:
    name, done = facts.issuer.name, facts.guidance
    letters = [] if done.letters is None else narrative.letters(name, done.letters)
    inspections = [] if done.inspections is None else [narrative.inspections(name, done.inspections)]
    issued_slot = "" if letters else "số lượng, danh sách văn bản hướng dẫn đã ban hành trong kỳ"
    return (
        Item("Văn bản đã ban hành", letters, issued_slot, "letters"),
        Item("Kiểm tra", inspections, "" if inspections else "các cuộc kiểm tra trong kỳ", "inspections"),
        Item("Đôn đốc, nhắc việc", [narrative.urging(name, done)]),
        *([Item("Hội nghị, tập huấn", [narrative.meetings(name, done)])] if done.meetings else []),
    )


def _results(facts: ReportFacts) -> tuple[Item, ...]:
    return tuple(
        Item(
            clause.title,
            narrative.clause_paragraphs(clause, facts),
            f"kết quả thực hiện: {'; '.join(inside(title) for title in clause.unrecorded)}"
            if clause.unrecorded
            else "",
            f"results: {clause.title}",
        )
        for clause in facts.clauses
    )


def _requests(facts: ReportFacts) -> tuple[Item, ...]:
    heading = "Đề xuất của các sở, ngành, địa phương đã tổng hợp"
    if facts.annex_iv is None:
        proposals = Item(heading, [], PROPOSED, PROPOSALS)
    else:
        proposals = Item(heading, [narrative.proposals(facts.annex_iv, facts.issuer.name)])
    asked = (
        Item(f"Kiến nghị với {recipient}", (), "nội dung kiến nghị, nếu có", f"request {number}")
        for number, recipient in enumerate(facts.recipients, 1)
    )
    return (proposals, *asked)
