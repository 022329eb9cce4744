"""Kế hoạch 70/KH-UBND as it is shipped: complete, true to its source, and dated as the law reads it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from config.catalogue import SHIPPED, Catalogue, check_plan_file, load_catalogue, load_plan_file
from config.plan_file import plan_schema
from config.yaml_file import read_yaml
from rules.plan import Kind, PeriodicReport, Trigger
from rules.recurrence import occurrences
from rules.working_days import WorkCalendar

FOLDER = SHIPPED / "plans" / "70-KH-UBND"
SOURCE = FOLDER / "source.txt"

ALL_31 = [
    "I1-ASSESS",
    "I2A-DEMAND-LIST",
    "I2A-TIMES",
    "I2B-GUIDE-USERS",
    "I3-FORMS",
    "I3-IMPLEMENT",
    "I3-UPDATE",
    "I4A-PRODUCTS",
    "I4B-CATALOGUE",
    "I4B-COMPILE-PLAN",
    "I4B-APPROVE",
    "I4B-ANNOUNCE",
    "I4-MIDYEAR-REVIEW",
    "I4-ADJUST-REPORT",
    "I4-ADJUST-NOTIFY",
    "I5-CALENDAR",
    "I5-APPROVE",
    "I5-REPORT-UBND",
    "I5-REPORT-MINISTRY",
    "I5-PUBLISH",
    "I5-EXTRA-INFO",
    "I6-DIRECTIVE",
    "I6-REGULATION",
    "I6-MEASURES",
    "I6-EVALUATE",
    "II1-PLAN",
    "II1-GUIDE",
    "II1-ASSESS",
    "II2-GUIDE-CHECK-URGE",
    "II2-REPORT",
    "II3-AMEND",
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def copy_with(folder: Path, old: str, new: str) -> Path:
    """The shipped configuration with one passage of its plan.yaml written differently."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "plans" / "70-KH-UBND" / "plan.yaml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return folder


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- complete -------------------------------------------------------------------------------------------------------


def test_the_plan_has_its_31_obligations_in_order(catalogue: Catalogue) -> None:
    assert [item.id for item in catalogue.plan.obligations] == ALL_31


def test_the_readings_of_the_plan_are_settings_with_a_name_and_a_text_in_both_languages(
    catalogue: Catalogue,
) -> None:
    readings = catalogue.plan.interpretations
    assert [reading.key for reading in readings] == [f"A{number}" for number in range(1, 26)]
    assert len({reading.name for reading in readings}) == len(readings)
    assert all(reading.text.vi and reading.text.en for reading in readings)


def test_every_line_of_the_body_is_a_duty_a_quote_or_said_to_bind_nobody(catalogue: Catalogue) -> None:
    plan = catalogue.plan
    ranges = [item.lines for item in plan.obligations] + [(first, last) for first, last, _ in plan.no_duty_lines]
    covered = {number for first, last in ranges for number in range(first, last + 1)}
    lines = SOURCE.read_text().split("\n")
    assert [number for number in range(19, 104) if lines[number - 1].strip() and number not in covered] == []


def test_no_line_both_binds_and_binds_nobody_except_a_heading_that_is_quoted(catalogue: Catalogue) -> None:
    duties = {n for item in catalogue.plan.obligations for n in range(item.lines[0], item.lines[1] + 1)}
    idle = {n for first, last, _ in catalogue.plan.no_duty_lines for n in range(first, last + 1)}
    assert duties & idle == {73}  # the heading of I.5 says «công bố», which I5-PUBLISH quotes


def test_each_quote_is_said_by_its_lines_once_spaces_are_ignored(catalogue: Catalogue) -> None:
    text = squeezed(SOURCE.read_text())
    parts = [part for item in catalogue.plan.obligations for part in item.quote.split("…")]
    assert len(parts) > 31
    assert [part for part in parts if squeezed(part) not in text] == []


def test_quotes_have_the_spaces_back_that_the_source_lost(catalogue: Catalogue) -> None:
    assert "Quý IV năm 2013" in catalogue.plan.obligation("I3-FORMS").quote
    assert not re.search(r"năm\d|Nhànước|kêN", " ".join(item.quote for item in catalogue.plan.obligations))


