"""Each way a plan file can be broken is told with the file, the line and the reason, all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.catalogue import SHIPPED, check_plan_file, load_catalogue
from config.problems import CatalogueError, Problem

FOLDER = SHIPPED / "plans" / "70-KH-UBND"


def broken(folder: Path, old: str, new: str, name: str = "plan.yaml") -> tuple[Path, int]:
    """A copy of the shipped plan with one passage replaced, and the line of that passage."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    path = folder / name
    text = path.read_text()
    at = text.index(old)
    path.write_text(text[:at] + new + text[at + len(old) :])
    return folder / "plan.yaml", text[:at].count("\n") + 1


DUTY = """    duty:
      vi: xây dựng dự thảo báo cáo đánh giá thực trạng công tác phổ biến thông tin thống kê Nhà nước
      en: draft the assessment of the dissemination of State statistical information
"""
CASES = [
    (
        "unknown field",
        "    severity: hard\n",
        "    severety: hard\n",
        "I1-ASSESS · severety",
        "không có trường tên này",
    ),
    ("missing field", "    severity: hard\n", "", "I1-ASSESS · severity", "thiếu trường này"),
    ("unknown clause", "    clause: I.1\n", "    clause: I.9\n", "I1-ASSESS · clause", "Kế hoạch không có mục “I.9”"),
    (
        "impossible date",
        "fired_on: 2014-05-28",
        "fired_on: 2014-02-30",
        "BKHDT-REGULATION",
        "không có ngày “2014-02-30”",
    ),
    ("impossible day of a year", "approval: 31/10", "approval: 30/02", "I4B-APPROVE", "không có ngày “30/02”"),
    ("unknown unit", "units: [UBND], role: lead", "units: [UBNT], role: lead", "I6-DIRECTIVE", "“UBNT”"),
    ("unknown recipient", "recipients: [UBND, BKHDT]", "recipients: [UBND, BKHDX]", "II2-REPORT", "“BKHDX”"),
    ("unknown ladder", "ladder: default", "ladder: steep", "I1-ASSESS · ladder", "không có thang nhắc việc “steep”"),
    ("no act for a letter", DUTY, "", "I1-ASSESS · duty", "cần duty: việc phải làm, bắt đầu bằng động từ"),
    (
        "unknown words in braces",
        "phổ biến thông tin thống kê {period}, đủ",
        "{year}, đủ",
        "I5-CALENDAR",
        "chỉ viết được {period}",
    ),
    ("two with one id", "id: I2A-TIMES", "id: I1-ASSESS", "I1-ASSESS · id", "mã I1-ASSESS đã dùng ở dòng"),
    ("lines beyond the source", "lines: [91, 91]", "lines: [91, 991]", "II3-AMEND · lines", "nằm ngoài văn bản gốc"),
    ("unknown reference", "day: $A17.day", "day: $A17.dax", "II2-REPORT · when.day", "không có giá trị “$A17.dax”"),
    (
        "unknown reading",
        "[A13]\n\n  - id: I6-REG",
        "[A99]\n\n  - id: I6-REG",
        "I6-DIRECTIVE",
        "không có cách hiểu “A99”",
    ),
    ("unknown wording", "once_in_quarter", "once_in_season", "I3-FORMS · when", "“once_in_season” không thuộc"),
    ("a line nobody covers", "  - {lines: [49, 49]", "  - {lines: [47, 47]", "no_duty", "dòng 49 của văn bản gốc"),
    ("a number in quotes", "quarter: 4, first", 'quarter: "4", first', "I2A-DEMAND-LIST", "phải là số nguyên"),
    ("a month that is none", "month: 9", "month: 13", "I4B-CATALOGUE · when.month", "phải không quá 12"),
    ("unknown trigger", "trigger: BKHDT-REG", "trigger: BKHDT-RUG", "I6-DIRECTIVE · when.trigger", "sự kiện khởi phát"),
    (
        "unknown deliverable",
        "deliverable: I5-CALENDAR, order: 1",
        "deliverable: I5-X, order: 1",
        "I5-APPROVE",
        "“I5-X”",
    ),
]


