"""Control characters and halves of characters are dropped wherever text comes in, on either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from builders import DUE_SOON, a_case, an_office
from sqlalchemy import Engine, insert, select
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, HEAD, a_browser, a_session, form_key

from models.copy import copy_rows
from models.database import connect, reading, writing
from models.metadata import metadata
from models.tables.log import LogEntry
from models.tables.people import Person
from portal.context import PortalContext
from portal.cookies import Cookie, named
from portal.forms import FIELD
from rules.text.control_characters import has_controls, without_controls
from services import log
from services.access.examples import add_examples_without_post

ODD = quote_from_bytes(b"a\x00b\x0b\x1bc\xed\xa0\x80")
READ_BY_HAND = ("number", "note", "day", "received", "via", "reason", "text", "email", "password", "tai_len", "name")


@pytest.fixture
def context(engine: Engine, tmp_path: Path) -> PortalContext:
    office = an_office(tmp_path, key=b"only for tests, and long enough to seal")
    with writing(engine) as session:
        add_examples_without_post(session, DUE_SOON)
        a_case(session, office, "SYT")
    return PortalContext(engine, office, lambda: DUE_SOON)


def forms(routes: Iterable[Any]) -> Iterator[tuple[str, list[str]]]:
    """Path and fields of everything that is posted, other systems' calls aside."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from forms(route.effective_candidates())
        elif "POST" in (getattr(route, "methods", None) or ()) and hasattr(route, "dependant"):
            yield route.path, [field.alias for field in route.dependant.body_params]


def odd_texts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [
            f"{table.name}.{column}"
            for table in metadata.sorted_tables
            for row in connection.execute(select(table)).mappings()
            for column, value in row.items()
            if isinstance(value, str) and has_controls(value)
        ]


def test_no_field_of_any_form_brings_them_into_the_database(context: PortalContext) -> None:
    counts = Counter[int]()
    with reading(context.engine) as session:
        case = str(a_case(session, context.office, "SYT").case.id)
    for visitor in (FOCAL_POINT, HEAD, COORDINATOR, ADMINISTRATOR):
        client = a_browser(context, visitor, raise_server_exceptions=False)
        for path, fields in forms(client.app.routes):
            client.cookies.set(
                named(context, Cookie.SESSION), a_session(context, visitor)
            )  # the last form may have ended it
            names = sorted({*fields, *READ_BY_HAND} - {FIELD})
            body = urlencode({FIELD: form_key(client)}) + "".join(f"&{name}={ODD}" for name in names)
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            place = "/".join(_filled(part, case) for part in path.split("/"))
            answer = client.post(place, content=body, headers=kind)
            assert answer.status_code < 500, (visitor, path)
            counts[answer.status_code] += 1
    print(dict(counts))
    assert counts[303] > 15
    assert odd_texts(context.engine) == []
    with reading(context.engine) as session:
        assert log.verify(session).broken_at is None


def _filled(part: str, case: str) -> str:
    return {"{case_id}": case, "{unit}": "SYT"}.get(part, "1" if part.startswith("{") else part)


def test_a_message_is_kept_without_them(context: PortalContext) -> None:
    client = a_browser(context, FOCAL_POINT)
    with reading(context.engine) as session:
        case = a_case(session, context.office, "SYT").case.id
    body = urlencode({FIELD: form_key(client)}) + f"&text={ODD}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(f"/ho-so/{case}/tin-nhan", content=body, headers=kind).status_code == 303
    assert odd_texts(context.engine) == []


@pytest.mark.parametrize(
    "path", ["/don-vi/%00", "/nhiem-vu/%00", "/?tu=%00", "/quan-tri/nhat-ky?q=%00", "/quan-tri/nguoi?q=a%00%1B"]
)
def test_no_address_with_them_is_a_fault(context: PortalContext, path: str) -> None:
    assert a_browser(context, ADMINISTRATOR).get(path).status_code < 500


def test_fields_of_a_form_with_files_lose_them_too(context: PortalContext) -> None:
    client = a_browser(context, FOCAL_POINT)
    with reading(context.engine) as session:
        case = a_case(session, context.office, "SYT").case.id
    told = {FIELD: form_key(client), "number": "1\x00/BC", "note": "a\x1bb"}
    file = {"files": ("b\x0bang.csv", b"a,b\n")}
    assert client.post(f"/ho-so/{case}/nop", data=told, files=file).status_code == 303
    assert odd_texts(context.engine) == []


def test_whatever_a_command_or_a_mail_hands_down_loses_them(engine: Engine) -> None:
    with writing(engine) as session:
        person = Person(name="Lan\x00 \ud800Anh\x0bB", email="lan@example.vn")
        session.add(person)
        session.flush()
        log.append(session, DUE_SOON, "Lan\x00", "person.add", "person:1\x1b", {"name": "\ud800\x00"})
    assert odd_texts(engine) == []
    with reading(engine) as session:
        assert session.get_one(Person, person.id).name == "Lan Anh\nB"
        assert log.verify(session).broken_at is None
        assert session.get_one(LogEntry, 1).actor


def test_rows_of_an_old_database_are_copied_without_them_and_named(empty_engine: Engine, tmp_path: Path) -> None:
    old, person = connect(f"sqlite:///{tmp_path}/old.db"), Person.__table__
    for engine in (old, empty_engine):
        metadata.create_all(engine)
    with old.begin() as connection:
        told = {"id": 7, "name": "Lan", "email": "lan@example.vn", "phone": "", "example": False}
        columns = {column.name: told.get(column.name, "") for column in person.columns if not column.nullable}
        connection.execute(insert(person), columns)
        connection.exec_driver_sql("UPDATE person SET name = 'La' || char(0) || 'n' || char(27)")
    assert copy_rows(old, empty_engine) == ["person 7: name"]
    with reading(empty_engine) as session:
        assert session.get_one(Person, 7).name == "Lan"


def test_breaks_of_a_word_processor_become_line_breaks() -> None:
    assert without_controls("một\x0bhai\tba\r\n\x07") == "một\nhai\tba\r\n"


def test_what_reverses_letters_or_steers_a_terminal_goes_and_ends_of_lines_do_not_break_json() -> None:
    assert without_controls("a\u202etxt.exe\u2066 b\x9b31m\x7f\ufffe\ufdd0\u2028c\x85d") == "atxt.exe b31m c d"


def test_what_was_sealed_is_copied_as_it_stands(empty_engine: Engine, tmp_path: Path) -> None:
    old = connect(f"sqlite:///{tmp_path}/old.db")
    for engine in (old, empty_engine):
        metadata.create_all(engine)
    with writing(old) as session:
        entry = log.append(session, DUE_SOON, "Lan", "person.add", "person:1", {"name": "Lan\x1b\u202e"})
        assert entry.details == '{"name":"Lan"}'
    with old.begin() as connection:
        connection.exec_driver_sql("UPDATE log_entry SET actor = 'La' || char(8238) || 'n'")  # as sealed in old days
    assert copy_rows(old, empty_engine) == []
    with reading(empty_engine) as session:
        assert session.get_one(LogEntry, 1).actor == "La\u202en"
