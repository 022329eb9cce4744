"""The figures of a written report as it holds them, for the screen: its page shows what its document shows."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

from openpyxl.chart.chartspace import ChartSpace
from openpyxl.xml.functions import fromstring

from reports.figures.figure import SAMPLE, TITLES, Figure
from reports.word_form import CHART, OF_FIGURE


def figures_in(document: Path) -> list[Figure]:
    """In the order of the document; those it was written without are left out."""
    found = {}
    with ZipFile(document) as package:
        for name in filter(CHART.fullmatch, package.namelist()):
            content = package.read(name)
            key = OF_FIGURE.search(content)
            if key and key.group(1).decode() in TITLES:
                figure = _figure(key.group(1).decode(), content)
                found[figure.key] = figure
    return [found[key] for key in TITLES if key in found and found[key].categories != (SAMPLE,)]


def _figure(key: str, content: bytes) -> Figure:
    (bars,) = ChartSpace.from_tree(fromstring(content)).chart.plotArea._charts
    first = bars.ser[0].cat.strRef.strCache
    categories = tuple(point.v for point in first.pt)
    series = []
    for row in bars.ser:
        values = {point.idx: int(point.v) for point in row.val.numRef.numCache.pt}
        series.append((row.tx.strRef.strCache.pt[0].v, tuple(values.get(n, 0) for n in range(len(categories)))))
    return Figure(key, TITLES[key], categories, tuple(series))
