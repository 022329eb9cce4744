"""How long a text in Times New Roman is, to compare the line below it with."""

from __future__ import annotations

import unicodedata

from rules.documents.paper import Span

MM_PER_PT = 25.4 / 72

# thousandths of the size: letters so wide
_REGULAR = {
    250: " ,.", 278: "/:;\\ijlt", 333: "!()-I[]`fr", 389: "Js", 444: "?acez", 500: "#$*0123456789_bdghknopquvxy–",
    556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR", 722: "ADGHKNOQUVXYw", 778: "&m", 889: "M", 944: "W",
    1000: "—…",
}  # fmt: skip
_BOLD = {
    250: " ,.", 278: "'/\\il", 333: "!()-:;[]`fjt", 389: "Is", 444: "cerz", 500: "#$*0123456789?J_agovxy–",
    556: "Sbdhknpqu", 570: "+<=>", 611: "FP", 667: "BELTZ", 722: "ACDNRUVXYw", 778: "GHKOQ", 833: "&m", 944: "M",
    1000: "%W—…",
}  # fmt: skip
_WIDTHS = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}


def width_of(spans: tuple[Span, ...]) -> float:
    """In mm, on one line."""
    return sum(_letters(span.text, span.bold) * span.size for span in spans) / 1000 * MM_PER_PT


def _letters(text: str, bold: bool) -> int:
    plain = unicodedata.normalize("NFD", text.strip("\n").replace("đ", "d").replace("Đ", "D"))
    widths = _WIDTHS[bold]
    return sum(widths.get(letter, 500) for letter in plain if not unicodedata.combining(letter))
