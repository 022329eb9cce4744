"""Real people come in by a table; everything an office has fits into one file."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Kyhan

HEAD = "don_vi,vai_tro,chuc_danh,ho_ten,thu_dien_tu,dien_thoai\n"
LAN = "STC,dau_moi,Chuyên viên,Nguyễn Thị Lan,lan@soctrang.example,0912 345 678\n"
HUNG = "STC,thu_truong,Giám đốc,Trần Văn Hùng,hung@soctrang.example,\n"


def a_table(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    file = folder / "people.csv"
    file.write_bytes((head + "".join(rows)).encode(encoding))
    return file


def test_real_people_take_their_posts_and_the_examples_retire(kyhan: Kyhan, tmp_path: Path) -> None:
    done = kyhan("people", "import", a_table(tmp_path, LAN, HUNG), "--json").json
    assert (done["taken_over"], done["problems"]) == (2, [])
    assert done["examples_retired"] > 200
    kyhan("people", "export", tmp_path / "now.csv")
    assert (tmp_path / "now.csv").read_text(encoding="utf-8-sig").splitlines() == (HEAD + LAN + HUNG).splitlines()


def test_the_same_table_again_changes_nothing(kyhan: Kyhan, tmp_path: Path) -> None:
    file = a_table(tmp_path, LAN, HUNG)
    kyhan("people", "import", file)
    done = kyhan("people", "import", file, "--json").json
    assert (done["taken_over"], done["unchanged"]) == (0, 2)


def test_a_dry_run_tells_and_keeps_everything_as_it_was(kyhan: Kyhan, tmp_path: Path) -> None:
    kyhan("people", "export", tmp_path / "before.csv")
    assert kyhan("people", "import", a_table(tmp_path, LAN), "--dry-run", "--json").json["taken_over"] == 1
    kyhan("people", "export", tmp_path / "after.csv")
    assert (tmp_path / "after.csv").read_bytes() == (tmp_path / "before.csv").read_bytes()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (LAN.replace("STC", "XYZ"), "don_vi"),
        (LAN.replace("dau_moi", "sep"), "vai_tro"),
        (LAN.replace("dau_moi", "dieu_phoi"), "vai_tro"),
        (LAN.replace("lan@soctrang.example", "lan.soctrang"), "thu_dien_tu"),
        (LAN.replace("0912 345 678", "xin gọi sau"), "dien_thoai"),
        (LAN.replace("Nguyễn Thị Lan", ""), "ho_ten"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_changes(kyhan: Kyhan, tmp_path: Path, row: str, column: str) -> None:
    answer = kyhan("people", "import", a_table(tmp_path, HUNG, row), "--json")
    assert answer.code == 1
    assert [(problem["line"], problem["column"]) for problem in answer.json["problems"]] == [(3, column)]
    assert answer.json["taken_over"] == 0


def test_another_encoding_is_recognised_with_its_line(kyhan: Kyhan, tmp_path: Path) -> None:
    answer = kyhan(
        "people", "import", a_table(tmp_path, "STC,thu_truong,Giám sát,Hùng,hung@x.example,\n", encoding="latin-1")
    )
    assert answer.code == 1
    assert "Dòng 2" in answer.err
    assert "UTF-8" in answer.err


def test_excel_with_semicolons_is_read_too(kyhan: Kyhan, tmp_path: Path) -> None:
    file = a_table(tmp_path, LAN.replace(",", ";"), head=HEAD.replace(",", ";"), encoding="utf-8-sig")
    assert kyhan("people", "import", file, "--json").json["taken_over"] == 1


def test_a_missing_column_is_named(kyhan: Kyhan, tmp_path: Path) -> None:
    answer = kyhan("people", "import", a_table(tmp_path, "STC,x\n", head="don_vi,ho_ten\n"))
    assert answer.code == 1
    assert "vai_tro" in answer.err


# --- backup -----------------------------------------------------------------------------------------------------------


def a_submitted_file(kyhan: Kyhan, folder: Path) -> None:
    paper = folder / "Lịch 2014.txt"
    paper.write_text("nội dung", encoding="utf-8")
    kyhan("submit", "STC", "I5-CALENDAR", "2014", paper, "--received", "2013-12-20")


def test_a_backup_put_back_elsewhere_is_the_same_office(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_submitted_file(kyhan, tmp_path)
    before = kyhan("status", "--as-of", "2014-01-05", "--json").out
    kept = kyhan("backup", tmp_path / "all.zip", "--json").json
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path / "elsewhere"))
    back = kyhan("restore", tmp_path / "all.zip", "--json").json
    assert all(back[name] == kept[name] for name in ("files", "log_entries", "log_head"))
    assert kyhan("status", "--as-of", "2014-01-05", "--json").out == before
    assert kyhan("log", "verify").code == 0
    assert (tmp_path / "elsewhere" / "secret.key").read_bytes() == (tmp_path / "home" / "secret.key").read_bytes()


def test_a_backup_never_overwrites_a_file(kyhan: Kyhan, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"mine")
    assert kyhan("backup", tmp_path / "all.zip").code == 1
    assert (tmp_path / "all.zip").read_bytes() == b"mine"


def test_a_home_in_use_is_not_restored_over(kyhan: Kyhan, tmp_path: Path) -> None:
    a_submitted_file(kyhan, tmp_path)
    kyhan("backup", tmp_path / "all.zip")
    answer = kyhan("restore", tmp_path / "all.zip")
    assert answer.code == 1
    assert "trống" in answer.err


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "logs/evil"])
def test_a_backup_with_a_hostile_name_is_refused(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    a_submitted_file(kyhan, tmp_path)
    kyhan("backup", tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip", "a") as zipped:
        zipped.writestr(name, "x")
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path / "elsewhere"))
    assert kyhan("restore", tmp_path / "all.zip").code == 1


def test_a_damaged_backup_is_refused(kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_submitted_file(kyhan, tmp_path)
    kyhan("backup", tmp_path / "all.zip")
    content = bytearray((tmp_path / "all.zip").read_bytes())
    content[len(content) // 3] ^= 0xFF
    (tmp_path / "all.zip").write_bytes(content)
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path / "elsewhere"))
    assert kyhan("restore", tmp_path / "all.zip").code == 1


def test_a_file_exchanged_inside_a_backup_is_noticed(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_submitted_file(kyhan, tmp_path)
    kyhan("backup", tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as whole, zipfile.ZipFile(tmp_path / "forged.zip", "w") as forged:
        for item in whole.infolist():
            forged.writestr(item.filename, b"other" if item.filename.startswith("files/") else whole.read(item))
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path / "elsewhere"))
    assert kyhan("restore", tmp_path / "forged.zip").code == 1


def test_a_log_cut_after_a_backup_is_noticed_by_verify_doctor_and_the_next_backup(kyhan: Kyhan, tmp_path: Path) -> None:
    a_submitted_file(kyhan, tmp_path)
    kyhan("backup", tmp_path / "all.zip")
    with sqlite3.connect(tmp_path / "home" / "kyhan.db") as connection:
        connection.execute("DELETE FROM log_entry WHERE seq > 1")
    answer = kyhan("log", "verify")
    assert (answer.code, "cắt" in answer.err) == (1, True)
    assert "log" in {item["subject"] for item in kyhan("doctor", "--json").json if not item["ok"]}
    assert kyhan("backup", tmp_path / "next.zip").code == 1
    assert kyhan("log", "verify", "--accept").code == 0
    assert kyhan("log", "verify").code == 0


def test_a_copy_says_that_it_rests_until_it_is_taken_into_use(
    kyhan: Kyhan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_submitted_file(kyhan, tmp_path)
    kyhan("backup", tmp_path / "all.zip")
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path / "elsewhere"))
    assert "kyhan activate" in kyhan("restore", tmp_path / "all.zip").err
    assert kyhan("activate").code == 1
    assert kyhan("activate", "--yes").code == 0
    assert "copy" not in {item["subject"] for item in kyhan("doctor", "--json").json}


def test_a_tick_far_from_the_last_asks_and_a_dry_run_writes_nothing(kyhan: Kyhan) -> None:
    kyhan("tick", "--at", "2014-11-27")
    lines = kyhan("log", "verify", "--json").json["entries"]
    for moment in ("2013-12-01", "2015-06-01"):
        assert kyhan("tick", "--at", moment).code == 1
        assert kyhan("tick", "--at", moment, "--dry-run").code == 0
    assert kyhan("log", "verify", "--json").json["entries"] == lines
    assert kyhan("tick", "--at", "2015-06-01", "--yes").code == 0


def test_an_import_mails_nobody_and_an_introduction_reaches_each_person_once(kyhan: Kyhan, tmp_path: Path) -> None:
    table = a_table(tmp_path, LAN, HUNG)
    for words in ((table, "--dry-run"), (table,)):
        assert "2 người mới: việc nhập không tự gửi thư nào" in " ".join(kyhan("people", "import", *words).out.split())
    assert waiting(tmp_path) == []
    count = ("people", "introduce", "--json")
    assert kyhan(*count, "--dry-run").json == {"people": 2, "dry_run": True}
    assert waiting(tmp_path) == []
    assert [kyhan(*count).json["people"], kyhan(*count).json["people"]] == [2, 0]
    assert waiting(tmp_path) == ["introduction", "introduction"]


def waiting(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "home" / "kyhan.db")) as database:
        return [kind for (kind,) in database.execute("SELECT kind FROM message")]
