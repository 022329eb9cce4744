"""The templates an office changed: numbered, kept for ever, one in use or none."""

from __future__ import annotations

import pytest
from builders import at
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.templates import TemplateVersion
from services import templates
from services.errors import Refused
from services.templates import DOCUMENT, MESSAGE

NAME, LAN, NOW = "progress", "Lan", at("2014-03-18")


def take_two(engine: Engine) -> None:
    with writing(engine) as session:
        for content, note in ((b"first", " bỏ một câu "), (b"second", "")):
            templates.take(session, DOCUMENT, NAME, content, note, LAN, NOW)


def test_a_version_that_was_taken_is_not_in_use_yet(engine: Engine) -> None:
    take_two(engine)
    with reading(engine) as session:
        assert templates.in_use(session, DOCUMENT, NAME) is None
        kept = [(row.number, row.content, row.note) for row in templates.versions(session, DOCUMENT, NAME)]
    assert kept == [(2, b"second", ""), (1, b"first", "bỏ một câu")]


def test_one_version_is_in_use_and_the_shipped_one_is_a_state(engine: Engine) -> None:
    take_two(engine)
    used = []
    with writing(engine) as session:
        for number in (1, 2, 1, None):
            if number:
                templates.use(session, DOCUMENT, NAME, number, LAN, NOW)
            else:
                assert templates.back_to_shipped(session, DOCUMENT, NAME, LAN, NOW) == 1
            row = templates.in_use(session, DOCUMENT, NAME)
            used.append(row.number if row else None)
        assert templates.back_to_shipped(session, DOCUMENT, NAME, LAN, NOW) is None
        assert len(templates.versions(session, DOCUMENT, NAME)) == 2
    assert used == [1, 2, 1, None]


def test_names_and_families_do_not_touch_one_another(engine: Engine) -> None:
    with writing(engine) as session:
        for family, name in ((DOCUMENT, NAME), (MESSAGE, NAME), (DOCUMENT, "letter")):
            row = templates.take(session, family, name, b"x", "", LAN, NOW)
            assert row.number == 1
            templates.use(session, family, name, 1, LAN, NOW)
        templates.back_to_shipped(session, DOCUMENT, NAME, LAN, NOW)
        assert [row.name for row in templates.all_in_use(session, DOCUMENT)] == ["letter"]
        assert [row.name for row in templates.all_in_use(session, MESSAGE)] == [NAME]


def test_all_of_it_is_logged_by_name(engine: Engine) -> None:
    take_two(engine)
    with writing(engine) as session:
        templates.use(session, DOCUMENT, NAME, 2, LAN, NOW)
        row = templates.version(session, DOCUMENT, NAME, 2)
        for fault in ("đoạn 3", "đoạn 3", ""):
            templates.note_fault(session, row, fault, NOW)
        templates.back_to_shipped(session, DOCUMENT, NAME, LAN, NOW)
    with reading(engine) as session:
        entries = session.exec(select(LogEntry).where(LogEntry.subject == "template:document/progress")).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("template.take", LAN),
        ("template.take", LAN),
        ("template.use", LAN),
        ("template.fault", "kyhan"),
        ("template.reset", LAN),
    ]


def test_a_version_that_is_not_there_and_a_long_note_are_refused(engine: Engine) -> None:
    with writing(engine) as session:
        with pytest.raises(Refused, match="phiên bản 9"):
            templates.use(session, DOCUMENT, NAME, 9, LAN, NOW)
        with pytest.raises(Refused, match="500"):
            templates.take(session, DOCUMENT, NAME, b"x", "a" * 501, LAN, NOW)
        assert session.exec(select(TemplateVersion)).all() == []
