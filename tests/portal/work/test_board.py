"""The board and the lists behind it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from a_province import LAST_TICK, NOW, a_prepared_database
from builders import counted
from fastapi.testclient import TestClient
from sqlalchemy import delete, insert, select, update
from visitors import COORDINATOR, FOCAL_POINT, LEADER, a_browser, at, post

from models.database import NO_DEMONSTRATION, reading, table, writing
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Person
from models.tables.plan import Binding, ObligationRow, Occurrence
from portal.context import PortalContext
from rules.status import Status
from services.operations.tick import tick
from services.views.board import Board, board
from services.views.board_notices import notices
from services.views.case_counts import Period
from services.views.case_filter import EVERYTHING, CaseFilter
from services.views.overview import cases_as_of, four_numbers

THAT_YEAR = Period(2013)


def the_board(
    context: PortalContext, period: Period = THAT_YEAR, now: datetime | None = None, wanted: CaseFilter = EVERYTHING
) -> Board:
    with reading(context.engine) as session:
        return board(session, context.office, now or context.clock(), period, wanted)


def test_done_soon_overdue_and_waiting_make_up_what_is_assigned(context: PortalContext):
    tally = the_board(context).tally
    assert (tally.assigned, tally.done, tally.done_late, tally.overdue) == (128, 109, 3, 12)
    assert tally.done + tally.soon + tally.overdue + tally.waiting == tally.assigned


def test_the_four_numbers_are_those_the_command_tells(context: PortalContext):
    with reading(context.engine) as session:
        rows = [
            row for row in cases_as_of(session, NOW) if row.target_day < date(2014, 2, 1)
        ]  # one has an agreed day in January
    told, tally = four_numbers(rows, NOW), the_board(context).tally
    assert (tally.assigned, tally.due, tally.done, tally.overdue) == (told.assigned, told.due, told.done, told.overdue)


def test_what_was_due_yesterday_is_due_whether_done_or_not(context: PortalContext):
    tally = the_board(context).tally
    assert tally.due > tally.overdue
    assert the_board(context, now=datetime(2013, 10, 24, 2, tzinfo=UTC)).tally.due == 0


@pytest.mark.parametrize("which", ["duoc-giao", "den-han", "hoan-thanh", "qua-han"])
def test_each_number_opens_the_list_it_counts(portal: TestClient, which: str):
    page = portal.get("/?nam=2013").text
    number = re.search(rf'href="(/danh-sach\?loc={which}[^"]*)"><b>(\d+)</b>', page)
    assert number is not None
    rows = portal.get(number[1].replace("&amp;", "&")).text.count('<td class="day">')
    assert rows == int(number[2]) > 0


def test_overdue_names_every_unit_that_has_not_answered(context: PortalContext):
    calendar = next(item for item in the_board(context).overdue if item.duty.id == "I5-CALENDAR")
    assert [unit.key for unit in calendar.missing] == ["CTK", "STTTT", "SYT", "H-CULAODUNG", "H-TRANDE"]
    assert (calendar.answered, calendar.expected, calendar.working_days_late) == (27, 32, 5)  # one of them was returned


def test_what_is_overdue_stays_on_the_board_of_the_next_year(context: PortalContext):
    assert the_board(context, Period(2014)).overdue == the_board(context, Period(2013)).overdue


def test_a_unit_with_an_agreed_day_is_expected_by_that_day(context: PortalContext):
    (extended,) = (item for item in the_board(context).upcoming if item.agreed)
    assert (extended.target_day, extended.expected, extended.days_left) == (date(2014, 1, 10), 1, 2)


def test_a_duty_not_open_yet_is_announced_sixty_days_ahead(context: PortalContext):
    soon = the_board(context, now=datetime(2014, 1, 25, tzinfo=UTC)).upcoming
    assert [(item.duty.id, item.period, item.expected, item.opens_on) for item in soon] == [
        ("II2-REPORT", "2014-Q1", 1, date(2014, 3, 1))
    ]


def test_between_a_target_on_friday_and_the_last_day_on_monday_a_duty_stays_in_sight(context: PortalContext):
    sunday = datetime(2014, 9, 21, 5, tzinfo=UTC)  # the report of Q3 aims at Friday the 19th, is late after the 22nd
    report = next(item for item in the_board(context, now=sunday).upcoming if item.period == "2014-Q3")
    assert (report.target_day, report.late_after, report.days_left) == (date(2014, 9, 19), date(2014, 9, 22), 1)


def test_a_cell_shows_the_most_urgent_of_its_cases(context: PortalContext):
    matrix = the_board(context).matrix
    column = [duty.id for duty in matrix.duties].index("II2-REPORT")
    lead = next(row for row in matrix.rows if row.unit.key == "CTK")
    cell = lead.cells[column]
    assert cell is not None
    assert (cell.status, cell.answered, cell.cases) == (Status.OVERDUE, 0, 2)


def test_the_matrix_has_a_row_for_every_bound_unit_and_a_gap_where_nothing_is_owed(context: PortalContext):
    matrix = the_board(context).matrix
    tax = next(row for row in matrix.rows if row.unit.key == "CUCTHUE")
    owed = {duty.id for duty, cell in zip(matrix.duties, tax.cells, strict=True) if cell}
    assert (len(matrix.rows), owed) == (33, {"I2A-DEMAND-LIST", "I5-CALENDAR"})


def test_duties_of_the_coming_year_are_shown_before_they_open(context: PortalContext):
    statuses = Counter(
        cell.status for row in the_board(context, Period(2014)).matrix.rows for cell in row.cells if cell
    )
    assert statuses[Status.NOT_OPEN] > 60


def test_a_quarter_holds_only_what_falls_due_in_it(context: PortalContext):
    assert the_board(context, Period(2013, 3)).tally.assigned == 0
    assert the_board(context, Period(2013, 4)).tally == the_board(context, Period(2013)).tally


def test_the_number_of_queries_does_not_grow_with_the_rows(own_context: PortalContext):
    first, then = NOW + timedelta(days=400), NOW + timedelta(days=765)
    tick(own_context.engine, own_context.office, first)
    with counted(own_context.engine) as before:
        the_board(own_context, Period(2014), first)
    _bind_many_more_units(own_context)
    tick(own_context.engine, own_context.office, then)
    with counted(own_context.engine) as after:
        grown = the_board(own_context, Period(2015), then)
    assert len(grown.matrix.rows) > 200
    assert len(after) == len(before) <= 14


def _bind_many_more_units(context: PortalContext) -> None:
    with writing(context.engine) as session:
        for number in range(200):
            unit = Organisation(key=f"X{number}", kind="agency", groups=" agencies ", position=100 + number)
            session.add(unit)
            session.flush()
            name = {"organisation_id": unit.id, "valid_from": date(2013, 1, 1), "name": f"Đơn vị {number}"}
            session.execute(
                insert(table(OrganisationName)), [{**name, "abbreviation": "X", "head_title": "", "place": ""}]
            )
        duty = session.execute(select(ObligationRow.id).where(ObligationRow.code == "I5-CALENDAR")).scalar_one()
        ids = session.execute(select(Organisation.id).where(Organisation.key.like("X%"))).scalars()
        session.execute(insert(Binding), [{"obligation_id": duty, "organisation_id": id, "role": "each"} for id in ids])


def test_a_silent_engine_is_told_on_the_board(context: PortalContext):
    silent = a_browser(at(context, LAST_TICK + timedelta(hours=27)), COORDINATOR)
    assert "Hệ thống xử lý tự động ngừng từ 07:30 08/01/2014" in silent.get("/").text
    alive = a_browser(at(context, LAST_TICK + timedelta(hours=25)), COORDINATOR)
    assert "Hệ thống xử lý tự động ngừng" not in alive.get("/").text


def test_a_person_who_monitors_learns_that_the_engine_is_silent(context: PortalContext):
    """At an address of its own: whoever asks for the portal alone need not take it away for that."""
    silent = a_browser(at(context, LAST_TICK + timedelta(hours=27)))
    for path, status in (("/healthz", 200), ("/healthz/engine", 503)):
        answer = silent.get(path)
        assert (answer.status_code, answer.json()) == (status, {"portal": "ok", "engine": "silent"})
    assert a_browser(at(context, LAST_TICK + timedelta(hours=25))).get("/healthz/engine").status_code == 200


def test_example_contacts_are_never_passed_off_as_real(portal: TestClient):
    assert "Số liệu minh họa" in portal.get("/").text


def test_the_note_of_a_demonstration_ends_with_it(own_context: PortalContext):
    real = replace(own_context, engine=own_context.engine.execution_options(**NO_DEMONSTRATION))
    with reading(real.engine) as session:
        assert notices(session, real.office, real.clock()).nobody_entered
    with writing(real.engine) as session:
        session.execute(update(Person).values(example=False))
    with reading(real.engine) as session:
        seen = notices(session, real.office, real.clock())
    assert (seen.nobody_entered, seen.demonstration) == (False, False)
    assert "Số liệu minh họa" not in a_browser(own_context, COORDINATOR).get("/").text


def test_after_the_merger_of_the_province_a_quiet_note_says_so(context: PortalContext):
    after = a_browser(at(context, datetime(2025, 6, 30, 18, tzinfo=UTC)), COORDINATOR)  # 01:00 on 1 July there
    assert "Từ 01/07/2025 tỉnh đã sáp nhập" in after.get("/").text
    before = a_browser(at(context, datetime(2025, 6, 30, 16, tzinfo=UTC)), COORDINATOR)
    assert "sáp nhập" not in before.get("/").text


def test_a_hostile_name_is_shown_as_letters(own_context: PortalContext):
    hostile = '"><script>alert(1)</script>'
    with writing(own_context.engine) as session:
        session.execute(update(OrganisationName).values(name=hostile, abbreviation=hostile))
    client = a_browser(own_context, COORDINATOR)
    for path in ("/?nam=2013", "/don-vi/STC?nam=2013", "/nhiem-vu/I5-CALENDAR?nam=2013", "/danh-sach?nam=2013"):
        page = client.get(path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_a_year_without_duties_and_a_database_without_anything_still_show_a_board(
    context: PortalContext, tmp_path: Path
):
    empty = a_prepared_database(tmp_path, context.office, NOW)
    with writing(empty) as session:
        session.execute(delete(Binding))
        session.execute(delete(Occurrence))
    bare = a_browser(replace(context, engine=empty), COORDINATOR)
    for client, path in ((a_browser(context, COORDINATOR), "/?nam=2001"), (bare, "/")):
        assert "Chưa có nhiệm vụ nào trong kỳ này." in client.get(path).text
    assert "Hệ thống xử lý tự động chưa chạy lần nào" in bare.get("/").text


# --- a filter -------------------------------------------------------------------------------------------------------


def test_a_filter_narrows_every_figure_of_the_board(context: PortalContext):
    facts = the_board(
        context, wanted=CaseFilter(duties=frozenset({"I5-CALENDAR"}), statuses=frozenset({Status.OVERDUE}))
    )
    assert (facts.tally.assigned, facts.tally.overdue) == (5, 5)
    assert {item.duty.id for item in facts.overdue} == {"I5-CALENDAR"}
    assert facts.upcoming == ()
    assert [row.unit.key for row in facts.matrix.rows] == ["CTK", "STTTT", "SYT", "H-CULAODUNG", "H-TRANDE"]


def test_one_unit_alone_has_the_figures_of_its_own_page(context: PortalContext, portal: TestClient):
    page = portal.get("/?nam=2013&don_vi=SYT").text
    tiles = re.findall(r"<b>(\d+)</b><span>", page)
    own = re.search(
        r"Được giao (\d+), đến hạn (\d+), đã hoàn thành (\d+), quá hạn (\d+)", portal.get("/don-vi/SYT?nam=2013").text
    )
    assert own is not None
    assert tiles == list(own.groups())
    assert "Sở Tài chính" not in page.partition("</form></details>")[2]


def test_what_was_filtered_stays_filtered_from_link_to_link(portal: TestClient):
    page = portal.get("/?nam=2013&nhom=districts&tinh_trang=qua-han").text
    kept = "nhom=districts&amp;tinh_trang=qua-han"
    assert f'href="/danh-sach?loc=qua-han&amp;nam=2013&amp;{kept}"' in page
    assert f'href="/?nam=2013&amp;quy=4&amp;{kept}"' in page or f"nam=2013&amp;quy=4&amp;{kept}" in page
    assert f'href="/?nam=2013&amp;{kept}&amp;lang=en"' in page


def test_overdue_first_opens_with_what_is_longest_overdue(portal: TestClient):
    rows = re.findall(r'class="pill (s-[\w-]+)"', portal.get("/danh-sach?nam=2013&xep=qua-han").text)
    overdue = rows.count("s-overdue")
    assert overdue == 12
    assert set(rows[:overdue]) == {"s-overdue"}


@pytest.mark.parametrize("query", ["don_vi=NOPE", "nhom=x", "nhiem_vu=X1", "tinh_trang=burnt", "trang=0", "quy=5"])
def test_a_parameter_that_makes_no_sense_is_named_in_the_readers_language(portal: TestClient, query: str):
    name, _, value = query.partition("=")
    answer = portal.get(f"/danh-sach?nam=2013&{query}")
    assert answer.status_code == 422
    assert f"Tham số «{name}» không nhận giá trị «{value}»." in answer.text
    assert f"“{name}”" in portal.get(f"/danh-sach?nam=2013&{query}&lang=en").text


def test_a_unit_cannot_filter_its_way_to_another(context: PortalContext):
    client = a_browser(context, FOCAL_POINT)
    assert client.get("/danh-sach?nam=2013&don_vi=STC").status_code == 422
    assert "Sở Tài chính" not in client.get("/danh-sach?nam=2013").text


def test_a_long_list_is_cut_into_sheets(context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    for module in ("portal.pages.filters", "portal.pages.work.board"):
        monkeypatch.setattr(f"{module}.A_SHEET", 50)
    client = a_browser(context, COORDINATOR)
    first, last = (client.get(f"/danh-sach?nam=2013&nhom=departments&trang={n}").text for n in (1, 999))
    assert first.count('<td class="day">') == 50
    assert "Trang 1/" in first
    assert "nhom=departments&amp;loc=duoc-giao&amp;trang=2" in first
    assert 0 < last.count('<td class="day">') <= 50
    assert not set(re.findall(r"/ho-so/\d+", first)) & set(re.findall(r"/ho-so/\d+", last))


def test_a_filtered_list_asks_the_database_no_more_often_than_a_whole_one(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    for path in ("/", "/danh-sach"):
        client.get(f"{path}?nam=2013")
        with counted(context.engine) as whole:
            client.get(f"{path}?nam=2013&lan=2")
        with counted(context.engine) as narrow:
            client.get(f"{path}?nam=2013&nhom=districts&tinh_trang=qua-han")
        assert 0 < len(narrow) == len(whole) <= 20


# --- what somebody looks after ---------------------------------------------------------------------------------------


def test_a_coordinator_chooses_a_portfolio_and_opens_the_board_of_it_alone(own_context: PortalContext):
    client = a_browser(own_context, COORDINATOR)
    assert "Chọn phần việc của tôi" in client.get("/").text
    answer = post(client, "/phan-viec", don_vi=["SYT", "H-TRANDE", "NOPE"], nhiem_vu=["I5-CALENDAR"])
    assert answer.headers["Location"] == "/?rieng=1"
    page = client.get("/?nam=2013&rieng=1").text
    assert [name.split()[-1] for name in re.findall(r'<abbr title="([^"]+)"', page)] == ["Trăng", "Đề"]
    assert re.findall(r"<b>(\d+)</b><span>", page)[:2] == ["2", "2"]
    kept = client.get("/phan-viec").text
    assert len(re.findall(r'value="(?:SYT|H-TRANDE|I5-CALENDAR)" checked', kept)) == kept.count(" checked") == 3


def test_a_portfolio_is_its_owners_alone(own_context: PortalContext):
    post(a_browser(own_context, COORDINATOR), "/phan-viec", don_vi=["SYT"])
    assert " checked" not in a_browser(own_context, LEADER).get("/phan-viec").text


def test_a_board_that_is_stuck_keeps_nobody_from_theirs(context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.context.PATIENCE", 0.05)
    client = a_browser(context, COORDINATOR)
    with context.turn:
        assert client.get("/").status_code == 200
    assert context.turn.acquire(blocking=False)
    context.turn.release()


def test_the_english_board_calls_what_has_come_fallen_due(portal: TestClient):
    assert "Fallen due" in portal.get("/?lang=en").text
    assert re.search(r"Assigned \d+, fallen due \d+", portal.get("/don-vi/SYT?lang=en").text)
