"""Addresses of any kind: in the table of people, one person each, and gone with the person."""

from __future__ import annotations

import pytest
from builders import IN_NOVEMBER
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.people import ContactAddress, Person
from services.errors import Refused
from services.people.contacts import enter
from services.people.import_people import ImportResult, export_people, import_people
from services.people.people_table import COLUMNS, read_people

KINDS = {"telegram": "Tin nhắn Telegram", "matrix": "Matrix"}
LAN = "SYT,dau_moi,Chuyên viên,Lan,lan@x.vn,"
MAI = "SYT,thu_truong,Giám đốc,Mai,mai@x.vn,"


def imported(engine: Engine, *rows: str, head: str = "telegram") -> ImportResult:
    content = "\n".join([",".join((*COLUMNS, head)), *rows]).encode()
    with writing(engine) as session:
        return import_people(session, read_people(content, "nguoi.csv", KINDS), "CTK", "Hùng", IN_NOVEMBER)


def addresses(engine: Engine) -> dict[tuple[str, str], str]:
    query = select(Person.name, ContactAddress.kind, ContactAddress.address)
    with reading(engine) as session:
        found = session.exec(query.join(ContactAddress, ContactAddress.person_id == Person.id)).all()
    return {(name, kind): address for name, kind, address in found}


def test_a_column_is_called_by_the_kind_or_by_the_channels_title_and_comes_out_as_it_went_in(engine: Engine) -> None:
    imported(engine, f"{LAN},-100123,@lan:x.vn", head="Tin nhắn Telegram,matrix")
    kept = {("Lan", "telegram"): "-100123", ("Lan", "matrix"): "@lan:x.vn"}
    assert addresses(engine) == kept
    with reading(engine) as session:
        content = export_people(session, IN_NOVEMBER.date(), KINDS)
    assert content.decode("utf-8-sig").splitlines()[0].endswith("dien_thoai,telegram,matrix")
    with writing(engine) as session:
        again = import_people(session, read_people(content, "", KINDS), "CTK", "Hùng", IN_NOVEMBER)
    assert (again.problems, again.corrected, addresses(engine)) == ([], 0, kept)


def test_an_empty_cell_takes_an_address_away_and_a_table_without_the_column_leaves_it(engine: Engine) -> None:
    imported(engine, f"{LAN},111")
    assert imported(engine, f"{LAN},222").changes[0].corrected == (("telegram", "111", "222"),)
    imported(engine, f"{LAN},@lan:x.vn", head="matrix")
    assert addresses(engine) == {("Lan", "telegram"): "222", ("Lan", "matrix"): "@lan:x.vn"}
    imported(engine, f"{LAN},")
    assert addresses(engine) == {("Lan", "matrix"): "@lan:x.vn"}


def test_two_people_may_change_addresses_with_each_other_in_one_table(engine: Engine) -> None:
    imported(engine, f"{LAN},111", f"{MAI},222")
    assert imported(engine, f"{LAN},222", f"{MAI},111").problems == []
    assert addresses(engine) == {("Lan", "telegram"): "222", ("Mai", "telegram"): "111"}


WRONG = {
    "blanks": ((f"{LAN},12 34",), 2, "không có dấu cách"),
    "a path": ((f"{LAN},../x",), 2, "chỉ gồm chữ"),
    "twice": ((f"{LAN},111", f"{MAI},111"), 3, "Lan (dòng 2)"),
    "somebody's": ((f"{MAI},999",), 2, "đã là của Bình"),
    "two of one person": ((f"{LAN},111", f"{LAN.replace('dau_moi', 'pho_dau_moi')},112"), 3, "ghi giống nhau"),
}


@pytest.mark.parametrize(("rows", "line", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_address_is_named_with_its_line_and_nothing_is_written(
    engine: Engine, rows: tuple[str, ...], line: int, said: str
) -> None:
    imported(engine, "SYT,pho_dau_moi,,Bình,binh@x.vn,,999")
    done = imported(engine, *rows)
    assert [(one.line, one.column) for one in done.problems] == [(line, "telegram")]
    assert said in done.problems[0].vi
    assert addresses(engine) == {("Bình", "telegram"): "999"}


def test_another_person_at_the_address_does_not_take_over_the_chat_of_the_one_before(engine: Engine) -> None:
    imported(engine, f"{LAN},111", f"{LAN.replace('dau_moi', 'pho_dau_moi')},111")
    new = LAN.replace("Lan", "Trần Mới")
    done = imported(engine, f"{new},111", f"{new.replace('dau_moi', 'pho_dau_moi')},111")
    assert (done.handed_over, addresses(engine)) == (1, {})
    imported(engine, f"{new},222")
    assert addresses(engine) == {("Trần Mới", "telegram"): "222"}


def test_an_address_that_is_entered_is_checked_and_written_down_in_the_log(engine: Engine) -> None:
    imported(engine, f"{LAN},111", f"{MAI},")
    with writing(engine) as session:
        mai = session.exec(select(Person).where(Person.name == "Mai")).one()
        with pytest.raises(Refused, match="đã có người khác dùng"):
            enter(session, mai, {"telegram": "111"}, KINDS, "Mai", IN_NOVEMBER)
        with pytest.raises(Refused, match="không có dấu cách"):
            enter(session, mai, {"telegram": "1 1"}, KINDS, "Mai", IN_NOVEMBER)
        enter(session, mai, {"telegram": "333", "bot": "chat-of-another"}, KINDS, "Mai", IN_NOVEMBER)
    assert addresses(engine)["Mai", "telegram"] == "333"
    assert ("Mai", "bot") not in addresses(engine)
    with reading(engine) as session:
        last = session.exec(select(LogEntry).order_by(LogEntry.seq.desc())).first()
        assert last is not None
        assert (last.action, last.actor, "333" in str(last.details)) == ("people.correct", "Mai", True)
