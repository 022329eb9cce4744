"""Writes down the right address of somebody who cannot be reached; only by whoever may fill that person's posts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import inbound as inbound_queries
from models.queries.people import access as access_queries
from models.queries.people.contacts import Contact, contacts
from models.tables.inbound import AddressHealth
from models.tables.people import Person
from notifications.addresses import is_public_address
from rules.access import GRANTED, Holder, Role, may_fill
from rules.channels import LINKED
from rules.deadlines import local_day
from services import log
from services.access.links import give_address
from services.errors import Refused
from services.outbox import address_health
from services.people.contacts import enter
from services.people.people_table import PHONE


def correctable(session: Session, visitor: Holder, people: Collection[int], now: datetime) -> set[int]:
    """An address is a way in: nobody gives another one to a person who may do more than his own."""
    return {person for person in people if _may(session, visitor, person, now)}


def correct(session: Session, visitor: Holder, health: int, person_id: int, new: str, by: str, now: datetime) -> None:
    """`new`: of the kind of the address that was wrong. Raises Refused."""
    row = session.get(AddressHealth, health, with_for_update=True)
    if row is None:
        raise log.overtaken(session, f"person:{person_id}")
    person = session.get(Person, person_id)
    if person is None or not _may(session, visitor, person_id, now):
        raise Refused("Bạn không được sửa địa chỉ của người này. / You may not correct this person's address.")
    if person.email.lower() == row.address:
        old, new = person.email, _mail(session, new, person_id)
        give_address(session, person, new, now)
    elif person.phone == row.address:
        old, person.phone = person.phone, _phone(new)
    elif known := _entered(session, person_id, row.address):
        old = known.address
        enter(session, person, {known.kind: new}, {known.kind: row.channel}, by, now)
    else:
        raise Refused("Địa chỉ này không còn là của người đó. / This is no longer that person's address.")
    session.add(person)
    session.flush()
    log.append(session, now, by, "person.corrected", f"person:{person_id}", {"was": old, "is": new})
    address_health.revive(session, row.channel, row.address, now, by)
    address_health.revive(session, row.channel, new, now, by)


def _may(session: Session, visitor: Holder, person: int, now: datetime) -> bool:
    held = [(Role(role), body) for role, body in access_queries.roles_held(session, person, local_day(now))]
    if not held or any(role in GRANTED or body is None for role, body in held):
        return False
    return all(may_fill(visitor, role, body) for role, body in held if body is not None)


def _entered(session: Session, person: int, address: str) -> Contact | None:
    own = contacts(session, person=person)
    return next((one for one in own if one.kind not in LINKED and one.address.lower() == address), None)


def _mail(session: Session, new: str, person: int) -> str:
    if not is_public_address(new):
        raise Refused("Địa chỉ thư chưa đúng dạng ten@coquan.vn. / Not an e-mail address.")
    if new.lower().endswith("@example.vn"):
        raise Refused("Cần địa chỉ thật, không phải địa chỉ ví dụ. / An example address is no use.")
    holder = access_queries.person_by_email(session, new)
    if holder is not None and holder.id != person:
        raise Refused(f"Địa chỉ này là của {holder.name}. / This address is somebody else's.")
    if any(row.state == address_health.DEAD for row in inbound_queries.health(session, "email", [new.lower()])):
        raise Refused("Thư gửi tới địa chỉ mới này cũng bị trả về. / Mail to this address comes back too.")
    return new.lower()


def _phone(new: str) -> str:
    if not PHONE.fullmatch(new):
        raise Refused("Số điện thoại cần 9–12 chữ số. / A telephone number has 9 to 12 digits.")
    return new