@pytest.mark.parametrize(("old", "new", "where", "says"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_broken_plan_names_the_place_and_the_reason(
    old: str, new: str, where: str, says: str, tmp_path: Path
) -> None:
    path, _ = broken(tmp_path / "plan", old, new)
    found = [problem for problem in check_plan_file(path) if says in problem.message_vi]
    assert found, check_plan_file(path)
    assert where in found[0].where
    assert found[0].file == path
    assert found[0].message_en


DIRECT = [
    case for case in CASES if case[0] not in ("missing field", "impossible day of a year", "a line nobody covers")
]
POINTING = [
    (old, new, says) for name, old, new, _, says in DIRECT if name not in ("unknown trigger", "no act for a letter")
]


@pytest.mark.parametrize(("old", "new", "says"), POINTING)
def test_the_line_is_the_line_of_the_mistake(old: str, new: str, says: str, tmp_path: Path) -> None:
    path, line = broken(tmp_path / "plan", old, new)
    assert line in {problem.line for problem in check_plan_file(path) if says in problem.message_vi}


def test_a_wrong_value_of_a_reading_is_told_where_it_is_used(tmp_path: Path) -> None:
    path, _ = broken(tmp_path / "plan", "value: {day: 20}", "value: {day: 32}")
    (problem,) = check_plan_file(path)
    assert (problem.where, problem.message_vi) == ("II2-REPORT · when.day", "phải không quá 31")
    assert "$A17.day" in path.read_text().split("\n")[problem.line - 1]


def test_a_quote_the_source_does_not_say_is_told_by_its_line_in_quotes_yaml(tmp_path: Path) -> None:
    path, line = broken(tmp_path / "plan", "quote: báo cáo Ủy ban nhân dân tỉnh", "quote: báo cáo Bộ", "quotes.yaml")
    (problem,) = check_plan_file(path)
    assert (problem.file.name, problem.line) == ("quotes.yaml", line)
    assert "không tìm thấy trong văn bản gốc: “báo cáo Bộ”" in problem.message_vi


def test_spaces_lost_or_added_do_not_make_a_quote_wrong(tmp_path: Path) -> None:
    path, _ = broken(tmp_path / "plan", "quote: báo cáo Ủy ban nhân", "quote: báo  cáo Ủy ban nhân", "quotes.yaml")
    assert check_plan_file(path) == []


def test_an_obligation_without_a_quote_is_told(tmp_path: Path) -> None:
    path, _ = broken(tmp_path / "plan", "II3-AMEND:\n", "II3-AMENDX:\n", "quotes.yaml")
    said = " ".join(problem.message_vi for problem in check_plan_file(path))
    assert "quotes.yaml thiếu trích dẫn của II3-AMEND" in said
    assert "không có nhiệm vụ “II3-AMENDX”" in said


def test_several_mistakes_are_told_together(tmp_path: Path) -> None:
    path, _ = broken(tmp_path / "plan", "fired_on: 2014-05-28", "fired_on: 2014-02-30")
    path.write_text(
        path.read_text().replace("ladder: soft", "ladder: mild", 1).replace("units: [UBND]", "units: [NOBODY]", 1)
    )
    said = " ".join(problem.message_vi for problem in check_plan_file(path))
    assert all(word in said for word in ("2014-02-30", "mild", "NOBODY"))


def test_bad_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("id: x\nclauses: [I.1\nlead: CTK\n")
    (problem,) = check_plan_file(path)
    assert (problem.file, problem.line) == (path, 3)
    assert "YAML viết sai" in problem.message_vi


def test_a_copy_of_the_plan_alone_is_checked_against_the_shipped_source(tmp_path: Path) -> None:
    path = tmp_path / "copy.yaml"
    shutil.copy(FOLDER / "plan.yaml", path)
    assert check_plan_file(path) == []


@pytest.mark.parametrize(
    "content", ["", "[]", "5", "id: 70-KH-UBND", "obligations: 3\ninterpretations: 4", "\x00", "- - -"]
)
def test_a_file_that_is_no_plan_at_all_gets_an_answer(content: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(content)
    problems = check_plan_file(path)
    assert problems
    assert all(isinstance(problem, Problem) and problem.message_vi and problem.message_en for problem in problems)


def test_a_missing_file_gets_an_answer(tmp_path: Path) -> None:
    (problem,) = check_plan_file(tmp_path / "none.yaml")
    assert problem.message_vi == "không mở được tệp"


def test_a_catalogue_with_a_broken_file_does_not_open(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    ladders = tmp_path / "config" / "ladders.yaml"
    ladders.write_text(ladders.read_text().replace("anchor: late_after", "anchor: some_day", 1))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path / "config")
    (problem,) = caught.value.problems  # the plan is not blamed for the ladders that could not be read
    assert problem.file == ladders
    assert "late_after" in problem.message_vi
