"""A document as it stands on paper: pages, paragraphs and drawn lines, with the values that take effect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True)
class Span:
    """Letters of one look."""

    text: str
    size: float  # pt
    bold: bool
    italic: bool
    font: str
    colour: str = ""  # RRGGBB, empty: automatic
    underlined: bool = False
    link: bool = False


@dataclass(frozen=True)
class DrawnLine:
    length: float | None = None  # mm; None: nobody can say
    solid: bool = True
    across: bool = False  # a border: as long as the indents of its paragraph leave room


@dataclass(frozen=True)
class Paragraph:
    """Lengths are in mm, gaps in pt; None where the file leaves it to the program."""

    number: int  # in the document, from 1
    spans: tuple[Span, ...]
    section: int
    align: Align = Align.LEFT
    left: float = 0
    right: float = 0
    first: float | None = 0  # of the first line, beside `left`
    before: float | None = 0
    after: float | None = 0
    lines: float | None = 1  # spacing as a multiple of the single line
    exact: float | None = None  # spacing in pt
    style: str = ""
    close_to_own_style: bool = False  # no gap between two of the same style
    table: int | None = None
    row: int = 0
    column: int = 0
    box: bool = False  # in a text box
    width: float | None = None  # of the page or cell it stands in
    mark: str = ""  # of an automatic list: «-», «1.»
    drawn: tuple[DrawnLine, ...] = ()  # at it or anchored to it
    picture: bool = False  # something drawn that is not understood
    new_page: bool = False  # a page begins with it or inside it

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def in_cell(self) -> bool:
        return self.table is not None or self.box


@dataclass(frozen=True)
class PageNumber:
    place: str  # header, footer
    align: Align | None  # None: nobody can say
    size: float
    upright: bool


@dataclass(frozen=True)
class Section:
    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    first_differs: bool = False
    restarts: bool = False  # its pages are numbered from the beginning
    new_page: bool = True
    numbers: tuple[PageNumber, ...] = ()
    first_numbers: tuple[PageNumber, ...] = ()  # on its first page, where that differs

    @property
    def landscape(self) -> bool:
        return self.width > self.height


@dataclass(frozen=True)
class Paper:
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    default_tab: float = 12.7
    mirrored: bool = False  # left and right margins change places on even pages
