"""A document taken apart into the components that the form decree names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile, pairwise, takewhile

from rules.documents import kinds
from rules.documents.paper import Align, Paper, Paragraph
from rules.documents.pieces import Piece, is_line, pieces_of
from rules.documents.profile import Profile

ROOM = 2  # paragraphs: more than so far below the post there was left room for a signature
HEAD = 45  # paragraphs with letters among which the head is looked for


@dataclass(frozen=True)
class Annex:
    heading: Piece
    number: str
    title: tuple[Piece, ...]
    attached: Piece | None
    paragraphs: tuple[Paragraph, ...]


@dataclass
class Draft:
    """A component that was not found is empty; only what is certain is there."""

    paper: Paper
    profile: Profile
    body: tuple[Paragraph, ...]  # before the annexes
    nation: Piece | None = None
    motto: Piece | None = None
    superior: tuple[Piece, ...] = ()
    issuer: tuple[Piece, ...] = ()
    number: Piece | None = None
    place_date: Piece | None = None
    letter_subject: tuple[Piece, ...] = ()
    title: Piece | None = None
    subject: tuple[Piece, ...] = ()
    addressed: Piece | None = None
    recipients: tuple[Piece, ...] = ()  # each on a line of its own
    copies: Piece | None = None
    copy_lines: tuple[Piece, ...] = ()
    signer_title: tuple[Piece, ...] = ()
    signer_name: Piece | None = None
    content: tuple[Paragraph, ...] = ()
    content_ends: bool = False  # what follows the content is certain
    annexes: tuple[Annex, ...] = ()
    head: tuple[Piece, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> str:
        return self.title.text.upper() if self.title else ""

    @property
    def is_letter(self) -> bool:
        return not self.title and bool(self.letter_subject)

    @property
    def is_sent(self) -> bool:
        """Of a kind that goes out with a number and a distribution list."""
        return self.is_letter or self.kind in kinds.DISTRIBUTED

    @property
    def is_official(self) -> bool:
        """An office wrote it, under the decree: two marks at least, and one that only its documents have."""
        own = (self.number, self.copies, self.letter_subject, self.kind in kinds.DISTRIBUTED)
        marks = (
            self.nation, self.motto, self.number, self.place_date, self.title, self.addressed, self.copies,
            self.letter_subject or None,
        )  # fmt: skip
        if any(kinds.PARTY in piece.text.upper() for piece in self.head):
            return False  # the Party's documents have a form of their own
        return any(own) and sum(mark is not None for mark in marks) >= 2

    @property
    def basis(self) -> tuple[Paragraph, ...]:
        """The lines «Căn cứ …» that begin a decision; in a letter or report such a line begins a sentence."""
        sentences = dropwhile(lambda item: kinds.is_upper(item.text), self.content)  # below the authority that decides
        lines = tuple(takewhile(lambda item: kinds.BASIS.match(item.text.strip()), sentences))
        return lines if len(lines) > 1 or self.kind in kinds.DECIDING else ()

    @property
    def sentences(self) -> tuple[Paragraph, ...]:
        """The content without its legal basis."""
        basis = {item.number for item in self.basis}
        return tuple(item for item in self.content if item.number not in basis)


def draft_of(paper: Paper, profile: Profile) -> Draft:
    starts = [index for index, item in enumerate(paper.paragraphs) if _opens_annex(paper, index)]
    draft = Draft(paper, profile, paper.paragraphs[: starts[0]] if starts else paper.paragraphs)
    ends = pairwise([*starts, len(paper.paragraphs)])
    draft.annexes = tuple(_annex(paper.paragraphs[start:end]) for start, end in ends)
    _find_head(draft)
    _find_title(draft)
    _find_foot(draft)
    _find_content(draft)
    return draft


def with_letters(paragraphs: Sequence[Paragraph]) -> Iterator[Piece]:
    for paragraph in paragraphs:
        if not is_line(paragraph):
            yield from pieces_of(paragraph)


# --- head -------------------------------------------------------------------------------------------------------------


def _find_head(draft: Draft) -> None:
    draft.head = tuple(with_letters(draft.body[: HEAD * 2]))[:HEAD]
    for piece in draft.head:
        text = piece.text
        if not draft.nation and kinds.is_nation(text):
            draft.nation = piece
        elif not draft.motto and kinds.is_motto(text):
            draft.motto = piece
        elif not draft.number and kinds.NUMBER.match(text) and len(text) < 60:
            draft.number = piece
        elif not draft.place_date and len(text) < 70 and _is_place_date(text):
            draft.place_date = piece
    draft.letter_subject = tuple(_letter_subject(draft))
    _find_issuer(draft)


def _is_place_date(text: str) -> bool:
    return kinds.PLACE_DATE.fullmatch(text) is not None


def _letter_subject(draft: Draft) -> Iterator[Piece]:
    begun: Piece | None = None
    for piece in draft.head:
        if begun is None and kinds.ABOUT.match(piece.text):
            begun = piece
            yield piece
        elif begun is not None:
            if not (begun.paragraph.in_cell and beside(piece.paragraph, begun.paragraph)) or piece is draft.place_date:
                return
            yield piece


def beside(one: Paragraph, other: Paragraph) -> bool:
    """In one cell."""
    return (one.table, one.row, one.column) == (other.table, other.row, other.column)


def _find_issuer(draft: Draft) -> None:
    """What stands at the left of the national name, above the number."""
    if not draft.nation:
        return
    names = [piece for piece in draft.head if _at_left(piece, draft.nation)]
    known = {id(piece) for piece in (draft.motto, draft.number, draft.place_date, *draft.letter_subject)}
    stop = next((index for index, piece in enumerate(names) if id(piece) in known), len(names))
    names = names[:stop]
    last = _begin_of_issuer(names)
    draft.superior, draft.issuer = tuple(names[:last]), tuple(names[last:])


def _at_left(piece: Piece, nation: Piece) -> bool:
    one, other = piece.paragraph, nation.paragraph
    if other.table is None:
        return False  # side by side by tabs: what belongs together is not certain
    return one.table == other.table and one.column < other.column


def _begin_of_issuer(names: Sequence[Piece]) -> int:
    """The last line that begins a body's name; lines before it name the superior."""
    bold = [all(span.bold for span in piece.letters) for piece in names]
    if True in bold and False in bold and bold == sorted(bold):
        return bold.index(True)
    begins = [index for index, piece in enumerate(names) if piece.text.upper().startswith(kinds.BODIES)]
    return begins[-1] if len(begins) > 1 else 0


