"""The catalogue of a year is set beside its calendar and last year's; a person confirms a change of name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from builders import at
from content_builders import Values, a_product, accepted, handed_in, judged
from openpyxl import load_workbook
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, a_browser, post

from portal.context import PortalContext
from rules.content.form_versions import FormVersion
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm
from services.operations.tick import tick

CATALOGUE, YEARLY = "I4B-CATALOGUE", "I3-IMPLEMENT"
PAGE = "/noi-dung/doi-chieu/2016"
NOW = at("2015-11-20")


def sent(context: PortalContext, duty: str, period: str, day: str, *values: Values) -> None:
    moment = at(day)
    tick(context.engine, context.office, moment, duty)
    accepted(
        context.engine, handed_in(context.engine, context.office, "SYT", moment, judged(*values), duty, period), moment
    )


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    """Two years of catalogues, and a calendar that lacks a month."""
    unit = {"unit": "Sở Y tế tỉnh Sóc Trăng"}
    sent(own_context, CATALOGUE, "2015", "2014-09-10", a_product("Giường bệnh", **unit), a_product("Cũ", **unit))
    sent(
        own_context,
        CATALOGUE,
        "2016",
        "2015-09-10",
        a_product("Số giường bệnh", **unit),
        a_product("Mới", unit="Sở <b>"),
    )
    release = {"content": "x", "product": "Số giường bệnh", "channel": "trang tin", **unit}
    days = [{**release, "release": f"2016-{month:02d}-29"} for month in range(1, 12)]
    sent(own_context, "I5-CALENDAR", "2016", "2015-11-10", *days)
    return replace(own_context, clock=lambda: NOW)


def test_what_does_not_fit_together_is_listed_by_kind(context: PortalContext) -> None:
    page = a_browser(context, AUDITOR).get(PAGE).text
    for words in ("12 (tháng)", "Không có ngày phổ biến trong lịch", "Có thể chỉ đổi tên", "Mới so với năm trước"):
        assert words in page
    assert "Sở &lt;b&gt;" in page
    assert "I2A-DEMAND-LIST" in page  # nobody sent a list for that year


def test_a_change_of_name_is_confirmed_with_a_reason_and_stands_in_the_workbook(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    assert post(client, PAGE, ve="Số giường bệnh", cung="co").status_code == 422
    assert post(client, PAGE, ve="Số giường bệnh", cung="co", reason="Đổi theo thông tư").status_code == 303
    page = client.get(PAGE).text
    assert "cùng một sản phẩm" in page
    assert 'name="cung"' not in page
    book = load_workbook(BytesIO(client.get(f"/noi-dung/{CATALOGUE}/2016/tep").content))
    rows = [(row[1], row[2], row[4]) for row in book["Đối chiếu"].iter_rows(min_row=6, values_only=True)]
    assert ("Có thể chỉ đổi tên", "Số giường bệnh", "Giường bệnh") in rows


def test_a_product_that_a_person_keeps_apart_is_added_and_dropped(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    assert post(client, PAGE, ve="Số giường bệnh", cung="khong", reason="Khác phạm vi").status_code == 303
    page = client.get(PAGE).text
    assert "Có thể chỉ đổi tên" not in page
    assert "Năm trước có, năm nay không" in page


def test_figures_far_from_the_unit_s_own_past_stand_with_the_values_before(context: PortalContext) -> None:
    columns = (Column("name", "Chỉ tiêu", ColumnKind.LABEL), Column("beds", "Số <giường>", ColumnKind.NUMBER))
    rows = (FixedRow({"name": "Bệnh viện"}),)
    form = SheetForm(YEARLY, "Biểu 1", "Y tế", "", columns, shape=Shape.FIXED_ROWS, rows=rows, version=1)
    office = replace(context.office, own_forms={YEARLY: (FormVersion(form, date(2014, 1, 1)),)})
    own = replace(context, office=office, clock=lambda: at("2018-12-01"))
    for year, beds in enumerate((500, 510, 495, 505, 5050), 2014):
        moment = at(f"{year}-11-10")
        tick(own.engine, office, moment, YEARLY)
        given = judged({"name": "Bệnh viện", "beds": beds}, sheet="Biểu 1")
        accepted(own.engine, handed_in(own.engine, office, "SYT", moment, given, YEARLY, str(year)), moment)
    page = a_browser(own, AUDITOR).get(PAGE.replace("2016", "2018")).text
    assert "Số khác xa các kỳ trước của chính đơn vị" in page
    assert "<b>5050</b>" in page
    assert "500; 510; 495; 505" in page
    assert "Số &lt;giường&gt;" in page


def test_units_do_not_see_it(context: PortalContext) -> None:
    assert a_browser(context, FOCAL_POINT).get(PAGE).status_code == 403
