"""Real people for the posts: a checked table is put in place all together or not at all."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.database import id_of, insert_rows
from models.queries.people import posts as post_queries
from models.queries.people import register as register_queries
from models.queries.people.contacts import Contact, contacts
from models.queries.plan import occurrences as plan_queries
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from rules.access import Role
from rules.deadlines import local_day
from rules.text.cells import harmless
from rules.text.names import same_name
from services import log
from services.access.examples import end_examples
from services.forms.table_import import CellProblem
from services.outbox.successor_mail import pass_on
from services.people.contacts import ChangedContact
from services.people.contacts import write as write_contacts
from services.people.handover import hand_over
from services.people.people_table import COLUMNS, ROLES, PeopleTable, PersonRow, check, contacts_by_email

NEEDED = (Role.COORDINATOR, Role.LEADER, Role.HEAD)  # without them nobody decides, signs or is written to
OTHERS = "others"


@dataclass(frozen=True)
class RowEffect:
    """What one row does: who holds the post now, who held it, what is corrected about the person."""

    line: int
    unit: str
    role: str
    name: str
    kind: str  # taken_over, handed_over (another person at the same address), corrected, unchanged
    before: str = ""  # whoever held the post
    corrected: tuple[tuple[str, str, str], ...] = ()  # field, old, new
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class EmptiedPost:
    """Held by an example person until now, and by nobody once the examples retire."""

    unit: str
    role: str
    holder: str
    of_the_lead: bool


@dataclass
class ImportResult:
    taken_over: int = 0  # posts that got a new holder
    handed_over: int = 0  # addresses at which another person is now
    corrected: int = 0  # people whose name or phone changed
    unchanged: int = 0
    new_people: int = 0
    examples_retired: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    changes: list[RowEffect] = field(default_factory=list)
    emptied: list[EmptiedPost] = field(default_factory=list)  # that mail needs: coordinator, leader, heads
    notes: tuple[str, ...] = ()  # on cells that are taken though they may be wrong

    @property
    def seal(self) -> str:
        """Of all that was shown: what is confirmed is what is done."""
        return sha256(repr((self.changes, self.emptied, self.examples_retired)).encode()).hexdigest()

    @property
    def to_confirm(self) -> frozenset[str]:
        """What is confirmed apart: each post of the lead body that becomes empty, and the others together."""
        return frozenset(f"{one.unit}:{one.role}" if one.of_the_lead else OTHERS for one in self.emptied)


def import_people(session: Session, table: PeopleTable, lead_key: str, by: str, now: datetime) -> ImportResult:
    """Put them in their posts from today on; the example contacts retire. With any problem nothing changes."""
    units = plan_queries.organisations_by_key(session)
    entered = contacts_by_email(table.rows)
    known = contacts(session, {kind for own in entered.values() for kind in own})
    done = ImportResult(problems=check(table, units, lead_key, known), notes=table.notes)
    if done.problems or not table.rows:
        return done
    log.hold(session)
    register = _Register(session, units, local_day(now), entered, known)
    done.new_people = register.add_people(table.rows)
    register.add_posts(table.rows)
    for row in table.rows:
        done.changes.append(register.place(row))
    done.emptied = register.emptied(lead_key)
    register.write_tenures()
    pass_on(session, register.successors(), now)
    _count(done)
    done.handed_over = len(register.others)
    hand_over(session, register.others, by, now)
    write_contacts(session, register.contacts, now)
    done.examples_retired = end_examples(session, by, now)
    _note(session, done, register, by, now)
    return done


def _count(done: ImportResult) -> None:
    for one in done.changes:
        done.taken_over += one.kind in ("taken_over", "handed_over")
        done.corrected += bool(one.corrected)
        done.unchanged += one.kind == "unchanged"


def _note(session: Session, done: ImportResult, register: _Register, by: str, now: datetime) -> None:
    placed = [
        (f"person:{one['person_id']}", {"post": one["post_id"], "unit": unit, "role": role})
        for one, unit, role in register.begun
    ]
    log.append_all(session, now, by, "people.place", placed)
    details = {"taken_over": done.taken_over, "corrected": done.corrected}
    details |= {"handed_over": done.handed_over, "examples_retired": done.examples_retired}
    log.append(session, now, by, "people.import", f"day:{local_day(now)}", details)


class _Register:
    """All people, posts and who holds them, read at once; changed as the rows say, written together."""

    def __init__(
        self,
        session: Session,
        units: dict[str, Organisation],
        today: date,
        entered: dict[str, dict[str, str]],
        known: Iterable[Contact],
    ) -> None:
        self.session, self.units, self.today, self.entered = session, units, today, entered
        self.addresses = {(one.person_id, one.kind): one.address for one in known}
        self.contacts: list[ChangedContact] = []
        self.people, self.posts = self._people(), self._posts()
        self.names = {one.id: one.name for one in self.people.values()}
        self.held: dict[int, list[Tenure]] = defaultdict(list)  # post → whoever holds it today or later
        for tenure in post_queries.tenures_beyond(session, today):
            self.held[tenure.post_id].append(tenure)
        self.begun: list[tuple[dict[str, Any], str, str]] = []  # a tenure, and whose post it is
        self._ended: list[Tenure] = []
        self.others: dict[int, tuple[str, str]] = {}  # person → the name before and after, of another person

    def _people(self) -> dict[str, Person]:
        return {one.email.lower(): one for one in register_queries.all_people(self.session)}

    def _posts(self) -> dict[tuple[int, str], Post]:
        return {(one.organisation_id, one.role): one for one in post_queries.all_posts(self.session)}

    def add_people(self, rows: tuple[PersonRow, ...]) -> int:
        fresh = {
            email: {"name": row.name, "email": email, "phone": row.phone, "example": False}
            for row in rows
            if (email := row.email.lower()) not in self.people
        }
        insert_rows(self.session, Person, list(fresh.values()))
        self.people = self._people()
        return len(fresh)

    def add_posts(self, rows: tuple[PersonRow, ...]) -> None:
        fresh = {
            place: {"organisation_id": place[0], "role": place[1], "title": row.title}
            for row in rows
            if (place := self._place(row)) not in self.posts
        }
        insert_rows(self.session, Post, list(fresh.values()))
        self.posts = self._posts()
        for row in rows:
            post = self.posts[self._place(row)]
            post.title = row.title or post.title

    def _place(self, row: PersonRow) -> tuple[int, str]:
        return id_of(self.units[row.unit.upper()]), ROLES[row.role.lower()].value

    def place(self, row: PersonRow) -> RowEffect:
        person, post = self.people[row.email.lower()], self.posts[self._place(row)]
        other = self._is_another(person, row)
        corrected = self._correct(person, row) + self._correct_contacts(person, row, other)
        holding = [one for one in self.held[id_of(post)] if one.from_day <= self.today]
        before = next((self.names.get(one.person_id, "") for one in holding), "")
        goes_on = any(one.person_id == person.id for one in holding)
        if goes_on and not other:
            kind = "corrected" if corrected else "unchanged"
            return self._effect(row, post, kind, before, corrected)
        self._ended += self.held[id_of(post)]
        tenure = {"post_id": post.id, "person_id": person.id, "from_day": self.today, "to_day": None}
        self.begun.append((tenure, row.unit.upper(), post.role))
        return self._effect(row, post, "handed_over" if goes_on else "taken_over", before, corrected)

    def _effect(
        self, row: PersonRow, post: Post, kind: str, before: str, corrected: tuple[tuple[str, str, str], ...]
    ) -> RowEffect:
        place = row.line, row.unit.upper(), post.role
        return RowEffect(*place, row.name, kind, before, corrected, row.email.lower(), row.phone)

    def emptied(self, lead_key: str) -> list[EmptiedPost]:
        """In the register's order; after every row was placed."""
        begun = {tenure["post_id"] for tenure, _, _ in self.begun}
        examples = {id_of(one): one.name for one in self.people.values() if one.example}
        keys = {id_of(unit): key for key, unit in self.units.items()}
        found = []
        for (unit, role), post in sorted(self.posts.items(), key=lambda one: id_of(one[1])):
            holders = [one.person_id for one in self.held[id_of(post)] if one.from_day <= self.today]
            gone = holders and all(one in examples for one in holders)
            if role in NEEDED and unit in keys and gone and post.id not in begun:
                key = keys[unit]
                found.append(EmptiedPost(key, role, examples[holders[0]], key == lead_key))
        return found

    def _is_another(self, person: Person, row: PersonRow) -> bool:
        """Of every row of this address: the first changes the name."""
        id = id_of(person)
        if id not in self.others and (person.example or not (row.same_person or same_name(person.name, row.name))):
            self.others[id] = (person.name, row.name)
            person.confirmed_at = None
        return id in self.others

    def _correct(self, person: Person, row: PersonRow) -> tuple[tuple[str, str, str], ...]:
        values = {"name": row.name, "phone": row.phone}
        changed = tuple(
            (name, getattr(person, name), new) for name, new in values.items() if getattr(person, name) != new
        )
        person.name, person.phone = values["name"], values["phone"]
        if person.example:
            changed += (("example", "1", "0"),)
            person.example = False
        return changed

    def _correct_contacts(self, person: Person, row: PersonRow, other: bool) -> tuple[tuple[str, str, str], ...]:
        """At the person's first row. Another person has nothing of the one before, though the table still says so."""
        changed, id = list[tuple[str, str, str]](), id_of(person)
        for kind, entered in self.entered.pop(row.email.lower(), {}).items():
            old = self.addresses.get((id, kind), "")
            new = "" if other and entered == old else entered
            if old != new:
                changed.append((kind, old, new))
                self.contacts.append(ChangedContact(id, kind, new))
        return tuple(changed)

    def successors(self) -> dict[int, int]:
        """Who held a post until today and holds none any more → who holds it now."""
        begun = {tenure["post_id"]: tenure["person_id"] for tenure, _, _ in self.begun}
        ended = {(one.post_id, one.person_id) for one in self._ended if one.from_day <= self.today}
        stay = set(begun.values())
        for post, tenures in self.held.items():
            stay |= {one.person_id for one in tenures if (post, one.person_id) not in ended}
        return {person: begun[post] for post, person in sorted(ended) if post in begun and person not in stay}

    def write_tenures(self) -> None:
        """Whoever held the post holds it until today; who had not begun never does."""
        for tenure in self._ended:
            if tenure.from_day >= self.today:
                self.session.delete(tenure)
            else:
                tenure.to_day = self.today
        self.session.flush()
        insert_rows(self.session, Tenure, [tenure for tenure, _, _ in self.begun])


def export_people(session: Session, day: date, kinds: Collection[str] = ()) -> bytes:
    """Who holds which post on that day, as the table `read_people` reads; no cell is a formula.

    `kinds`: of addresses that get a column each.
    """
    addresses = {(one.person_id, one.kind): one.address for one in contacts(session, kinds)}
    roles = {role.value: word for word, role in ROLES.items()}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, *kinds))
    for id, key, role, *rest in register_queries.holders_in_order(session, day):
        own = [addresses.get((id, kind), "") for kind in kinds]
        writer.writerow(tuple(harmless(cell) for cell in (key, roles[role], *rest, *own)))
    return ("\ufeff" + out.getvalue()).encode()
