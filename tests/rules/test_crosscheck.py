"""Products against the calendar, the lists of users, and last year."""

from __future__ import annotations

from collections.abc import Sequence

from content_builders import Values, a_product, the_forms

from rules.content.crosscheck import (
    CrossFinding,
    CrossKind,
    UnitRegister,
    YearTables,
    changes_since,
    counts,
    cross_check,
    pair_subject,
)
from rules.content.spelling import same

CHECK = the_forms()["I4B-CATALOGUE"].crosscheck
UNITS = UnitRegister(frozenset({same("Sở Công Thương")}), frozenset({same("Sở Thương mại")}))
BEDS = same("Giường bệnh"), same("Số giường bệnh")
MONTHS = [f"2015-{month:02d}-29" for month in range(1, 13)]


def released(name: str, *days: str) -> list[Values]:
    return [{"product": name, "release": day} for day in days]


def found(products: Sequence[Values], **others: list[Values]) -> list[tuple[str, str, str, str]]:
    assert CHECK
    tables = YearTables(products, {code.replace("_", "-"): rows for code, rows in others.items()})
    return [(one.kind.value, one.product, one.stands, one.expected) for one in cross_check(CHECK, tables, UNITS)]


def test_a_product_has_as_many_days_as_its_frequency_needs_and_stands_in_a_list() -> None:
    listed = [{"indicator": "giá  tiêu dùng"}]
    assert (
        found([a_product("Giá tiêu dùng")], I5_CALENDAR=released("Giá tiêu dùng", *MONTHS), I2A_DEMAND_LIST=listed)
        == []
    )


def test_too_few_days_and_none_at_all_are_told_apart() -> None:
    products = [a_product("A"), a_product("B", frequency="quý"), a_product("C", frequency="không định kỳ")]
    assert found(products, I5_CALENDAR=released("A", *MONTHS[:11], MONTHS[0])) == [
        ("few_dates", "A", "11", "12 (tháng)"),
        ("no_dates", "B", "0", "4 (quý)"),
    ]


def test_a_table_that_is_not_there_is_blamed_on_no_product() -> None:
    assert found([a_product("A")]) == []


def test_what_no_list_names_and_what_the_catalogue_lacks_is_said() -> None:
    others = {
        "I5_CALENDAR": released("A", *MONTHS) + released("Z", "2015-01-29"),
        "I2A_DEMAND_LIST": [{"indicator": "B"}],
    }
    assert found([a_product("A")], **others) == [("not_listed", "A", "", ""), ("not_in_catalogue", "Z", "", "")]


def test_days_that_the_compilation_plan_promises_otherwise_are_named_by_month() -> None:
    promised = released("A", "2015-02", "2015-03-10")
    others = {"I5_CALENDAR": released("A", "2015-02-28", "2015-04-10"), "I4B_COMPILE_PLAN": promised}
    assert found([a_product("A", frequency="không định kỳ")], **others) == [
        ("promise_differs", "A", "02/2015, 03/2015", "02/2015, 04/2015")
    ]


def test_units_that_no_longer_exist_or_never_did_are_named() -> None:
    products = [a_product("A", unit="Sở Thương mại; Sở Công Thương"), a_product("B", unit="Sở Vũ trụ")]
    assert found(products) == [("unit_dissolved", "A", "Sở Thương mại", ""), ("unit_unknown", "B", "Sở Vũ trụ", "")]


def changed(said: dict[str, tuple[bool, str]]) -> list[CrossFinding]:
    assert CHECK
    before = [a_product("A"), a_product("Giường bệnh"), a_product("Cũ")]
    now = [a_product("A", frequency="quý"), a_product("Số giường bệnh"), a_product("Mới")]
    likely = {BEDS: 90.0}
    return list(changes_since(CHECK, YearTables(now, before=before), likely, said))


def test_changes_since_last_year() -> None:
    assert [(one.kind.value, one.product, one.expected) for one in changed({})] == [
        ("frequency_changed", "A", "tháng"),
        ("renamed", "Số giường bệnh", "Giường bệnh"),
        ("added", "Mới", ""),
        ("dropped", "Cũ", ""),
    ]


def test_a_person_says_whether_a_product_was_renamed() -> None:
    subject = pair_subject(*BEDS)
    confirmed, denied = changed({subject: (True, "Mai")}), changed({subject: (False, "Mai")})
    assert [one.settled for one in confirmed if one.kind is CrossKind.RENAMED] == ["Mai"]
    assert counts(denied) == {CrossKind.ADDED: 2, CrossKind.DROPPED: 2, CrossKind.FREQUENCY_CHANGED: 1}
