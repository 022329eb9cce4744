"""Addresses of the kinds that channels.yaml names: entered for a person, of one person each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from models.database import id_of, insert_rows
from models.queries.people.contacts import contacts, drop_contacts
from models.tables.people import ContactAddress, Person
from notifications.addresses import is_contact_address
from services import log
from services.errors import Refused
from services.people.people_table import MADE_OF


class ChangedContact(NamedTuple):
    person_id: int
    kind: str
    address: str  # empty: there is none any more


def contacts_of(session: Session, person: int, kinds: Collection[str]) -> dict[str, str]:
    """Kind → address; a kind of which the person has none is left out."""
    return {one.kind: one.address for one in contacts(session, kinds, person=person)}


def enter(
    session: Session, person: Person, entered: Mapping[str, str], kinds: Mapping[str, str], by: str, now: datetime
) -> None:
    """`entered`: kind → address, empty to take it away; `kinds`: those in use, and their titles. Raises Refused."""
    id = id_of(person)
    known = contacts_of(session, id, kinds)
    changed = {kind: new for kind, new in entered.items() if kind in kinds and new != known.get(kind, "")}
    for kind, new in changed.items():
        _need_free(session, id, kind, new, kinds[kind])
    write(session, [ChangedContact(id, kind, new) for kind, new in changed.items()], now)
    if changed:
        details = {kind: [known.get(kind, ""), new] for kind, new in changed.items()}
        log.append(session, now, by, "people.correct", f"person:{id}", details)


def _need_free(session: Session, person: int, kind: str, address: str, title: str) -> None:
    if not address:
        return
    if not is_contact_address(address):
        raise Refused(f"{title} «{address[:60]}»: {MADE_OF[0]}. / {title}: {MADE_OF[1]}.")
    other = next((one for one in contacts(session, [kind], addresses=[address]) if one.person_id != person), None)
    if other is not None:
        # not whose: on the account page anybody may try addresses
        raise Refused(f"{title} «{address}» đã có người khác dùng. / {title}: this address is somebody else's.")


def write(session: Session, changed: Iterable[ChangedContact], now: datetime) -> None:
    changed = list(changed)
    if not changed:
        return
    rows = [{**one._asdict(), "since": now} for one in changed if one.address]
    session.flush()
    drop_contacts(session, [(one.person_id, one.kind) for one in changed])
    insert_rows(session, ContactAddress, rows)
