"""Ladders that mean nothing are refused when they are read, with the line to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.catalogue import SHIPPED, load_ladders
from config.problems import CatalogueError

LADDER = """\
- id: trial
  steps:
    - id: L3
      level: 3
      anchor: late_after
      offset: 1
      reaches: [focal_point]
      message: overdue
      title: {vi: Quá hạn, en: Overdue}
    - id: CV1
      level: 4
      anchor: late_after
      offset: 5
      reaches: [coordinator]
      message: urging_letter
      title: {vi: Công văn, en: Letter}
"""
FIRST = "      offset: 1\n"
REPORTED = "message: report_line\n      channels: [email]\n"
WRONG = [
    ("overdue before the day", FIRST, "      offset: -1\n", 6, "chỉ dùng reminder hoặc due_soon"),
    ("overdue after a target", "anchor: late_after\n      offset", "anchor: target_day\n      offset", 6, "chỉ dùng"),
    ("a letter to the unit", "reaches: [coordinator]", "reaches: [coordinator, head]", 14, "không gửi head"),
    ("an unknown channel", FIRST, FIRST + "      channels: [email, pigeon]\n", 7, "không có kênh “pigeon”"),
    ("only a nudge", FIRST, FIRST + "      channels: [zalo]\n", 7, "kênh bảo đảm"),
    ("an endless repeat", FIRST, FIRST + "      repeat_every: 2\n", 7, "không có điểm dừng"),
    ("a repeat without distance", FIRST, FIRST + "      repeat_times: 2\n", 7, "cần repeat_every"),
    (
        "a repeat before the day",
        "anchor: late_after\n      offset: 1\n",
        "anchor: target_day\n      offset: -9\n      repeat_every: 2\n      repeat_times: 2\n",
        7,
        "sau thời hạn",
    ),
    ("a repeat into the next step", FIRST, FIRST + "      repeat_every: 2\n      repeat_times: 2\n", 8, "bước CV1"),
    ("a month before the last step", FIRST, FIRST + "      repeat_monthly: true\n", 7, "chỉ bước cuối cùng"),
    ("a monthly line", "message: urging_letter\n", "message: report_line\n      repeat_monthly: true\n", 16, "im lặng"),
    ("steps among hand-ins", "message: urging_letter\n", "message: open_step\n", 15, "chỉ dùng open_step"),
    ("two steps of one name", "id: CV1", "id: L3", 10, "viết hai lần"),
    ("an unknown role", "[focal_point]", "[mayor]", 7, "phải là một trong"),
    ("a line of the report that is sent", "message: urging_letter\n", REPORTED, 16, "không gửi thư"),
]  # fmt: skip


def write(folder: Path, text: str) -> Path:
    (folder / "channels.yaml").write_bytes((SHIPPED / "channels.yaml").read_bytes())
    path = folder / "ladders.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "line", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_ladder_that_means_nothing_is_refused(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in LADDER
    path = write(tmp_path, LADDER.replace(old, new, 1))
    with pytest.raises(CatalogueError) as caught:
        load_ladders(path)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == (path, line)
    assert said in problem.message_vi


def test_a_repeat_that_ends_before_the_next_step_is_fine(tmp_path: Path) -> None:
    text = LADDER.replace(
        FIRST, FIRST + "      repeat_every: 1\n      repeat_times: 2\n      channels: [email, zalo]\n"
    )
    [ladder] = load_ladders(write(tmp_path, text))
    assert (ladder.steps[0].repeat_every, ladder.steps[0].channels) == (1, ("email", "zalo"))


def test_one_code_has_one_title_in_every_ladder(tmp_path: Path) -> None:
    other = LADDER.replace("- id: trial", "- id: other").replace("Quá hạn", "Sắp đến mốc")
    with pytest.raises(CatalogueError) as caught:
        load_ladders(write(tmp_path, LADDER + other))
    problem = caught.value.problems[0]
    assert (problem.line, "đã có tên “Quá hạn” ở thang khác" in problem.message_vi) == (25, True)
    assert len(load_ladders(write(tmp_path, LADDER + LADDER.replace("- id: trial", "- id: other")))) == 2


def test_a_ladder_without_a_title_is_called_by_its_id(tmp_path: Path) -> None:
    [ladder] = load_ladders(write(tmp_path, LADDER))
    [titled] = load_ladders(write(tmp_path, LADDER.replace("  steps:", "  title: {vi: Thử, en: Trial}\n  steps:", 1)))
    assert (ladder.title.vi, titled.title.vi) == ("trial", "Thử")


def test_what_was_returned_has_one_ladder_alone(tmp_path: Path) -> None:
    """Otherwise nobody could say which of two reminds."""
    shipped = (SHIPPED / "ladders.yaml").read_text("utf-8")
    of_returns = "- id: returns\n" + shipped.partition("- id: returns\n")[2]
    second = of_returns.replace("- id: returns\n", "- id: returns_too\n", 1)
    with pytest.raises(CatalogueError, match="chỉ một thang nhắc bổ sung; đã có “returns”"):
        load_ladders(write(tmp_path, f"{shipped.rstrip()}\n{second}"))
