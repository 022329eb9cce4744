"""Eight reports of a province drawn by lot, beside a count of the same tables in plain SQL and pandas.

Nothing here uses the product's rules or queries: what a column means is written down once more, from the plan's words.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from a_replay import a_lived_through_home
from sqlalchemy import Engine

from models.database import reading
from reports import facts as say
from reports.annex_book import lists_frame
from reports.as_page import blocks_of
from reports.case_lists import lists_of, rows_of
from reports.duty_sentences import duty_paragraphs
from reports.narrative import urging
from reports.progress import write_progress_report
from rules.office import Office
from services.reports.facts import report_facts

# period: the first day its figures belong to, the last, and the day it is due itself
REPORTS = {
    "2013-Q4": ("2013-10-23", "2013-12-14", "2013-12-20"),
    "2013-Y": ("2013-10-23", "2013-12-14", "2013-12-20"),
    "2014-Q1": ("2013-12-15", "2014-03-14", "2014-03-20"),
    "2014-Q2": ("2014-03-15", "2014-06-14", "2014-06-20"),
    "2014-H1": ("2013-12-15", "2014-06-14", "2014-06-20"),
    "2014-Q3": ("2014-06-15", "2014-09-14", "2014-09-19"),
    "2014-Q4": ("2014-09-15", "2014-12-14", "2014-12-19"),
    "2014-Y": ("2013-12-15", "2014-12-14", "2014-12-19"),
}
COLUMNS = ["on_time", "late", "missing", "not_due", "extended", "nil_return", "waived", "not_applicable"]
HOURS = "+7 hours"  # of the province

CASES = """
WITH receipt AS (
    SELECT case_id, min(received_at) AS received_at, max(registered_at) AS registered_at, max(version) AS version
    FROM submission WHERE registered_at < :end GROUP BY case_id
), ended AS (
    SELECT case_id, kind, max(decided_at) FROM decision
    WHERE kind IN ('nil_return', 'waive', 'not_applicable', 'reopen') AND decided_at < :end GROUP BY case_id
), sent_back AS (
    SELECT case_id, kind, max(decided_at) AS decided_at FROM decision
    WHERE kind IN ('return', 'accept') AND decided_at < :end GROUP BY case_id
), given AS (
    SELECT case_id, until, max(decided_at) FROM decision
    WHERE kind = 'extend' AND decided_at < :end GROUP BY case_id
)
SELECT c.id, c.occurrence_id, c.role, o.target_day AS due, d.code, d.title_vi, o.period, o.opens_on,
       coalesce(o.late_after, o.target_day) AS occurrence_day,
       coalesce(plan.late_after, plan.target_day) AS first_day, plan.late_after IS NULL AS soft,
       coalesce(agreed.late_after, agreed.target_day) AS agreed_day, n.name AS unit,
       date(receipt.received_at, :zone) AS received, nullif(ended.kind, 'reopen') AS closed,
       sent_back.kind = 'return' AND receipt.registered_at < sent_back.decided_at AS sent_back
FROM unit_case c
JOIN occurrence o ON o.id = c.occurrence_id
JOIN obligation d ON d.id = o.obligation_id
JOIN term plan ON plan.id = c.statutory_term_id
JOIN organisation_name n ON n.organisation_id = c.organisation_id AND n.valid_from <= :day
     AND (n.valid_to IS NULL OR n.valid_to > :day)
LEFT JOIN receipt ON receipt.case_id = c.id
LEFT JOIN ended ON ended.case_id = c.id
LEFT JOIN sent_back ON sent_back.case_id = c.id
LEFT JOIN given ON given.case_id = c.id
LEFT JOIN term agreed ON agreed.occurrence_id = o.id AND agreed.role = c.role AND agreed.agreed = given.until
WHERE o.opens_on <= :day
"""
STEPS = """
SELECT s.case_id AS id, s.code, d.title_vi, s.applicable, s.target_day,
       CASE WHEN s.done_on <= :day THEN s.done_on END AS done,
       NOT EXISTS (SELECT 1 FROM stage b WHERE b.case_id = s.case_id AND b.code = s.code AND b.done_on IS NOT NULL
                   AND b.recorded_at < :begin AND coalesce(b.superseded_at, :begin) >= :begin) AS awaited_before
