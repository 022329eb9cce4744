"""One entry of a plan's files is written anew; every other letter of them stays."""

from __future__ import annotations

from difflib import ndiff

import pytest

from config.catalogue import SHIPPED, load_plan_folder
from config.editing.duty_fields import entry_of, fields_of, shortened
from config.editing.passages import lines_of, passages
from config.editing.plan_text import (
    NotEditable,
    drop_duties,
    duty_entry,
    plan_data,
    put_duty,
    quote_of,
    source_lines,
    with_passage,
)

FILES = load_plan_folder(next((SHIPPED / "plans").glob("*/plan.yaml"))).files
DATA = plan_data(FILES)
IDS = [one["id"] for one in DATA["obligations"]]


def changed(before: str, after: str) -> set[str]:
    """Lines that came or went."""
    return {line[2:].strip() for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"} - {""}


@pytest.mark.parametrize("id", IDS)
def test_a_changed_entry_leaves_all_others_letter_by_letter(id: str) -> None:
    entry = dict(duty_entry(FILES, id) or {})
    after = put_duty(FILES, {**entry, "short": "tên mới: # x"}, quote_of(FILES, id))
    others = [one for one in plan_data(after)["obligations"] if one["id"] != id]
    assert others == [one for one in DATA["obligations"] if one["id"] != id]
    begins = FILES["plan.yaml"].index(f"  - id: {id}\n")
    assert after["plan.yaml"].startswith(FILES["plan.yaml"][:begins])
    ends = FILES["plan.yaml"].find("\n  - id: ", begins + 1)
    assert ends < 0 or after["plan.yaml"].endswith(FILES["plan.yaml"][ends:])


@pytest.mark.parametrize("id", IDS)
def test_fields_left_alone_give_the_entry_as_it_was(id: str) -> None:
    entry = duty_entry(FILES, id) or {}
    assert entry_of(fields_of(entry, DATA, ""), entry, DATA) == entry


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_new_entry_stands_behind_the_last_one(end: str) -> None:
    files = {**FILES, "plan.yaml": FILES["plan.yaml"].replace("\n", end)}
    entry = {
        "id": "X1",
        "title": {"vi": "a: b\n- c", "en": "!!x {[*&"},
        "when": {"wording": "yearly_before", "day": "15/10"},
    }
    after = put_duty(files, entry, {"lines": [1, 1], "quote": "…"})
    assert plan_data(after)["obligations"] == [*DATA["obligations"], entry]
    place = after["plan.yaml"].index("  - id: X1")
    assert files["plan.yaml"].startswith(after["plan.yaml"][: place - len(end)])
    assert after["plan.yaml"].count("\r") == (after["plan.yaml"].count("\n") if end == "\r\n" else 0)


def test_a_dropped_duty_goes_with_its_quote_and_hands_its_flow_title_on() -> None:
    after = drop_duties(FILES, ["I6-REGULATION", "I6-MEASURES"], "thôi")
    assert {one["id"] for one in plan_data(after)["obligations"]} == set(IDS) - {"I6-REGULATION", "I6-MEASURES"}
    assert not quote_of(after, "I6-REGULATION")
    after = drop_duties(FILES, ["I6-REGULATION"], "thôi")
    assert (duty_entry(after, "I6-MEASURES") or {})["flow_title"] == (duty_entry(FILES, "I6-REGULATION") or {})[
        "flow_title"
    ]


def test_lines_nobody_is_bound_by_any_more_are_said_to_be_so() -> None:
    after = drop_duties(FILES, ["I2B-GUIDE-USERS"], "thôi theo 1/QĐ")
    added = [one for one in plan_data(after)["no_duty"] if one not in DATA["no_duty"]]
    lines = (duty_entry(FILES, "I2B-GUIDE-USERS") or {})["lines"]
    assert not added or added == [{"lines": lines, "reason": "thôi theo 1/QĐ"}]


@pytest.mark.parametrize(
    "text", ["obligations: [{id: A}, {id: B}]\n", "obligations:\n  -\n    id: A\n"], ids=["one line", "bare"]
)
def test_a_file_written_otherwise_is_left_alone(text: str) -> None:
    with pytest.raises(NotEditable):
        put_duty({"plan.yaml": text, "quotes.yaml": "A: {lines: [1, 1], quote: a}\n"}, {"id": "A", "clause": "1"}, {})


def test_passages_are_looked_for_without_marks_and_spaces() -> None:
    lines = source_lines(FILES)
    assert [number for number, _ in passages(lines, "HUONG DAN kiem tra don doc")] == [89]
    assert passages(lines, "") == []
    assert lines_of(lines, "hướng dẫn, kiểm tra, đôn đốc") == (89, 89)
    assert lines_of(lines, "giao Cục Thống kê tỉnh chủ trì … trước ngày 30/11/2013") == (23, 25)
    assert lines_of(lines, "không có") is None
    assert lines_of(lines, " … ") is None


def test_a_passage_of_another_document_is_added_at_the_end() -> None:
    after, line = with_passage(FILES, "Theo 1/QĐ: câu")
    assert source_lines(after)[line - 1] == "Theo 1/QĐ: câu"
    assert source_lines(after)[: line - 2] == source_lines(FILES)


def test_a_long_title_is_shortened_at_a_word() -> None:
    assert shortened("Báo cáo") == "Báo cáo"
    short = shortened("Báo cáo " * 25)
    assert len(short) <= 60
    assert short.endswith(" Báo…")