def test_the_source_is_kept_byte_for_byte(catalogue: Catalogue) -> None:
    digest = "9c06e255930e6a7d5d47f9c3354c6bcb591af82177ae66f0b78a961b2946fce0"
    assert sha256(SOURCE.read_bytes()).hexdigest() == digest == catalogue.plan.source_sha256


def test_the_shipped_plan_has_no_problem() -> None:
    assert check_plan_file(FOLDER / "plan.yaml") == []


def test_short_titles_fit_a_zalo_line(catalogue: Catalogue) -> None:
    assert [item.short for item in catalogue.plan.obligations if not 0 < len(item.short) <= 60] == []


def test_every_duty_with_a_date_has_a_flow_a_ladder_and_somebody_who_owes_it(catalogue: Catalogue) -> None:
    dated = [item for item in catalogue.plan.obligations if item.when]
    assert len(dated) == 14
    assert all(item.flow and item.ladder and item.bound and item.evidence and item.hand_in for item in dated)


def test_steps_that_follow_stand_behind_a_dated_deliverable_in_order(catalogue: Catalogue) -> None:
    plan = catalogue.plan
    steps = [item.follows for item in plan.obligations if item.follows and item.follows.deliverable == "I5-CALENDAR"]
    assert [step.order for step in steps] == [1, 2, 3, 4]
    assert all(plan.obligation(item.follows.deliverable).when for item in plan.obligations if item.follows)
    assert all(item.follows for item in plan.obligations if item.kind is Kind.STAGE)


def test_reporting_to_the_ministry_falls_on_the_day_of_reporting_to_the_ppc_but_not_for_districts(
    catalogue: Catalogue,
) -> None:
    step = catalogue.plan.obligation("I5-REPORT-MINISTRY").follows
    assert step is not None
    assert (step.same_day_as, step.target_month, step.target_day) == ("I5-REPORT-UBND", 12, 14)
    assert step.not_applicable_to == ("districts",)


def test_the_distribution_list_is_kept_apart_from_who_is_bound(catalogue: Catalogue) -> None:
    assert len(catalogue.distribution) == 10
    assert catalogue.distribution[0] == "Bộ Kế hoạch và Đầu tư"


# --- dated ----------------------------------------------------------------------------------------------------------

D = date.fromisoformat
WORDED_2013_2015 = {
    ("I1-ASSESS", "2013"): ("2013-11-29", "2013-11-29", "2013-11-29"),
    ("I3-FORMS", "2013"): ("2013-12-31", "2013-12-31", "2013-12-31"),
    ("I2A-DEMAND-LIST", "2014"): ("2013-12-31", "2013-12-31", "2013-12-31"),
    ("I5-CALENDAR", "2014"): ("2013-12-31", "2013-12-31", "2013-12-31"),
    ("II2-REPORT", "2013-Q4"): ("2013-12-20", "2013-12-20", "2013-12-20"),
    ("II2-REPORT", "2013-Y"): ("2013-12-20", "2013-12-20", "2013-12-20"),
    ("II2-REPORT", "2014-Q1"): ("2014-03-20", "2014-03-20", "2014-03-20"),
    ("II2-REPORT", "2014-Q2"): ("2014-06-20", "2014-06-20", "2014-06-20"),
    ("II2-REPORT", "2014-H1"): ("2014-06-20", "2014-06-20", "2014-06-20"),
    ("II2-REPORT", "2014-Q3"): ("2014-09-20", "2014-09-19", "2014-09-22"),
    ("II2-REPORT", "2014-Q4"): ("2014-12-20", "2014-12-19", "2014-12-22"),
    ("II2-REPORT", "2014-Y"): ("2014-12-20", "2014-12-19", "2014-12-22"),
    ("I4B-CATALOGUE", "2015"): ("2014-09-30", "2014-09-30", "2014-09-30"),
    ("I4B-COMPILE-PLAN", "2015"): ("2014-09-30", "2014-09-30", "2014-09-30"),
    ("I6-DIRECTIVE", "2014"): ("2014-12-31", "2014-12-31", "2014-12-31"),
    ("I2A-DEMAND-LIST", "2015"): ("2014-12-31", "2014-12-31", "2014-12-31"),
    ("I5-CALENDAR", "2015"): ("2014-12-31", "2014-12-31", "2014-12-31"),
    ("II2-REPORT", "2015-Q1"): ("2015-03-20", "2015-03-20", "2015-03-20"),
    ("II2-REPORT", "2015-Q2"): ("2015-06-20", "2015-06-19", "2015-06-22"),
    ("II2-REPORT", "2015-H1"): ("2015-06-20", "2015-06-19", "2015-06-22"),
    ("II2-REPORT", "2015-Q3"): ("2015-09-20", "2015-09-18", "2015-09-21"),
    ("II2-REPORT", "2015-Q4"): ("2015-12-20", "2015-12-18", "2015-12-21"),
    ("II2-REPORT", "2015-Y"): ("2015-12-20", "2015-12-18", "2015-12-21"),
    ("I4-MIDYEAR-REVIEW", "2015"): (None, "2015-07-31", None),
    ("I4B-CATALOGUE", "2016"): ("2015-09-30", "2015-09-30", "2015-09-30"),
    ("I4B-COMPILE-PLAN", "2016"): ("2015-09-30", "2015-09-30", "2015-09-30"),
    ("I2A-DEMAND-LIST", "2016"): ("2015-12-31", "2015-12-31", "2015-12-31"),
    ("I5-CALENDAR", "2016"): ("2015-12-31", "2015-12-31", "2015-12-31"),
}


