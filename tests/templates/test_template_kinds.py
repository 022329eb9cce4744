"""Every kind of document that has a Word template says what its fields are, and can be tried on samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.word_form import WordForm
from reports.word_templates.kinds import KINDS, fields_of, plain

TRIED = [(kind, sample) for kind in KINDS for sample in KINDS[kind].samples()]
OF_A_MAPPING = set(dir({}))


@pytest.mark.parametrize("name", KINDS)
def test_every_field_is_explained_in_both_languages(name: str) -> None:
    fields = fields_of(KINDS[name])
    assert len(fields) > 10
    assert [one.name for one in fields if not (one.explanation.vi and one.explanation.en)] == []


@pytest.mark.parametrize("name", KINDS)
def test_no_explanation_is_of_a_field_that_is_no_more(name: str) -> None:
    assert set(KINDS[name].explanations) == {one.name for one in fields_of(KINDS[name])}


@pytest.mark.parametrize("name", KINDS)
def test_no_field_is_called_like_what_every_mapping_has(name: str) -> None:
    assert [one.name for one in fields_of(KINDS[name]) if one.name.rpartition(".")[2] in OF_A_MAPPING] == []


@pytest.mark.parametrize(("name", "sample"), TRIED, ids=[f"{kind}: {sample}" for kind, sample in TRIED])
def test_the_shipped_template_is_filled_in_with_every_sample(name: str, sample: str, tmp_path: Path) -> None:
    kind, out = KINDS[name], tmp_path / "a.docx"
    facts = kind.samples()[sample]
    assert isinstance(facts, kind.facts)
    WordForm(kind.template).write(plain(kind.values(facts)), out)
    assert out.stat().st_size > 1000
