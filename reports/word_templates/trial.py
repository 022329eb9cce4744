"""Tries a changed template in a process of its own, because anybody may have written the file."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from reports.bounded import read_bounded
from reports.word_templates.kinds import KINDS, DocumentKind, plain
from reports.word_templates.language import TemplateFault
from reports.word_templates.office_form import OfficeForm, language_of
from reports.word_templates.package import check_package
from reports.word_templates.paragraphs import PlacedFault, placed_faults
from reports.word_templates.samples import WORDS
from rules.plan import Text

REAL = Text("số liệu thật mới nhất", "the newest real facts")
MOST_FAULTS = 30


@dataclass(frozen=True)
class Trial:
    """Either faults, or the document the template makes of the real facts, else of the usual sample."""

    faults: tuple[PlacedFault, ...] = ()
    document: bytes = b""
    on_real_facts: bool = False


def try_template(kind: DocumentKind, content: bytes, facts: Any = None) -> Trial:
    """`facts`: real ones of this office, where there are any. Raises UnsafeWorkbook for what is no usable file."""
    check_package(content)
    real = _filling(kind, facts) if facts is not None else None
    answer = read_bounded("reports.word_templates.trial:plain_trial", content, kind.name, real)
    faults = tuple(PlacedFault(**one) for one in answer["faults"])
    return Trial(faults, b64decode(answer["document"]), facts is not None)


def _filling(kind: DocumentKind, facts: Any) -> dict[str, Any]:
    charts = {key: chart.decode() for key, chart in kind.charts(facts).items()} if kind.charts else {}
    return {"values": plain(kind.values(facts)), "charts": charts}


# --- in the process -------------------------------------------------------------------------------------------------


def plain_trial(stream: BinaryIO, name: str, real: dict[str, Any] | None) -> dict[str, Any]:
    kind, content = KINDS[name], stream.read()
    faults = placed_faults(BytesIO(content), language_of(kind))[:MOST_FAULTS]
    if faults:
        return {"faults": [asdict(one) for one in faults], "document": ""}
    fillings = {key: (WORDS.get(key, Text(key, key)), _filling(kind, of)) for key, of in kind.samples().items()}
    if real:
        fillings = {"real": (REAL, real), **fillings}
    documents: list[bytes] = []
    for fault in _filled(kind, content, fillings, documents):
        return {"faults": [asdict(fault)], "document": ""}
    return {"faults": [], "document": b64encode(documents[0]).decode()}


def _filled(
    kind: DocumentKind, content: bytes, fillings: Mapping[str, tuple[Text, dict[str, Any]]], documents: list[bytes]
) -> Iterator[PlacedFault]:
    """The first of the documents is kept."""
    with TemporaryDirectory() as folder:
        try:
            form = OfficeForm(content, language_of(kind))
        except TemplateFault as error:
            yield _whole(str(error), str(error))
            return
        for words, filling in fillings.values():
            charts = {key: chart.encode() for key, chart in filling["charts"].items()}
            try:
                written = form.write(filling["values"], Path(folder) / "tried.docx", charts)
            except Exception as error:  # whatever the template brings about with these facts
                what = f"{type(error).__name__}: {error}"
                yield _whole(f"Không điền được {words.vi}: {what}", f"Cannot be filled in with {words.en}: {what}")
                return
            documents.append(written.read_bytes())


def _whole(vi: str, en: str) -> PlacedFault:
    """Of the template as a whole: in no paragraph."""
    return PlacedFault("", 0, "", vi, en)
