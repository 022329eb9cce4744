"""What plan.yaml says of flows, lists, the report and the review: read, checked, and told with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.catalogue import SHIPPED, check_plan_file, load_catalogue, load_plan_file
from rules.plan import BoundRole, Gathers

SHIPPED_PLAN = SHIPPED / "plans" / "70-KH-UBND" / "plan.yaml"
TITLE = "    flow_title: I.3 Biểu mẫu báo cáo thống kê\n"
SAME_TITLE = "    flow_title: I.5 Lịch phổ biến thông tin thống kê\n"

WRONG = [  # what stands there, what is written in its place, where, what is said
    (TITLE, "    flow_title: I.3 Biểu mẫu · I3-FORMS\n", "I3-FORMS · flow_title", "viết sai dạng"),
    (TITLE, f'    flow_title: "{"x" * 81}"\n', "I3-FORMS · flow_title", "dài quá 80 chữ"),
    (TITLE, SAME_TITLE, "I5-CALENDAR · flow_title", "đã có ở I3-FORMS"),
    ("    flow: $A22.flow\n", "    flow_title: X\n", "I6-EVALUATE · flow_title", "không có flow"),
    ("from: II1-ASSESS", "from: II1-ASSES", "I1-ASSESS · gathers.from", "không có nhiệm vụ “II1-ASSES”"),
    ("II1-ASSESS, roles: [each]", "II1-ASSESS, roles: [all]", "I1-ASSESS · gathers.roles", "phải là một trong"),
    ("II1-ASSESS, roles: [each]", "II1-ASSESS, roles: [lead]", "I1-ASSESS · gathers", "không giao ai vai trò “lead”"),
    ("II1-ASSESS, roles: [each]", "II1-ASSESS, roles: []", "I1-ASSESS · gathers.roles", "cần ít nhất 1 mục"),
    ("reviews: [I4B-COMPILE-PLAN]", "reviews: [I4B-PLAN]", "I4-MIDYEAR-REVIEW · reviews", "“I4B-PLAN”"),
    (TITLE, f"{TITLE}    reviews: [I1-ASSESS]\n", "I4-MIDYEAR-REVIEW · reviews", "đã có ở I3-FORMS"),
    ("waits_for: [I6-DIRECTIVE]", "waits_for: [I6-X]", "I6-REGULATION · waits_for", "“I6-X”"),
    (TITLE, f"{TITLE}    report: {{}}\n", "I3-FORMS · report", "wording: periodic_report"),
    ("    proof: [number]\n", "", "I4B-APPROVE", "cần nêu minh chứng của bước"),
    ("    proof: [number]\n", "    proof: [letter]\n", "I4B-APPROVE · proof", "phải là một trong"),
    (TITLE, f"{TITLE}    proof: [number]\n", "I3-FORMS · proof", "chỉ dành cho bước"),
    (TITLE, f"{TITLE}    target_working_days: 5\n", "I3-FORMS · target_working_days", "kind: conditional"),
    (
        "same_day_as: I5-REPORT-UBND",
        "same_day_as: I4B-APPROVE",
        "I5-REPORT-MINISTRY",
        "không phải bước của I5-CALENDAR",
    ),
    ("    ladder: steps\n", "    ladder: soft\n", "I4B-APPROVE · ladder", "cần thang chỉ gồm open_step"),
    ("    ladder: default\n", "    ladder: steps\n", "I1-ASSESS · ladder", "nhiệm vụ phải nộp thì không"),
    ("    ladder: steps\n", "    ladder: stepz\n", "I4B-APPROVE · ladder", "“stepz”"),
    (", target: $A5.approval}", "}", "I4B-APPROVE · ladder", "không có mốc (target)"),
    ("approves: [I5-CALENDAR]", "approves: [I3-FORMS]", "I5-APPROVE · approves", "không nhiệm vụ nào tổng hợp"),
    (TITLE, f"{TITLE}    approves: [I5-CALENDAR]\n", "I3-FORMS · approves", "chỉ dành cho kind: stage"),
    ("clauses: [I.1]\n", "clauses: [I.9]\n", "II2-REPORT · report.sections", "không có mục “I.9”"),
]


def with_passage(folder: Path, old: str, new: str) -> tuple[Path, int]:
    text = SHIPPED_PLAN.read_text("utf-8")
    start = text.index(old)
    path = folder / "plan.yaml"
    path.write_text(text[:start] + new + text[start + len(old) :], "utf-8")
    return path, text[:start].count("\n") + 1


@pytest.mark.parametrize(("old", "new", "where", "text"), WRONG)
def test_a_wrong_entry_is_named_with_its_field_in_both_languages(
    old: str, new: str, where: str, text: str, tmp_path: Path
) -> None:
    path, _ = with_passage(tmp_path, old, new)
    problems = [problem for problem in check_plan_file(path) if text in problem.message_vi]
    assert [problem.where.startswith(where) for problem in problems][:1] == [True]
    assert all(problem.message_en and problem.file == path for problem in problems)


def test_the_line_of_the_problem_is_the_line_of_the_field(tmp_path: Path) -> None:
    path, line = with_passage(tmp_path, "II1-ASSESS, roles: [each]", "II1-ASSESS, roles: [lead]")
    [problem] = check_plan_file(path)
    assert problem.line == line


def test_the_shipped_plan_says_whose_answers_it_gathers() -> None:
    plan = load_catalogue().plan
    assert plan.obligation("I1-ASSESS").gathers == Gathers("II1-ASSESS", (BoundRole.EACH,))
    assert [item.id for item in plan.obligations if item.gathers] == [
        "I1-ASSESS",
        "I2A-DEMAND-LIST",
        "I4B-CATALOGUE",
        "I4B-COMPILE-PLAN",
        "I5-CALENDAR",
        "II1-PLAN",
    ]


def test_a_report_without_an_outline_is_about_the_plan_clause_by_clause(tmp_path: Path) -> None:
    text = SHIPPED_PLAN.read_text("utf-8")
    start, end = text.index("    report:\n"), text.index("    when:\n      wording: periodic_report")
    path = tmp_path / "plan.yaml"
    path.write_text(f"{text[:start]}    report: {{}}\n{text[end:]}", "utf-8")
    report = load_plan_file(path).periodic_report
    assert report is not None
    assert report.report is not None
    assert report.report.subject.startswith("thực hiện Quyết định số 34/2013/QĐ-TTg")
    assert [section.title for section in report.report.sections][:2] == ["Mục I.1", "Mục I.2"]