# --- title and addressees ---------------------------------------------------------------------------------------------


def _find_title(draft: Draft) -> None:
    pieces = [piece for piece in draft.head if piece.whole]
    for index, piece in enumerate(pieces):
        if piece.text.upper().rstrip(".:") in kinds.TYPES and piece is not draft.number:
            draft.title = piece
            draft.subject = tuple(_subject(pieces[index + 1 :], draft.kind in kinds.DECIDING))
            break
    _find_addressees(draft)


def _subject(pieces: Sequence[Piece], deciding: bool) -> Iterator[Piece]:
    for piece in pieces[:6]:
        text, centred = piece.text, piece.paragraph.align is Align.CENTRE
        bold = all(span.bold for span in piece.letters)
        ended = kinds.ADDRESSED.match(text) or kinds.BASIS.match(text) or text.endswith((".", ";", ":"))
        if ended or not (bold or centred) or text.startswith(("I. ", "1. ", "Điều ", "Phần ", "Chương ")):
            return
        if kinds.is_upper(text) and deciding:
            return  # the authority that decides
        yield piece


def _find_addressees(draft: Draft) -> None:
    pieces = list(with_letters(draft.body))[: HEAD * 2]
    for index, piece in enumerate(pieces):
        if kinds.ADDRESSED.match(piece.text):
            draft.addressed = piece
            if piece.text.rstrip().endswith(":"):
                draft.recipients = tuple(_dashed(pieces[index + 1 :]))
            return


