"""The province's table and the cross-check by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Kyhan

AT = "2014-01-06T09:00+07:00"


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet"])
def test_what_was_handed_in_but_not_accepted_is_named_as_waiting(kyhan: Kyhan, tmp_path: Path, kind: str) -> None:
    form, out = tmp_path / "lich.xlsx", tmp_path / f"tong-hop.{kind}"
    kyhan("content", "template", "I5-CALENDAR", form, "--unit", "Sở Y tế tỉnh Sóc Trăng", "--at", AT)
    book = load_workbook(form)
    for place, value in enumerate(["CPI", "Báo cáo", "29/01/2014", "Trang tin", "Sở Y tế tỉnh Sóc Trăng"], 1):
        book.worksheets[0].cell(6, place, value)
    book.save(form)
    assert kyhan("submit", "SYT", "I5-CALENDAR", "2014", form, "--at", AT).code == 0
    told = kyhan("content", "consolidate", "i5-calendar", "2014", out, "--at", AT, "--json").json
    assert (told["received"], told["waiting"], told["rows"], told["accepted"]) == (1, ["SYT"], 0, [])
    assert out.stat().st_size > 100


def test_a_duty_without_tables_and_a_kind_of_file_there_is_not_are_refused(kyhan: Kyhan, tmp_path: Path) -> None:
    kyhan("tick", "--at", AT)
    wrong = kyhan("content", "consolidate", "I6-DIRECTIVE", "2014", tmp_path / "a.xlsx", "--at", AT)
    assert (wrong.code, "I5-CALENDAR" in wrong.err) == (1, True)
    wrong = kyhan("content", "consolidate", "I5-CALENDAR", "2014", tmp_path / "a.docx", "--at", AT)
    assert (wrong.code, "parquet" in wrong.err) == (1, True)
    assert not list(tmp_path.glob("a.*"))


def test_a_year_without_tables_has_nothing_to_cross_check_and_says_so(kyhan: Kyhan) -> None:
    told = kyhan("content", "crosscheck", "2014", "--at", AT, "--json").json
    assert (told["products"], told["findings"]) == (0, [])
    assert "I4B-CATALOGUE" in told["lacking"]


def test_the_workbook_of_the_list_of_products_carries_what_was_cross_checked(kyhan: Kyhan, tmp_path: Path) -> None:
    at, out = "2014-09-20T09:00+07:00", tmp_path / "danh-muc.xlsx"
    kyhan("tick", "--at", at)
    told = kyhan("content", "consolidate", "I4B-CATALOGUE", "2015", out, "--at", at, "--json").json
    assert "CTK" in told["missing"]  # whoever puts it together owes its own part too
    assert load_workbook(out)["Đối chiếu"]["A1"].value == "ĐỐI CHIẾU GIỮA CÁC BẢNG NĂM 2015"
