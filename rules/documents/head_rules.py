"""The head: national name and motto, issuer, number, place and date, title and subject, with the lines below them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from rules.documents import kinds
from rules.documents.draft import Draft, beside
from rules.documents.faults import HEAD_PLACE, MISSING, Fault, FormRule, between_vi, number_vi, place_of
from rules.documents.paper import DrawnLine, Paragraph
from rules.documents.pieces import Piece, is_line, lines_at, pieces_of
from rules.documents.text_width import width_of
from rules.plan import Text

SAME_LENGTH = 0.2  # of the text: so far may a line drawn by hand depart from it
SOLID, UNDERLINED = "nét liền / solid", "gạch chân chữ / underlined letters"
_NUMBER = re.compile(r"Số:\s*(?P<number>[\d….\s_]*)(?:/\s*(?P<symbol>\S.*))?")


# --- what must be there -----------------------------------------------------------------------------------------------


def _missing(piece: Callable[[Draft], object], expected: str, draft: Draft) -> Iterator[Fault]:
    if not piece(draft):
        yield Fault(HEAD_PLACE, MISSING, expected)


def _missing_of_sent(piece: Callable[[Draft], object], expected: str, draft: Draft) -> Iterator[Fault]:
    """Minutes and contracts may do without."""
    if draft.is_sent:
        yield from _missing(piece, expected, draft)


def _issuer_missing(draft: Draft) -> Iterator[Fault]:
    """Certain only where the national name stands in a table and nothing is at its left."""
    if draft.nation and draft.nation.paragraph.table is not None and draft.nation.paragraph.column and not draft.issuer:
        yield Fault(HEAD_PLACE, MISSING, "tên cơ quan ban hành / the issuing authority")


# --- texts ------------------------------------------------------------------------------------------------------------


def _nation_text(draft: Draft) -> Iterator[Fault]:
    if draft.nation and draft.nation.text.upper().replace("HOÀ", "HÒA") != kinds.NATION:
        yield Fault(place_of(draft.nation), draft.nation.text, kinds.NATION)


def _motto_text(draft: Draft) -> Iterator[Fault]:
    """A dash is let pass for the hyphen; case is another rule's."""
    text = re.sub("[–—‐‑]", "-", draft.motto.text) if draft.motto else ""
    if draft.motto and text not in (kinds.MOTTO, kinds.MOTTO.upper()):
        yield Fault(place_of(draft.motto), draft.motto.text, kinds.MOTTO)


def _nation_place(draft: Draft) -> Iterator[Fault]:
    if not draft.nation or draft.nation.paragraph.table is None or draft.nation.paragraph.column:
        return
    table = draft.nation.paragraph.table
    others = (item for item in draft.body if item.table == table and item.column and item.text.strip())
    if any(item.row == draft.nation.paragraph.row for item in others):
        yield Fault(place_of(draft.nation), "bên trái / left", "bên phải / right")


def _number_text(draft: Draft) -> Iterator[Fault]:
    if not draft.number:
        return
    number = _NUMBER.fullmatch(draft.number.text)
    if not number or not number["symbol"]:
        yield Fault(place_of(draft.number), draft.number.text, "Số: …/KÝ HIỆU")


def _number_zero(draft: Draft) -> Iterator[Fault]:
    number = re.match(r"Số\s*:?\s*(\d)\s*/", draft.number.text) if draft.number else None
    if draft.number and number:
        yield Fault(place_of(draft.number), number[1], _zero(number[1]))


def _number_hyphen(draft: Draft) -> Iterator[Fault]:
    if draft.number and re.search(r"/.*(\s[-–]|[-–]\s|–)", draft.number.text):
        symbol = draft.number.text.partition("/")[2].strip()
        yield Fault(place_of(draft.number), symbol, re.sub(r"\s*[-–]\s*", "-", symbol))


