"""The table of people and their posts: read, and checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import normalize

from models.queries.people.contacts import Contact
from models.tables.organisations import Organisation
from notifications.addresses import is_contact_address, is_public_address, misspelt_domains
from notifications.zalo.zns import mobile
from rules.access import OF_THE_LEAD, Role
from services.forms.table_import import CellProblem, Columns, TableLine, read_sheet

COLUMNS = ("don_vi", "vai_tro", "chuc_danh", "ho_ten", "thu_dien_tu", "dien_thoai")
SAME_PERSON = "cung_nguoi"  # «x»: another spelling of the same person's name, not another person
YES = frozenset({"x", "có", "co", "yes", "1"})
ENGLISH = {
    "unit": "don_vi",
    "role": "vai_tro",
    "title": "chuc_danh",
    "name": "ho_ten",
    "email": "thu_dien_tu",
    "phone": "dien_thoai",
    "same_person": SAME_PERSON,
}
OPTIONAL = frozenset({"chuc_danh", SAME_PERSON})
ROLES = {
    "dau_moi": Role.FOCAL_POINT,
    "pho_dau_moi": Role.DEPUTY,
    "thu_truong": Role.HEAD,
    "dieu_phoi": Role.COORDINATOR,
    "lanh_dao": Role.LEADER,
}
ROLE_NAMES = {  # as the pages call them
    "đầu mối": "dau_moi",
    "đầu mối thống kê": "dau_moi",
    "phó đầu mối": "pho_dau_moi",
    "thủ trưởng": "thu_truong",
    "thủ trưởng đơn vị": "thu_truong",
    "điều phối": "dieu_phoi",
    "điều phối viên": "dieu_phoi",
    "lãnh đạo": "lanh_dao",
    "lãnh đạo phụ trách": "lanh_dao",
    "focal point": "dau_moi",
    "deputy": "pho_dau_moi",
    "head": "thu_truong",
    "coordinator": "dieu_phoi",
    "leader": "lanh_dao",
}
PHONE = re.compile(r"\+?\d{9,12}")
LETTER = re.compile(r"[^\W\d_]")
MADE_OF = ("chỉ gồm chữ, số và . @ + : # ! ~ - _ , không có dấu cách", "letters, digits and . @ + : # ! ~ - _ alone")
NINE_DIGITS = re.compile(r"[1-9]\d{8}")  # what Excel leaves of 0912345678


@dataclass(frozen=True)
class PersonRow:
    line: int
    unit: str
    role: str
    title: str
    name: str
    email: str
    phone: str
    same_person: bool = False  # as somebody they know under another spelling
    contacts: tuple[tuple[str, str], ...] = ()  # kind and address, of the columns there are; empty: none any more

    @property
    def post(self) -> tuple[str, str]:
        return self.unit.upper(), self.role.lower()


@dataclass(frozen=True)
class PeopleTable:
    rows: tuple[PersonRow, ...]
    problems: tuple[CellProblem, ...] = ()  # cells that could not be read
    notes: tuple[str, ...] = ()
    file: str = ""


def read_people(content: bytes, file: str = "", kinds: Mapping[str, str] = MappingProxyType({})) -> PeopleTable:
    """CSV or Excel with the columns of COLUMNS, in any order. Raises Refused when it is no such table.

    `kinds`: of addresses that may have a column each, called by that name or by its title.
    """
    titles = {"_".join(title.lower().split()): kind for kind, title in kinds.items()}
    table = Columns((*COLUMNS, SAME_PERSON, *kinds), {**titles, **ENGLISH}, OPTIONAL | kinds.keys())
    sheet = read_sheet(content, table, file)
    rows = tuple(_row(line, kinds) for line in sheet.lines)
    return PeopleTable(rows, sheet.problems, (*sheet.notes, *_not_mobile(rows), *_misspelt(rows)), sheet.file)


def _not_mobile(rows: tuple[PersonRow, ...]) -> Iterator[str]:
    """The column serves reminders by Zalo alone; a landline, or a number of before 2018, gets none."""
    for row in rows:
        if row.phone and is_phone(row.phone) and mobile(row.phone) is None:
            yield (
                f"Dòng {row.line}, cột dien_thoai «{row.phone}»: máy bàn hoặc đầu số cũ, không nhận được tin Zalo; "
                f"vẫn nhập. / Line {row.line}: not a mobile number, Zalo will not reach it."
            )


def _misspelt(rows: tuple[PersonRow, ...]) -> Iterator[str]:
    for row, meant in misspelt_domains({row: row.email for row in rows}).items():
        yield (
            f"Dòng {row.line}, cột thu_dien_tu «{row.email}»: có phải {meant}? Nếu đã ghi đúng thì vẫn nhập được. / "
            f"Line {row.line}: is {meant} meant?"
        )


def _row(line: TableLine, kinds: Iterable[str]) -> PersonRow:
    unit, role, title, name, email, phone = (line[column] for column in COLUMNS)
    phone = f"0{phone}" if NINE_DIGITS.fullmatch(phone) else phone
    contacts = tuple((kind, line[kind]) for kind in kinds if kind in line.cells)
    role = ROLE_NAMES.get(" ".join(normalize("NFC", role).casefold().split()), role)
    same = line[SAME_PERSON].casefold() in YES
    return PersonRow(line.number, unit, role, title, name, email, phone, same, contacts)


def check(
    table: PeopleTable, units: Mapping[str, Organisation], lead_key: str, known: Sequence[Contact] = ()
) -> list[CellProblem]:
    """Everything wrong with it, by line. `known`: the addresses people have so far."""
    problems = [*table.problems]
    posts: dict[tuple[str, str], PersonRow] = {}
    people: dict[str, PersonRow] = {}
    for row in table.rows:
        cells = [*_wrong_cells(row, units, lead_key), *_against_other_rows(row, posts, people)]
        problems += [CellProblem(row.line, *cell, table.file) for cell in cells]
    problems += [CellProblem(line, *cell, table.file) for line, cell in wrong_contacts(table.rows, known)]
    return sorted(problems, key=lambda one: one.line)


Cell = tuple[str, str, str, str]  # column, value, Vietnamese, English


def _against_other_rows(
    row: PersonRow, posts: dict[tuple[str, str], PersonRow], people: dict[str, PersonRow]
) -> Iterator[Cell]:
    first = posts.setdefault(row.post, row)
    if first is not row:
        whole = "trùng hoàn toàn với" if _same(first, row) else "cùng vị trí với"
        yield "vai_tro", row.role, f"{whole} dòng {first.line}; bỏ một dòng", f"the same post as line {first.line}"
    holder = people.setdefault(row.email.lower(), row)
    if row.email and holder.name != row.name:
        vi = f"thư này ở dòng {holder.line} là của {holder.name}; sửa tên hoặc địa chỉ"
        yield "ho_ten", row.name, vi, f"this address is {holder.name}'s in line {holder.line}"


def _same(a: PersonRow, b: PersonRow) -> bool:
    return (a.post, a.title, a.name, a.email.lower()) == (b.post, b.title, b.name, b.email.lower())


def _wrong_cells(row: PersonRow, units: Mapping[str, Organisation], lead_key: str) -> Iterator[Cell]:
    if row.unit.upper() not in units:
        yield "don_vi", row.unit, "không có đơn vị này; dùng mã trong danh sách đơn vị", "no such unit"
    yield from _wrong_role(row, lead_key)
    if not LETTER.search(row.name):
        yield (
            "ho_ten",
            row.name,
            "không phải họ tên; điền họ và tên" if row.name else "để trống; điền họ và tên",
            "no name",
        )
    elif len(row.name) > 100:
        yield "ho_ten", row.name, "dài quá 100 chữ", "longer than 100 letters"
    if not is_public_address(row.email):
        vi = "không phải địa chỉ thư; viết dạng ten@coquan.gov.vn"
        yield "thu_dien_tu", row.email, vi, "not an e-mail address"
    if row.phone and not is_phone(row.phone):
        yield "dien_thoai", row.phone, "không phải số điện thoại; 9–12 chữ số hoặc để trống", "not a telephone number"


def contacts_by_email(rows: Iterable[PersonRow]) -> dict[str, dict[str, str]]:
    """E-mail address of a person → kind → address; of several rows of one person, the first that names one."""
    people: dict[str, dict[str, str]] = {}
    for row in rows:
        own = people.setdefault(row.email.lower(), {})
        for kind, address in row.contacts:
            own[kind] = own.get(kind) or address
    return people


def wrong_contacts(rows: Iterable[PersonRow], known: Iterable[Contact]) -> Iterator[tuple[int, Cell]]:
    rows = tuple(rows)
    entered = contacts_by_email(rows)
    stay = [one for one in known if one.kind not in entered.get(one.email.lower(), {})]
    owners = {(one.kind, one.address): (one.email.lower(), one.name) for one in stay}
    for row in rows:
        for kind, address in row.contacts:
            own = (row.email.lower(), f"{row.name} (dòng {row.line})")
            owner = owners.setdefault((kind, address), own) if address else own
            if address and not is_contact_address(address):
                yield row.line, (kind, address, *MADE_OF)
            elif owner[0] != own[0]:
                vi, en = f"địa chỉ này đã là của {owner[1]}; mỗi người một địa chỉ", f"this address is {owner[1]}'s"
                yield row.line, (kind, address, vi, en)
            elif address and address != entered[own[0]][kind]:
                vi = f"ở dòng khác người này có địa chỉ «{entered[own[0]][kind]}»; ghi giống nhau"
                yield row.line, (kind, address, vi, "another line gives this person another address")


def _wrong_role(row: PersonRow, lead_key: str) -> Iterator[Cell]:
    role = ROLES.get(row.role.lower())
    if role is None:
        yield (
            "vai_tro",
            row.role,
            f"cần một trong: {', '.join(ROLES)}; hoặc tên như trên trang: Đầu mối, Thủ trưởng…",
            "no such role",
        )
    elif role in OF_THE_LEAD and row.unit.upper() != lead_key:
        yield "vai_tro", row.role, f"chỉ có ở {lead_key}", f"only at {lead_key}"


def is_phone(text: str) -> bool:
    return PHONE.fullmatch(re.sub(r"[ .()-]", "", text)) is not None
