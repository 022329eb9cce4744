"""The log: a chain that shows every later change."""

from __future__ import annotations

import pytest
from builders import IN_NOVEMBER, together
from sqlalchemy import Engine, delete, insert, text, update
from sqlmodel import col, select

from models.database import reading, table, writing
from models.tables.log import LogEntry
from services import log

ENTRIES = table(LogEntry)


@pytest.fixture
def chain(engine: Engine) -> Engine:
    """Eight entries after those the home was prepared with."""
    with writing(engine) as session:
        for number in range(8):
            log.append(session, IN_NOVEMBER, "Lan", "case.accept", f"case:{number}", {"lý do": "đủ", "số": number})
    return engine


def verification(engine: Engine) -> log.Verification:
    with reading(engine) as session:
        return log.verify(session)


def test_each_entry_is_sealed_with_the_one_before_it(chain: Engine) -> None:
    with reading(chain) as session:
        entries = session.exec(select(LogEntry).order_by(col(LogEntry.seq))).all()
    assert entries[0].previous == log.GENESIS
    assert [entry.previous for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert verification(chain) == log.Verification(len(entries), entries[-1].digest, None)


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("actor", "Tuấn"),
        ("action", "case.waive"),
        ("subject", "case:99"),
        ("details", '{"lý do":"khác"}'),
        ("at", IN_NOVEMBER.replace(microsecond=1)),
        ("previous", "f" * 64),
        ("digest", "f" * 64),
    ],
)
def test_a_changed_field_breaks_the_chain_where_it_was_changed(chain: Engine, column: str, forged: object) -> None:
    with writing(chain) as session:
        session.execute(update(ENTRIES).where(ENTRIES.c.seq == 5).values({column: forged}))
    assert verification(chain).broken_at == 5


def test_a_forged_entry_with_a_fitting_seal_breaks_the_chain_at_the_next(chain: Engine) -> None:
    with writing(chain) as session:
        entry = session.get_one(LogEntry, 5)
        entry.actor = "Tuấn"
        entry.digest = log.seal(entry)
    assert verification(chain).broken_at == 6


@pytest.mark.parametrize("removed", [1, 5])
def test_a_removed_entry_breaks_the_chain(chain: Engine, removed: int) -> None:
    with writing(chain) as session:
        session.execute(delete(ENTRIES).where(ENTRIES.c.seq == removed))
    assert verification(chain).broken_at == removed


def test_entries_moved_up_over_a_removed_one_break_the_chain(chain: Engine) -> None:
    with writing(chain) as session:
        session.execute(delete(ENTRIES).where(ENTRIES.c.seq == 5))
        for seq in range(6, 11):
            session.execute(update(ENTRIES).where(ENTRIES.c.seq == seq).values(seq=seq - 1))
    assert verification(chain).broken_at == 5


def test_an_inserted_entry_breaks_the_chain(chain: Engine) -> None:
    with writing(chain) as session:
        for seq in range(10, 4, -1):
            session.execute(update(ENTRIES).where(ENTRIES.c.seq == seq).values(seq=seq + 1))
        before = session.get_one(LogEntry, 4)
        forged = LogEntry(
            seq=5, at=before.at, actor="Tuấn", action="case.waive", subject="case:1", details="{}",
            previous=before.digest, digest="",
        )  # fmt: skip
        forged.digest = log.seal(forged)
        session.execute(insert(ENTRIES), [forged.model_dump()])
    assert verification(chain).broken_at == 6


def test_two_entries_that_changed_places_break_the_chain(chain: Engine) -> None:
    with writing(chain) as session:
        for before, after in ((5, 100), (6, 5), (100, 6)):
            session.execute(update(ENTRIES).where(ENTRIES.c.seq == before).values(seq=after))
    assert verification(chain).broken_at == 5


def test_an_entry_of_a_transaction_that_fails_is_not_in_the_chain(chain: Engine) -> None:
    before = verification(chain)
    with pytest.raises(ValueError, match="naive"):
        _accept_and_fail(chain)
    assert verification(chain) == before


def test_entries_written_at_the_same_moment_make_one_chain(engine: Engine) -> None:
    def write_ten() -> None:
        for number in range(10):
            with writing(engine) as session:
                log.append(session, IN_NOVEMBER, "kyhan", "notices.write", f"day:{number}")

    before = verification(engine).entries
    with together(*[write_ten] * 4):
        assert verification(engine) == log.Verification(before + 40, verification(engine).head, None)


def test_a_long_chain_is_verified_page_by_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PAGE", 3)
    with writing(engine) as session:
        last = [log.append(session, IN_NOVEMBER, "Lan", "x", "y") for _ in range(7)][-1]
    assert verification(engine).head == last.digest
    with writing(engine) as session:
        session.execute(text("UPDATE log_entry SET actor = 'Tuấn' WHERE seq = :seq"), {"seq": last.seq})
    assert verification(engine).broken_at == last.seq


def _accept_and_fail(engine: Engine) -> None:
    with writing(engine) as session:
        log.append(session, IN_NOVEMBER, "Lan", "case.accept", "case:1")
        raise ValueError("naive")
