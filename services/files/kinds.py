"""What a file really is, by its content; its name is only a claim."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import BinaryIO
from zipfile import ZipFile

HEAD = 64 << 10
PIECE = 1 << 20
OPEN_XML = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
OPEN_DOCUMENT = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_OFFICE = frozenset({"doc", "xls", "ppt"})

# the name says … and the content may be …
FITS: Mapping[str, frozenset[str]] = {
    "pdf": frozenset({"pdf"}),
    **{kind: frozenset({kind}) for kind in (*OPEN_XML.values(), *OPEN_DOCUMENT.values())},
    **{f"{kind[:-1]}m": frozenset({kind}) for kind in OPEN_XML.values()},
    "xlsb": frozenset({"xlsx"}),
    **{kind: frozenset({kind, "ole"}) for kind in OLD_OFFICE},
    **dict.fromkeys(("jpg", "jpeg"), frozenset({"jpg"})),
    "png": frozenset({"png"}),
    **dict.fromkeys(("tif", "tiff"), frozenset({"tif"})),
    **dict.fromkeys(("csv", "txt"), frozenset({"text"})),
    "zip": frozenset({"zip"}),
}
TAKEN = frozenset(FITS)

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\3\4", "zip"),
    (b"PK\5\6", "zip"),  # an empty one
    (OLE, "ole"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "rtf"),
    (b"GIF8", "gif"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(head: bytes) -> str:
    """By the first bytes; a zip or an old Office file may be told more precisely by what is in it."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return "text" if head.startswith(_UTF_16) or b"\0" not in head else ""


def kinds_in_zip(parts: ZipFile) -> set[str]:
    """Every kind these parts make up; an archive of anything is a zip."""
    names = {part.filename.lower(): part for part in parts.infolist()}
    if "mimetype" in names:
        mimetype = parts.open(names["mimetype"]).read(200).decode("ascii", "replace").rpartition(".")[2]
        return {"zip", OPEN_DOCUMENT.get(mimetype.removesuffix("-template").strip(), "zip")}
    if "[content_types].xml" not in names:
        return {"zip"}
    return {"zip"} | {kind for folder, kind in OPEN_XML.items() if any(name.startswith(folder) for name in names)}


# names of streams inside an OLE file, as its directory writes them
def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-le")


OLE_KINDS = {
    _utf_16("WordDocument"): "doc",
    _utf_16("Workbook"): "xls",
    _utf_16("PowerPoint Document"): "ppt",
}
OLE_LOCKED = _utf_16("EncryptedPackage")  # a new Office file behind a password
OLE_MACROS = _utf_16("_VBA_PROJECT")
PDF_LOCKED = b"/Encrypt"
PDF_ACTIVE = (b"/JavaScript", b"/Launch")


def signs_in(stream: BinaryIO, signs: Collection[bytes]) -> set[bytes]:
    """Those of the signs that occur anywhere."""
    stream.seek(0)
    overlap = max(map(len, signs))
    present: set[bytes] = set()
    before = b""
    while piece := stream.read(PIECE):
        window = before + piece
        present |= {sign for sign in signs if sign in window}
        before = piece[-overlap:]
    return present


def ole_kind(signs: Iterable[bytes]) -> str:
    kinds = {OLE_KINDS[sign] for sign in signs if sign in OLE_KINDS}
    return kinds.pop() if len(kinds) == 1 else "ole"


def ole_is_locked(head: bytes) -> bool:
    """Word says so in its first block, Excel in the record behind its opening one."""
    first = head[512:]
    word = first[:2] == b"\xec\xa5" and len(first) > 11 and first[11] & 1 == 1
    excel = first[:2] == b"\x09\x08" and first[20:22] == b"\x2f\0"
    return word or excel
