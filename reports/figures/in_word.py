"""A chart put into a Word template."""

from __future__ import annotations

from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm

from reports.figures.chart import HEIGHT, WIDTH, chart_xml
from reports.figures.figure import Figure

DRAWING = """<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>
<wp:docPr id="{id}" name="{key}" descr="{alt}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{part}"/>
</a:graphicData></a:graphic></wp:inline></w:drawing>"""


def add_chart(paragraph: Any, figure: Figure, alt: str) -> None:
    document = paragraph.part
    number = sum(1 for one in document.rels.values() if one.reltype == RELATIONSHIP_TYPE.CHART) + 1
    place = PackURI(f"/word/charts/chart{number}.xml")
    part = Part(place, CONTENT_TYPE.DML_CHART, chart_xml(figure), document.package)
    related = document.relate_to(part, RELATIONSHIP_TYPE.CHART)
    size = {"width": int(Cm(WIDTH)), "height": int(Cm(HEIGHT))}
    drawing = DRAWING.format(**size, key=figure.key, alt=alt, id=100 + number, part=related)
    paragraph.add_run()._r.append(parse_xml(drawing))
