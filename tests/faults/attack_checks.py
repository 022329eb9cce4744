"""Reads every output as the program it is meant for would, and says where a text of a field became more than a text."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from zipfile import ZipFile

from attack_texts import EVIL, MARK, NINE_TIMES
from icalendar import Calendar
from lxml import etree
from markdown_it import MarkdownIt
from openpyxl import load_workbook

LINKS = frozenset({"href", "src", "action", "formaction", "srcset", "data", "poster", "cite", "ping", "background"})
OURS = re.compile(r"(?:/(?!/)|\?|#|http://127\.0\.0\.1:\d+/|https?://testserver/)[!-~]*\Z|(?:mailto|tel):[!-~]*\Z")
RAN = re.compile(MARK.pattern + NINE_TIMES, re.IGNORECASE)
REVERSING = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
FILE = re.compile(r"(attachment|inline)(; filename\*?=(\"[\w. -]+\"|UTF-8''[\w.%~-]+))*", re.ASCII)
BEGINS_A_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?\Z")


class Page(HTMLParser):
    """Marks may stand in text and in quoted attributes that neither lead anywhere nor do anything."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if MARK.search(tag):
            self.faults.append(f"an element <{tag}>")
        for name, value in attrs:
            if MARK.search(name) or (value and MARK.search(value) and not _may_stand(name, value)):
                self.faults.append(f"an attribute of <{tag}>: {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and MARK.search(data):
            self.faults.append(f"in <{self._inside}>: {data[:80]}")

    def handle_comment(self, data: str) -> None:
        self._foreign(data)

    def handle_decl(self, decl: str) -> None:
        self._foreign(decl)

    def unknown_decl(self, data: str) -> None:
        self._foreign(data)

    def handle_pi(self, data: str) -> None:
        self._foreign(data)

    def _foreign(self, data: str) -> None:
        if MARK.search(data):
            self.faults.append(f"in a comment or declaration: {data[:80]}")


def _may_stand(name: str, value: str) -> bool:
    if name.startswith("on") or name in ("style", "http-equiv", "srcdoc"):
        return False
    return name not in LINKS or OURS.match(value) is not None


def of_text(text: str) -> Iterator[str]:
    """What no text shown to people may hold, whatever it is in."""
    if found := RAN.search(text):
        yield f"a template ran: {_around(text, found)}"
    if found := REVERSING.search(text):
        yield f"letters are shown in another order: {_around(text, found)}"
    if found := CONTROL.search(text):
        yield f"a control character: {_around(text, found)}"


def of_page(page: str) -> Iterator[str]:
    parser = Page()
    parser.feed(page)
    parser.close()
    yield from parser.faults
    yield from of_text(page)


def of_json(content: str) -> Iterator[str]:
    yield from of_text(json.dumps(json.loads(content), ensure_ascii=False).replace("\\n", " "))


def of_csv(content: str) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    for row in rows:
        yield from (f"a formula: {cell[:60]!r}" for cell in row if _is_formula(cell))
    if len(widths := {len(row) for row in rows}) > 1:
        yield f"rows of {sorted(widths)} cells"
    yield from of_text(content)


def _is_formula(cell: str) -> bool:
    return BEGINS_A_FORMULA.match(cell) is not None and not NUMBER.match(cell)


def of_calendar(content: bytes) -> Iterator[str]:
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    known = re.compile(r"[A-Z-]+(;[A-Z-]+=(\"[^\"]*\"|[^:;\"]*))*:")
    yield from (f"a line of its own: {line[:60]!r}" for line in lines if line and not known.match(line))
    yield from (f"a property: {line[:60]!r}" for line in lines if line.startswith(("ATTACH", "X-Q7F")))
    for item in Calendar.from_ical(content).walk():
        if twice := [name for name, value in item.property_items() if name == "UID" and MARK.search(str(value))]:
            yield f"{item.name} {twice}"
    begun = Counter(line for line in lines if line.startswith(("BEGIN:", "END:")))
    if begun["BEGIN:VEVENT"] != sum(line.startswith("UID:ky-han-") for line in lines):
        yield f"an entry of a stranger: {begun}"
    yield from of_text("".join(lines))


def words_of_workbook(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return " ".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)


def of_workbook(content: bytes) -> Iterator[str]:
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    yield from (f"a formula in {cell.coordinate}: {cell.value}" for cell in cells if cell.data_type == "f")
    yield from (f"a link in {cell.coordinate}" for cell in cells if cell.hyperlink)
    yield from (f"an error in {cell.coordinate}: {cell.value}" for cell in cells if cell.data_type == "e")
    yield from (f"a sheet {name!r}" for name in book.sheetnames if MARK.search(name))
    yield from of_text(" ".join(str(cell.value) for cell in cells if cell.value is not None))
    yield from _of_package(content)


def words_of_document(content: bytes) -> str:
    return " ".join(etree.fromstring(ZipFile(io.BytesIO(content)).read("word/document.xml")).itertext())


def of_document(content: bytes) -> Iterator[str]:
    body = etree.fromstring(ZipFile(io.BytesIO(content)).read("word/document.xml"))
    for item in body.iter():
        name = etree.QName(item).localname if isinstance(item.tag, str) else "comment"
        told = f"{item.text or ''} {' '.join(item.attrib.values())}"
        if MARK.search(told) and (name != "t" or MARK.search(" ".join(item.attrib.values()))):
            yield f"in <{name}>: {told[:80]}"
    yield from of_text(" ".join(body.itertext()))
    yield from _of_package(content)


def of_pdf(content: bytes) -> Iterator[str]:
    if any(sign in content for sign in (b"/JavaScript", b"/Launch", b"/EmbeddedFile")):
        yield "a PDF that does something"
    text = subprocess.run(
        ["pdftotext", "-q", "-", "-"], input=content, capture_output=True, check=True, timeout=60
    ).stdout
    yield from of_text(text.decode().replace("\f", " "))


def _of_package(content: bytes) -> Iterator[str]:
    """Every part is well-formed, and nothing leads out of it to where a stranger said."""
    with ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
            if name.endswith(".rels") and (EVIL.encode() in package.read(name) or MARK.search(name)):
                yield f"a relation in {name}"


HEADERS = frozenset(
    [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "reply-to",
        "auto-submitted",
        "x-auto-response-suppress",
        "x-kyhan-key",
        "mime-version",
        "content-type",
        "return-path",
        "list-unsubscribe",
        "list-unsubscribe-post",
    ]
)


def words_of_mail(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=policy.default)
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    names = (part.get_filename() or "" for part in mail.walk())
    return " ".join((*names, *map(str, mail.values()), *(part.decode("utf-8", "replace") for part in parts if part)))


def of_mail(raw: bytes) -> Iterator[str]:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    yield from (f"a header {name}" for name in mail if name.lower() not in HEADERS)
    for header in ("to", "from", "reply-to"):
        if mail[header] and len(mail[header].addresses) != 1:
            yield f"{header} is {mail[header]}"
    head = raw.partition(b"\r\n\r\n")[0]
    yield from (f"a line of {len(line)} bytes" for line in raw.split(b"\r\n") if len(line) > 998)
    if re.search(rb"\r(?!\n)|(?<!\r)\n", raw):
        yield "a line that ends in half"
    yield from (f"a line of the head: {line!r}" for line in head.split(b"\r\n") if MARK.match(line.decode()))
    for part in mail.walk():
        yield from _of_part(part)
    yield from of_text(" ".join(str(value) for value in mail.values()))


def _of_part(part: EmailMessage) -> Iterator[str]:
    yield from (f"a defect: {defect!r}" for defect in part.defects)
    name = part.get_filename() or "none"
    if re.search(r"[\\/]", name) or CONTROL.search(name) or name.startswith("."):
        yield f"a file named {name!r}"
    if part.get_content_type() == "text/html":
        yield from of_page(part.get_content())
    elif part.get_content_type() == "text/plain":
        yield from of_text(part.get_content())
    elif part.get_content_type() == "text/calendar":
        yield from of_calendar(part.get_payload(decode=True))


def of_markdown(written: str, harmless: str) -> Iterator[str]:
    """Beside what a harmless text in the same places becomes."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown, plain = reader.render(written), reader.render(harmless)
    yield from of_page(shown)
    born = Counter(re.findall(r"<([a-z][\w-]*)", shown)) - Counter(re.findall(r"<([a-z][\w-]*)", plain))
    if born:
        yield f"elements that only a stranger wrote: {dict(born)}"


def of_lines(written: str, count: int | None = None) -> Iterator[str]:
    """Of a log or a terminal: a record is a line, and no line was written by a field."""
    lines = written.split("\n")
    yield from (f"a line a stranger began: {line[:60]!r}" for line in lines if line.startswith("2014-01-08T00:00:00Z"))
    if count is not None and len([line for line in lines if line]) != count:
        yield f"{len(lines)} lines of {count} records"
    yield from of_text(written)


def of_headers(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        if any(unicodedata.category(letter) == "Cc" for letter in value) or not value.isascii():
            yield f"header {name}: {value!r}"
        if name.lower() in ("set-cookie", "refresh", "link") and MARK.search(value):
            yield f"header {name}: {value!r}"
        if name.lower() == "location" and not OURS.match(value):
            yield f"leads to {value!r}"
        if name.lower() == "content-disposition" and not FILE.fullmatch(value):
            yield f"header {name}: {value!r}"


def _around(text: str, found: re.Match[str]) -> str:
    return repr(text[max(0, found.start() - 30) : found.end() + 30])
