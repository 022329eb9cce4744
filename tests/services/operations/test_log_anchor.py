"""A log that was shortened or made anew is noticed: its end is kept under the office's key."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import IN_NOVEMBER, LAST_DAY
from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from models.database import reading, table, writing
from models.tables.log import LogEntry
from services import log
from services.errors import Refused
from services.operations import log_anchor

KEY, OTHER = b"k" * 40, b"x" * 40


@pytest.fixture
def chain(engine: Engine) -> Engine:
    with writing(engine) as session:
        for number in range(8):
            log.append(session, IN_NOVEMBER, "Lan", "case.accept", f"case:{number}")
    return engine


def remembered(engine: Engine, folder: Path) -> log_anchor.Anchor:
    with reading(engine) as session:
        return log_anchor.remember(session, folder, KEY)


def problem(engine: Engine, folder: Path, key: bytes = KEY) -> str:
    with reading(engine) as session:
        return log_anchor.problem(session, folder, key)


def cut(session: Session, after: int) -> None:
    session.execute(delete(table(LogEntry)).where(col(LogEntry.seq) > after))


def made_anew(session: Session) -> None:
    """By somebody who may write the database: every seal of the chain fits."""
    entries = session.exec(select(LogEntry).order_by(col(LogEntry.seq))).all()
    told = [(one.at, "Tuấn", one.action, one.subject) for one in entries]
    cut(session, 0)
    session.expunge_all()
    for entry in told:
        log.append(session, *entry)


def test_a_log_that_grew_is_still_the_same(chain: Engine, tmp_path: Path) -> None:
    remembered(chain, tmp_path)
    with writing(chain) as session:
        log.append(session, LAST_DAY, "Lan", "case.accept", "case:9")
    assert problem(chain, tmp_path) == ""


def test_a_shortened_log_is_noticed_though_its_chain_is_whole(chain: Engine, tmp_path: Path) -> None:
    remembered(chain, tmp_path)
    with writing(chain) as session:
        cut(session, 5)
        assert log.verify(session).broken_at is None
    assert "bị cắt" in problem(chain, tmp_path)


def test_a_log_made_anew_is_noticed_though_its_chain_is_whole(chain: Engine, tmp_path: Path) -> None:
    remembered(chain, tmp_path)
    with writing(chain) as session:
        made_anew(session)
        assert log.verify(session).broken_at is None
    assert "viết lại" in problem(chain, tmp_path)


def test_an_anchor_made_up_without_the_key_is_noticed(chain: Engine, tmp_path: Path) -> None:
    remembered(chain, tmp_path)
    assert "khóa" in problem(chain, tmp_path, OTHER)


def test_an_anchor_from_paper_needs_only_the_first_letters(chain: Engine, tmp_path: Path) -> None:
    anchor = remembered(chain, tmp_path)
    with reading(chain) as session:
        assert log_anchor.compare(session, log_anchor.written(str(anchor)[:18])) == ""
        assert log_anchor.compare(session, log_anchor.written(f"{anchor.seq}:{'0' * 16}"))


@pytest.mark.parametrize("text", ["", "5", "5:", "5:abc", "x:9f86d081884c7d65", "5:9F86D081884C7D65"])
def test_what_is_no_anchor_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match="SỐ:MÃ"):
        log_anchor.written(text)