def _number_case(draft: Draft) -> Iterator[Fault]:
    symbol = draft.number.text.partition("/")[2] if draft.number else ""
    if draft.number and any(group.islower() for group in re.split(r"[-–/.&\s]+", symbol) if len(group) > 1):
        yield Fault(place_of(draft.number), symbol.strip(), symbol.strip().upper())


# --- place and date ---------------------------------------------------------------------------------------------------


def _date(draft: Draft) -> re.Match[str] | None:
    return kinds.PLACE_DATE.fullmatch(draft.place_date.text) if draft.place_date else None


def _of_date(part: str, pattern: str, expected: Callable[[str], str], draft: Draft) -> Iterator[Fault]:
    """The day or month of the document, where it is written so."""
    date = _date(draft)
    if date and draft.place_date and re.fullmatch(pattern, date[part].strip()):
        value = date[part].strip()
        yield Fault(place_of(draft.place_date), value, expected(value))


def _comma(draft: Draft) -> Iterator[Fault]:
    date = _date(draft)
    if date and draft.place_date and date["place"].strip() and not date["comma"]:
        place = date["place"].strip()
        yield Fault(place_of(draft.place_date), f"{place} ngày", f"{place}, ngày")


def _place_missing(draft: Draft) -> Iterator[Fault]:
    date = _date(draft)
    if date and draft.place_date and not date["place"].strip():
        yield Fault(place_of(draft.place_date), "ngày …", "địa danh, ngày … / place, ngày …")


def _same_line(draft: Draft) -> Iterator[Fault]:
    """Number and date: certain where both stand in one table whose rows tell."""
    if not (draft.number and draft.place_date):
        return
    one, other = draft.number.paragraph, draft.place_date.paragraph
    if one.table is not None and one.table == other.table and one.column != other.column and one.row != other.row:
        yield Fault(
            place_of(draft.place_date), f"hàng / row {other.row + 1}", f"ngang hàng với số: hàng / row {one.row + 1}"
        )


# --- the subject of a letter ------------------------------------------------------------------------------------------


def _about(draft: Draft) -> Iterator[Fault]:
    if draft.letter_subject and not re.match(r"V/v\b", draft.letter_subject[0].text):
        yield Fault(place_of(draft.letter_subject[0]), draft.letter_subject[0].text[:4], "V/v")


def _below_number(draft: Draft) -> Iterator[Fault]:
    if not (draft.letter_subject and draft.number):
        return
    one, other = draft.letter_subject[0].paragraph, draft.number.paragraph
    if one.table is not None and one.table == other.table and one.column != other.column:
        yield Fault(place_of(one), f"cột / column {one.column + 1}", f"dưới số: cột / column {other.column + 1}")


def _gap_below_number(draft: Draft) -> Iterator[Fault]:
    if not (draft.letter_subject and draft.number):
        return
    one, other = draft.letter_subject[0].paragraph, draft.number.paragraph
    if not beside(one, other) or one.number != other.number + 1 or one.before is None or other.after is None:
        return
    if one.before + other.after < 5.5:
        yield Fault(place_of(one), number_vi(one.before + other.after, "pt"), "6 pt")


# --- lines ------------------------------------------------------------------------------------------------------------


def _head_zone(draft: Draft) -> list[Paragraph]:
    """Above the content."""
    end = draft.content[0].number if draft.content else 0
    return [item for item in draft.body if item.number <= end] if end else list(draft.body[:60])


def _underlined(piece: Piece) -> list[DrawnLine]:
    spans = tuple(span for span in piece.spans if span.underlined and span.text.strip())
    return [DrawnLine(width_of(spans))] if spans else []


def _lines_below(draft: Draft, pieces: Sequence[Piece]) -> list[DrawnLine] | None:
    """None: nobody can say."""
    last = pieces[-1].paragraph
    zone = _near(draft, last)
    lines = [line for item in zone for line in lines_at(item)] + _underlined(pieces[-1])
    if lines or any(item.picture for item in zone):
        return lines or None
    everything = _head_zone(draft)
    if any(item.picture for item in everything) or len([line for p in everything for line in lines_at(p)]) > 2:
        return None  # one drawn for it may be anchored elsewhere
    if last.table is not None and _spare_lines(draft, last):
        return None
    return []


