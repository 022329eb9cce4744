"""One check for every file that comes in: what it is by content, what is refused, what is only told."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

import pytest

from rules.intake import FileProblem, FileRemark, Intake, Verdict
from services.files import check
from services.files.check import check_file

TCVN3 = "Céng hoµ x· héi chñ nghÜa ViÖt Nam; §éc lËp - Tù do - H¹nh phóc"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def looked_at(name: str, content: bytes, intake: Intake | None = None) -> Verdict:
    return check_file(name, io.BytesIO(content), intake or Intake())


def a_zip(*parts: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return whole.getvalue()


def open_xml(folder: str = "word/document.xml", *more: tuple[str, bytes], text: str = "x") -> bytes:
    return a_zip(("[Content_Types].xml", b"<Types/>"), (folder, f"<t>{text}</t>".encode()), *more)


def an_old_file(*names: str, block: bytes = b"", text: bytes = b"") -> bytes:
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return OLE.ljust(512, b"\0") + block.ljust(512, b"\0") + text + directory


WORD, EXCEL = "WordDocument", "Workbook"
FINE = {
    "a.pdf": b"%PDF-1.4 x",
    "a.docx": open_xml(),
    "a.xlsx": open_xml("xl/workbook.xml"),
    "a.pptx": open_xml("ppt/presentation.xml"),
    "a.odt": a_zip(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")),
    "a.ods": a_zip(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>")),
    "a.doc": an_old_file(WORD),
    "a.xls": an_old_file(EXCEL),
    "a.ppt": an_old_file("PowerPoint Document"),
    "a.jpg": b"\xff\xd8\xff\xe0",
    "A.PNG": b"\x89PNG\r\n\x1a\n",
    "a.tif": b"II*\0",
    "a.csv": "Sản phẩm;Ngày".encode(),
    "b.csv": "Sản phẩm\tNgày".encode("utf-16"),
    "a.zip": a_zip(("trong/a.docx", open_xml()), ("b.pdf", b"%PDF-1.4"), ("rong.txt", b"")),
}


@pytest.mark.parametrize("name", FINE)
def test_what_an_office_writes_is_taken_without_a_word(name: str):
    verdict = looked_at(name, FINE[name])
    assert (verdict.taken, verdict.remarks) == (True, ())


@pytest.mark.parametrize(
    ("name", "of", "found"),
    [
        ("gia.pdf", "a.docx", "docx"),
        ("gia.docx", "a.pdf", "pdf"),
        ("gia.docx", "a.xlsx", "xlsx"),
        ("gia.doc", "a.xls", "xls"),
        ("gia.doc", "a.docx", "docx"),
        ("gia.png", "a.jpg", "jpg"),
        ("gia.odt", "a.ods", "ods"),
    ],
)
def test_a_name_that_claims_another_kind_is_refused_and_the_real_one_named(name: str, of: str, found: str):
    verdict = looked_at(name, FINE[of])
    assert (verdict.problem, verdict.detail) == (FileProblem.CONTENT, found)


def a_locked_zip() -> bytes:
    content = bytearray(a_zip(("a.txt", b"secret")))
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def with_a_list_of(parts: int) -> bytes:
    content = bytearray(a_zip(("a.txt", b"x")))
    ends = content.rindex(b"PK\5\6")
    content[ends + 10 : ends + 12] = struct.pack("<H", parts)
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.exe", b"MZ", FileProblem.KIND),
        ("khong-duoi", b"x", FileProblem.KIND),
        ("a.pdf", b"", FileProblem.EMPTY),
        ("a.docx", open_xml("word/document.xml", ("word/media/1.bmp", b"\0" * (30 << 20))), FileProblem.BOMB),
        ("a.zip", with_a_list_of(60_000), FileProblem.BOMB),
        ("a.zip", a_zip(("b.zip", a_zip(("c.txt", b"x")))), FileProblem.NESTED),
        ("a.zip", a_zip(("b.docx", a_zip(("c.zip", b"PK")))), FileProblem.INSIDE),
        ("a.zip", a_zip(("chay.exe", b"MZ")), FileProblem.INSIDE),
        ("a.zip", a_zip(("chay.pdf", b"MZ")), FileProblem.INSIDE),
        ("a.zip", a_zip(("b.docx", open_xml("word/document.xml", ("m", b"\0" * (30 << 20))))), FileProblem.BOMB),
        ("a.zip", a_locked_zip(), FileProblem.LOCKED),
        ("a.docx", an_old_file("EncryptedPackage"), FileProblem.LOCKED),
        ("a.doc", an_old_file(WORD, block=b"\xec\xa5" + b"\0" * 9 + b"\1"), FileProblem.LOCKED),
        ("a.xls", an_old_file(EXCEL, block=b"\x09\x08".ljust(20, b"\0") + b"\x2f\0"), FileProblem.LOCKED),
        ("a.zip", b"PK\3\4", FileProblem.CONTENT),
        ("a.zip", b"PK\5\6", FileProblem.CONTENT),
    ],
)
def test_what_an_office_cannot_use_is_refused_with_the_reason(name: str, content: bytes, problem: FileProblem):
    assert looked_at(name, content).problem is problem


def test_what_unpacks_to_more_than_it_may_is_a_bomb_though_it_is_hardly_squeezed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(check, "LARGEST_UNPACKED", 1000)
    content = a_zip(*((f"{n}.docx", open_xml(text="".join(map(chr, range(60, 90))) * 9)) for n in range(4)))
    assert looked_at("a.zip", content).problem is FileProblem.BOMB


def test_an_archive_is_unpacked_once_however_its_parts_are_counted(monkeypatch: pytest.MonkeyPatch):
    """Each of ten documents is small enough by itself; together they are not."""
    noise = random.Random(1).randbytes(3000)
    one = open_xml("word/document.xml", ("word/media/1.png", noise))
    monkeypatch.setattr(check, "LARGEST_UNPACKED", 40_000)
    assert looked_at("a.zip", a_zip(*((f"{n}.docx", one) for n in range(10)))).problem is FileProblem.BOMB


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsm", open_xml("xl/workbook.xml", ("xl/vbaProject.bin", b"x")), FileRemark.MACROS),
        ("a.docx", open_xml("word/document.xml", ("word/vbaProject.bin", b"x")), FileRemark.MACROS),
        ("a.doc", an_old_file(WORD, "_VBA_PROJECT"), FileRemark.MACROS),
        ("a.zip", a_zip(("b.docm", open_xml())), FileRemark.MACROS),
        ("a.pdf", b"%PDF-1.4 /Encrypt 5 0 R", FileRemark.PASSWORD),
        ("a.pdf", b"%PDF-1.4 /OpenAction << /S /JavaScript >>", FileRemark.ACTIVE),
    ],
)
def test_what_needs_care_is_taken_and_told(name: str, content: bytes, code: FileRemark):
    verdict = looked_at(name, content)
    assert (verdict.taken, [remark.code for remark in verdict.remarks]) == (True, [code])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", TCVN3.encode("latin-1")),
        ("a.csv", TCVN3.encode()),
        ("a.docx", open_xml(text=TCVN3)),
        ("a.xlsx", open_xml("xl/workbook.xml", ("xl/sharedStrings.xml", f"<t>{TCVN3}</t>".encode()))),
        ("b.xlsx", open_xml("xl/workbook.xml", ("xl/worksheets/sheet1.xml", f"<is><t>{TCVN3}</t></is>".encode()))),
        ("a.doc", an_old_file(WORD, text=TCVN3.encode("latin-1"))),
        ("b.doc", an_old_file(WORD, text=TCVN3.encode("utf-16-le"))),
    ],
)
def test_the_old_code_table_of_a_text_is_named(name: str, content: bytes):
    [remark] = looked_at(name, content).remarks
    assert (remark.code, remark.detail) == (FileRemark.OLD_TABLE, "TCVN3 (ABC)")


def test_what_is_larger_than_the_office_says_is_refused():
    assert looked_at("a.txt", b"x" * 101, Intake(largest=100)).problem is FileProblem.LARGE


@pytest.mark.parametrize("cut", [FileProblem.CONTENT])
def test_a_document_cut_or_spoilt_anywhere_never_raises(cut: FileProblem):
    rng = random.Random(70)
    for name in ("a.docx", "a.zip", "a.doc", "a.odt"):
        whole = FINE[name]
        for _ in range(150):
            spoilt = bytearray(whole[: rng.randrange(1, len(whole) + 1)])
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
            looked_at(name, bytes(spoilt))
        assert looked_at(name, whole[:9]).problem in (cut, None)


HOSTILE: list[tuple[str, Callable[[str], bool]]] = [
    ("../../../etc/passwd.txt", lambda name: name == "passwd.txt"),
    ("C:\\Users\\x\\kế hoạch.txt", lambda name: name == "kế hoạch.txt"),
    ("bao\u202etxt.exe.txt", lambda name: "\u202e" not in name),
    ("a\0b\r\nX: y.txt", lambda name: name == "abX_ y.txt"),
    ("COM1.txt", lambda name: name == "_COM1.txt"),
    ("ế" * 300 + ".txt", lambda name: len(name) <= 120 and name.endswith(".txt")),
    ("...", lambda name: name == "tep-1"),
]


@pytest.mark.parametrize(("given", "fits"), HOSTILE)
def test_a_hostile_name_is_made_harmless(given: str, fits: Callable[[str], bool]):
    assert fits(looked_at(given, b"x").name)


@pytest.mark.parametrize(("name", "problem"), [("a.zip", FileProblem.INSIDE), ("a.docx", FileProblem.CONTENT)])
def test_a_part_named_like_the_one_that_tells_the_kind_trips_nobody(name: str, problem: FileProblem):
    assert looked_at(name, a_zip(("Mimetype", b"x"), ("b.txt", b"x"))).problem is problem