FROM stage s JOIN obligation d ON d.code = s.code
WHERE coalesce(s.recorded_at, '') < :end AND coalesce(s.superseded_at, :end) >= :end
"""
REMINDERS = """
SELECT count(*) FROM notice n
JOIN unit_case c ON c.id = n.case_id
JOIN organisation o ON o.id = c.organisation_id AND o.key NOT IN ('CTK', 'UBND', 'BKHDT')
JOIN tenure t ON t.person_id = n.person_id JOIN post p ON p.id = t.post_id AND p.organisation_id = c.organisation_id
WHERE n.skipped IS NULL AND n.message NOT IN ('urging_letter', 'report_line') AND n.on_day BETWEEN :first AND :day
  AND EXISTS (SELECT 1 FROM message m WHERE m.person_id = n.person_id AND m.on_day = n.on_day AND m.state = 'sent'
              AND m.kind = 'digest' AND date(m.finished_at, '+7 hours') <= :day)
"""


@dataclass(frozen=True)
class Home:
    path: Path
    engine: Engine
    office: Office


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="kyhan-replay-")


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    folder = Path(_folder().name)
    engine, office = a_lived_through_home(folder)
    yield Home(folder / "kyhan.db", engine, office)
    engine.dispose()


def utc(day: str, days: int = 0) -> str:
    """The first moment of a day of the province, as SQLite keeps it."""
    return f"{datetime.fromisoformat(day) + timedelta(days=days, hours=-7):%Y-%m-%d %H:%M:%S}.000000"


def counted_apart(home: Home, period: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The cases of a report with the column each stands in, its steps likewise, and the reminders sent."""
    first, day, own_day = REPORTS[period]
    with sqlite3.connect(home.path) as database:
        at = {"day": day, "end": utc(day, 1), "zone": HOURS}
        cases = pd.read_sql(CASES, database, params=at)
        before = pd.read_sql(CASES, database, params={**at, "end": utc(first)}).set_index("id")
        steps = pd.read_sql(STEPS, database, params={"day": day, "end": utc(day, 1), "begin": utc(first)})
        ((reminders,),) = database.execute(REMINDERS, {"first": first, "day": day})
    awaited = lambda frame: frame["received"].isna() & frame["closed"].isna()  # noqa: E731
    cases["awaited"] = awaited(cases) | cases["id"].map(awaited(before)).fillna(True)
    cases = cases[(cases["code"] != "II2-REPORT") | (cases["due"] < own_day)]
    told = (cases["occurrence_day"] >= first) | cases.groupby("occurrence_id")["awaited"].transform("any")
    steps = steps.merge(cases[["id", "occurrence_id", "closed", "period", "role"]], on="id")
    current = steps["occurrence_id"].isin(cases.loc[told, "occurrence_id"])
    open_before = steps["awaited_before"].astype(bool) & steps["applicable"].astype(bool) & steps["closed"].isna()
    left_over = open_before.groupby([steps["occurrence_id"], steps["code"]]).transform("any")
    steps = steps[current | left_over].copy()
    cases = cases[told].copy()
    cases["last_day"] = cases["agreed_day"].fillna(cases["first_day"])
    cases["column"] = cases.apply(_column, axis=1, day=day)
    steps["column"] = steps.apply(_step_column, axis=1, day=day)
    return cases, steps, reminders


def _column(case: pd.Series, day: str) -> str:
    if isinstance(case["closed"], str):
        return {"waive": "waived"}.get(case["closed"], case["closed"])
    if isinstance(case["received"], str):
        return "on_time" if case["received"] <= case["last_day"] else "late"
    if case["last_day"] < day:
        return "missing"
    return "extended" if case["first_day"] < day else "not_due"


def _step_column(step: pd.Series, day: str) -> str:
    if not step["applicable"]:
        return "not_applicable"
    if isinstance(step["closed"], str):
        return {"waive": "waived"}.get(step["closed"], step["closed"])
    if isinstance(step["done"], str):
        return "on_time" if step["done"] <= step["target_day"] else "late"
    return "missing" if step["target_day"] < day else "not_due"


