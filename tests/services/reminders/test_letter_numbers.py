"""The number of an urging letter is taken back at once, or corrected with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from builders import CALENDAR, IN_NOVEMBER
from sqlalchemy import Engine
from sqlmodel import select

from models.database import id_of, reading, writing
from models.tables.log import LogEntry
from models.tables.messages import LetterDraft
from models.tables.plan import Occurrence
from rules.office import Office
from services.errors import ConcurrentAction, Refused
from services.operations.tick import tick
from services.reminders.letter_numbers import correct_number, take_back_number
from services.reminders.urging_letters import issue, sign

NOW = datetime(2014, 1, 10, 3, tzinfo=UTC)
DAY = date(2014, 1, 9)


@pytest.fixture
def issued(engine: Engine, office: Office) -> int:
    """A letter that was signed and then entered with a number, at NOW."""
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    with writing(engine) as session:
        occurrence = session.exec(select(Occurrence.id)).first() or 0
        drafted = NOW - timedelta(days=2)
        draft = LetterDraft(occurrence_id=occurrence, step="CV1", drafted_at=drafted, units=1, file="a.docx", sha256="")
        session.add(draft)
        session.flush()
        id = id_of(draft)
        sign(session, id, "Lan", NOW)
        issue(session, id, "512/CTK-TH", DAY, "Lan", NOW)
    return id


def letter(engine: Engine, id: int) -> tuple[str, str, date | None]:
    with reading(engine) as session:
        row = session.get_one(LetterDraft, id)
        return row.state, row.document_number, row.issued_on


def test_the_letter_waits_again_where_it_did(engine: Engine, issued: int) -> None:
    with writing(engine) as session:
        take_back_number(session, issued, "Lan", NOW + timedelta(minutes=9))
    assert letter(engine, issued) == ("signed", "", None)
    with writing(engine) as session, pytest.raises(ConcurrentAction):
        take_back_number(session, issued, "Minh", NOW + timedelta(minutes=9))
    with writing(engine) as session:
        issue(session, issued, "513/CTK-TH", DAY, "Lan", NOW + timedelta(minutes=9))
    assert letter(engine, issued) == ("issued", "513/CTK-TH", DAY)


def test_after_ten_minutes_it_is_corrected_with_a_reason(engine: Engine, issued: int) -> None:
    later = NOW + timedelta(minutes=10)
    with writing(engine) as session, pytest.raises(Refused, match="10 phút"):
        take_back_number(session, issued, "Lan", later)
    with writing(engine) as session, pytest.raises(Refused, match="lý do"):
        correct_number(session, issued, "513/CTK-TH", DAY, "Lan", " ", later)
    with writing(engine) as session:
        correct_number(session, issued, "513/CTK-TH", DAY, "Lan", "Ghi nhầm", later)
    assert letter(engine, issued) == ("issued", "513/CTK-TH", DAY)
    with reading(engine) as session:
        entry = session.exec(select(LogEntry).where(LogEntry.action == "letter.number_corrected")).one()
    assert "512/CTK-TH" in entry.details
    assert "513/CTK-TH" in entry.details
