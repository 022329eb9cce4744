"""What a kind of message consists of, and what adding one takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "notifications"))

import letters

from notifications.kinds import MessageKind
from notifications.render.environment import TEMPLATES
from services.delivery.compose import BUILDERS
from services.delivery.samples import SAMPLES

LETTER = ("subject.txt", "body.txt", "body.html")
SHORT_FORM = "short.txt"


def missing_halves(kind: MessageKind) -> Iterator[str]:
    """Where something of this kind has been forgotten, and what it is."""
    details, folder = kind.details, TEMPLATES / kind.value
    for name in LETTER:
        if not _is_written(folder / name):
            yield f"notifications/messages/{kind.value}/{name}: no text"
    if not details.mail_only and not _is_written(folder / SHORT_FORM):
        yield f"notifications/messages/{kind.value}/{SHORT_FORM}: no text, and no `mail_only` in its entry says why"
    if details.mail_only and _is_written(folder / SHORT_FORM):
        yield f"notifications/messages/{kind.value}/{SHORT_FORM}: a text that `mail_only` says is never sent"
    if not (details.label.vi.strip() and details.label.en.strip()):
        yield "notifications/kinds.py: `label` in both languages"
    name = details.facts.__name__
    if details.facts not in BUILDERS:
        yield f"services/delivery/compose.py BUILDERS: who gathers {name}"
    if details.facts not in SAMPLES:
        yield f"services/delivery/samples.py SAMPLES: a sample of {name}"
    if kind not in {sample for sample, _ in letters.SAMPLES.values()}:
        yield f"tests/notifications/letters.py SAMPLES: {name} as full as they come, and as empty"


def _is_written(path: Path) -> bool:
    return path.is_file() and bool(path.read_text("utf-8").strip())


ENTRY = """
    OFFICE_CLOSED = _note("office_closed", Text("Nghỉ làm việc", "Office closed"), Look("Nghỉ làm việc", *BLUE))
"""
TEXTS = {
    "subject.txt": "[Nghỉ làm việc] {{ f.matter }}\n",
    "body.txt": "{% for line in f.lines %}\n– {{ line }}\n{% endfor %}\n\nTrân trọng cảm ơn./.\n",
    "body.html": '{% extends "_layout.html" %}\n{% block title %}{{ f.matter }}{% endblock %}\n',
}
END_OF_KINDS = "\n\n\ndef label_of("


def add_a_kind(root: Path) -> list[str]:
    """Adds a kind that says a matter line by line to a copy of the project; returns the places that were touched."""
    declared = root / "notifications" / "kinds.py"
    before = declared.read_text("utf-8")
    assert END_OF_KINDS in before
    declared.write_text(before.replace(END_OF_KINDS, f"\n{ENTRY.strip(chr(10))}{END_OF_KINDS}"), "utf-8")
    folder = root / "notifications" / "messages" / "office_closed"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    return ["notifications/kinds.py", "notifications/messages/office_closed/"]
