"""Every step of a ladder has its words."""

from __future__ import annotations

import pytest
from the_house import ROOT

from config.catalogue import load_catalogue
from notifications.facts import MessageKind

MESSAGES = ROOT / "notifications" / "messages"
FOLDERS = sorted(path.name for path in MESSAGES.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_message_has_a_subject_a_text_and_a_page(folder: str) -> None:
    files = {path.name for path in (MESSAGES / folder).iterdir() if path.read_text("utf-8").strip()}
    assert files >= {"subject.txt", "body.txt", "body.html"}


def test_every_kind_of_message_has_its_folder() -> None:
    assert set(FOLDERS) == {kind.value for kind in MessageKind}


def test_every_step_of_every_ladder_names_a_message() -> None:
    steps = [(ladder.id, step) for ladder in load_catalogue().ladders for step in ladder.steps if step.channels]
    assert {f"{ladder} {step.id}: {step.message}" for ladder, step in steps if step.message not in FOLDERS} == set()
