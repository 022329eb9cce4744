"""The province's table of what units handed in, as of now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from builders import at
from content_builders import Values, a_product, accepted, entries, handed_in, judged, with_forms
from openpyxl import load_workbook
from sqlalchemy import Engine

from models.database import reading, writing
from rules.content.consolidation import Choice
from rules.content.findings import Finding, FindingKind, Level
from rules.office import Office
from services.content.books import write_book
from services.content.consolidation import Consolidated, consolidate
from services.content.settle import Decided, settle_names, settle_values
from services.errors import Refused
from services.operations.tick import tick

DUTY, YEAR = "I4B-CATALOGUE", "2015"
SEPTEMBER, LATER = at("2014-09-10"), at("2014-10-03")
MAI = Decided("Mai", "Công văn 12")


@pytest.fixture
def home(engine: Engine, office: Office, tmp_path: Path) -> Office:
    home = with_forms(office, tmp_path)
    tick(engine, home, SEPTEMBER, DUTY)
    return home


def put_together(engine: Engine, home: Office) -> Consolidated:
    with reading(engine) as session:
        return consolidate(session, home, DUTY, YEAR, LATER)


def send(
    engine: Engine, home: Office, unit: str, *products: Values, accept: bool = True, day: str = "2014-09-10"
) -> int:
    case = handed_in(engine, home, unit, at(day), judged(*products), DUTY, YEAR)
    if accept:
        accepted(engine, case, at(day, "15:00"))
    return case


@pytest.mark.parametrize("duty", ["I2A-DEMAND-LIST", "I4B-CATALOGUE", "I4B-COMPILE-PLAN"])
def test_whoever_puts_a_table_together_adds_its_own_part(
    engine: Engine, office: Office, tmp_path: Path, duty: str
) -> None:
    home, moment = with_forms(office, tmp_path), at("2014-10-15")
    tick(engine, home, moment, duty)
    accepted(engine, handed_in(engine, home, "CTK", moment, judged({"name": "Niên giám"}), duty, "2015"), moment)
    with reading(engine) as session:
        whole = consolidate(session, home, duty, "2015", moment)
    assert [origin.unit for row in whole.table.rows for origin in row.origins] == ["CTK"]
    assert (len(whole.units), [line.unit.key for line in whole.accepted]) == (33, ["CTK"])


def test_only_what_was_accepted_is_in_the_table_the_rest_is_listed(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("Giường bệnh"))
    send(engine, home, "STC", a_product("Thu ngân sách"), accept=False)
    whole = put_together(engine, home)
    assert [row.values["name"] for row in whole.table.rows] == ["Giường bệnh"]
    assert [line.unit.key for line in whole.waiting] == ["STC"]
    assert (whole.received, len(whole.missing)) == (2, whole.expected - 2)


def test_a_new_version_is_put_together_anew(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("Cũ"), accept=False)
    send(engine, home, "SYT", a_product("Mới"), day="2014-09-12")
    [row] = put_together(engine, home).table.rows
    assert (row.values["name"], [(one.unit, one.version, one.row) for one in row.origins]) == ("Mới", [("SYT", 2, 6)])


def test_the_settlement_of_a_conflict_is_kept_with_name_and_reason(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("A"))
    send(engine, home, "STC", a_product("A", frequency="quý"))
    whole = put_together(engine, home)
    [conflict] = whole.table.open_conflicts
    with writing(engine) as session:
        settle_values(session, whole, conflict.stamp, conflict.variants[1].stamp, MAI, SEPTEMBER)
    whole = put_together(engine, home)
    assert [row.values["frequency"] for row in whole.table.rows] == [conflict.variants[1].values["frequency"]]
    assert whole.table.conflicts[0].choice == Choice(conflict.stamp, conflict.variants[1].stamp, "Mai", "Công văn 12")
    [entry] = entries(engine, "content.settle")
    assert (entry.actor, json.loads(entry.details)["reason"]) == ("Mai", "Công văn 12")


def test_of_two_spellings_the_one_a_person_chose_counts_and_nobody_is_asked_again(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("Số giường bệnh"))
    send(engine, home, "STC", a_product("Số gường bệnh"))
    whole = put_together(engine, home)
    [pair] = whole.similar
    with writing(engine) as session:
        settle_names(session, whole, pair.stamp, "one", MAI, SEPTEMBER)
    whole = put_together(engine, home)
    [row] = whole.table.rows
    assert (row.values["name"], [one.unit for one in row.origins]) == ("Số giường bệnh", ["STC", "SYT"])
    assert whole.similar == ()


def test_names_that_a_person_keeps_apart_are_not_proposed_again(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("Số giường bệnh"), a_product("Số gường bệnh"))
    whole = put_together(engine, home)
    with writing(engine) as session:
        settle_names(session, whole, whole.similar[0].stamp, "", MAI, SEPTEMBER)
    whole = put_together(engine, home)
    assert (len(whole.table.rows), whole.similar) == (2, ())


def test_nobody_settles_what_is_no_longer_so_or_without_a_reason(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("A"))
    whole = put_together(engine, home)
    with writing(engine) as session:
        with pytest.raises(Refused, match="thay đổi"):
            settle_values(session, whole, "an older stamp", "", MAI, SEPTEMBER)
        with pytest.raises(Refused, match="thay đổi"):
            settle_names(session, whole, "a | b", "", MAI, SEPTEMBER)
    with pytest.raises(Refused, match="lý do"):
        Decided("Mai", " ")


def test_a_period_or_a_duty_there_is_not_is_answered_with_those_there_are(engine: Engine, home: Office) -> None:
    with reading(engine) as session:
        with pytest.raises(Refused, match=YEAR):
            consolidate(session, home, DUTY, "2051", LATER)
        with pytest.raises(Refused, match=DUTY):
            consolidate(session, home, "I4B-CATALOG", YEAR, LATER)


def test_every_unit_is_in_the_workbook_row_by_row_as_a_count_by_hand_says(engine: Engine, home: Office) -> None:
    """Thirty units: some wrong, some late, some not accepted, some with two versions, two with the same product."""
    units = [line.unit.key for line in put_together(engine, home).units]
    expected: list[tuple[str, str]] = []
    for number, unit in enumerate(units):
        names = [f"Sản phẩm {number}.{place}" for place in range(1 + number % 4)]
        sent = _send_as_its_number_says(engine, home, unit, number, names)
        expected += [(name, unit) for name in sent]
    whole = put_together(engine, home)
    book = load_workbook(BytesIO(write_book(home, whole, "xlsx", LATER)))
    rows = _rows(book.worksheets[0].iter_rows(min_row=6, values_only=True))
    counted = Counter((row[1], part.split(" lần")[0]) for row in rows for part in row[-1].split("; "))
    assert counted == Counter(expected)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row[9] == "Sở Công Thương" for row in rows)


def _send_as_its_number_says(engine: Engine, home: Office, unit: str, number: int, names: Sequence[str]) -> list[str]:
    """The names of the products that count."""
    products = [a_product(name) for name in (*names, "Dùng chung")]
    if number % 7 == 3:  # never sends
        return []
    if number % 7 == 4:  # a wrong table, accepted by nobody
        wrong = judged(*products[:1], findings=[Finding(FindingKind.MISSING, Level.ROW, "Danh mục", 7)])
        handed_in(engine, home, unit, SEPTEMBER, wrong, DUTY, YEAR)
        return []
    if number % 7 == 5:  # sends again
        send(engine, home, unit, a_product("Bị thay"), accept=False)
    send(engine, home, unit, *products, day="2014-10-02" if number % 7 == 6 else "2014-09-12")
    return [*names, "Dùng chung"]


def _rows(rows: Sequence[tuple]) -> list[tuple]:
    """Without headings of groups."""
    return [row for row in rows if isinstance(row[0], int)]


def test_no_cell_of_the_workbook_or_csv_is_a_formula_and_parquet_keeps_the_values(engine: Engine, home: Office) -> None:
    nasty = '=HYPERLINK("http://x.example","a")'
    send(engine, home, "SYT", a_product(nasty, content="http://x.example", other="0123", unit_price=90_000.5))
    whole = put_together(engine, home)
    book = load_workbook(BytesIO(write_book(home, whole, "xlsx", LATER)))
    [row] = [row for row in book.worksheets[0].iter_rows(min_row=6) if isinstance(row[0].value, int)]
    assert (row[1].value, row[1].data_type, row[2].hyperlink, row[11].value) == (nasty, "s", None, "0123")
    assert (
        write_book(home, whole, "csv", LATER).decode("utf-8-sig").splitlines()[1].startswith("1,Sở Công Thương,\"'=HYP")
    )
    table = parquet.read_table(BytesIO(write_book(home, whole, "parquet", LATER))).to_pylist()
    assert [(one["name"], one["unit_price"], one["_units"], one["_rows"]) for one in table] == [
        (nasty, 90_000.5, ["SYT"], [6])
    ]
