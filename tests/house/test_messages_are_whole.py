"""A kind of message lacks none of its halves, and every step of a ladder has its words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from message_kinds import LETTER, SHORT_FORM, add_a_kind, missing_halves
from the_house import ROOT

from config.catalogue import load_catalogue
from notifications.facts import LetterFacts
from notifications.kinds import MessageKind
from notifications.zalo.params import FILLED
from rules.plan import Text

MESSAGES = ROOT / "notifications" / "messages"
FOLDERS = sorted(path.name for path in MESSAGES.iterdir() if path.is_dir())
LOOK_AT_THE_NEW_KIND = """
from message_kinds import missing_halves
from notifications.facts import NoteFacts
from notifications.kinds import MessageKind
from notifications.render.letter import render
import letters

kind = MessageKind("office_closed")
assert list(missing_halves(kind)) == [], list(missing_halves(kind))
print(render(*letters.SAMPLES["office_closed"]).subject)
"""


class NewFacts(LetterFacts):
    """Of a kind that nobody has finished."""


@pytest.mark.parametrize("kind", MessageKind)
def test_no_half_of_a_kind_is_forgotten(kind: MessageKind) -> None:
    assert list(missing_halves(kind)) == []


def test_every_folder_belongs_to_a_kind() -> None:
    assert sorted(kind.value for kind in MessageKind) == FOLDERS


def test_a_forgotten_half_is_named() -> None:
    kind = str.__new__(MessageKind, "office_closed")
    kind._value_ = "office_closed"
    kind.details = replace(MessageKind.MOVED.details, label=Text("", ""), facts=NewFacts, mail_only="")
    places = [half.partition(":")[0] for half in missing_halves(kind)]
    assert places == [
        *(f"notifications/messages/office_closed/{name}" for name in (*LETTER, SHORT_FORM)),
        "notifications/kinds.py",
        "services/delivery/compose.py BUILDERS",
        "services/delivery/samples.py SAMPLES",
        "tests/notifications/letters.py SAMPLES",
    ]


def test_a_new_kind_takes_an_entry_and_a_folder(tmp_path: Path) -> None:
    copytree(ROOT / "notifications", tmp_path / "notifications")
    assert len(add_a_kind(tmp_path)) == 2
    paths = [tmp_path, ROOT, ROOT / "tests" / "house", ROOT / "tests" / "notifications"]
    script = f"import sys; sys.path[:0] = {[str(path) for path in paths]}\n{LOOK_AT_THE_NEW_KIND}"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[Nghỉ làm việc] Lịch phổ biến thông tin thống kê (năm 2015)", done.stderr


def test_only_what_has_a_short_form_fills_an_approved_template() -> None:
    assert {kind for kind in FILLED if kind.details.mail_only} == set()


def test_every_step_of_every_ladder_names_a_message() -> None:
    steps = [(ladder.id, step) for ladder in load_catalogue().ladders for step in ladder.steps if step.channels]
    assert {f"{ladder} {step.id}: {step.message}" for ladder, step in steps if step.message not in FOLDERS} == set()