def test_2013_to_2015_holds_exactly_the_occurrences_the_plan_words(catalogue: Catalogue) -> None:
    found = occurrences(catalogue.plan, WorkCalendar(catalogue.overrides), D("2013-10-23"), D("2015-12-31"))
    dates = {
        (item.obligation, item.period): (item.nominal_last_day, item.target_day, item.late_after)
        for item in found
        if item.worded
    }
    assert dates == {key: tuple(day and D(day) for day in days) for key, days in WORDED_2013_2015.items()}


def test_what_has_a_date_the_plan_does_not_word_is_known(catalogue: Catalogue) -> None:
    found = occurrences(catalogue.plan, WorkCalendar(catalogue.overrides), D("2013-10-23"), D("2015-12-31"))
    assert {(item.obligation, item.target_day) for item in found if not item.worded} == {
        ("II1-ASSESS", D("2013-11-15")),
        ("II1-PLAN", D("2013-11-29")),
        ("I3-IMPLEMENT", D("2014-11-28")),
        ("I3-IMPLEMENT", D("2015-11-30")),
        ("I6-REGULATION", D("2014-12-31")),  # waits for the directive: no day yet
        ("I6-MEASURES", D("2014-12-31")),
    }


def test_a_standing_duty_has_a_register_or_a_yearly_declaration(catalogue: Catalogue) -> None:
    standing = [item for item in catalogue.plan.obligations if item.kind is Kind.CONTINUING]
    assert {item.id: (item.register is not None, item.when is not None) for item in standing} == {
        "I2B-GUIDE-USERS": (True, False),
        "I3-IMPLEMENT": (False, True),
        "I3-UPDATE": (True, False),
        "II1-GUIDE": (True, False),
        "II2-GUIDE-CHECK-URGE": (True, False),
    }


def test_the_regulation_begins_with_the_directive_and_aims_at_six_months_later(catalogue: Catalogue) -> None:
    plan = catalogue.plan
    issued = replace(plan, triggers=(*plan.triggers, Trigger("I6-DIRECTIVE", D("2014-08-31"), "")))
    [due] = occurrences(issued, WorkCalendar(), D("2014-01-01"), D("2015-12-31"), obligations=["I6-REGULATION"])
    assert (due.opens_on, due.target_day, due.late_after) == (D("2014-08-31"), D("2015-02-27"), None)
    assert due.why == (
        "Sau khi có «Văn bản chỉ đạo xây dựng Quy chế phổ biến»: không có ngày cuối bắt buộc, mốc phấn đấu là thứ Sáu "
        "27/02/2015 (ngày 28/02/2015 là ngày nghỉ cuối tuần); không tính quá hạn."
    )


