"""Prepares an empty database: organisations, the shipped plan, and one example contact a post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session

from models.database import id_of
from models.queries.people import organisations as organisation_queries
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Person, Post, Tenure
from rules.organisations import OrganisationEntry
from rules.plan import Plan
from services import log
from services.plan.load import load_plan

UNIT_POSTS = {"focal_point": ("Đầu mối thống kê", "dau-moi"), "deputy": ("Phó đầu mối", "pho-dau-moi")}
HEAD = ("head", "thu-truong")
LEAD_POSTS = {"coordinator": ("Điều phối viên", "dieu-phoi"), "leader": ("Lãnh đạo phụ trách", "lanh-dao")}
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Lâm", "Sơn", "Thạch", "Danh", "Võ", "Đặng", "Bùi")
MIDDLES = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Hữu", "Kim", "Quốc")
GIVEN = ("Lan", "Hùng", "Mai", "Tuấn", "Hạnh", "Phúc", "Diễm", "Khánh", "Sương", "Thành", "Trang", "Đức", "Vy", "Lộc")


def prepare(session: Session, plan: Plan, organisations: Sequence[OrganisationEntry], now: datetime) -> None:
    """Once, in an empty database."""
    _store_organisations(session, organisations)
    version = load_plan(session, plan, now)
    _store_example_contacts(session, plan.lead, plan.signed_on)
    log.append(session, now, "kyhan", "home.prepare", f"plan:{version.id}", {"organisations": len(organisations)})


def _store_organisations(session: Session, entries: Iterable[OrganisationEntry]) -> None:
    for position, entry in enumerate(entries):
        row = Organisation(
            key=entry.key,
            kind=entry.kind,
            parent_key=entry.parent,
            line_ministry_key=entry.line_ministry,
            groups=f" {' '.join(entry.groups)} ",
            position=position,
        )
        session.add(row)
        session.flush()
        session.add_all(
            OrganisationName(
                organisation_id=id_of(row),
                valid_from=name.valid_from,
                valid_to=name.valid_to,
                name=name.name,
                abbreviation=name.abbreviation,
                head_title=name.head_title,
                place=name.place,
            )
            for name in entry.names
        )
    session.flush()


def _store_example_contacts(session: Session, lead_key: str, since: date) -> None:
    done: set[int] = set()
    for organisation, name in organisation_queries.organisations_with_names(session):
        if id_of(organisation) in done:
            continue
        done.add(id_of(organisation))
        posts = {**UNIT_POSTS, HEAD[0]: (name.head_title, HEAD[1])}
        if organisation.key == lead_key:
            posts |= LEAD_POSTS
        for role, (title, mailbox) in posts.items():
            _store_example_contact(session, organisation, role, title, mailbox, since)


def _store_example_contact(
    session: Session, organisation: Organisation, role: str, title: str, mailbox: str, since: date
) -> None:
    post = Post(organisation_id=id_of(organisation), role=role, title=title)
    person = Person(
        name=example_name(f"{organisation.key}:{role}"),
        email=f"{mailbox}.{organisation.key.lower()}@example.vn",
        example=True,
    )
    session.add_all([post, person])
    session.flush()
    session.add(Tenure(post_id=id_of(post), person_id=id_of(person), from_day=since))


def example_name(seed: str) -> str:
    """A made-up name, the same for the same seed, and marked as made up."""
    digest = sha256(seed.encode()).digest()
    parts = (SURNAMES[digest[0] % len(SURNAMES)], MIDDLES[digest[1] % len(MIDDLES)], GIVEN[digest[2] % len(GIVEN)])
    return f"{' '.join(parts)} (ví dụ)"
