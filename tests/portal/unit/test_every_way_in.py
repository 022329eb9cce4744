"""Whatever way a file comes, the same gate stands before it: size, kind, bombs, viruses."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import a_province
import pytest
from fakes.clamd import EICAR, a_scanner
from openpyxl import load_workbook
from sqlmodel import select
from systems import System
from test_answer_links import a_link
from visitors import COORDINATOR, FOCAL_POINT, a_browser, form_key, post

from bootstrap.home import Home
from cli.daily.submit import keep_files
from config.forms import Forms
from models.database import reading
from models.tables.content import ContentCheck, ContentRow
from models.tables.log import LogEntry
from models.tables.uploads import Upload
from portal.context import PortalContext
from portal.forms import FIELD, HEADER
from portal.pages.unit.answer import mark_of
from reports.sheets.sheet_form import HEAD_ROW, empty_form
from rules.intake import Intake
from services.cases.case_file import CONTENT
from services.cases.hand_in import find
from services.errors import Refused
from services.inbound.attachments import look_into, refusals
from services.inbound.parse import ReceivedMail

FORMS = Forms(Path("config/plans/70-KH-UBND"))
Way = Callable[[PortalContext, int, str, bytes], bool]  # whether the file was taken


def a_bomb() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", b"0" * (30 << 20))
    return whole.getvalue()


FILES = {
    "fine": ("lich.csv", b"a,b\n", True),
    "too large": ("lich.csv", b"a" * ((1 << 20) + 1), False),
    "a program": ("lich.pdf", b"MZ" + b"\0" * 60, False),
    "a bomb": ("lich.zip", a_bomb(), False),
    "a virus": ("lich.txt", EICAR, False),
}


def by_form(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    client = a_browser(context, FOCAL_POINT)
    files = {"files": (name, content)}
    return client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=files).status_code == 303


def by_form_of_no_told_length(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    client = a_browser(context, FOCAL_POINT)
    told = {FIELD: form_key(client)}
    request = client.build_request("POST", f"/ho-so/{case}/nop", data=told, files={"files": (name, content)})
    kind = {"Content-Type": request.headers["Content-Type"]}
    return client.post(request.url, content=iter([request.read()]), headers=kind).status_code == 303


def by_pieces(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    client = a_browser(context, FOCAL_POINT)
    begun = post(client, f"/ho-so/{case}/tai-len", name=name, size=str(len(content)))
    if begun.status_code != 200:
        return False
    path = f"/ho-so/{case}/tai-len/{begun.json()['token']}"
    kind = {HEADER: form_key(client), "Content-Type": "application/octet-stream"}
    assert client.post(f"{path}?tu=0", content=content, headers=kind).status_code == 200
    return post(client, f"{path}/xong", sha256=sha256(content).hexdigest()).status_code == 200


def by_register(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    client = a_browser(context, COORDINATOR)
    told = {FIELD: form_key(client), "via": "paper", "received": "2014-01-08T08:00", "number": "1/BC"}
    answer = client.post(f"/ho-so/{case}/vao-so", data=told, files={"files": (name, content)})
    return answer.status_code == 303


def by_link(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    path = a_link(context, case=case)
    told = {FIELD: mark_of(path.rpartition("/")[2])}
    answer = a_browser(context).post(f"{path}/nop", data=told, files={"files": (name, content)})
    return answer.status_code == 303


def by_api(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    answer = System(context).post(
        f"/cases/{case}/submissions", data={"document_number": "1/BC"}, files={"files": (name, content)}
    )
    return answer.status_code == 201


def by_mail(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    mail = EmailMessage()
    mail.set_content("Kính gửi")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return (
        refusals(look_into(ReceivedMail(bytes(mail)).attachments, context.office.intake, None), context.office.intake)
        == []
    )


def by_command(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    source = context.office.folder / name
    source.write_bytes(content)
    home = Home(settings=_Settings(context.office.folder), catalogue=None, engine=context.engine, office=context.office)  # type: ignore[arg-type]
    try:
        return len(keep_files(home, [source], None)) == 1
    except Refused:
        return False


class _Settings:
    def __init__(self, home: Path) -> None:
        self.home = home


WAYS = (by_form, by_form_of_no_told_length, by_pieces, by_register, by_link, by_api, by_mail, by_command)


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path, intake=Intake(largest=1 << 20)))


@contextmanager
def scanned(context: PortalContext, *, away: bool = False) -> Iterator[PortalContext]:
    with a_scanner() as address:
        if not away:
            yield replace(
                context, office=replace(context.office, intake=replace(context.office.intake, scanner=address))
            )
    if away:
        yield replace(context, office=replace(context.office, intake=replace(context.office.intake, scanner=address)))


def kept(context: PortalContext) -> set[str]:
    return {path.name for path in (context.office.folder / "files").rglob("*") if path.is_file()}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_takes_the_same_files(context: PortalContext, way: Way) -> None:
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", context.clock()).case.id or 0
    with scanned(context) as own:
        before = kept(own)
        for what in ("too large", "a program", "a bomb", "a virus"):
            name, content, _ = FILES[what]
            assert not way(own, case, name, content), what
        assert kept(own) == before
        assert way(own, case, *FILES["fine"][:2])


@pytest.mark.parametrize("way", [by_form, by_link, by_api, by_mail, by_command], ids=lambda way: way.__name__)
def test_while_the_scanner_is_away_files_are_taken_and_told_of(context: PortalContext, way: Way) -> None:
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", context.clock()).case.id or 0
    with scanned(context, away=True) as own:
        assert way(own, case, *FILES["fine"][:2])


def a_table(*days: str) -> bytes:
    """The calendar's own form, filled in."""
    book = load_workbook(io.BytesIO(empty_form(FORMS["I5-CALENDAR"], "Sở Y tế", "70/KH-UBND", "năm 2014")))
    for number, day in enumerate(days, HEAD_ROW + 1):
        for place, value in enumerate(["CPI", "Báo cáo", day, "Trang tin", "Sở Y tế"], 1):
            book.worksheets[0].cell(number, place, value)
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def handed_in_by_pieces(context: PortalContext, case: int, name: str, content: bytes) -> bool:
    """The last piece, and the form that hands it in."""
    if not by_pieces(context, case, name, content):
        return False
    with reading(context.engine) as session:
        token = session.exec(select(Upload.token)).one()
    return post(a_browser(context, FOCAL_POINT), f"/ho-so/{case}/nop", tai_len=token).status_code == 303


