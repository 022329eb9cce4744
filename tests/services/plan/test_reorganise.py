"""Organisations change: names are dated, open cases follow the successor, what is closed stays where it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from builders import CALENDAR, FIRST_REMINDER, LAST_DAY, OVERDUE, a_case, an_answer, rows
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.queries.cases import selection as cases_queries
from models.queries.operations import dashboard as show_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.organisations import Organisation, OrganisationEvent
from models.tables.people import Person, Post, Tenure
from models.tables.plan import Binding, ObligationRow, Occurrence
from rules.office import Office
from services import log
from services.cases.decide import return_for_completion
from services.errors import Refused
from services.operations.tick import tick
from services.people.organisations_table import import_organisations, read_organisations
from services.people.reorganise import Name, ReorganiseResult, merge, rename, split
from services.plan.load import load_plan

ON = date(2013, 12, 1)
BASIS = "Nghị quyết của Hội đồng nhân dân tỉnh"
NEW = "ma,loai,ten,ten_tat,thu_truong,nhom\nSXD-MOI,department,Sở Xây dựng,SXD,Giám đốc,departments disseminating\n"
NGA_NAM = Name("Ủy ban nhân dân thị xã Ngã Năm", "UBND TX Ngã Năm", "Chủ tịch", "Ngã Năm")


@pytest.fixture
def opened(engine: Engine, office: Office) -> Engine:
    """Two departments owe their release calendar; a new one stands beside them."""
    tick(engine, office, FIRST_REMINDER)
    with writing(engine) as session:
        done = import_organisations(session, office, read_organisations(NEW.encode()), "Lan", FIRST_REMINDER)
    assert done.problems == []
    return engine


def act(engine: Engine, work: Callable[[Session], ReorganiseResult]) -> ReorganiseResult:
    with writing(engine) as session:
        return work(session)


def merged(engine: Engine, office: Office, *keys: str, into: str = "SXD-MOI", on: date = ON) -> ReorganiseResult:
    return act(engine, lambda session: merge(session, office, keys, into, on, BASIS, "Lan", FIRST_REMINDER))


def owes(engine: Engine, key: str, duty: str = CALENDAR) -> list[str | None]:
    """Outcome of each case of this unit."""
    with reading(engine) as session:
        query = (
            select(Case.outcome)
            .join(Organisation, col(Organisation.id) == Case.organisation_id)
            .join(Occurrence, col(Occurrence.id) == Case.occurrence_id)
            .join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
            .where(Organisation.key == key, ObligationRow.code == duty)
        )
        return list(session.exec(query))


def bound(engine: Engine, duty: str = CALENDAR) -> set[str]:
    with reading(engine) as session:
        current = plan_queries.current_plan(session)
        assert current is not None
        query = (
            select(Organisation.key)
            .join(Binding, col(Binding.organisation_id) == Organisation.id)
            .join(ObligationRow, col(ObligationRow.id) == Binding.obligation_id)
            .where(ObligationRow.code == duty, ObligationRow.plan_id == current.id)
        )
        return set(session.exec(query))


def holds(engine: Engine, key: str, day: date) -> list[str]:
    with reading(engine) as session:
        unit = session.exec(select(Organisation.id).where(Organisation.key == key)).one() or 0
        return [one.email for one in cases_queries.holders(session, [unit], ["focal_point"], day)]


def test_a_name_is_valid_from_its_day_on(engine: Engine) -> None:
    act(engine, lambda session: rename(session, "H-NGANAM", NGA_NAM, date(2013, 12, 29), BASIS, "Lan", FIRST_REMINDER))
    with reading(engine) as session:
        unit = session.exec(select(Organisation.id).where(Organisation.key == "H-NGANAM")).one() or 0
        told = [cases_queries.names_on(session, [unit], date(2013, 12, day))[unit].name for day in (28, 29)]
    assert told == ["Ủy ban nhân dân huyện Ngã Năm", "Ủy ban nhân dân thị xã Ngã Năm"]
    [event] = rows(engine, OrganisationEvent)
    assert (event.kind, event.effective_on, event.legal_basis) == ("rename", date(2013, 12, 29), BASIS)


def test_open_cases_of_the_merged_go_to_the_successor_once(opened: Engine, office: Office) -> None:
    done = merged(opened, office, "SGTVT", "SXD")
    assert owes(opened, "SXD-MOI") == [None]
    assert owes(opened, "SXD") == ["superseded"]
    assert owes(opened, "SGTVT") == []
    assert (CALENDAR, "2014", "SGTVT", "SXD-MOI") in done.moved
    assert (CALENDAR, "2014", "SXD") in done.superseded
    assert set(done.dissolved) == {"SGTVT", "SXD"}


def test_what_was_answered_stays_with_who_answered(opened: Engine, office: Office) -> None:
    an_answer(opened, office, FIRST_REMINDER, "SGTVT")
    merged(opened, office, "SGTVT", "SXD")
    assert (len(owes(opened, "SGTVT")), len(owes(opened, "SXD-MOI"))) == (1, 1)


def test_the_successor_is_bound_in_their_place_under_the_next_plan_too(opened: Engine, office: Office) -> None:
    before = bound(opened)
    merged(opened, office, "SGTVT", "SXD")
    after = bound(opened)
    assert (before - after, "SXD-MOI" in after, len(after)) == ({"SGTVT", "SXD"}, True, len(before) - 2)
    with writing(opened) as session:
        from dataclasses import replace

        load_plan(session, replace(office.plan, signer="khác"), FIRST_REMINDER)
    assert bound(opened) == after


def test_who_held_the_post_goes_on_at_the_successor_until_it_is_handed_over(opened: Engine, office: Office) -> None:
    merged(opened, office, "SGTVT", "SXD")
    assert holds(opened, "SXD-MOI", FIRST_REMINDER.date()) == ["dau-moi.sgtvt@example.vn"]
    assert holds(opened, "SGTVT", FIRST_REMINDER.date()) == []


def test_a_merger_into_one_that_stands_keeps_its_people(opened: Engine, office: Office) -> None:
    merged(opened, office, "SGTVT", into="SXD")
    assert holds(opened, "SXD", FIRST_REMINDER.date()) == ["dau-moi.sxd@example.vn"]
    assert owes(opened, "SXD") == [None]


def test_a_split_gives_each_successor_a_case_of_its_own(opened: Engine, office: Office) -> None:
    done = act(
        opened,
        lambda session: split(session, office, "SXD", ["SXD", "SXD-MOI"], ON, BASIS, "Lan", FIRST_REMINDER),
    )
    assert (owes(opened, "SXD"), owes(opened, "SXD-MOI")) == ([None], [None])
    assert done.dissolved == ()
    assert {"SXD", "SXD-MOI"} <= bound(opened)


def test_only_the_chosen_successor_gets_the_cases(opened: Engine, office: Office) -> None:
    act(
        opened,
        lambda session: split(
            session, office, "SXD", ["SXD-MOI", "STC"], ON, BASIS, "Lan", FIRST_REMINDER, ["SXD-MOI"]
        ),
    )
    assert (owes(opened, "SXD-MOI"), len(owes(opened, "STC"))) == ([None], 1)


def test_cases_are_given_to_nobody_who_is_no_successor(opened: Engine, office: Office) -> None:
    with pytest.raises(Refused, match="SCT không nằm trong các đơn vị nhận"):
        act(
            opened,
            lambda session: split(session, office, "SXD", ["SXD-MOI"], ON, BASIS, "Lan", FIRST_REMINDER, ["sct"]),
        )
    assert owes(opened, "SXD") == [None]


def test_what_was_returned_goes_to_the_successor_who_can_answer_it(opened: Engine, office: Office) -> None:
    an_answer(opened, office, FIRST_REMINDER, "SGTVT")
    with writing(opened) as session:
        case = a_case(session, office, "SGTVT", now=FIRST_REMINDER)
        return_for_completion(session, case, "Lan", FIRST_REMINDER, "Thiếu phụ lục", LAST_DAY.date())
    done = merged(opened, office, "SGTVT")
    assert (CALENDAR, "2014", "SGTVT", "SXD-MOI") in done.moved
    assert (owes(opened, "SGTVT"), owes(opened, "SXD-MOI")) == ([], [None])


@pytest.mark.parametrize(
    ("keys", "into", "on", "why"),
    [
        (("SGTVT",), "SGTVT", ON, "ít nhất một đơn vị cũ"),
        (("XYZ",), "SXD", ON, "Không có đơn vị"),
        (("SGTVT",), "SXD", date(2014, 3, 1), "từ ngày có hiệu lực"),
        (("CTK",), "SXD", ON, "cơ quan điều phối"),
    ],
)
def test_what_cannot_be_is_refused(
    opened: Engine, office: Office, keys: tuple[str, ...], into: str, on: date, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        merged(opened, office, *keys, into=into, on=on)


def test_one_that_is_gone_is_not_merged_again(opened: Engine, office: Office) -> None:
    merged(opened, office, "SGTVT")
    with pytest.raises(Refused, match="đã giải thể"):
        merged(opened, office, "SGTVT")


def test_it_stands_in_the_log_with_its_basis(opened: Engine, office: Office) -> None:
    merged(opened, office, "SGTVT", "SXD")
    with reading(opened) as session:
        [entry] = session.exec(select(LogEntry).where(LogEntry.action == "organisations.merge"))
        assert log.verify(session).broken_at is None
    assert BASIS in entry.details


def test_nobody_is_left_in_a_post_of_the_dissolved(opened: Engine, office: Office) -> None:
    merged(opened, office, "SGTVT", "SXD")
    today = FIRST_REMINDER.date()
    with reading(opened) as session:
        query = (
            select(Person.email)
            .join(Tenure, col(Tenure.person_id) == Person.id)
            .join(Post, col(Post.id) == Tenure.post_id)
            .join(Organisation, col(Organisation.id) == Post.organisation_id)
            .where(col(Organisation.key).in_(["SGTVT", "SXD"]))
            .where(col(Tenure.to_day).is_(None) | (col(Tenure.to_day) > today))
        )
        assert session.exec(query).all() == []


WRONG = {
    "sai mã,department,Tên,T,Giám đốc,": "ma",
    "A1,sở,Tên,T,Giám đốc,": "loai",
    "A1,department,,T,Giám đốc,": "ten",
    "A1,department,Tên,T,Giám đốc,Nhóm Lớn": "nhom",
}


@pytest.mark.parametrize("row", WRONG)
def test_a_wrong_cell_of_the_register_is_named_and_nothing_changes(engine: Engine, office: Office, row: str) -> None:
    table = read_organisations(f"{NEW}{row}\n".encode(), "don-vi.csv")
    with writing(engine) as session:
        done = import_organisations(session, office, table, "Lan", FIRST_REMINDER)
    assert (done.problems[0].line, done.problems[0].column) == (3, WRONG[row])
    assert rows(engine, Organisation, Organisation.key == "SXD-MOI") == []


def test_a_changed_group_changes_who_is_bound(engine: Engine, office: Office) -> None:
    head = "ma,loai,ten,ten_tat,thu_truong,nhom,dia_danh,co_quan_cap_tren\n"
    with writing(engine) as session:
        unit = session.exec(select(Organisation).where(Organisation.key == "STP")).one()
        name = cases_queries.names_on(session, [unit.id or 0], ON)[unit.id or 0]
        row = f"STP,department,{name.name},{name.abbreviation},{name.head_title},departments,{name.place},UBND\n"
        done = import_organisations(session, office, read_organisations((head + row).encode()), "Lan", FIRST_REMINDER)
    assert [one.kind for one in done.changes] == ["changed"]
    assert "STP" not in bound(engine)
    assert done.unbound > 0


def test_the_screen_still_counts_a_unit_that_had_answered_before_it_was_dissolved(
    opened: Engine, office: Office
) -> None:
    an_answer(opened, office, FIRST_REMINDER, unit="SGTVT")
    with reading(opened) as session:
        occurrence = a_case(session, office, now=FIRST_REMINDER).occurrence.id or 0
        before = show_queries.units(session, occurrence, OVERDUE, date(2013, 12, 1))
    merged(opened, office, "SGTVT", "SXD")
    with reading(opened) as session:
        after = show_queries.units(session, occurrence, OVERDUE, date(2014, 1, 2))
        named = show_queries.unit_names(session, occurrence, date(2014, 1, 2))
    answered = "Sở Giao thông vận tải tỉnh Sóc Trăng"
    assert answered in {name for _, name, *_ in before} & {name for _, name, *_ in after} & set(named.values())
