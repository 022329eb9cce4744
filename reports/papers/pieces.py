"""What the templates of these documents share, beside the stationery: title, legal bases, items, tables as annexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from docx.shared import Mm

from reports import stationery as piece
from reports.completion import Item, lines_of
from reports.facts import Completion, PlanReference
from reports.narrative import named_plan, plan_in_full
from reports.page import LEFT, PAGE, RIGHT, TEXT_WIDTH
from reports.papers.facts import AnnexTable
from reports.phrases import inside, joined
from reports.word_form import literal
from rules.documents.profile import profile_on

TITLE_LINE = 50  # mm
LANDSCAPE_WIDTH = PAGE[1] - LEFT - RIGHT
NUMBER_WIDTH, LEAST_WIDTH = 9.0, 13.0  # mm: of the first column, of any other
CELL = 9.5  # pt

# --- of templates -----------------------------------------------------------------------------------------------------


def title(document: Any, kind: str, *, subject: str = "{{ subject }}") -> None:
    piece.paragraph(document, "Tên loại", kind)
    piece.paragraph(document, "Trích yếu", subject)
    piece.line(document, "Trích yếu", TITLE_LINE, TEXT_WIDTH)


def bases(document: Any) -> None:
    """In italics where the form in force on the document's day asks for it."""
    piece.paragraph(document, "Nội dung", "{%p for basis in bases %}")
    piece.paragraph(document, "Nội dung", "{%p if bases_italic %}")
    piece.paragraph(document, "Nội dung", "{{ basis }}").runs[0].italic = True
    piece.paragraph(document, "Nội dung", "{%p else %}")
    piece.paragraph(document, "Nội dung", "{{ basis }}")
    piece.paragraph(document, "Nội dung", "{%p endif %}")
    piece.paragraph(document, "Nội dung", "{%p endfor %}")


def sections(document: Any) -> None:
    """«I. …» with sentences from facts, then what a person wrote or the slot for it."""
    piece.paragraph(document, "Mục", "{%p for item in sections %}")
    piece.paragraph(document, "Mục", "{{ item.heading }}")
    piece.sentences(document, "item")
    piece.paragraph(document, "Mục", "{%p endfor %}")


def annexes(document: Any, attached_to: str) -> None:
    """Tables whose columns are those of their forms: each an annex in landscape, at least one."""
    _annex(document, "annexes[0]", attached_to)
    piece.paragraph(document, "Nội dung", "{%p for annex in annexes[1:] %}")
    _annex(document, "annex", attached_to)
    piece.paragraph(document, "Nội dung", "{%p endfor %}")
    piece.flatten(document.add_paragraph())


def _annex(document: Any, annex: str, attached_to: str) -> None:
    piece.annex(document, f"{{{{ {annex}.heading }}}}", f"{{{{ {annex}.title }}}}", attached_to, landscape=True)
    piece.paragraph(document, "Nội dung", f"{{{{p {annex}.table }}}}")


# --- of values --------------------------------------------------------------------------------------------------------


def bases_of(laws: Iterable[str], plan: PlanReference, last: str, day: date) -> dict[str, object]:
    """`last`: of decisions, at whose proposal."""
    profile = profile_on(day)
    lines = [f"Căn cứ {law}" for law in laws]
    lines.append(f"Căn cứ {plan_in_full(plan)}")
    lines += [last] if last else []
    ends = [";"] * (len(lines) - 1) + [profile.basis_end]
    written = [f"{line}{end}" for line, end in zip(lines, ends, strict=True)]
    return {"bases": written, "bases_italic": profile.basis_italic}


def filled(items: Iterable[Item], completion: Completion) -> list[Item]:
    return [
        Item(
            item.heading,
            item.paragraphs,
            item.slot,
            item.key,
            lines_of(completion.words.get(item.key, "")) if item.slot else (),
        )
        for item in items
    ]


def titles_of(titles: Sequence[str]) -> str:
    """Inside a sentence."""
    return joined([inside(one) for one in titles])


def in_short(plan: PlanReference) -> str:
    return named_plan(plan)


def annex_values(titles: Sequence[str], tables: Sequence[AnnexTable]) -> list[Mapping[str, object]]:
    return [
        {"heading": heading_of(number, len(tables)), "title": name.upper(), "table": WordTable(table)}
        for number, (name, table) in enumerate(zip(titles, tables, strict=True), 1)
    ]


def heading_of(number: int, of: int) -> str:
    """Numbered where there are several."""
    return f"Phụ lục {ROMAN[number - 1]}" if of > 1 else "Phụ lục"


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


class WordTable:
    """A ruled table of any number of columns, as a template takes it in place of a paragraph."""

    def __init__(self, table: AnnexTable) -> None:
        self._table = table

    def __html__(self) -> str:
        table = self._table
        widths = [round(Mm(width).twips) for width in fitted(table.widths)]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = _row(["STT", *table.heads], widths, head=True)
        rows = (_row([str(number), *row], widths) for number, row in enumerate(table.rows, 1))
        return f"<w:tbl>{_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"


def fitted(widths: Sequence[float]) -> list[float]:
    """In mm, over the whole of a landscape page; no column too narrow to read."""
    room = LANDSCAPE_WIDTH - NUMBER_WIDTH
    shares = [max(LEAST_WIDTH, room * width / sum(widths)) for width in widths]
    spare = [share - LEAST_WIDTH for share in shares]
    over = sum(shares) - room
    taken = over / sum(spare) if over > 0 < sum(spare) else 0.0
    return [NUMBER_WIDTH, *(share - taken * more for share, more in zip(shares, spare, strict=True))]


def _properties(width: int) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    margins = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )


def _row(cells: Sequence[str], widths: Sequence[int], *, head: bool = False) -> str:
    kept = "<w:cantSplit/><w:tblHeader/>" if head else "<w:cantSplit/>"
    written = (
        _cell(text, width, head or not place) for place, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr>{kept}</w:trPr>{''.join(_bold(cell) if head else cell for cell in written)}</w:tr>"


def _cell(text: str, width: int, centred: bool) -> str:
    align = "center" if centred else "left"
    size = round(2 * CELL)
    gaps = '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>'
    look = f'<w:rPr><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{gaps}<w:jc w:val="{align}"/></w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{escape(str(literal(text)))}</w:t></w:r></w:p></w:tc>'
    )


def _bold(cell: str) -> str:
    return cell.replace("<w:rPr>", "<w:rPr><w:b/><w:bCs/>")