def _near(draft: Draft, last: Paragraph) -> list[Paragraph]:
    if last.in_cell:
        return [item for item in draft.body if beside(item, last)]
    following = [item for item in draft.body if item.number > last.number][:6]
    near = [last]
    for item in following:
        near.append(item)
        if pieces_of(item) and not is_line(item):
            break
    return near


def _spare_lines(draft: Draft, last: Paragraph) -> bool:
    """Another cell holds more lines than it has use for, or a cell of no name holds one."""
    owners = [piece.paragraph for piece in (*draft.issuer[-1:], draft.motto) if piece]
    counts: dict[tuple[int | None, int, int], int] = {}
    for item in _head_zone(draft):
        if item.table == last.table and (count := len(lines_at(item))):
            key = (item.table, item.row, item.column)
            counts[key] = counts.get(key, 0) + count
    of_names = {(item.table, item.row, item.column) for item in owners}
    return any(count > 1 or key not in of_names for key, count in counts.items())


def _certain(draft: Draft, pieces: Sequence[Piece]) -> bool:
    """Beside each other by tabs, a line may belong to either."""
    return bool(pieces) and (pieces[-1].paragraph.table is not None or pieces is draft.subject)


def _line(pieces_in: Callable[[Draft], Sequence[Piece]], draft: Draft) -> Iterator[Fault]:
    pieces = pieces_in(draft)
    if not _certain(draft, pieces):
        return
    lines = _lines_below(draft, pieces)
    if lines == []:
        yield Fault(place_of(pieces[-1]), MISSING, "đường kẻ ngang bên dưới / a line below")
    elif lines and not any(line.solid for line in lines):
        yield Fault(place_of(pieces[-1]), "nét đứt / not solid", SOLID)
    elif lines and _underlined(pieces[-1]) == lines and not draft.profile.underline_is_line:
        yield Fault(place_of(pieces[-1]), UNDERLINED, "đường kẻ bằng lệnh Draw / a drawn line")


def _length(pieces_in: Callable[[Draft], Sequence[Piece]], whole: bool, draft: Draft) -> Iterator[Fault]:
    """As long as the text, or a third to a half of it; of several lines any may be the measure."""
    pieces = pieces_in(draft)
    lines = _lines_below(draft, pieces) if _certain(draft, pieces) else None
    lengths = [line.length for line in lines or () if line.length and line.solid]
    if len(lengths) != 1 or len(lines or ()) != 1:
        return
    low, high = _allowed(pieces, whole)
    slack = SAME_LENGTH if whole else 0.1
    if not low * (1 - slack) <= lengths[0] <= high * (1 + slack):
        yield Fault(place_of(pieces[-1]), number_vi(lengths[0], "mm"), between_vi(round(low), round(high), "mm"))


def _allowed(pieces: Sequence[Piece], whole: bool) -> tuple[float, float]:
    widths = [width_of(piece.spans) for piece in pieces]
    if whole:
        return widths[-1], widths[-1]
    column = pieces[-1].paragraph.width or max(widths)
    wrapped = any(width > column for width in widths)
    shortest = column / 3 if wrapped else min(widths)  # the last line of one that is broken may be short
    return shortest / 3, min(max(widths), column) / 2


def _motto(draft: Draft) -> Sequence[Piece]:
    return (draft.motto,) if draft.motto else ()


_LINED: tuple[tuple[str, str, Text, Callable[[Draft], Sequence[Piece]], bool], ...] = (
    ("motto", "II.1", Text("Tiêu ngữ", "National motto"), _motto, True),
    ("issuer", "II.2", Text("Tên cơ quan ban hành", "Issuing authority"), lambda d: d.issuer, False),
    ("subject", "II.5", Text("Trích yếu", "Subject"), lambda d: d.subject, False),
)