OTHER_READINGS = {
    "A23.first_year": ("first_year: 2014, opens: 01/11", "first_year: 2015, opens: 01/11", "I3-IMPLEMENT"),
    "A23.opens": ("opens: 01/11, target: 30/11", "opens: 15/11, target: 30/11", "I3-IMPLEMENT"),
    "A23.target": ("opens: 01/11, target: 30/11", "opens: 01/11, target: 15/12", "I3-IMPLEMENT"),
    "A24.months": ("value: {months: 6}", "value: {months: 3}", "I6-MEASURES"),
}


@pytest.mark.parametrize(("old", "new", "duty"), OTHER_READINGS.values(), ids=OTHER_READINGS)
def test_another_reading_of_what_has_no_day_moves_its_days(tmp_path: Path, old: str, new: str, duty: str) -> None:
    def dated(folder: Path) -> list[tuple[date, date]]:
        plan = load_plan_file(folder / "plans" / "70-KH-UBND" / "plan.yaml")
        issued = replace(plan, triggers=(*plan.triggers, Trigger("I6-DIRECTIVE", D("2014-08-29"), "")))
        found = occurrences(issued, WorkCalendar(), D("2014-01-01"), D("2015-12-31"), obligations=[duty])
        return [(item.opens_on, item.target_day) for item in found]

    assert dated(copy_with(tmp_path / "config", old, new)) != dated(SHIPPED)


def test_a_duty_that_waits_for_no_document_is_refused(tmp_path: Path) -> None:
    waits = "flow_title: I.6 Quy chế và hệ thống giải pháp phổ biến thông tin\n    waits_for: [I6-DIRECTIVE]"
    folder = copy_with(tmp_path / "config", waits, "flow_title: I.6 Quy chế")
    [problem] = check_plan_file(folder / "plans" / "70-KH-UBND" / "plan.yaml")
    assert (problem.where, "waits_for" in problem.message_vi) == ("I6-REGULATION · when", True)


def test_the_directive_opens_with_the_ministrys_regulation(catalogue: Catalogue) -> None:
    found = occurrences(catalogue.plan, WorkCalendar(), D("2014-01-01"), D("2014-12-31"), obligations=["I6-DIRECTIVE"])
    assert [item.opens_on for item in found] == [D("2014-05-28")]


# --- readings that can be changed -----------------------------------------------------------------------------------


def report_of(catalogue: Catalogue) -> PeriodicReport:
    when = catalogue.plan.obligation("II2-REPORT").when
    assert isinstance(when, PeriodicReport)
    return when


def test_another_reading_of_a17_moves_the_day_the_reports_are_due(catalogue: Catalogue, tmp_path: Path) -> None:
    changed = load_catalogue(copy_with(tmp_path / "config", "value: {day: 20}", "value: {day: 25}"))
    assert (report_of(catalogue).day, report_of(changed).day) == (20, 25)


def test_the_other_reading_of_a1_counts_the_day_itself(tmp_path: Path) -> None:
    changed = load_catalogue(
        copy_with(tmp_path / "config", "value: {day_itself_counts: false}", "value: {day_itself_counts: true}")
    )
    found = occurrences(changed.plan, WorkCalendar(), D("2013-10-23"), D("2013-12-31"), obligations=["I1-ASSESS"])
    assert [item.nominal_last_day for item in found] == [D("2013-11-30")]


def test_another_reading_of_a5_moves_the_approval_of_the_catalogue(tmp_path: Path) -> None:
    changed = load_catalogue(copy_with(tmp_path / "config", "approval: 31/10", "approval: 20/10"))
    step = changed.plan.obligation("I4B-APPROVE").follows
    assert step is not None
    assert (step.target_month, step.target_day) == (10, 20)


# --- form and speed -------------------------------------------------------------------------------------------------


def test_the_shipped_plan_fits_the_schema_editors_are_given() -> None:
    shipped = read_yaml(FOLDER / "plan.yaml").data
    Draft202012Validator(plan_schema()).validate(shipped)


@pytest.mark.parametrize(("day", "fits"), [(20, True), ("$A17.day", True), (32, False), ("twenty", False)])
def test_the_schema_takes_a_number_or_a_reference(day: object, fits: bool) -> None:
    when = {"wording": "periodic_report", "periods": ["Q1"], "day": day, "cutoff_day": 14}
    schema = plan_schema()
    entry = {"$ref": "#/$defs/PeriodicReportEntry", "$defs": schema["$defs"]}
    assert Draft202012Validator(entry).is_valid(when) is fits
