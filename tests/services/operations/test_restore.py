"""A backup is looked at from every side before it is put anywhere, whichever schema it was taken with."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from sqlite3 import connect as sqlite

import pytest
from builders import IN_NOVEMBER, LAST_DAY, SIGNED, a_home, an_answer, an_office
from sqlalchemy import Engine

from models.database import WRITES, connect, reading, writing
from models.migrate import NewerDatabase, _upgrade, migrate, newest, schemas
from services import log
from services.errors import Refused
from services.files.store import store_bytes
from services.operations import log_anchor
from services.operations.backup import BackupResult, backup
from services.operations.restore import UNFINISHED, restore
from services.outbox import rest

KEY = b"k" * 40
NEW_YEAR = LAST_DAY


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A home with a file in its register."""
    home = tmp_path / "full"
    home.mkdir()
    engine = a_home(home)
    (home / "paper.txt").write_text("nội dung", encoding="utf-8")
    files = (store_bytes(home / "files", "paper.txt", (home / "paper.txt").read_bytes()),)
    an_answer(engine, an_office(home), IN_NOVEMBER, files=files)
    engine.dispose()
    return home


def database(home: Path) -> Engine:
    home.mkdir(exist_ok=True)
    return connect(f"sqlite:///{home}/kyhan.db")


