"""What a mail says in words: the beginning of its first real text, without what it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

import nh3

FOR_PEOPLE = ("text/plain", "text/html")  # an invitation brings its calendar as a text, too
LONGEST_READ = 100_000  # letters of a text
_BREAKS = re.compile(r"(?i)<(?:br|/?(?:p|div|tr|li|ul|ol|table|blockquote|h[1-6]))(?:\s[^<>]{0,2000})?/?>")
_PLACEHOLDER = re.compile(r"\[(?:cid|image|hình ảnh)[^\[\]]{0,200}\]", re.IGNORECASE)
_OF_THE_PROGRAM = re.compile(
    r"(?i)(đã gửi từ|được gửi từ|gửi từ|sent from|get outlook for|tải outlook|tải xuống outlook)\b"
)


def first_words(texts: Iterable[tuple[str, str]]) -> str:
    """`texts`: media type and content in the mail's order. What a mail program adds of itself counts last."""
    bodies = [lines for media_type, text in texts if media_type in FOR_PEOPLE and (lines := _lines(media_type, text))]
    by_a_person = (lines for lines in bodies if not _OF_THE_PROGRAM.match(lines[0]))
    return "\n".join(next(by_a_person, bodies[0] if bodies else []))


def _lines(media_type: str, text: str) -> list[str]:
    text = text[:LONGEST_READ]
    if media_type == "text/html":
        text = unescape(nh3.clean(_BREAKS.sub("\n<br>", text.replace("\r", " ").replace("\n", " ")), tags=set()))
    plain = (_PLACEHOLDER.sub("", line).strip() for line in text.splitlines())
    return [line for line in plain if line and not line.startswith(">")]
