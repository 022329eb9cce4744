"""The parts of a mail: its words, its files, and what each file is to the one who handed it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from enum import StrEnum
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote, unquote_to_bytes

from notifications.email.charsets import in_charset, without_surrogates
from notifications.email.dsn import unpacked
from notifications.email.smime import signed_content
from notifications.email.winmail import read_winmail
from services.files import kinds

DEEPEST = 5  # mails in mails, wrappers in wrappers
SMALL_PICTURE = 100 << 10  # a logo; a scanned page is larger
SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
SIGNED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
OUTLOOK = {"application/ms-tnef", "application/vnd.ms-tnef"}
LETTERS = {"message/rfc822", "message/global"}
BY_PRODUCTS = {
    **dict.fromkeys(("text/calendar", "application/ics", "ics"), "mục lịch"),
    **dict.fromkeys(("text/vcard", "text/x-vcard", "text/directory", "vcf"), "danh thiếp"),
    **dict.fromkeys((*SIGNATURES, "application/pgp-keys", "p7s", "asc"), "chữ ký số, không kiểm tra"),
    "text/rfc822-headers": "phần đầu của một thư",
}
NAMED_BY_PROGRAM = re.compile(r"ATT\d{3,6}(?:\.(?:html?|txt|dat|bin))?", re.IGNORECASE)
KINDS = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
}
_CID = re.compile(r"""cid:([^"'<>\s)]{1,250})""", re.IGNORECASE)
_EXTENSION = re.compile(r"[A-Za-z][A-Za-z0-9]{1,4}")
_CODED = re.compile(r"%(?:[89A-F][0-9A-F]|20)", re.IGNORECASE)


class PartRole(StrEnum):
    DOCUMENT = "document"
    PASTED = "pasted"  # a picture in the text, too large for a logo
    FORWARDED = "forwarded"  # was not written to us: it lies in a mail that is enclosed, or is that mail
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Attached:
    name: str  # as the sender wrote it
    media_type: str
    content: bytes = field(repr=False)
    role: PartRole = PartRole.DOCUMENT
    reason: str = ""  # in Vietnamese: why it was left out


@dataclass(frozen=True)
class _Leaf:
    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True)
class NestedMail:
    """A mail that lies in another one."""

    name: str
    raw: bytes = field(repr=False)


@dataclass
class Parts:
    texts: list[tuple[str, str]] = field(default_factory=list)  # media type and content
    leaves: list[_Leaf | NestedMail] = field(default_factory=list)
    wrappers: list[Attached] = field(default_factory=list)
    signed: bool = False  # its content was taken out of a signature that was not verified

    def files(self, depth: int) -> Iterator[Attached]:
        """In the mail's order; behind a mail that is enclosed, what lies in it."""
        shown = {_id(cid) for kind, text in self.texts if kind == "text/html" for cid in _CID.findall(text)}
        for leaf in self.leaves:
            if isinstance(leaf, NestedMail):
                yield from _forwarded(leaf, depth)
            else:
                yield _judged(leaf, shown)
        yield from self.wrappers


def read_parts(message: Message, depth: int = 0) -> Parts:
    parts = Parts()
    _read(message, parts, depth)
    return parts