def title_of(title: str, period: str, role: str = "") -> str:
    """As a report calls it, from what the table of duties calls it."""
    year, _, part = period.partition("-")
    quarters = {"Q1": "quý I", "Q2": "quý II", "Q3": "quý III", "Q4": "quý IV"}
    name = f"6 tháng đầu năm {year}" if part == "H1" else f"{quarters.get(part, '')} năm {year}".strip()
    title = title.replace(" (quý, 6 tháng, năm)", "")
    title = title.replace("năm kế tiếp", name) if "năm kế tiếp" in title else f"{title} {name}"
    if role != "contributor":
        return title
    return f"Nội dung đóng góp cho {title[0].lower()}{title[1:]}"


def as_table(frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    titles = [title_of(*row) for row in frame[["title_vi", "period", "role"]].itertuples(index=False)]
    return pd.crosstab(pd.Series(titles), frame["column"].to_numpy()).reindex(columns=COLUMNS, fill_value=0).T.to_dict()


def told_by(home: Home, period: str) -> say.ReportFacts:
    with reading(home.engine) as session:
        return report_facts(session, home.office, period, date.fromisoformat(REPORTS[period][1]))


@pytest.mark.parametrize("period", REPORTS)
def test_every_number_of_annex_i_is_that_of_an_independent_count(home: Home, period: str) -> None:
    cases, steps, _ = counted_apart(home, period)
    facts = told_by(home, period)
    told = {row.title: {outcome.value: n for outcome, n in row.counts.items()} for row in facts.annex_i}
    steps = steps.assign(role="")
    assert told == {**as_table(cases), **as_table(steps)}
    assert sum(row.assigned for row in facts.annex_i if not row.step) == len(cases) == len(facts.annex_ii)


@pytest.mark.parametrize("period", REPORTS)
def test_every_quarter_of_the_figures_is_that_of_an_independent_count(home: Home, period: str) -> None:
    day = REPORTS[period][1]
    with sqlite3.connect(home.path) as database:
        cases = pd.read_sql(CASES, database, params={"day": day, "end": utc(day, 1), "zone": HOURS})
    cases["last_day"] = cases["agreed_day"].fillna(cases["first_day"])
    cases["column"] = cases.apply(_column, axis=1, day=day)
    quarters = told_by(home, period).numbers.quarters
    assert len(quarters) == 8
    for quarter in quarters:
        first, last, _ = REPORTS.get(quarter.period, ("", "", ""))  # before the plan nothing was due
        due = cases[cases["occurrence_day"].between(first, min(last, day))]["column"].value_counts()
        told = (quarter.on_time, quarter.late, quarter.missing)
        assert told == tuple(due.get(name, 0) for name in ("on_time", "late", "missing")), quarter.period


@pytest.mark.parametrize("period", REPORTS)
def test_every_row_of_annex_ii_is_that_of_an_independent_count(home: Home, period: str) -> None:
    cases, _, _ = counted_apart(home, period)
    day = lambda value: value.isoformat() if value else None  # noqa: E731
    told = (
        (row.unit, row.outcome.value, day(row.first_day), day(row.extended_to), day(row.received_on), row.returned)
        for row in told_by(home, period).annex_ii
    )
    cases["sent_back"] = (cases["sent_back"] == 1) & cases["closed"].isna()
    columns = ["unit", "column", "first_day", "agreed_day", "received", "sent_back"]
    apart = cases[columns].astype(object).where(cases[columns].notna(), None)
    assert sorted(map(str, told)) == sorted(str(tuple(row)) for row in apart.itertuples(index=False))


@pytest.mark.parametrize("period", REPORTS)
def test_every_number_of_a_sentence_is_that_of_an_independent_count(home: Home, period: str) -> None:
    cases, steps, reminders = counted_apart(home, period)
    counts = {**as_table(cases), **as_table(steps.assign(role=""))}
    facts = told_by(home, period)
    assert {row.title for clause in facts.clauses for row in clause.duties} == set(counts)
    for row in facts.annex_i:
        (text,) = duty_paragraphs(row, facts) or [""]
        text = text.replace(row.title, "").replace(row.title[0].lower() + row.title[1:], "")
        count = counts[row.title]
        for words, column in SAID.items():
            for number in re.findall(rf"(\d+) cơ quan {words}", text):
                assert int(number) == count[column], text
        for number, of in re.findall(r"(\d+)/(\d+) cơ quan", text):
            expected = sum(count[name] for name in (COLUMNS[:5] if row.still_open else COLUMNS[:3]))
            assert (int(number), int(of)) == (count["on_time"] + (count["late"] if row.still_open else 0), expected), (
                text
            )
        for rate in re.findall(r"đạt (\d+,\d)%", text):
            assert rate == percent(count), text
        one = sum(count.values()) == 1
        assert bool(re.search(r"\d+ cơ quan chưa (gửi|được)", text)) == (count["missing"] > 0 and not one), text
    sent = re.search(r"đã gửi (\d+) lượt nhắc việc", urging("Cục", facts.guidance))
    assert int(sent[1] if sent else 0) == reminders


SAID = {
    "gửi sau": "late",
    "thực hiện sau": "late",
    "chưa gửi": "missing",
    "chưa được ghi nhận": "missing",
    "đang trong thời gian được gia hạn": "extended",
    "xác nhận không phát sinh": "nil_return",
    "được miễn thực hiện": "waived",
    "không thuộc diện áp dụng": "not_applicable",
}


def percent(count: dict[str, int]) -> str:
    share = Decimal(100 * count["on_time"]) / (count["on_time"] + count["late"] + count["missing"])
    return str(share.quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")


def test_the_lots_bring_up_every_column(home: Home) -> None:
    seen = {column for period in REPORTS for column in counted_apart(home, period)[0]["column"]}
    assert seen == set(COLUMNS)
    assert any(counted_apart(home, period)[2] for period in REPORTS)


@pytest.mark.parametrize("period", REPORTS)
def test_every_number_has_as_many_cases_behind_it(home: Home, period: str) -> None:
    lists = lists_of(told_by(home, period))
    assert {key: len(one.cases) or len(one.reminders) for key, one in lists.items()} == {
        key: one.number for key, one in lists.items()
    }
    assert any(one.cases for one in lists.values())


@pytest.mark.parametrize("period", REPORTS)
def test_the_cases_behind_annex_i_are_those_of_an_independent_count(home: Home, period: str) -> None:
    cases, steps, _ = counted_apart(home, period)
    units = cases.set_index("id")["unit"]
    apart = pd.concat([cases, steps.assign(role="", unit=steps["id"].map(units))])
    titles = [title_of(*row) for row in apart[["title_vi", "period", "role"]].itertuples(index=False)]
    told = sorted((row["title"], row["unit"], row["outcome"].value) for row in rows_of(told_by(home, period)))
    assert told == sorted(zip(titles, apart["unit"], apart["column"], strict=True))


@pytest.mark.parametrize("period", ["2013-Q4", "2014-Q1", "2014-Y"])
def test_the_numbers_on_paper_are_those_of_their_lists(home: Home, period: str, tmp_path: Path) -> None:
    facts = told_by(home, period)
    lists = lists_of(facts)
    blocks = blocks_of(write_progress_report(facts, tmp_path / "bc.docx"))
    pieces = [piece for block in blocks for piece in (*block.pieces, *(cell for row in block.cells for cell in row))]
    told = [(piece.text, piece.key) for piece in pieces if piece.key]
    assert [(int(text.replace(".", "")), key) for text, key in told] == [(lists[key].number, key) for _, key in told]
    for block in blocks:  # no number of offices is without its list
        assert not [
            one.text for one in block.pieces if not one.key and re.search(r"[1-9] (cơ quan|sở|huyện)", one.text)
        ], block.text
    cells = sum(row.of(outcome) > 0 for row in facts.annex_i for outcome in row.counts)
    assert len({key for _, key in told if key.partition(".")[2] in COLUMNS}) == cells


@pytest.mark.parametrize("period", ["2014-Q1", "2014-Y"])
def test_the_workbook_lists_the_same_cases_by_row_and_column_of_annex_i(home: Home, period: str) -> None:
    facts = told_by(home, period)
    frame = lists_frame(facts)
    counts = frame.groupby(["Dòng của Phụ lục I", "Cột"]).size().to_dict()
    names = {"missing": "Chưa thực hiện", "on_time": "Đúng hạn", "late": "Sau hạn"}
    for place, row in enumerate(facts.annex_i, 1):
        for outcome, name in names.items():
            assert counts.get((place, name), 0) == getattr(row, outcome)
    assert len(frame) == sum(row.assigned for row in facts.annex_i)
