"""Builds templates/urging_letter.docx. Run it to start the form afresh; officers then edit it in Word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports import stationery as piece
from reports.page import new_document

TARGET = Path(__file__).with_name("templates") / "urging_letter.docx"
ATTACHED = "(Kèm theo Công văn số {{ number }} {{ attached_dated }} của {{ issuer }})"


def build() -> Any:
    document = new_document("Công văn đôn đốc")
    piece.letterhead(document, subject="{{ subject }}")
    piece.addressees(document)
    for text in ("{{ duty }}", "{{ reminded }}", "{{ request }}", "{%p for point in points %}"):
        piece.paragraph(document, "Nội dung", text)
    piece.paragraph(document, "Nội dung", "{{ loop.index }}. {{ point }}")
    piece.paragraph(document, "Nội dung", "{%p endfor %}")
    for text in ("{%p if warning %}", "{{ warning }}", "{%p endif %}", "{{ closing }}"):
        piece.paragraph(document, "Nội dung", text)
    piece.signature(document)
    piece.paragraph(document, "Nội dung", "{%p if with_annex %}")
    piece.annex(document, "Phụ lục", "{{ annex_title }}", ATTACHED, landscape=False)
    columns = (("STT", "stt", 14.0), ("Cơ quan", "name", 86.0), ("Đã nhắc vào các ngày", "reminded_on", 60.0))
    piece.grid(document, "units", columns, "")
    piece.paragraph(document, "Nội dung", "{%p endif %}")
    piece.flatten(document.add_paragraph())
    return document


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    build().save(TARGET)