def _line_rules() -> Iterator[FormRule]:
    for name, clause, words, pieces, whole in _LINED:
        line = Text(f"{words.vi}: đường kẻ", f"{words.en}: line")
        length = Text(f"{words.vi}: độ dài đường kẻ", f"{words.en}: length of the line")
        yield FormRule(f"{name}.line", clause, line, partial(_line, pieces))
        yield FormRule(f"{name}.line-length", clause, length, partial(_length, pieces, whole))


def _zero(value: str) -> str:
    return f"0{value}"


HEAD_RULES = (
    FormRule("national-name.missing", "II.1", Text("Quốc hiệu", "National name"),
             partial(_missing, lambda d: d.nation, kinds.NATION)),
    FormRule("national-name.text", "II.1", Text("Quốc hiệu: lời", "National name: text"), _nation_text),
    FormRule("national-name.place", "II.1", Text("Quốc hiệu: vị trí", "National name: place"), _nation_place),
    FormRule("motto.missing", "II.1", Text("Tiêu ngữ", "National motto"),
             partial(_missing, lambda d: d.motto, kinds.MOTTO)),
    FormRule("motto.text", "II.1", Text("Tiêu ngữ: lời", "National motto: text"), _motto_text),
    FormRule("issuer.missing", "II.2", Text("Tên cơ quan ban hành", "Issuing authority"), _issuer_missing),
    FormRule("number.missing", "II.3", Text("Số, ký hiệu", "Number and symbol"),
             partial(_missing_of_sent, lambda d: d.number, "Số: …/KÝ HIỆU")),
    FormRule("number.text", "II.3", Text("Số, ký hiệu: cách ghi", "Number and symbol: text"), _number_text),
    FormRule("number.zero", "II.3", Text("Số nhỏ hơn 10 thêm số 0", "A zero before a number below 10"), _number_zero),
    FormRule("number.hyphen", "II.3", Text("Gạch nối trong ký hiệu", "Hyphens in the symbol"), _number_hyphen),
    FormRule("number.case", "II.3", Text("Ký hiệu in hoa", "Symbol in capitals"), _number_case),
    FormRule("place-date.missing", "II.4", Text("Địa danh và thời gian", "Place and date"),
             partial(_missing_of_sent, lambda d: d.place_date, "địa danh, ngày … tháng … năm …")),
    FormRule("place-date.place", "II.4", Text("Địa danh", "Place"), _place_missing),
    FormRule("place-date.comma", "II.4", Text("Dấu phẩy sau địa danh", "Comma after the place"), _comma),
    FormRule("place-date.day-zero", "II.4", Text("Ngày nhỏ hơn 10 ghi thêm số 0", "A zero before days below 10"),
             partial(_of_date, "day", "[1-9]", _zero)),
    FormRule("place-date.month-zero", "II.4", Text("Tháng 1, 2 ghi thêm số 0", "A zero before months 1 and 2"),
             partial(_of_date, "month", "[12]", _zero)),
    FormRule("place-date.month-no-zero", "II.4", Text("Tháng 3 đến 9 không thêm số 0", "No zero before months 3 to 9"),
             partial(_of_date, "month", "0[3-9]", lambda value: value[1:])),
    FormRule("place-date.level", "II.4", Text("Ngang hàng với số, ký hiệu", "On the line of the number"), _same_line),
    FormRule("letter-subject.text", "II.5", Text("Chữ «V/v»", "The letters «V/v»"), _about),
    FormRule("letter-subject.place", "II.5", Text("Trích yếu công văn dưới số", "Subject of a letter below the number"),
             _below_number),
    FormRule("letter-subject.gap", "II.5", Text("Cách số, ký hiệu 6 pt", "6 pt below the number"), _gap_below_number),
    *_line_rules(),
)  # fmt: skip