def taken(home: Path) -> tuple[Path, BackupResult]:
    out = home.parent / "all.zip"
    return out, backup(database(home), home, out, IN_NOVEMBER, KEY)


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None], *, sums: bool = True) -> Path:
    """The same backup with other contents, its manifest made to fit where `sums`."""
    with zipfile.ZipFile(file) as zipped:
        inside = {name: zipped.read(name) for name in zipped.namelist()}
    change(inside)
    if sums:
        told = json.loads(inside["manifest.json"])
        told["sha256"] = {name: sha256(raw).hexdigest() for name, raw in inside.items() if name != "manifest.json"}
        inside["manifest.json"] = json.dumps(told).encode()
    other = file.with_name("other.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, raw in inside.items():
            zipped.writestr(name, raw)
    return other


def in_database(inside: dict[str, bytes], folder: Path, statement: str) -> None:
    file = folder / "changed.db"
    file.write_bytes(inside["kyhan.db"])
    connection = sqlite(file)
    connection.execute(statement)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    inside["kyhan.db"] = file.read_bytes()


def refused(file: Path, home: Path, **how: bool) -> str:
    """In which words; and nothing of it is in the home."""
    with pytest.raises(Refused) as said:
        restore(database(home), home, file, NEW_YEAR, KEY, **how)
    assert {path.name for path in home.iterdir()} <= {"kyhan.db", "kyhan.db-wal", "kyhan.db-shm"}
    engine = database(home)
    migrate(engine)
    with reading(engine) as session:
        assert log.verify(session).entries == 0
    return str(said.value)


def test_a_log_cut_short_inside_a_backup_is_refused(full: Path, tmp_path: Path) -> None:
    file, _ = taken(full)
    other = rewritten(file, lambda all_: in_database(all_, tmp_path, "DELETE FROM log_entry WHERE seq > 1"))
    assert "cắt" in refused(other, tmp_path / "new")


def test_an_edited_log_line_is_refused_before_anything_is_put_into_the_home(full: Path, tmp_path: Path) -> None:
    file, _ = taken(full)
    other = rewritten(file, lambda all_: in_database(all_, tmp_path, "UPDATE log_entry SET actor='x' WHERE seq=2"))
    assert "dòng 2" in refused(other, tmp_path / "new")


def test_a_backup_without_a_registered_file_is_refused_and_names_it(full: Path, tmp_path: Path) -> None:
    def leave_out(inside: dict[str, bytes]) -> None:
        del inside[next(name for name in inside if name.startswith("files/"))]

    other = rewritten(taken(full)[0], leave_out)
    assert "paper.txt" in refused(other, tmp_path / "new")
    back = restore(database(tmp_path / "new"), tmp_path / "new", other, NEW_YEAR, KEY, allow_missing=True)
    assert "paper.txt" in back.missing[0]


def test_every_flipped_byte_is_refused_in_words(full: Path, tmp_path: Path) -> None:
    file, _ = taken(full)
    whole = file.read_bytes()
    for place in range(1000, len(whole) - 2000, len(whole) // 24):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        (tmp_path / "bad.zip").write_bytes(damaged)
        refused(tmp_path / "bad.zip", tmp_path / "new")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    assert "nguyên vẹn" in refused(tmp_path / "x.zip", tmp_path / "new")


@pytest.mark.parametrize("manifest", [b"[]", b'{"schema": "0001"}', b"\xff", b'{"schema":1,"sha256":[],"log_head":""}'])
def test_a_strange_manifest_is_refused(full: Path, tmp_path: Path, manifest: bytes) -> None:
    other = rewritten(taken(full)[0], lambda inside: inside.update({"manifest.json": manifest}), sums=False)
    refused(other, tmp_path / "new")


def test_a_database_that_is_none_is_refused(full: Path, tmp_path: Path) -> None:
    other = rewritten(taken(full)[0], lambda inside: inside.update({"kyhan.db": b"garbage" * 1000}))
    assert "nguyên vẹn" in refused(other, tmp_path / "new")


def test_another_key_than_the_backup_was_sealed_with_is_refused(full: Path, tmp_path: Path) -> None:
    file, _ = taken(full)
    new = tmp_path / "new"
    with pytest.raises(Refused, match="KYHAN_SECRET_KEY"):
        restore(database(new), new, file, NEW_YEAR, b"x" * 40)
    with pytest.raises(Refused, match="KYHAN_SECRET_KEY"):
        restore(database(new), new, file, NEW_YEAR, None)
    assert restore(database(new), new, file, NEW_YEAR, b"x" * 40, other_key=True).files == 1


def test_a_restored_copy_rests_and_its_log_says_where_it_came_from(full: Path, tmp_path: Path) -> None:
    file, kept = taken(full)
    new = tmp_path / "new"
    back = restore(database(new), new, file, NEW_YEAR, KEY)
    engine = database(new)
    assert (back.files, back.log_entries, back.log_head) == (kept.files, kept.log_entries, kept.log_head)
    assert rest.at_rest(engine)
    with reading(engine) as session:
        entries = log.verify(session)
        assert (entries.entries, entries.broken_at) == (kept.log_entries + 2, None)
        assert log_anchor.problem(session, new, KEY) == ""
    assert not (new / UNFINISHED).exists()
    assert len([path for path in (new / "files").rglob("*") if path.is_file()]) == 1


def test_a_home_with_files_is_not_restored_over(full: Path, tmp_path: Path) -> None:
    file, _ = taken(full)
    new = tmp_path / "new"
    (new / "files" / "ab").mkdir(parents=True)
    (new / "files" / "ab" / "mine").write_bytes(b"mine")
    with pytest.raises(Refused, match="trống"):
        restore(database(new), new, file, NEW_YEAR, KEY)
    assert (new / "files" / "ab" / "mine").read_bytes() == b"mine"


def test_a_backup_names_what_the_home_has_lost(full: Path) -> None:
    [lost] = [path for path in (full / "files").rglob("*") if path.is_file()]
    lost.unlink()
    file, kept = taken(full)
    assert "paper.txt" in kept.missing[0]
    with zipfile.ZipFile(file) as zipped:
        assert json.loads(zipped.read("manifest.json"))["missing"] == list(kept.missing)


# --- schemas ----------------------------------------------------------------------------------------------------------


def of_schema(schema: str, folder: Path) -> Path:
    """A backup as the version of that schema took it: no seal, no list of what is missing."""
    home = folder / "old"
    engine = database(home)
    with engine.execution_options(**WRITES).begin() as connection:
        _upgrade(connection, schema)
    with writing(engine) as session:
        for number in range(3):
            log.append(session, SIGNED, "Lan", "case.accept", f"case:{number}")
        head = log.verify(session).head
    with engine.execution_options(**WRITES).begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    raw = (home / "kyhan.db").read_bytes()
    told = {"schema": schema, "taken_at": "", "log_head": head, "sha256": {"kyhan.db": sha256(raw).hexdigest()}}
    with zipfile.ZipFile(folder / "old.zip", "w") as zipped:
        zipped.writestr("kyhan.db", raw)
        zipped.writestr("manifest.json", json.dumps(told))
    return folder / "old.zip"


@pytest.mark.parametrize("schema", schemas())
def test_a_backup_of_every_schema_there_was_is_restored(tmp_path: Path, schema: str) -> None:
    new = tmp_path / "new"
    back = restore(database(new), new, of_schema(schema, tmp_path), NEW_YEAR, KEY)
    assert back.log_entries == 3
    assert migrate(database(new)) is False


def test_a_backup_of_a_newer_version_is_refused_in_words(full: Path, tmp_path: Path) -> None:
    def from_tomorrow(inside: dict[str, bytes]) -> None:
        inside["manifest.json"] = inside["manifest.json"].replace(newest().encode(), b"9999")

    said = refused(rewritten(taken(full)[0], from_tomorrow), tmp_path / "new")
    assert "9999" in said
    assert "cập nhật" in said


def test_a_database_of_a_newer_version_is_not_opened(full: Path) -> None:
    engine = database(full)
    with engine.execution_options(**WRITES).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match="cập nhật"):
        migrate(engine)
