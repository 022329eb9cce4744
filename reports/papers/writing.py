"""The kinds of documents: each with its template and what fills it in. Run it to write the templates afresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from reports.completion import Item
from reports.facts import Completion
from reports.papers import decision, notice, review, submission
from reports.papers.facts import Facts
from reports.word_form import WordForm
from rules.plan import DocumentKind

NO_ADDITION = Completion()


@dataclass(frozen=True)
class PaperForm:
    kind: DocumentKind
    template: Path
    build: Callable[[], Any]
    items: Callable[[Any], Sequence[Item]]
    values: Callable[[Any, Completion], dict[str, object]]


def _form(kind: DocumentKind, module: ModuleType) -> PaperForm:
    return PaperForm(kind, module.TEMPLATE, module.build, getattr(module, "items", nothing_to_write), module.values)


def nothing_to_write(_: Facts) -> Sequence[Item]:
    return ()


FORMS = {
    form.kind: form
    for form in (
        _form(DocumentKind.SUBMISSION, submission),
        _form(DocumentKind.DECISION, decision),
        _form(DocumentKind.REVIEW, review),
        _form(DocumentKind.NOTICE, notice),
    )
}


def write_paper(kind: DocumentKind, facts: Facts, out: Path, completion: Completion = NO_ADDITION) -> Path:
    return word_form(kind).write(FORMS[kind].values(facts, completion), out)


@cache
def word_form(kind: DocumentKind) -> WordForm:
    return WordForm(FORMS[kind].template)


def slots(kind: DocumentKind, facts: Facts) -> list[Item]:
    """What a person has to write into it."""
    return [item for item in FORMS[kind].items(facts) if item.slot]


if __name__ == "__main__":
    for one in FORMS.values():
        one.build().save(one.template)