def _read(message: Message, parts: Parts, depth: int) -> None:
    """An enclosed mail counts as one part: what is in it was not said to us."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                _read(part, parts, depth)
    elif depth < DEEPEST and _unwrapped(message, parts, depth):
        return
    elif message.get_content_maintype() == "text" and not _is_file(message):
        parts.texts.append((message.get_content_type(), _text(message)))
    else:
        parts.leaves.append(_letter(message) or _leaf(message))


def _unwrapped(part: Message, parts: Parts, depth: int) -> bool:
    """Whether it was a wrapper, whose content now stands among the parts."""
    media_type, name = part.get_content_type(), file_name(part)
    if media_type in SIGNED or name.lower() == "smime.p7m":
        content = signed_content(_bytes(part))
        if content is not None:
            parts.signed = True
            _read(message_from_bytes(content), parts, depth + 1)
            return True
    if media_type in OUTLOOK or name.lower() == "winmail.dat":
        return _read_winmail(name, media_type, _bytes(part), parts)
    return False


def _read_winmail(name: str, media_type: str, content: bytes, parts: Parts) -> bool:
    tnef = read_winmail(content)
    if tnef is None:
        return False
    parts.texts += [(kind, text) for kind, text in (("text/plain", tnef.text), ("text/html", tnef.html)) if text]
    parts.leaves += [_Leaf(file.name, "application/octet-stream", file.content) for file in tnef.files]
    parts.wrappers.append(Attached(name, media_type, content, PartRole.LEFT_OUT, "vỏ thư của Outlook"))
    return True


def _letter(part: Message) -> NestedMail | None:
    """A mail that is enclosed, as Outlook and Thunderbird forward it, or as a file named .eml."""
    name = file_name(part)
    inner = part.get_payload()
    if part.get_content_type() in LETTERS and isinstance(inner, list) and inner and isinstance(inner[0], Message):
        raw = unpacked(part, inner[0].as_bytes())
    elif name.lower().endswith(".eml"):
        raw = _bytes(part)
    else:
        return None
    return NestedMail(name, raw)


def _leaf(part: Message) -> _Leaf:
    inline = part.get_content_disposition() != "attachment"
    content_id = _id(str(part.get("Content-ID", "")).strip().strip("<>"))
    return _Leaf(file_name(part), part.get_content_type(), _bytes(part), content_id, inline)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(file_name(part))


def _judged(leaf: _Leaf, shown: set[str]) -> Attached:
    part = Attached(_with_kind(leaf), leaf.media_type, leaf.content)
    if not leaf.content:
        return replace(part, role=PartRole.LEFT_OUT, reason="tệp rỗng")
    if reason := _by_product(leaf):
        return replace(part, role=PartRole.LEFT_OUT, reason=reason)
    if leaf.inline and leaf.media_type.startswith("image/") and leaf.content_id in shown:
        if len(leaf.content) > SMALL_PICTURE:
            return replace(part, role=PartRole.PASTED)
        return replace(part, role=PartRole.LEFT_OUT, reason="hình nhỏ trong lời thư")
    return part


def _by_product(leaf: _Leaf) -> str:
    """What programs put beside a document, never the document: why it is left out."""
    kind = _kind(leaf.name)
    if NAMED_BY_PROGRAM.fullmatch(leaf.name):
        return "do chương trình thư thêm vào"
    return BY_PRODUCTS.get(kind) or ("" if kind in kinds.TAKEN else BY_PRODUCTS.get(leaf.media_type, ""))


def _forwarded(letter: NestedMail, depth: int) -> Iterator[Attached]:
    """The mail itself first. One without any document is what programs send back of our own letter."""
    inner = message_from_bytes(letter.raw)
    files = list(read_parts(inner, depth + 1).files(depth + 1)) if depth < DEEPEST else []
    left_out = depth < DEEPEST and all(file.role is PartRole.LEFT_OUT for file in files)
    name = letter.name or f"{readable(without_surrogates(str(inner.get('Subject', '')))) or 'thu'}.eml"
    role, reason = (PartRole.LEFT_OUT, "thư kèm, không có tệp") if left_out else (PartRole.FORWARDED, "")
    yield Attached(name, "message/rfc822", letter.raw, role, reason)
    yield from (file if file.role is PartRole.LEFT_OUT else replace(file, role=PartRole.FORWARDED) for file in files)


# --- names ----------------------------------------------------------------------------------------------------------


def file_name(part: Message) -> str:
    """With bytes where only ASCII is allowed, encoded as for a mail or as for a web address."""
    head = Message()
    for header in ("Content-Disposition", "Content-Type"):
        value = next((value for name, value in part.raw_items() if name.lower() == header.lower()), None)
        if value is not None:
            head[header] = " ".join(without_surrogates(str(value)).split("\n"))
    return _uncoded(readable(head.get_filename() or ""))


def _uncoded(name: str) -> str:
    if " " in name or not _CODED.search(name):
        return name
    try:
        return unquote_to_bytes(name).decode()
    except ValueError:
        return name


def _with_kind(leaf: _Leaf) -> str:
    """Scanners and gateways write no extension, or a date in its place: the declared type and the content say more."""
    if _kind(leaf.name) in kinds.TAKEN:
        return leaf.name
    kind, real = KINDS.get(leaf.media_type, ""), kinds.kind_of(leaf.content[: kinds.HEAD])
    if not kind and real == "pdf" and not _EXTENSION.fullmatch(_kind(leaf.name)):
        kind = "pdf"
    fits = kind and (real in kinds.FITS[kind] or real in ("zip", "ole"))
    return f"{leaf.name.rstrip('. ') or 'tep'}.{kind}" if fits else leaf.name


def _kind(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _id(text: str) -> str:
    return unquote(unescape(text)).lower()


# --- reading ----------------------------------------------------------------------------------------------------------


def readable(text: str) -> str:
    """RFC 2047, forgiving: an unknown charset or a broken word is shown as well as it can be."""
    try:
        words = decode_header(text)
    except (ValueError, MessageError):
        return text
    return "".join(_word(content, charset) for content, charset in words)


def _word(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    return in_charset(content, charset) if charset else content.decode("raw-unicode-escape", "replace")


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    return normalize("NFC", in_charset(_bytes(part), part.get_content_charset()))
