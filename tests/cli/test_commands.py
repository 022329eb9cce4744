"""The commands as a contract: JSON alone on stdout, exit codes, refusals an operator understands."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from pyarrow import parquet

from config.catalogue import SHIPPED
from tests.cli.conftest import Kyhan

PLAN = SHIPPED / "plans" / "70-KH-UBND"
TICKED = "2013-11-01"
NUMERALS = ("i", "ii", "iii", "iv", "v")

# nominal, target and late_after of every worded occurrence, Kế hoạch 70/KH-UBND read by the rules of 2013–2015
YEARLY = {
    "I4B-CATALOGUE": {"2015": "2014-09-30", "2016": "2015-09-30"},
    "I4B-COMPILE-PLAN": {"2015": "2014-09-30", "2016": "2015-09-30"},
    "I2A-DEMAND-LIST": {"2014": "2013-12-31", "2015": "2014-12-31", "2016": "2015-12-31"},
    "I5-CALENDAR": {"2014": "2013-12-31", "2015": "2014-12-31", "2016": "2015-12-31"},
    "I1-ASSESS": {"2013": "2013-11-29"},
    "I3-FORMS": {"2013": "2013-12-31"},
    "I6-DIRECTIVE": {"2014": "2014-12-31"},
}
REPORTS = {
    "2013-Q4": ("2013-12-20", "2013-12-20", "2013-12-20"),
    "2014-Q1": ("2014-03-20", "2014-03-20", "2014-03-20"),
    "2014-Q2": ("2014-06-20", "2014-06-20", "2014-06-20"),
    "2014-Q3": ("2014-09-20", "2014-09-19", "2014-09-22"),
    "2014-Q4": ("2014-12-20", "2014-12-19", "2014-12-22"),
    "2015-Q1": ("2015-03-20", "2015-03-20", "2015-03-20"),
    "2015-Q2": ("2015-06-20", "2015-06-19", "2015-06-22"),
    "2015-Q3": ("2015-09-20", "2015-09-18", "2015-09-21"),
    "2015-Q4": ("2015-12-20", "2015-12-18", "2015-12-21"),
}
ALSO = {"Q2": "H1", "Q4": "Y"}


def expected_dates() -> dict[tuple[str, str], tuple[str | None, str, str | None]]:
    rows: dict[tuple[str, str], tuple[str | None, str, str | None]] = {
        (code, period): (day, day, day) for code, days in YEARLY.items() for period, day in days.items()
    }
    for period, days in REPORTS.items():
        rows["II2-REPORT", period] = days
        year, _, quarter = period.partition("-")
        if quarter in ALSO:
            rows["II2-REPORT", f"{year}-{ALSO[quarter]}"] = days
    rows["I4-MIDYEAR-REVIEW", "2015"] = (None, "2015-07-31", None)
    return rows


def test_plan_dates_are_the_table_of_the_first_years(kyhan: Kyhan) -> None:
    answer = kyhan("plan", "dates", "--from", "2013-10-01", "--to", "2015-12-31", "--json")
    found = {
        (row["obligation"], row["period"]): (row["nominal_last_day"], row["target_day"], row["late_after"])
        for row in answer.json
    }
    assert answer.code == 0
    assert found == expected_dates()


def test_every_date_says_why(kyhan: Kyhan) -> None:
    rows = kyhan("plan", "dates", "--from", "2013-10-01", "--to", "2015-12-31", "--json").json
    keys = {
        "obligation", "clause", "period", "opens_on", "nominal_last_day", "target_day", "late_after", "soft", "why"
    }  # fmt: skip
    assert all(set(row) == keys and row["why"].endswith(".") for row in rows)


def test_a_duty_without_a_worded_time_is_listed_on_request(kyhan: Kyhan) -> None:
    rows = kyhan("plan", "dates", "--from", "2013-10-01", "--to", "2013-12-31", "--all", "--json").json
    assert {"II1-PLAN", "II1-ASSESS"} <= {row["obligation"] for row in rows}


def days_of_the_calendar(kyhan: Kyhan, *words: str | Path) -> list[str]:
    rows = kyhan("plan", "dates", *words, "--from", "2026-12-01", "--to", "2026-12-31", "--json").json
    return [row["late_after"] for row in rows if row["obligation"] == "I5-CALENDAR"]


def test_plan_dates_know_the_days_off_entered_and_the_shipped_file_only_when_asked_for(
    kyhan: Kyhan, tmp_path: Path
) -> None:
    kyhan("calendar", "off", "2026-12-31", "--reason", "bão", "--at", "2026-11-30")
    assert days_of_the_calendar(kyhan) == ["2027-01-04"]
    assert (
        days_of_the_calendar(kyhan, "--shipped") == days_of_the_calendar(kyhan, a_plan_file(tmp_path)) == ["2026-12-31"]
    )


def test_plan_dates_are_those_of_the_plan_in_force(kyhan: Kyhan, tmp_path: Path) -> None:
    unfired = a_plan_file(tmp_path, "fired_on: 2014-05-28", "fired_on: null")
    kyhan("plan", "load", unfired, "--at", "2013-11-01")
    rows = kyhan("plan", "dates", "--from", "2014-12-01", "--to", "2014-12-31", "--at", "2013-11-02", "--json").json
    assert [row["opens_on"] for row in rows if row["obligation"] == "I6-DIRECTIVE"] == [None]


def test_plan_coverage_says_of_every_duty_what_the_page_of_duties_says(kyhan: Kyhan) -> None:
    """One function; tests/services/plan/test_duties.py walks through what it says."""
    rows = kyhan("plan", "coverage", "--at", TICKED, "--json").json
    page = (SHIPPED.parent / "docs" / "duties.md").read_text("utf-8").splitlines()
    assert len(rows) == 31
    for row in rows:
        [line] = [line for line in page if line.startswith(f"| `{row['obligation']}` ")]
        cells = [cell.strip() for cell in line.split("|")][3:-1]
        by, *told = [row[name]["en"] for name in ("by", "where", "yellow", "red", "green", "report")]
        assert cells == [by, ", ".join(row["ladders"]) or "none", *told, row["dashboard"]]


def test_the_shipped_plan_is_valid(kyhan: Kyhan) -> None:
    answer = kyhan("plan", "check", "--json")
    assert answer.code == 0
    assert answer.json["problems"] == []


def a_plan_file(folder: Path, old: str = "", new: str = "") -> Path:
    shutil.copytree(PLAN, folder / "plans" / "mine")
    for name in ("organisations.yaml", "ladders.yaml", "calendar.yaml", "channels.yaml"):
        shutil.copy(SHIPPED / name, folder)
    file = folder / "plans" / "mine" / "plan.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return file


def test_a_broken_plan_is_refused_with_file_and_line_and_changes_nothing(kyhan: Kyhan, tmp_path: Path) -> None:
    kyhan("tick", "--at", TICKED)
    before = kyhan("status", "--as-of", TICKED, "--json").out
    broken = a_plan_file(tmp_path, "ladder: default", "ladder: nosuch")
    answer = kyhan("plan", "load", broken, "--at", TICKED)
    assert answer.code == 1
    assert f"{broken}:" in answer.err
    assert "nosuch" in answer.err
    assert kyhan("status", "--as-of", TICKED, "--json").out == before


def test_a_changed_plan_becomes_the_next_version_and_says_what_changed(kyhan: Kyhan, tmp_path: Path) -> None:
    kyhan("tick", "--at", TICKED)
    file = a_plan_file(tmp_path, "severity: hard", "severity: medium")
    answer = kyhan("plan", "load", file, "--at", "2013-11-02", "--json")
    assert answer.json["version"] == 2
    assert any("mức độ: hard → medium" in line for line in answer.json["changes"])
    assert kyhan("plan", "load", file, "--at", "2013-11-03", "--json").json["new"] is False


def test_a_trigger_that_changes_is_told_by_diff_and_load(kyhan: Kyhan, tmp_path: Path) -> None:
    unfired = a_plan_file(tmp_path, "fired_on: 2014-05-28", "fired_on: null")
    line = "~ BKHDT-REGULATION: ngày có văn bản: 28/05/2014 → –"
    assert kyhan("plan", "diff", PLAN / "plan.yaml", unfired, "--json").json == [line]
    assert kyhan("plan", "load", unfired, "--at", TICKED, "--json").json["changes"] == [line]


def test_forms_and_ladders_that_change_are_told_and_loaded(kyhan: Kyhan, tmp_path: Path) -> None:
    file = a_plan_file(tmp_path)
    for path, old, new in (
        (file.with_name("forms.yaml"), "sheet: Danh mục sản phẩm", "sheet: Sản phẩm"),
        (tmp_path / "ladders.yaml", "offset: -15", "offset: -14"),
    ):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = kyhan("plan", "diff", PLAN / "plan.yaml", file, "--json").json
    assert "~ I4B-CATALOGUE: trang tính: Danh mục sản phẩm → Sản phẩm" in lines
    assert any("số ngày làm việc: -15 → -14" in line for line in lines)
    loaded = kyhan("plan", "load", file, "--at", TICKED, "--json").json
    assert (loaded["version"], loaded["changes"]) == (2, ["~ I4B-CATALOGUE: trang tính: Danh mục sản phẩm → Sản phẩm"])
    assert kyhan("plan", "load", file, "--at", TICKED, "--json").json["new"] is False


def test_a_version_with_a_day_shows_what_it_does_to_open_cases_and_waits(kyhan: Kyhan, tmp_path: Path) -> None:
    kyhan("tick", "--at", TICKED)
    file = a_plan_file(tmp_path, "day: 2013-11-30", "day: 2013-12-15")
    words = ("plan", "load", file, "--from", "2013-11-10", "--decision", "15/QĐ-UBND", "--at", TICKED, "--json")
    seen = kyhan(*words, "--open", "redate", "--dry-run").json
    assert [(one["obligation"], one["treatment"]) for one in seen["open_cases"]] == [("I1-ASSESS", "redate")]
    assert [(one["old"], one["new"]) for one in seen["open_cases"][0]["moved"]] == [("2013-11-29", "2013-12-14")]
    assert kyhan(*words, "--open", "I1-ASSESS=redate").json["version"] is None
    dates = ("plan", "dates", "--from", "2013-11-01", "--to", "2013-12-31", "--json")
    before = kyhan(*dates)
    assert last_day_of_the_assessment(before.json) == "2013-11-29"
    assert "Từ ngày 10/11/2013 áp dụng phiên bản mới" in before.err
    kyhan("tick", "--at", "2013-11-10")
    assert last_day_of_the_assessment(kyhan(*dates).json) == "2013-12-14"


def last_day_of_the_assessment(rows: list[dict[str, str]]) -> str:
    return next(row["late_after"] for row in rows if row["obligation"] == "I1-ASSESS")


def test_a_treatment_that_is_none_is_refused(kyhan: Kyhan, tmp_path: Path) -> None:
    file = a_plan_file(tmp_path, "severity: hard", "severity: medium")
    answer = kyhan("plan", "load", file, "--open", "move", "--at", TICKED)
    assert answer.code == 1
    assert "keep, redate, close" in answer.err


def test_a_tick_opens_the_cases_and_a_second_one_changes_nothing(kyhan: Kyhan) -> None:
    first = {row["obligation"]: row for row in kyhan("tick", "--at", TICKED, "--json").json}
    second = kyhan("tick", "--at", TICKED, "--json").json
    assert first["I5-CALENDAR"]["due"] == 33
    assert sum(row["notices"] + row["opened"] for row in second) == 0


def test_a_tick_of_one_obligation_takes_any_case_of_letters(kyhan: Kyhan) -> None:
    [row] = kyhan("tick", "i5-calendar", "--at", TICKED, "--json").json
    assert (row["obligation"], row["due"]) == ("I5-CALENDAR", 33)


def test_a_submission_counts_when_it_was_received(kyhan: Kyhan, tmp_path: Path) -> None:
    file = tmp_path / "Lịch phổ biến.pdf"
    file.write_bytes(b"%PDF-1.4")
    words = ("submit", "stc", "i5-calendar", "2014", file, "--number", "12/BC-STC", "--date", "2013-12-18")
    answer = kyhan(*words, "--received", "2013-12-20T16:59", "--json")
    rows = kyhan("status", "--as-of", "2014-01-05", "--json").json["cases"]
    [mine] = [row for row in rows if row["unit"] == "STC" and row["obligation"] == "I5-CALENDAR"]
    assert answer.json["status"] == "received"
    assert mine["status"] == "received"
    assert mine["received_at"] == "2013-12-20T16:59:00+07:00"


def test_status_looks_back_before_a_receipt(kyhan: Kyhan) -> None:
    kyhan("submit", "STC", "I5-CALENDAR", "2014", "--received", "2014-01-08")
    rows = kyhan("status", "--as-of", "2014-01-05", "--json").json["cases"]
    [mine] = [row for row in rows if row["unit"] == "STC" and row["obligation"] == "I5-CALENDAR"]
    assert mine["status"] == "overdue"


def test_status_looks_back_before_a_case_was_open(kyhan: Kyhan) -> None:
    kyhan("tick", "--at", TICKED)
    kyhan("tick", "--at", "2014-10-06")
    rows = kyhan("status", "--as-of", "2014-01-05", "--json").json["cases"]
    assert {row["period"] for row in rows if row["obligation"] == "I5-CALENDAR"} == {"2014"}


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("STCX", "I5-CALENDAR", "2014"), "STC"),
        (("STC", "I5-CALENDER", "2014"), "I5-CALENDAR"),
        (("STC", "I5-CALENDAR", "2041"), "2014"),
    ],
)
def test_a_misspelt_code_is_answered_with_the_nearest(kyhan: Kyhan, words: tuple[str, ...], near: str) -> None:
    answer = kyhan("submit", *words, "--received", "2013-12-20")
    assert answer.code == 1
    assert near in answer.err
    assert answer.out == ""


def test_wrong_use_is_exit_2(kyhan: Kyhan) -> None:
    assert kyhan("plan", "dates", "--from", "31/12/2013", "--to", "2014-01-01").code == 2
    assert kyhan("nosuch").code == 2


def test_a_wrong_setting_stops_the_start_with_its_name(kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYHAN_SMTP_ULR", "smtp://127.0.0.1:25")
    answer = kyhan("status")
    assert answer.code == 2
    assert "KYHAN_SMTP_ULR" in answer.err
    assert "KYHAN_SMTP_URL" in answer.err


def test_the_report_is_a_word_file_as_of_its_day(kyhan: Kyhan, tmp_path: Path) -> None:
    kyhan("submit", "STC", "I5-CALENDAR", "2014", "--received", "2013-12-20", "--number", "12/BC-STC")
    answer = kyhan("report", "2014-Q1", "--as-of", "2014-03-20", "--out", tmp_path / "out", "--json")
    text = "\n".join(paragraph.text for paragraph in Document(answer.json["file"]).paragraphs)
    assert "quý I năm 2014" in text
    assert "tình hình thực hiện tính đến ngày 20/3/2014" in text
    assert "có 01/33 cơ quan, đơn vị, địa phương gửi Lịch phổ biến" in text


def test_the_annexes_are_a_workbook_where_it_is_asked_for(kyhan: Kyhan, tmp_path: Path) -> None:
    answer = kyhan("report", "2014-Q1", "--workbook", "--out", tmp_path / "out", "--json")
    assert Path(answer.json["workbook"]).name == "BC-70-KH-UBND-2014-Q1.xlsx"
    assert load_workbook(answer.json["workbook"])["Phụ lục II"].max_row > 100
    assert "workbook" not in kyhan("report", "2014-Q1", "--out", tmp_path / "out", "--json").json


def test_the_data_of_a_day_are_the_same_bytes_whenever_they_are_written(kyhan: Kyhan, tmp_path: Path) -> None:
    written = []
    for time in ("1", "2"):
        answer = kyhan("report", "2014-Q1", "--data", "--as-of", "2014-03-20", "--out", tmp_path / time, "--json")
        written.append({Path(file).name: Path(file).read_bytes() for file in answer.json["data"]})
        kyhan("submit", "STC", "I5-CALENDAR", "2014", "--received", "2014-04-01", "--number", "12/BC-STC")
    names = ("danh-sach", *(f"phu-luc-{n}" for n in NUMERALS))
    assert sorted(written[0]) == sorted(f"{name}.{kind}" for name in names for kind in ("csv", "parquet"))
    assert written[0] == written[1]
    rows = parquet.read_table(tmp_path / "1" / "BC-70-KH-UBND-2014-Q1-so-lieu" / "phu-luc-ii.parquet").to_pylist()
    assert "Sở Tài chính tỉnh Sóc Trăng" in {row["Cơ quan"] for row in rows}


@pytest.mark.office
def test_a_report_and_its_pdf(kyhan: Kyhan, tmp_path: Path) -> None:
    answer = kyhan("report", "2014-Q1", "--pdf", "--out", tmp_path, "--json")
    assert Path(answer.json["pdf"]).name == "BC-70-KH-UBND-2014-Q1.pdf"
    assert Path(answer.json["pdf"]).read_bytes().startswith(b"%PDF")


def test_without_libreoffice_the_report_stands_and_the_reason_is_said(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = kyhan("report", "2014-Q1", "--pdf", "--out", tmp_path)
    assert answer.code == 1
    assert "chưa cài LibreOffice" in answer.err
    assert (tmp_path / "BC-70-KH-UBND-2014-Q1.docx").exists()


def test_without_a_day_a_report_counts_to_its_own_cutoff(kyhan: Kyhan, tmp_path: Path) -> None:
    answer = kyhan("report", "2014-q1", "--out", tmp_path / "out", "--json")
    assert (answer.json["period"], answer.json["as_of"]) == ("2014-Q1", "2014-03-14")
    assert Path(answer.json["file"]).name == "BC-70-KH-UBND-2014-Q1.docx"


@pytest.mark.parametrize("day", ["2099-01-01", "2013-12-14", "2014-06-14"])
def test_a_day_outside_of_the_reports_reach_is_refused(kyhan: Kyhan, tmp_path: Path, day: str) -> None:
    answer = kyhan("report", "2014-Q1", "--as-of", day, "--out", tmp_path / "out")
    assert answer.code == 1
    assert "hoặc" in answer.err  # what to do instead
    assert not (tmp_path / "out").exists()


def test_an_unknown_report_period_is_refused(kyhan: Kyhan, tmp_path: Path) -> None:
    answer = kyhan("report", "2014-Q9", "--as-of", "2014-03-20", "--out", tmp_path)
    assert answer.code == 1
    assert "2014-Q1" in answer.err


def test_a_rehearsal_tells_who_gets_what_and_writes_nothing(kyhan: Kyhan) -> None:
    kyhan("tick", "--at", TICKED)
    before = kyhan("messages", "--json").json
    rows = kyhan("rehearse", "--from", "2013-12-02", "--to", "2013-12-13", "--json").json
    assert any((row["unit"], row["obligation"], row["step"]) == ("STC", "I5-CALENDAR", "L1") for row in rows)
    assert all(date.fromisoformat(row["day"]).weekday() < 5 for row in rows)
    assert kyhan("messages", "--json").json == before


def test_the_log_is_intact_and_says_so(kyhan: Kyhan) -> None:
    kyhan("tick", "--at", TICKED)
    answer = kyhan("log", "verify", "--json")
    assert answer.code == 0
    assert answer.json["broken_at"] is None
    assert answer.json["entries"] > 1


def test_dispatch_without_a_mail_server_loses_nothing_and_says_so(
    kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYHAN_SMTP_URL", "smtp://127.0.0.1:1")
    kyhan("tick", "--at", TICKED)
    answer = kyhan("dispatch", "--at", "2013-11-01T09:00", "--json")
    waiting: list[Any] = [row for row in kyhan("messages", "--json").json if row["state"] == "pending"]
    assert answer.code == 1
    assert answer.json["sent"] == 0
    assert "Máy chủ thư" in answer.err
    assert waiting


def test_a_step_of_a_case_is_recorded_or_refused(kyhan: Kyhan) -> None:
    words = ("stage", "STC", "I5-CALENDAR", "2014")
    proof = ("I5-APPROVE", "--number", "15/QĐ-STC", "--date", "2013-12-09", "--at", "2013-12-10", "--json")
    early = kyhan(*words, *proof)
    kyhan("submit", "STC", "I5-CALENDAR", "2014", "--date", "2013-12-06", "--received", "2013-12-10")
    good = kyhan(*words, *proof)
    bad = kyhan(*words, "I5-NOSUCH", "--at", "2013-12-10")
    unproven = kyhan(*words, "I5-REPORT-UBND", "--at", "2013-12-10")
    assert (good.json["done_on"], good.json["on_behalf"]) == ("2013-12-09", True)
    assert [early.code, bad.code, unproven.code] == [1, 1, 1]
    assert "Cần số, ký hiệu văn bản" in unproven.err


def test_a_step_recorded_by_mistake_is_taken_back(kyhan: Kyhan) -> None:
    kyhan("submit", "STC", "I5-CALENDAR", "2014", "--received", "2013-12-10")
    words = ("stage", "STC", "I5-CALENDAR", "2014", "I5-APPROVE", "--at", "2013-12-10")
    kyhan(*words, "--number", "15/QĐ-STC")
    assert kyhan(*words, "--take-back").code == 1
    assert kyhan(*words, "--take-back", "--reason", "Nhầm hồ sơ", "--json").json["done_on"] is None


def test_a_district_has_no_ministry_to_report_to(kyhan: Kyhan) -> None:
    kyhan("submit", "H-KESACH", "I5-CALENDAR", "2014", "--received", "2013-12-10")
    answer = kyhan("stage", "H-KESACH", "I5-CALENDAR", "2014", "I5-REPORT-MINISTRY", "--at", "2013-12-10")
    assert answer.code == 1
    assert "không áp dụng" in answer.err


def test_a_review_with_changes_opens_its_two_duties(kyhan: Kyhan) -> None:
    early = kyhan("adjust", "2015", "--yes", "--at", "2015-07-20")
    kyhan("submit", "CTK", "I4-MIDYEAR-REVIEW", "2015", "--received", "2015-07-20")
    answer = kyhan("adjust", "2015", "--yes", "--at", "2015-07-20", "--json")
    assert early.code == 1
    assert answer.json["opened"] == ["I4-ADJUST-REPORT", "I4-ADJUST-NOTIFY"]


def test_doctor_names_what_is_wrong_and_what_to_do(kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYHAN_SMTP_URL", "smtp://127.0.0.1:1")
    answer = kyhan("doctor", "--json")
    [mail] = [row for row in answer.json if row["subject"] == "email"]
    assert answer.code == 1
    assert mail["ok"] is False
    assert "KYHAN_SMTP_URL" in mail["todo_vi"]


# --- questions change nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--as-of", "2014-06-01"),
        ("status", "--as-of", "2030-06-01"),
        ("report", "2014-Q1", "--as-of", "2014-03-20", "--out", "out"),
        ("rehearse", "--from", "2013-12-02", "--to", "2013-12-03"),
    ],
    ids=" ".join,
)
def test_a_question_about_another_day_leaves_the_database_as_it_was(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    kyhan("status")
    before = kyhan("status", "--json").json["cases"]
    rows = the_database(tmp_path)
    assert kyhan(*words).code == 0
    assert the_database(tmp_path) == rows
    assert kyhan("status", "--json").json["cases"] == before


def the_database(folder: Path) -> list[str]:
    """Row by row: SQLite may move its pages between its files."""
    with closing(connect(folder / "home" / "kyhan.db")) as database:
        return list(database.iterdump())


def test_a_question_asked_first_does_not_settle_since_when_duties_are_followed(kyhan: Kyhan) -> None:
    asked = kyhan("status", "--as-of", "2014-06-01", "--json").json
    today = kyhan("status", "--json").json
    assert asked["assigned"] > 0
    assert all(row["target_day"] >= "2015" for row in today["cases"])


def test_a_tick_at_an_earlier_day_follows_the_duties_of_then(kyhan: Kyhan) -> None:
    kyhan("status")
    [row] = kyhan("tick", "I5-CALENDAR", "--at", TICKED, "--json").json
    assert row["due"] == 33


# --- bad input is answered, not traced ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "dates", "--from", "0001-01-01", "--to", "0001-12-31"),
        ("plan", "dates", "--from", "9999-01-01", "--to", "9999-12-31"),
        ("status", "--as-of", "9999-12-31"),
        ("tick", "--at", "0001-01-01T00:00"),
        ("report", "2014-Q1", "--as-of", "9999-12-31", "--out", "out"),
        ("report", "2014-Q1", "--as-of", "0001-01-01", "--out", "out"),
    ],
    ids=" ".join,
)
def test_a_year_no_plan_speaks_of_is_wrong_use(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = kyhan(*words)
    assert answer.code == 2
    assert "1900–2200" in answer.err
    assert not list(tmp_path.rglob("*.docx"))


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_year_are_answered(kyhan: Kyhan, day: str) -> None:
    assert kyhan("plan", "dates", "--from", day, "--to", day, "--json").code == 0
    assert kyhan("status", "--as-of", day, "--json").code == 0


@pytest.mark.parametrize("number", ["99999999999999999999", "0"])
def test_a_number_no_case_can_have_is_wrong_use(kyhan: Kyhan, number: str) -> None:
    assert kyhan("messages", "--case", number).code == 2


def test_a_file_that_is_no_database_is_named(kyhan: Kyhan, tmp_path: Path) -> None:
    file = tmp_path / "home" / "kyhan.db"
    file.parent.mkdir()
    file.write_text("đây không phải cơ sở dữ liệu" * 50, encoding="utf-8")
    answer = kyhan("status")
    assert answer.code == 1
    assert "không phải cơ sở dữ liệu" in answer.err


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("status", "--unit", "STCX"), "STC"),
        (("status", "--as-of", "2014-01-05", "--unit", "STCX", "--json"), "STC"),
        (("messages", "--unit", "STCX", "--json"), "STC"),
        (("messages", "--obligation", "I5-CALENDER"), "I5-CALENDAR"),
    ],
)
def test_a_misspelt_filter_is_not_answered_as_if_all_were_well(kyhan: Kyhan, words: tuple[str, ...], near: str) -> None:
    answer = kyhan(*words)
    assert (answer.code, answer.out) == (1, "")
    assert near in answer.err


def test_a_filter_takes_any_case_of_letters(kyhan: Kyhan) -> None:
    kyhan("tick", "--at", "2013-12-10")
    assert {row["unit"] for row in kyhan("status", "--unit", "stc", "--json").json["cases"]} == {"STC"}
    found = kyhan("messages", "--unit", "stc", "--obligation", "i5-calendar", "--json").json
    assert {(row["unit"], row["obligation"]) for row in found} == {("STC", "I5-CALENDAR")}


@pytest.mark.parametrize("words", [("plan", "dates"), ("messages",), ("rehearse",)], ids=" ".join)
def test_a_span_that_ends_before_it_begins_is_wrong_use(kyhan: Kyhan, words: tuple[str, ...]) -> None:
    answer = kyhan(*words, "--from", "2014-02-01", "--to", "2014-01-01")
    assert answer.code == 2
    assert "--from" in answer.err
