"""Who is reached under which Zalo id: a one-time code leads from the signed-in person to the chat it is sent from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from models.database import insert_new
from models.tables.people import ContactAddress, Person
from models.tables.zalo import LinkCode
from notifications.zalo.bot import CODE_LIFE, hashed, new_code
from rules.channels import LINKED
from rules.office import Office
from services import log
from services.outbox import address_health, opt_out
from services.outbox.gate import queue_notes

DRAWS = 5  # of a million codes, should somebody hold the same one


class LinkResult(StrEnum):
    MADE = "linked"
    WRONG = "wrong code"
    FULL = "full"


def offer_code(session: Session, office: Office, person: int, now: datetime) -> str:
    """To show this person once; an earlier one of theirs no longer works."""
    spent = or_(col(LinkCode.person_id) == person, col(LinkCode.expires_at) <= now)
    session.execute(delete(LinkCode).where(spent))
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
    most = next((way.people for way in office.ways if way.reaches_by == kind), 0)
    _end_link_of_another(session, kind, address, person, said_at)
    before = or_(col(ContactAddress.address) == address, col(ContactAddress.person_id) == person.id)
    session.execute(delete(ContactAddress).where(col(ContactAddress.kind) == kind, before))
    if most and _linked(session, kind) >= most:
        return LinkResult.FULL, person.name
    session.add(ContactAddress(kind=kind, address=address, person_id=person.id or 0, since=said_at))
    address_health.revive(session, _channel(office, kind), address, said_at, person.name)
    log.append(session, said_at, person.name, "zalo.link", f"person:{person.id}", {"kind": kind})
    opt_out.start_again(session, person.id or 0, opt_out.family_of(office, kind), said_at, person.name, kind)
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
    queue_notes(
        session, "link_moved", {key: other}, now, "liên kết Zalo đã chuyển sang người khác", lines, "/tai-khoan"
    )


def _redeemed(session: Session, code_hash: str, said_at: datetime) -> Person | None:
    """One of two who send the same code is heard."""
    good = (col(LinkCode.used_at).is_(None), col(LinkCode.expires_at) > said_at)
    statement = update(LinkCode).where(col(LinkCode.code_hash) == code_hash, *good).values(used_at=said_at)
    if session.connection().execute(statement).rowcount != 1:
        return None
    return session.get(Person, session.get_one(LinkCode, code_hash).person_id)


def person_linked(session: Session, kind: str, address: str) -> int | None:
    query = select(col(ContactAddress.person_id)).where(
        col(ContactAddress.kind) == kind, col(ContactAddress.address) == address
    )
    found: int | None = session.execute(query).scalar_one_or_none()
    return found


def unlink(session: Session, kind: str, address: str, now: datetime, by: str = "") -> bool:
    """At the person's wish, or because Zalo says that nobody is there any more. False: there was no link."""
    query = select(col(ContactAddress.person_id), col(Person.name)).join(
        Person, col(Person.id) == col(ContactAddress.person_id)
    )
    found = session.execute(
        query.where(col(ContactAddress.kind) == kind, col(ContactAddress.address) == address)
    ).first()
    if found is None:
        return False
    session.execute(
        delete(ContactAddress).where(col(ContactAddress.kind) == kind, col(ContactAddress.address) == address)
    )
    log.append(session, now, by or found[1], "zalo.unlink", f"person:{found[0]}", {"kind": kind})
    return True


def unlink_person(session: Session, person: int, now: datetime, by: str) -> bool:
    theirs = (col(ContactAddress.person_id) == person, col(ContactAddress.kind).in_(LINKED))
    done = session.connection().execute(delete(ContactAddress).where(*theirs)).rowcount
    if done:
        log.append(session, now, by, "zalo.unlink", f"person:{person}", {"kind": "every"})
    return bool(done)


def linked_since(session: Session, person: int, kind: str) -> datetime | None:
    query = select(col(ContactAddress.since)).where(
        col(ContactAddress.person_id) == person, col(ContactAddress.kind) == kind
    )
    found: datetime | None = session.execute(query).scalar_one_or_none()
    return found


def _linked(session: Session, kind: str) -> int:
    return int(
        session.execute(
            select(func.count()).select_from(ContactAddress).where(col(ContactAddress.kind) == kind)
        ).scalar_one()
    )


def _channel(office: Office, kind: str) -> str:
    return next((way.name for way in office.ways if way.reaches_by == kind), kind)
