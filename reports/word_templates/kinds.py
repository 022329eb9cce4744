"""Every kind of document that is written from a Word template. A new one is one entry of KINDS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reports import progress, urging_letter
from reports.facts import ReportFacts, UrgingLetterFacts
from reports.word_templates import explanations as explained
from reports.word_templates import samples
from rules.plan import Text

Values = dict[str, object]


@dataclass(frozen=True, eq=False)
class DocumentKind:
    """`values` gives every name the template may use; further arguments of it are what people add to the facts."""

    name: str
    label: Text
    template: Path  # as shipped
    facts: type
    values: Callable[..., Values]
    samples: Callable[[], Mapping[str, Any]]  # facts by what they try, the usual first
    explanations: Mapping[str, Text]  # dotted name of a field → what it says
    charts: Callable[[Any], Mapping[str, bytes]] | None = None  # by the key of the figure


_KINDS: Iterable[DocumentKind] = (
    DocumentKind(
        "progress",
        Text("Báo cáo tình hình thực hiện Kế hoạch", "Progress report"),
        progress.TEMPLATE,
        ReportFacts,
        progress.report_values,
        samples.reports,
        explained.PROGRESS,
        progress.report_charts,
    ),
    DocumentKind(
        "urging_letter",
        Text("Công văn đôn đốc", "Urging letter"),
        urging_letter.TEMPLATE,
        UrgingLetterFacts,
        urging_letter.letter_values,
        samples.letters,
        explained.URGING_LETTER,
    ),
)
KINDS: Mapping[str, DocumentKind] = {kind.name: kind for kind in _KINDS}


@dataclass(frozen=True)
class TemplateField:
    """`name` as a template writes it: `units` is a list where `rows` is true, `units.name` stands in each of it."""

    name: str
    explanation: Text
    example: str
    rows: bool = False


@cache
def fields_of(kind: DocumentKind) -> tuple[TemplateField, ...]:
    """From the values of the samples; the explanations are declared beside."""
    usual = next(iter(kind.samples().values()))
    return tuple(_fields("", plain(kind.values(usual)), kind.explanations))


def _fields(within: str, values: Mapping[str, Any], words: Mapping[str, Text]) -> Iterable[TemplateField]:
    for key, value in values.items():
        name = f"{within}{key}"
        rows = isinstance(value, list)
        yield TemplateField(name, words.get(name, Text("", "")), _example(value), rows)
        inner = value[0] if rows and value else value
        if isinstance(inner, dict):
            yield from _fields(f"{name}.", inner, words)


def _example(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value[:2])) if value and not isinstance(value[0], dict) else ""
    if isinstance(value, bool):
        return "có" if value else "không"
    return "" if isinstance(value, dict) else str(value)


def plain(value: Any) -> Any:
    """Nothing but texts, numbers, lists and mappings: a template of others reaches no object of ours."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, bool | int) else str(value)
