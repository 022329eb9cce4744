"""Real people for the posts: read from a table, checked row by row, put in place all together or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from models import queries_plan
from models.organisations import Organisation
from models.people import Person, Post, Tenure
from notifications.addresses import is_address
from rules.access import Role
from rules.deadlines import local_day
from services import log
from services.access_take_over import end_tenures
from services.errors import Refused

COLUMNS = ("don_vi", "vai_tro", "chuc_danh", "ho_ten", "thu_dien_tu", "dien_thoai")
ENGLISH = {
    "unit": "don_vi",
    "role": "vai_tro",
    "title": "chuc_danh",
    "name": "ho_ten",
    "email": "thu_dien_tu",
    "phone": "dien_thoai",
}
ROLES = {
    "dau_moi": Role.FOCAL_POINT,
    "pho_dau_moi": Role.DEPUTY,
    "thu_truong": Role.HEAD,
    "dieu_phoi": Role.COORDINATOR,
    "lanh_dao": Role.LEADER,
}
OF_THE_LEAD = (Role.COORDINATOR, Role.LEADER)
PHONE = re.compile(r"\+?\d{9,12}")
LARGEST = 5 << 20
MOST_ROWS = 10_000


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    value: str
    vi: str
    en: str

    def __str__(self) -> str:
        return f"dòng {self.line}, cột {self.column} «{self.value}»: {self.vi} / line {self.line}: {self.en}"


@dataclass(frozen=True)
class Row:
    line: int
    unit: str
    role: str
    title: str
    name: str
    email: str
    phone: str


@dataclass
class Imported:
    taken_over: int = 0  # posts that got a new holder
    corrected: int = 0  # people whose name or phone changed
    unchanged: int = 0
    examples_retired: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_people(content: bytes) -> list[Row]:
    """A CSV in UTF-8 with the columns of COLUMNS, in any order. Raises Refused when it is no such table."""
    if len(content) > LARGEST:
        raise Refused(f"Tệp lớn hơn {LARGEST >> 20} MB. / The file is larger than {LARGEST >> 20} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(
            f"Dòng {line}: không phải UTF-8 (bảng mã TCVN3, VNI hoặc Windows?). Trong Excel chọn «CSV UTF-8». / "
            f"Line {line} is not UTF-8."
        ) from None
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return list(_rows(table))
    except csv.Error as error:
        raise Refused(f"Dòng {table.line_num}: không đọc được ({error}). / Line {table.line_num}.") from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _rows(table: Iterable[list[str]]) -> Iterator[Row]:
    lines = iter(table)
    names = [ENGLISH.get(cell.strip().lower(), cell.strip().lower()) for cell in next(lines, [])]
    missing = [name for name in COLUMNS if name not in names and name != "chuc_danh"]
    if missing:
        raise Refused(f"Thiếu cột: {', '.join(missing)}. / Missing columns. Cần: {', '.join(COLUMNS)}.")
    for number, cells in enumerate(lines, 2):
        if number > MOST_ROWS:
            raise Refused(f"Quá {MOST_ROWS} dòng. / More than {MOST_ROWS} rows.")
        if any(cell.strip() for cell in cells):
            told = dict(zip(names, (" ".join(cell.split()) for cell in cells), strict=False))
            yield Row(number, *(told.get(name, "") for name in COLUMNS))


def import_people(session: Session, rows: Sequence[Row], lead_key: str, by: str, now: datetime) -> Imported:
    """Put them in their posts from today on; the example contacts retire. With any problem nothing changes."""
    units = queries_plan.organisations_by_key(session)
    done = Imported(problems=_problems(rows, units, lead_key))
    if done.problems or not rows:
        return done
    for row in rows:
        _place(session, row, units[row.unit.upper()], by, now, done)
    done.examples_retired = _retire_examples(session, local_day(now))
    details = {"taken_over": done.taken_over, "corrected": done.corrected, "examples_retired": done.examples_retired}
    log.append(session, now, by, "people.import", f"day:{local_day(now)}", details)
    return done


def _problems(rows: Sequence[Row], units: dict[str, Organisation], lead_key: str) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    for row in rows:
        found += _wrong_cells(row, units, lead_key)
        post = (row.unit.upper(), row.role.lower())
        if post in seen:
            vi, en = f"trùng với dòng {seen[post]}", f"the same post as line {seen[post]}"
            found.append(Problem(row.line, "vai_tro", row.role, vi, en))
        seen.setdefault(post, row.line)
        known = names.setdefault(row.email.lower(), row.name)
        if known != row.name:
            found.append(Problem(row.line, "ho_ten", row.name, f"thư này là của {known}", f"this address is {known}'s"))
    return found


def _wrong_cells(row: Row, units: dict[str, Organisation], lead_key: str) -> Iterator[Problem]:
    role = ROLES.get(row.role.lower())
    if row.unit.upper() not in units:
        yield Problem(row.line, "don_vi", row.unit, "không có đơn vị này", "no such unit")
    if role is None:
        yield Problem(row.line, "vai_tro", row.role, f"cần một trong: {', '.join(ROLES)}", "no such role")
    elif role in OF_THE_LEAD and row.unit.upper() != lead_key:
        yield Problem(row.line, "vai_tro", row.role, f"chỉ có ở {lead_key}", f"only at {lead_key}")
    if not row.name:
        yield Problem(row.line, "ho_ten", row.name, "để trống", "is empty")
    if not is_address(row.email):
        yield Problem(row.line, "thu_dien_tu", row.email, "không phải địa chỉ thư", "not an e-mail address")
    if row.phone and not PHONE.fullmatch(re.sub(r"[ .()-]", "", row.phone)):
        yield Problem(row.line, "dien_thoai", row.phone, "không phải số điện thoại", "not a telephone number")


def _place(session: Session, row: Row, unit: Organisation, by: str, now: datetime, done: Imported) -> None:
    person, corrected = _person(session, row)
    post = _post(session, row, unit)
    today = local_day(now)
    done.corrected += corrected
    if _holds(session, post, person, today):
        done.unchanged += not corrected
        return
    end_tenures(session, post, today)
    session.flush()
    session.add(Tenure(post_id=post.id or 0, person_id=person.id or 0, from_day=today))
    session.flush()
    done.taken_over += 1
    details = {"post": post.id, "unit": unit.key, "role": post.role}
    log.append(session, now, by, "people.place", f"person:{person.id}", details)


def _person(session: Session, row: Row) -> tuple[Person, bool]:
    """By the address; whether something about a known person was corrected."""
    known = session.execute(select(Person).where(col(Person.email) == row.email.lower())).scalars().first()
    if known is None:
        person = Person(name=row.name, email=row.email.lower(), phone=row.phone)
        session.add(person)
        session.flush()
        return person, False
    corrected = (known.name, known.phone, known.example) != (row.name, row.phone or known.phone, False)
    known.name, known.phone, known.example = row.name, row.phone or known.phone, False
    session.add(known)
    return known, corrected


def _post(session: Session, row: Row, unit: Organisation) -> Post:
    role = ROLES[row.role.lower()].value
    query = select(Post).where(col(Post.organisation_id) == unit.id, col(Post.role) == role)
    post = session.execute(query).scalars().first()
    if post is None:
        post = Post(organisation_id=unit.id or 0, role=role, title=row.title)
    post.title = row.title or post.title
    session.add(post)
    session.flush()
    return post


def _holds(session: Session, post: Post, person: Person, day: date) -> bool:
    query = select(col(Tenure.id)).where(
        col(Tenure.post_id) == post.id,
        col(Tenure.person_id) == person.id,
        col(Tenure.from_day) <= day,
        or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > day),
    )
    return session.execute(query).first() is not None


def _retire_examples(session: Session, today: date) -> int:
    examples = select(col(Person.id)).where(col(Person.example))
    held = (col(Tenure.person_id).in_(examples), or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > today))
    return int(session.connection().execute(update(Tenure).where(*held).values(to_day=today)).rowcount)


def export_people(session: Session, day: date) -> bytes:
    """Who holds which post on that day, as the table `read_people` reads."""
    roles = {role.value: word for word, role in ROLES.items()}
    query = (
        select(
            col(Organisation.key),
            col(Post.role),
            col(Post.title),
            col(Person.name),
            col(Person.email),
            col(Person.phone),
        )
        .join(Post, col(Post.organisation_id) == col(Organisation.id))
        .join(Tenure, col(Tenure.post_id) == col(Post.id))
        .join(Person, col(Person.id) == col(Tenure.person_id))
        .where(col(Tenure.from_day) <= day, or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > day))
        .order_by(col(Organisation.position), col(Post.id))
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows((key, roles[role], *rest) for key, role, *rest in session.execute(query))
    return ("\ufeff" + out.getvalue()).encode()
