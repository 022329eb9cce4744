"""A service is one entry of channels.yaml: from the table of people to a chat service in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from builders import CALENDAR, DUE_SOON, UNIT, at, header, holder, messages, rows
from mail_server import MailServer
from sqlmodel import select

from bootstrap.home import Home, open_home
from config.catalogue import SHIPPED
from config.settings import load_settings
from models.database import reading, writing
from models.queries.cases import worklist as worklist_queries
from models.tables.messages import Attempt, Message
from models.tables.people import ContactAddress, Person
from rules.access import Holding, Role
from rules.channels import entered_kinds
from rules.deadlines import local_day
from services.delivery.dispatch import dispatch
from services.operations.rehearse import rehearse
from services.operations.tick import tick
from services.outbox import opt_out
from services.people.correct_address import correct
from services.people.import_people import import_people
from services.people.people_table import COLUMNS, read_people
from tests.fakes.chat_service import ChatService, chat_service

MORNING = at("2013-12-26", "08:00")
TELEGRAM = """
- name: telegram
  kind: apprise
  enabled: true
  url: "json://{host}/{path}/{{address}}"
  reaches_by: telegram
  title: {{vi: Telegram, en: Telegram}}
"""
SMS = """
- name: sms
  kind: apprise
  enabled: true
  url: "form://{host}/{path}?:to={{address}}"
  reaches_by: phone
  title: {{vi: SMS, en: SMS}}
"""
ROOM = """
- name: room
  kind: apprise
  enabled: true
  url: "json://{host}/room"
  shared: true
  title: {{vi: Phòng điều phối, en: Coordinators' room}}
"""
CHAT = "123456789"


class Coordinator:
    holdings = (Holding(Role.COORDINATOR, None),)


@pytest.fixture(scope="module")
def peer() -> Iterator[ChatService]:
    with chat_service() as started:
        yield started


@pytest.fixture
def opened(peer: ChatService, mail: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Home]:
    def start(entry: str, ladders: tuple[str, str], path: str = "chat") -> Home:
        folder = tmp_path / "config"
        copytree(SHIPPED, folder, ignore=lambda *_: ["__pycache__"])
        with (folder / "channels.yaml").open("a", encoding="utf-8") as file:
            file.write(entry.format(host=peer.host, path=path))
        written = (folder / "ladders.yaml").read_text("utf-8")
        assert ladders[0] in written
        (folder / "ladders.yaml").write_text(written.replace(*ladders), "utf-8")
        monkeypatch.setattr("config.catalogue.SHIPPED", folder)
        return open_home(MORNING, load_settings({"KYHAN_SMTP_URL": f"smtp://127.0.0.1:{mail.port}"}, tmp_path))

    return start


def entered(home: Home, chat: str = CHAT) -> int:
    """The focal point of one unit stands in the table of people; returns who that is."""
    head = ",".join((*COLUMNS, "telegram"))
    row = f"{UNIT},dau_moi,Chuyên viên,Lan,lan@{UNIT.lower()}.vn,,{chat}"
    with writing(home.engine) as session:
        table = read_people(f"{head}\n{row}\n".encode(), "nguoi.csv", entered_kinds(home.office.channels))
        done = import_people(session, table, home.office.plan.lead, "kyhan", MORNING)
        assert done.problems == []
        return session.exec(select(Person.id).where(Person.name == "Lan")).one() or 0


def morning(home: Home) -> None:
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    dispatch(home.engine, home.office, home.outgoing("test"), MORNING)


DUE_BY_TELEGRAM = ("channels: [email, zalo]", "channels: [email, telegram]")


def test_one_entry_and_a_column_of_the_table_bring_a_reminder_to_a_chat(
    opened: Callable[..., Home], peer: ChatService, mail: MailServer
) -> None:
    home, before = opened(TELEGRAM, DUE_BY_TELEGRAM), len(peer.sent)
    entered(home)
    planned = rehearse(home.engine, home.office, DUE_SOON.date(), DUE_SOON.date())
    assert {one.address for one in planned if one.channel == "telegram"} == {CHAT}
    morning(home)
    [post] = peer.sent[before:]
    assert post["path"] == f"/chat/{CHAT}"
    assert "Kính đề nghị đ/c Lan" in post["body"]["message"]
    [message] = messages(home.engine, Message.channel == "telegram")
    [attempt] = [one for one in rows(home.engine, Attempt) if one.message_id == message.id]
    assert (message.state, attempt.state, attempt.address) == ("sent", "accepted", CHAT)
    assert [one for one in mail.mails if f"lan@{UNIT.lower()}.vn" in header(one, "To")]


def test_a_gateway_for_text_messages_is_given_the_telephone_number(
    opened: Callable[..., Home], peer: ChatService
) -> None:
    home, before = opened(SMS, ("channels: [email, zalo]", "channels: [email, sms]")), len(peer.sent)
    with writing(home.engine) as session:
        person = holder(session, UNIT)
        person.phone = "+84 (912) 345 678"
        session.add(person)
    morning(home)
    [post] = peer.sent[before:]
    assert (post["path"], post["body"]["to"]) == ("/chat", "+84912345678")
    assert "Nhắc hạn" in post["body"]["message"]


def test_who_has_stopped_a_channel_gets_mail_alone(opened: Callable[..., Home], peer: ChatService) -> None:
    home, before = opened(TELEGRAM, DUE_BY_TELEGRAM), len(peer.sent)
    person = entered(home)
    with writing(home.engine) as session:
        opt_out.stop(session, person, "telegram", MORNING, "Lan", "portal")
    morning(home)
    assert peer.sent[before:] == []
    assert {one.channel for one in messages(home.engine, Message.person_id == person)} == {"email"}


def test_a_chat_the_service_does_not_know_is_named_on_the_list_of_addresses_and_can_be_put_right(
    opened: Callable[..., Home], peer: ChatService
) -> None:
    home, before = opened(TELEGRAM, DUE_BY_TELEGRAM, "gone"), len(peer.sent)
    entered(home)
    morning(home)
    assert len(peer.sent[before:]) == 1
    with reading(home.engine) as session:
        [bad] = worklist_queries.bad_addresses(session, local_day(MORNING))
        assert (bad.channel, bad.address, bad.person) == ("telegram", CHAT, "Lan")
        assert session.exec(select(ContactAddress.address)).one() == CHAT
    with writing(home.engine) as session:
        correct(session, Coordinator(), bad.id, bad.person_id, "987", "Hùng", MORNING)
    with reading(home.engine) as session:
        assert session.exec(select(ContactAddress.address)).one() == "987"
        assert worklist_queries.bad_addresses(session, local_day(MORNING)) == []


def test_a_room_gets_the_coordinators_reminders_once_and_nobodys_own_links(
    opened: Callable[..., Home], peer: ChatService
) -> None:
    first = "      reaches: [focal_point, deputy]\n      message: due_soon\n      channels: [email, zalo]"
    told = "      reaches: [coordinator]\n      message: due_soon\n      channels: [email, room]"
    home, before = opened(ROOM, (first, told)), len(peer.sent)
    morning(home)
    [post] = peer.sent[before:]
    assert post["path"] == "/room"
    assert "/tra-loi/" not in post["body"]["message"]
    with reading(home.engine) as session:
        assert holder(session, home.office.plan.lead, "coordinator").name not in post["body"]["message"]
    [message] = messages(home.engine, Message.channel == "room")
    assert message.state == "sent"
