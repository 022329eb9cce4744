"""The annexes of a report for other programs: the same facts give the same bytes, in whatever year they are written."""

from __future__ import annotations

from pathlib import Path

from reports.annex_book import annex_frames, lists_frame
from reports.facts import ReportFacts
from rules.text.cells import harmless
from rules.text.control_characters import without_controls


def write_annex_data(facts: ReportFacts, folder: Path) -> list[Path]:
    """Of each annex, and of the cases behind annex I, a CSV for Excel, and Parquet in which numbers are numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    frames = {f"phu-luc-{annex}": frame for annex, frame in annex_frames(facts).items()}
    for name, frame in {**frames, "danh-sach": lists_frame(facts)}.items():
        text = frame.map(_text).to_csv(index=False, lineterminator="\r\n")
        csv, parquet = (folder / f"{name}.{kind}" for kind in ("csv", "parquet"))
        csv.write_bytes(("\ufeff" + text).encode())
        frame.to_parquet(parquet, index=False)
        files += [csv, parquet]
    return files


def _text(value: object) -> object:
    return harmless(without_controls(value)) if isinstance(value, str) else value
