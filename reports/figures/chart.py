"""A figure as the chart that Word, Excel and LibreOffice draw themselves; told apart by pattern, not by colour."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.fill import ColorChoice, PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from reports.figures.figure import Figure

HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FACE = "Times New Roman"
FILLS = ("A9D3B8", "wdUpDiag", None)  # a light grey without colour; stripes; white
WIDTH, HEIGHT = 16.0, 5.8  # cm
SIZE = 1000  # of letters, in hundredths of a point


def chart_xml(figure: Figure) -> bytes:
    """As a part of a Word document: the numbers are in it; the address of its cells bears the figure's key."""
    written: bytes = tostring(chart_of(figure, figure.key)._write())
    return HEAD + written.replace(b"<chart>", b'<chart><autoTitleDeleted val="1"/>', 1)  # the caption is the title


def chart_of(figure: Figure, sheet: str, first_row: int = 1) -> BarChart:
    """Of a table on `sheet`: heads in `first_row`, categories in column A."""
    chart = BarChart()
    chart.type, chart.grouping, chart.gapWidth = "bar" if figure.lying else "col", "clustered", 45
    chart.width, chart.height = WIDTH, HEIGHT
    chart.roundedCorners = False
    last_row = first_row + len(figure.categories)
    labels = _texts(f"'{sheet}'!$A${first_row + 1}:$A${last_row}", figure.categories)
    for place, (name, values) in enumerate(figure.series):
        column = get_column_letter(place + 2)
        cells = f"'{sheet}'!${column}${first_row + 1}:${column}${last_row}"
        row = Series(idx=place, order=place, val=NumDataSource(numRef=_numbers(cells, values)))
        row.tx = SeriesLabel(strRef=_texts(f"'{sheet}'!${column}${first_row}", (name,)))
        row.cat = AxDataSource(strRef=labels)
        row.graphicalProperties = _fill(FILLS[place])
        row.dLbls = _labels()
        chart.series.append(row)
    _axes(chart, figure)
    if len(figure.series) > 1:
        chart.legend.position, chart.legend.txPr = "b", _letters()
    else:
        chart.legend = None
    return chart


def _axes(chart: BarChart, figure: Figure) -> None:
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete, axis.txPr = False, _letters()
        axis.majorGridlines = None
    chart.x_axis.scaling.orientation = "maxMin" if figure.lying else "minMax"
    chart.y_axis.number_format, chart.y_axis.delete = "0", True  # every number is printed


def _texts(address: str, texts: Sequence[str]) -> StrRef:
    return StrRef(f=address, strCache=StrData(ptCount=len(texts), pt=[StrVal(n, text) for n, text in enumerate(texts)]))


def _numbers(address: str, values: Sequence[int]) -> NumRef:
    points = [NumVal(n, v=value) for n, value in enumerate(values) if value]  # nothing is drawn, and no 0 printed
    return NumRef(f=address, numCache=NumData(formatCode="0", ptCount=len(values), pt=points))


def _fill(fill: str | None) -> GraphicalProperties:
    look = GraphicalProperties(ln=LineProperties(solidFill="000000", w=9525))
    if fill is None:
        look.solidFill = "FFFFFF"
    elif len(fill) == 6:
        look.solidFill = fill
    else:
        black, white = ColorChoice(srgbClr="000000"), ColorChoice(srgbClr="FFFFFF")
        look.pattFill = PatternFillProperties(prst=fill, fgClr=black, bgClr=white)
    return look


def _labels() -> DataLabelList:
    labels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False)
    labels.dLblPos, labels.txPr = "outEnd", _letters()
    return labels


def _letters() -> RichText:
    look = CharacterProperties(sz=SIZE, b=False, solidFill="000000", latin=Font(typeface=FACE))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])