def _dashed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """A list whose lines begin with a dash, or go on with one that has not ended."""
    ended = True
    for piece in pieces:
        begins = piece.text.startswith(("-", "–", "+", "•")) or piece.paragraph.mark
        if not begins and ended:
            return
        yield piece
        ended = piece.text.endswith((".", ";"))
        if piece.text.endswith("."):
            return


# --- foot -------------------------------------------------------------------------------------------------------------


def _find_foot(draft: Draft) -> None:
    pieces = list(with_letters(draft.body))
    places = [index for index, piece in enumerate(pieces) if kinds.COPIES.match(piece.text) and len(piece.text) < 30]
    if not places:
        return
    copies = pieces[places[-1]]
    following = pieces[places[-1] + 1 :]
    draft.copies = copies
    if copies.paragraph.table is None:
        draft.copy_lines = tuple(_dashed(following))
        return
    draft.copy_lines = tuple(piece for piece in following if beside(piece.paragraph, copies.paragraph))
    _find_signer(draft, [piece for piece in pieces if _signs(piece.paragraph, copies.paragraph)])


def _signs(one: Paragraph, copies: Paragraph) -> bool:
    return one.table == copies.table and one.column != copies.column


def _find_signer(draft: Draft, pieces: Sequence[Piece]) -> None:
    lines = [piece for piece in pieces if not piece.text.startswith(("(", "["))]
    if not lines:
        return
    below = pairwise(piece.paragraph.number for piece in lines)
    ends = next((index for index, (one, other) in enumerate(below, 1) if other - one > ROOM), len(lines))
    small = next((index for index, piece in enumerate(lines) if not kinds.is_upper(piece.text)), len(lines))
    draft.signer_title = tuple(lines[: max(1, min(small, ends))])
    if len(lines) > len(draft.signer_title):
        draft.signer_name = lines[-1]


# --- content and annexes ----------------------------------------------------------------------------------------------


def _find_content(draft: Draft) -> None:
    """What stands in no table between the head and the foot."""
    if not draft.is_official:
        return
    head = (
        draft.nation, draft.motto, draft.number, draft.place_date, draft.title, *draft.subject, *draft.letter_subject,
        draft.addressed, *draft.recipients,
    )  # fmt: skip
    after = max((piece.paragraph.number for piece in head if piece), default=0)
    foot = _begin_of_foot(draft)
    inside = [item for item in draft.body if after < item.number < foot and not is_line(item)]
    draft.content = tuple(item for item in inside if not item.in_cell and item.text.strip())
    draft.content_ends = draft.copies is not None and bool(draft.content)
    if inside and draft.content and any(item.in_cell and item.number > draft.content[-1].number for item in inside):
        draft.content_ends = False  # a table closes it


def _begin_of_foot(draft: Draft) -> int:
    if not draft.copies:
        return max((item.number for item in draft.body), default=0) + 1
    paragraph = draft.copies.paragraph
    if paragraph.table is None:
        return paragraph.number
    return min(item.number for item in draft.body if item.table == paragraph.table)


def _opens_annex(paper: Paper, index: int) -> bool:
    """On a line of its own, at the top of a page."""
    item = paper.paragraphs[index]
    if item.in_cell or not kinds.ANNEX.fullmatch(item.text.strip()):
        return False
    before = paper.paragraphs[max(0, index - 4) : index]
    return (
        item.new_page
        or item.align is Align.CENTRE
        or any(other.new_page for other in before)
        or any(other.section != item.section for other in before)
    )


def _annex(paragraphs: tuple[Paragraph, ...]) -> Annex:
    heading, *others = (piece for piece in with_letters(paragraphs) if not piece.paragraph.in_cell)
    number = kinds.ANNEX.fullmatch(heading.text)
    attached = next((piece for piece in others[:5] if kinds.ATTACHED.match(piece.text)), None)
    title = []
    for piece in others[:3]:
        if piece is attached or len(piece.text) > 250:
            break
        title.append(piece)
    return Annex(
        heading,
        (number and number["number"]) or "",
        tuple(title) if attached else tuple(title[:1]),
        attached,
        paragraphs,
    )
