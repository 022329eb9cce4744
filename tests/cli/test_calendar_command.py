"""Days off by command: shown, entered, taken out."""

from __future__ import annotations

from tests.cli.conftest import Kyhan

AT = ("--at", "2013-12-10T07:30")


def test_a_day_off_is_shown_before_it_is_entered_and_can_be_taken_out(kyhan: Kyhan) -> None:
    kyhan("tick", *AT)
    asked = ("calendar", "off", "2013-12-31", "--reason", "nghỉ bù", *AT, "--json")
    shown = kyhan(*asked, "--dry-run").json
    assert (shown["dry_run"], shown["cases"] >= 33, shown["told"] >= 33) == (True, True, True)
    assert kyhan("calendar", "list", "--json").json["entered"] == []
    assert kyhan(*asked).json["terms"] == shown["terms"]
    [day] = kyhan("calendar", "list", "--json").json["entered"]
    assert (day["day"], day["entered_by"]) == ("2013-12-31", "kyhan calendar")
    assert kyhan("calendar", "remove", "2013-12-31", *AT, "--json").json["cases"] == shown["cases"]
    assert kyhan("calendar", "list", "--json").json["entered"] == []


def test_a_swap_enters_both_days_and_nonsense_is_refused(kyhan: Kyhan) -> None:
    assert kyhan("calendar", "swap", "2013-12-31", "2014-01-04", *AT).code == 0
    assert len(kyhan("calendar", "list", "--json").json["entered"]) == 2
    again = kyhan("calendar", "work", "2014-01-04", "--reason", "x", *AT)
    assert again.code == 1
    assert "đã là ngày làm việc" in again.err
    assert kyhan("calendar", "remove", "2014-05-05", *AT).code == 1
