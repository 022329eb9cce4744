"""Ten thousand rows: as few statements as for ten, every fault named, all or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from builders import IN_NOVEMBER
from sqlalchemy import Engine, event, insert
from sqlmodel import select

from models.database import reading, writing
from models.tables.organisations import Organisation
from models.tables.people import Person, Tenure
from services import log
from services.people.import_people import ImportResult, import_people
from services.people.people_table import COLUMNS, read_people

HEAD = ",".join(COLUMNS) + "\n"
MANY = 3_300
FAULTS = {
    1: ("K1,sep,,Lan,lan{n}@x.vn,", "vai_tro"),
    2: ("XX,dau_moi,,Lan,lan{n}@x.vn,", "don_vi"),
    3: ("K{n},dau_moi,,,lan{n}@x.vn,", "ho_ten"),
    4: ("K{n},dau_moi,,Lan,lan,", "thu_dien_tu"),
    5: ("K{n},dau_moi,,Lan,lan{n}@x.vn,12", "dien_thoai"),
    6: ("K{n},dau_moi,,../../etc/passwd\ufffd,lan{n}@x.vn,", "ho_ten"),
}


@pytest.fixture
def units(sqlite_engine: Engine) -> Engine:
    """Thousands of units beside those of the province."""
    rows = [{"key": f"K{number}", "kind": "agency", "groups": "", "position": 1000 + number} for number in range(MANY)]
    with writing(sqlite_engine) as session:
        session.execute(insert(Organisation), rows)
    return sqlite_engine


def rows(count: int) -> str:
    roles = ("dau_moi", "pho_dau_moi", "thu_truong")
    return "".join(
        f"K{n // 3},{roles[n % 3]},Chuyên viên,Nguyễn Văn {n},nguoi.{n}@soctrang.example,0912{n:06}\n"
        for n in range(count)
    )


def imported(engine: Engine, text: str) -> tuple[ImportResult, int]:
    """And how many statements it took."""
    asked: list[object] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with writing(engine) as session:
        done = import_people(session, read_people((HEAD + text).encode(), "nguoi.csv"), "CTK", "Lan", IN_NOVEMBER)
    return done, len(asked)


def test_thousands_of_rows_take_few_statements_and_the_log_stays_whole(units: Engine) -> None:
    done, statements = imported(units, rows(9_900))
    assert (done.taken_over, done.new_people, done.problems) == (9_900, 9_900, [])
    assert statements < 60
    with reading(units) as session:
        assert len(session.exec(select(Tenure).where(Tenure.from_day == date(2013, 11, 4))).all()) == 9_900
        assert log.verify(session).broken_at is None


def test_every_fault_among_thousands_is_named_and_nothing_is_written(units: Engine) -> None:
    wrong = {number: FAULTS[kind] for kind in FAULTS for number in range(kind * 100, 3_000, 1000)}
    lines = rows(9_000).splitlines()
    for number, (row, _) in wrong.items():
        lines[number] = row.format(n=number)
    done, _ = imported(units, "\n".join(lines) + "\n")
    named = {(one.line - 2, one.column) for one in done.problems}
    assert {(number, column) for number, (_, column) in wrong.items()} <= named
    assert all(one.vi and one.file == "nguoi.csv" for one in done.problems)
    with reading(units) as session:
        assert session.exec(select(Person).where(Person.email == "nguoi.0@soctrang.example")).first() is None


def test_the_same_row_twice_and_two_names_for_one_address_are_named(units: Engine) -> None:
    same = "K1,dau_moi,,Lan,lan@x.vn,\n"
    done, _ = imported(units, same + same + "K2,dau_moi,,Mai,LAN@x.vn,\n")
    assert [(one.line, one.column) for one in done.problems] == [(3, "vai_tro"), (4, "ho_ten")]
    assert "trùng hoàn toàn với dòng 2" in done.problems[0].vi


def test_two_people_change_posts_in_one_file(units: Engine) -> None:
    imported(units, "K1,dau_moi,,Lan,lan@x.vn,\nK2,dau_moi,,Mai,mai@x.vn,\n")
    done, _ = imported(units, "K1,dau_moi,,Mai,mai@x.vn,\nK2,dau_moi,,Lan,lan@x.vn,\n")
    assert [(one.unit, one.before, one.name) for one in done.changes] == [("K1", "Lan", "Mai"), ("K2", "Mai", "Lan")]


@pytest.mark.parametrize("phone", ["0299 3821 234", "0162345678", "01623456789"])
def test_a_number_zalo_cannot_reach_is_named_and_taken_all_the_same(phone: str) -> None:
    content = f"don_vi,vai_tro,chuc_danh,ho_ten,thu_dien_tu,dien_thoai\nSTC,dau_moi,,Lan,lan@x.vn,{phone}\n".encode()
    table = read_people(content)
    assert (len(table.rows), table.problems) == (1, ())
    assert "không nhận được tin Zalo" in table.notes[0]
    assert read_people(content.replace(phone.encode(), b"0987654321")).notes == ()


def test_posts_that_only_an_example_held_are_named_when_the_examples_retire(sqlite_engine: Engine) -> None:
    table = "CTK,dieu_phoi,,Lê Hà,ha@soctrang.gov.vn,\nSYT,thu_truong,,Lê Y,y@soctrang.gov.vn,\n"
    done, _ = imported(sqlite_engine, table)
    emptied = {(one.unit, one.role) for one in done.emptied}
    assert {("CTK", "leader"), ("CTK", "head"), ("STC", "head")} <= emptied
    assert not {("CTK", "coordinator"), ("SYT", "head")} & emptied
    assert not {role for _, role in emptied} & {"focal_point", "deputy"}
    assert imported(sqlite_engine, "STC,dau_moi,,Lê Tám,tam@soctrang.gov.vn,\n")[0].emptied == []
