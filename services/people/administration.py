"""An administrator's hand on one person: add, correct, end a tenure, grant and take back roles, end sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.database import id_of
from models.queries.people import access as access_queries
from models.queries.people import posts as post_queries
from models.queries.people import roles as role_queries
from models.tables.access import Grant
from models.tables.people import Person, Post
from notifications.addresses import is_public_address
from rules.access import GRANTED, Role
from rules.deadlines import local_day
from rules.text.names import same_name
from services import log
from services.access.links import give_address
from services.access.take_over import show_out
from services.errors import Refused
from services.people.handover import hand_over
from services.people.people_table import LETTER, is_phone

WHO_IS_IT = (
    "Tên khác với tên đang ghi: chọn đó là người khác hay chỉ sửa cách viết. "
    "/ Another name: choose whether it is another person or another spelling."
)


def add_person(session: Session, name: str, email: str, phone: str, by: str, now: datetime) -> Person:
    """Raises Refused."""
    _need_words(name, email, phone)
    _need_free(session, email, None)
    person = Person(name=name, email=email.lower(), phone=phone)
    session.add(person)
    session.flush()
    log.append(session, now, by, "people.add", f"person:{person.id}", {"name": name, "email": person.email})
    return person


def correct_person(
    session: Session,
    person: Person,
    name: str,
    email: str,
    phone: str,
    by: str,
    now: datetime,
    same_person: bool | None = None,
) -> None:
    """`same_person`: whether another name is only another spelling; None: nobody said so. Raises Refused."""
    _need_words(name, email, phone)
    if not same_name(person.name, name):
        if same_person is None:
            raise Refused(WHO_IS_IT)
        if not same_person:
            hand_over(session, {id_of(person): (person.name, name)}, by, now)
            person.confirmed_at = None
    _need_free(session, email, person.id)
    values = {"name": name, "email": email.lower(), "phone": phone}
    changed = {key: [getattr(person, key), new] for key, new in values.items() if getattr(person, key) != new}
    if not changed:
        return
    person.name, person.phone = name, phone
    if "email" in changed:
        give_address(session, person, email, now)
    session.add(person)
    log.append(session, now, by, "people.correct", f"person:{person.id}", changed)


def _need_words(name: str, email: str, phone: str) -> None:
    if not LETTER.search(name):
        raise Refused("Cần ghi họ và tên. / A name is needed.")
    if not is_public_address(email):
        raise Refused("Địa chỉ thư chưa đúng dạng ten@coquan.gov.vn. / Not an e-mail address.")
    if phone and not is_phone(phone):
        raise Refused("Số điện thoại cần 9–12 chữ số, hoặc để trống. / Not a telephone number.")


def _need_free(session: Session, email: str, own: int | None) -> None:
    holder = access_queries.person_by_email(session, email)
    if holder is not None and holder.id != own:
        raise Refused(f"Địa chỉ {email} đã là của {holder.name}. / This address is {holder.name}'s.")


def end_tenure(session: Session, person: Person, post: Post, last: date, by: str, now: datetime) -> None:
    """`last`: the last day on which the person holds the post. Raises Refused."""
    today = local_day(now)
    tenure = post_queries.tenure_on(session, id_of(person), id_of(post), today)
    if tenure is None:
        raise Refused(f"{person.name} không giữ vị trí này. / {person.name} does not hold this post.")
    if last < max(tenure.from_day, today):
        raise Refused("Ngày cuối không được ở trước hôm nay. / The last day must not lie in the past.")
    tenure.to_day = date.fromordinal(last.toordinal() + 1)
    session.add(tenure)
    details: dict[str, Any] = {"post": post.id, "role": post.role, "unit": post.organisation_id, "last_day": last}
    log.append(session, now, by, "people.end_tenure", f"person:{person.id}", details)


def grant(session: Session, person: Person, role: Role, by: str, now: datetime) -> None:
    """Raises Refused for a role that comes with a post."""
    _need_granted(role)
    if role_queries.grant_of(session, id_of(person), role.value) is None:
        session.add(Grant(person_id=id_of(person), role=role.value))
        session.flush()
        log.append(session, now, by, "access.grant", f"person:{person.id}", {"role": role.value})


def take_back(session: Session, person: Person, role: Role, by: str, now: datetime) -> None:
    """Raises Refused for the last administrator: nobody could give the role to anybody again."""
    _need_granted(role)
    grants = role_queries.grants_of(session, role.value)
    own = next((one for one in grants if one.person_id == person.id), None)
    if own is None:
        return
    if role is Role.ADMINISTRATOR and len(grants) == 1:
        raise Refused("Đây là quản trị viên cuối cùng; hãy trao quyền cho người khác trước. / The last administrator.")
    session.delete(own)
    session.flush()
    log.append(session, now, by, "access.take_back", f"person:{person.id}", {"role": role.value})
    show_out(session, [id_of(person)], now)


def _need_granted(role: Role) -> None:
    if role not in GRANTED:
        raise Refused("Vai trò này đi theo vị trí. / This role comes with a post.")


def end_sessions(session: Session, person: Person, by: str, now: datetime) -> int:
    ended = access_queries.revoke(session, id_of(person), now)
    if ended:
        log.append(session, now, by, "access.revoke", f"person:{person.id}", {"sessions": ended})
    return ended
