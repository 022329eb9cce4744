"""A Word template, read once and filled in many times."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

BODY = "word/document.xml"
EDGE = re.compile(r"word/(header|footer)\d*\.xml")
CHART = re.compile(r"word/charts/chart\d*\.xml")
OF_FIGURE = re.compile(rb"<(?:c:)?f>'?(\w+)'?!")  # whatever Word makes of the part, the address of its cells stays
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def literal(value: object) -> object:
    """What may stand in a Word document: composed letters, nothing XML forbids, and never the word None."""
    if isinstance(value, str):
        return UNWRITABLE.sub(" ", unicodedata.normalize("NFC", value))
    if value is None:
        raise ValueError("a template uses a value that is None")
    return value


ENVIRONMENT = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=literal)


class WordForm:
    """Compiles the template on first sight: an officer may edit it in Word, so docxtpl reads its tags."""

    def __init__(self, source: Path | bytes) -> None:
        file = BytesIO(source) if isinstance(source, bytes) else source
        template = DocxTemplate(file)
        template.init_docx()
        body = template.patch_xml(template.xml_to_string(template.docx.element))
        with ZipFile(file) as package:
            self._parts = {name: package.read(name) for name in package.namelist()}
        edges = {name: template.patch_xml(self._parts[name].decode()) for name in self._parts if EDGE.fullmatch(name)}
        self._charts = {
            name: key.group(1).decode()
            for name in self._parts
            if CHART.fullmatch(name) and (key := OF_FIGURE.search(self._parts[name]))
        }
        self._forms = {name: self._compiled(xml) for name, xml in {BODY: DECLARATION + body, **edges}.items()}

    def _compiled(self, xml: str) -> Template:
        return ENVIRONMENT.from_string(xml)

    def _filled(self, form: Template, values: Mapping[str, object]) -> bytes:
        return form.render(values).encode()

    def write(self, values: Mapping[str, object], out: Path, charts: Mapping[str, bytes] | None = None) -> Path:
        """Fill in and put in place at once: a reader never sees half a document. `charts`: by the key of the figure."""
        filled = {name: self._filled(form, values) for name, form in self._forms.items()}
        filled |= {name: charts[key] for name, key in self._charts.items() if charts and key in charts}
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished = out.with_name(f".{out.name}.{uuid4().hex}.part")  # two may write the same report at once
        try:
            with ZipFile(unfinished, "w", ZIP_DEFLATED) as package:
                for name, content in self._parts.items():
                    package.writestr(_entry(name), filled.get(name, content))
            os.replace(unfinished, out)
        finally:
            unfinished.unlink(missing_ok=True)
        return out


def _entry(name: str) -> ZipInfo:
    # a fixed date: the same facts give the same bytes, so a file's SHA-256 says whether anything changed
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry
