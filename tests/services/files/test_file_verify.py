"""The register and the disk are compared: what is missing or other is named with whose it is."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest
from builders import LAST_DAY, an_answer, an_office
from sqlalchemy import Engine

from models.database import reading, writing
from models.tables.inbound import InboundMail
from services.files.store import STORE, place_of, store_bytes
from services.files.verify import Difference, Fault, differences, unregistered


@pytest.fixture
def store(engine: Engine, tmp_path: Path) -> Path:
    """With one document handed in, under two names, and one mail."""
    store = tmp_path / STORE
    document = store_bytes(store, "lich.csv", b"a,b\n")
    again = store_bytes(store, "ban sao.csv", b"a,b\n")
    an_answer(engine, an_office(tmp_path), LAST_DAY, files=[document, again], document_number="15/KH")
    mail = store_bytes(store, "thu.eml", b"From: a@example.vn\n\n")
    with writing(engine) as session:
        told = {"sha256": mail.sha256, "size": 9_999, "sender": "a@example.vn", "subject": "Lịch"}
        session.add(InboundMail(dedupe_key="1", received_at=LAST_DAY, fetched_at=LAST_DAY, **told))
    return store


def found(engine: Engine, store: Path, *, quick: bool = False) -> list[Difference]:
    with reading(engine) as session:
        return list(differences(session, store.parent, quick=quick))


def place(store: Path, content: bytes) -> Path:
    return place_of(store, sha256(content).hexdigest())


def test_a_whole_store_has_no_difference(engine: Engine, store: Path) -> None:
    assert found(engine, store) == found(engine, store, quick=True) == []


@pytest.mark.parametrize(
    ("content", "fault", "quick"),
    [(None, Fault.MISSING, True), (b"MZ", Fault.SIZE, True), (b"b,a\n", Fault.CONTENT, False)],
    ids=["missing", "shorter", "other"],
)
def test_a_damaged_file_is_named_with_its_unit_case_and_number(
    engine: Engine, store: Path, content: bytes | None, fault: Fault, quick: bool
) -> None:
    path = place(store, b"a,b\n")
    path.write_bytes(content) if content else path.unlink()
    wrong = found(engine, store)
    assert [(one.fault, one.file.name) for one in wrong] == [(fault, "lich.csv"), (fault, "ban sao.csv")]
    file = wrong[0].file
    told = (file.kind, file.unit, file.obligation, file.period, file.version, file.document_number)
    assert told == ("submission", "SKHDT", "I5-CALENDAR", "2014", 1, "15/KH")
    assert file.case_id
    assert len(found(engine, store, quick=True)) == (2 if quick else 0)


def test_a_mail_whose_original_is_gone_is_named_by_its_sender(engine: Engine, store: Path) -> None:
    place(store, b"From: a@example.vn\n\n").unlink()
    assert [(one.fault, one.file.kind, one.file.name) for one in found(engine, store)] == [
        (Fault.MISSING, "mail", "a@example.vn: Lịch")
    ]


def test_a_folder_in_the_place_of_a_file_cannot_be_read(engine: Engine, store: Path) -> None:
    path = place(store, b"a,b\n")
    path.unlink()
    path.mkdir()
    assert {one.fault for one in found(engine, store)} == {Fault.UNREADABLE}


def test_files_nobody_names_are_listed_with_their_age(engine: Engine, store: Path) -> None:
    orphan = store_bytes(store, "mo coi.csv", b"orphan")
    part = store / "tmpabc.part"
    part.write_bytes(b"half")
    old = os.stat(part).st_mtime - 2 * 86_400
    os.utime(part, (old, old))
    with reading(engine) as session:
        listed = {
            one.path.name: (one.partial, one.size, round(one.age_hours)) for one in unregistered(session, store.parent)
        }
    assert listed == {orphan.sha256: (False, 6, 0), part.name: (True, 4, 48)}