def test_the_api_gives_the_check_of_a_table_with_the_submission(context: PortalContext) -> None:
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", context.clock()).case.id or 0
    system, file = System(context), ("lich.xlsx", a_table("29/01/2014", "31/02/2014"))
    answer = system.post(f"/cases/{case}/submissions", data={"document_number": "1/BC"}, files={"files": file})
    [table] = answer.json()["tables"]
    [finding] = table["findings"]
    assert (table["name"], table["verdict"], table["rows_taken"], table["more"]) == ("lich.xlsx", "partly", 1, 0)
    assert (finding["row"], finding["column_title"], finding["kind"]) == (7, "Thời gian phổ biến", "not_a_date")
    assert finding["how"]
    assert system.get(f"/submissions/{answer.json()['id']}").json()["tables"] == [table]


@pytest.mark.parametrize(
    "way", [by_form, handed_in_by_pieces, by_register, by_link, by_api], ids=lambda way: way.__name__
)
def test_a_table_is_looked_at_whichever_way_it_comes(context: PortalContext, way: Way) -> None:
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", context.clock()).case.id or 0
    assert way(context, case, "lich.xlsx", a_table("29/01/2014", "31/02/2014", "29/03/2041"))
    with reading(context.engine) as session:
        told = session.exec(select(LogEntry.details).where(LogEntry.action == CONTENT)).one()
    [table] = json.loads(told)["tables"]
    assert (table["content"]["verdict"], table["content"]["rows_taken"]) == ("partly", 1)
    assert [(one["row"], one["kind"], one["stands"]) for one in table["content"]["findings"]] == [
        (HEAD_ROW + 2, "not_a_date", "31/02/2014"),
        (HEAD_ROW + 3, "outside_year", "29/03/2041"),
    ]
    with reading(context.engine) as session:
        check, row = session.exec(select(ContentCheck)).one(), session.exec(select(ContentRow)).one()
    assert (check.verdict, check.rows_taken, check.fault) == ("partly", 1, "")
    assert (row.row, row.current, json.loads(row.cells)["release"]) == (HEAD_ROW + 1, True, "2014-01-29")
