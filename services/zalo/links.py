"""Who is reached under which Zalo id: a one-time code leads from the signed-in person to the chat it is sent from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from models.database import id_of, insert_new
from models.queries.people import zalo_links as link_queries
from models.tables.people import ContactAddress, Person
from models.tables.zalo import LinkCode
from notifications.kinds import MessageKind
from notifications.zalo.bot import CODE_LIFE, hashed, new_code
from rules.channels import LINKED
from rules.office import Office
from services import log
from services.outbox import address_health, opt_out
from services.outbox.queue import Note, queue_note

DRAWS = 5  # of a million codes, should somebody hold the same one


class LinkResult(StrEnum):
    MADE = "linked"
    WRONG = "wrong code"
    FULL = "full"


def offer_code(session: Session, office: Office, person: int, now: datetime) -> str:
    """To show this person once; an earlier one of theirs no longer works."""
    link_queries.drop_codes(session, person, now)
    for _ in range(DRAWS):
        code = new_code()
        row = {"code_hash": hashed(code, office.key), "person_id": person, "expires_at": now + CODE_LIFE}
        if insert_new(session, LinkCode, [row]):
            return code
    raise RuntimeError("no free code")


def link(
    session: Session, office: Office, kind: str, address: str, code: str, said_at: datetime
) -> tuple[LinkResult, str]:
    """What became of it, and the person's name. A chat has one person and a person one chat: the newest counts."""
    person = _redeemed(session, hashed(code, office.key), said_at)
    if person is None:
        return LinkResult.WRONG, ""
    most = next((way.people for way in office.channels if way.reaches_by == kind), 0)
    _end_link_of_another(session, kind, address, person, said_at)
    link_queries.drop_links(session, kind, address, person.id)
    if most and link_queries.number_of_links(session, kind) >= most:
        return LinkResult.FULL, person.name
    session.add(ContactAddress(kind=kind, address=address, person_id=id_of(person), since=said_at))
    address_health.revive(session, _channel(office, kind), address, said_at, person.name)
    log.append(session, said_at, person.name, "zalo.link", f"person:{person.id}", {"kind": kind})
    opt_out.start_again(session, id_of(person), opt_out.family_of(office, kind), said_at, person.name, kind)
    return LinkResult.MADE, person.name


def _end_link_of_another(session: Session, kind: str, address: str, person: Person, now: datetime) -> None:
    """Whose chat it was until now hears of it by mail: perhaps they do not know."""
    other = person_linked(session, kind, address)
    if other is None or other == person.id:
        return
    unlink(session, kind, address, now, person.name)
    lines = [
        f"Tài khoản Zalo trước đây liên kết với Đồng chí vừa được liên kết với {person.name}",
        "Tin nhắc qua Zalo không đến Đồng chí qua tài khoản ấy nữa; thư điện tử vẫn gửi như cũ",
        "Nếu việc này không do Đồng chí, xin liên kết lại ở trang Tài khoản và báo cơ quan điều phối",
    ]
    key = f"zalo_moved:{other}:{int(now.timestamp())}"
    note = Note("liên kết Zalo đã chuyển sang người khác", lines, "/tai-khoan")
    queue_note(session, MessageKind.LINK_MOVED, {key: other}, note, now)


def _redeemed(session: Session, code_hash: str, said_at: datetime) -> Person | None:
    """One of two who send the same code is heard."""
    if not link_queries.spend_code(session, code_hash, said_at):
        return None
    return session.get(Person, session.get_one(LinkCode, code_hash).person_id)


def person_linked(session: Session, kind: str, address: str) -> int | None:
    person = link_queries.person_of_address(session, kind, address)
    return person.id if person else None


def unlink(session: Session, kind: str, address: str, now: datetime, by: str = "") -> bool:
    """At the person's wish, or because Zalo says that nobody is there any more. False: there was no link."""
    person = link_queries.person_of_address(session, kind, address)
    if person is None:
        return False
    link_queries.drop_link_of_address(session, kind, address)
    log.append(session, now, by or person.name, "zalo.unlink", f"person:{person.id}", {"kind": kind})
    return True


def unlink_person(session: Session, person: int, now: datetime, by: str) -> bool:
    count = link_queries.drop_links_of_person(session, person, LINKED)
    if count:
        log.append(session, now, by, "zalo.unlink", f"person:{person}", {"kind": "every"})
    return count > 0


def linked_since(session: Session, person: int, kind: str) -> datetime | None:
    return link_queries.linked_since(session, person, kind)


def _channel(office: Office, kind: str) -> str:
    return next((way.name for way in office.channels if way.reaches_by == kind), kind)
