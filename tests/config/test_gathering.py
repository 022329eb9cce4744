"""What forms.yaml says of putting tables together names columns that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from content_builders import the_forms

from config.fields import PlanReferences
from config.forms import form_problems

FORMS = """\
A:
  sheet: Trang
  title: Bảng
  columns:
    - {id: name, title: Tên}
    - {id: cost, title: Kinh phí, kind: number}
"""


@pytest.mark.parametrize(
    ("added", "place", "vi"),
    [
        ("  gathering: {same: [name, nam]}", "A.gathering.same.1", "mẫu A không có cột “nam”"),
        ("  gathering: {group: x}", "A.gathering.group", "mẫu A không có cột “x”"),
        ("  gathering: {totals: [cost, all]}", "A.gathering.totals.1", "mẫu A không có cột “all”"),
        (
            "  crosscheck: {name: name, unit: name, frequency: name, calendar: {form: A, name: y}}",
            "A.crosscheck.calendar.name",
            "mẫu A không có cột “y”",
        ),
        (
            "  crosscheck: {name: name, unit: u, frequency: name}",
            "A.crosscheck.unit",
            "mẫu A không có cột “u”",
        ),
    ],
)
def test_a_column_that_does_not_exist_is_named_with_its_place(tmp_path: Path, added: str, place: str, vi: str) -> None:
    path = tmp_path / "forms.yaml"
    path.write_text(FORMS + added + "\n", encoding="utf-8")
    [problem] = form_problems(path, PlanReferences(obligations=["A"]))
    assert (problem.where, problem.message_vi) == (place, vi)


def test_each_shipped_form_says_what_its_rows_are_about() -> None:
    assert [code for code, form in the_forms().items() if not form.gathering.same] == []
