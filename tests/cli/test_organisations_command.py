"""The register by command: out, in, renamed, merged, split."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Kyhan

AT = ("--at", "2013-12-10T07:30")
NEW = "\nSXD-MOI,department,Sở Xây dựng mới,SXDM,Giám đốc,Sóc Trăng,UBND,departments disseminating,2013-12-01\n"


def test_the_register_goes_out_and_comes_back_with_one_more(kyhan: Kyhan, tmp_path: Path) -> None:
    file = tmp_path / "don-vi.csv"
    kyhan("organisations", "export", file, *AT)
    same = kyhan("organisations", "import", file, *AT, "--dry-run", "--json").json
    assert {one["kind"] for one in same["changes"]} == {"unchanged"}
    file.write_text(file.read_text(encoding="utf-8-sig").rstrip() + NEW, encoding="utf-8")
    done = kyhan("organisations", "import", file, *AT, "--json").json
    assert [one["key"] for one in done["changes"] if one["kind"] == "added"] == ["SXD-MOI"]
    assert done["bound"] > 0


def test_a_dry_run_of_a_merger_says_what_the_merger_does(kyhan: Kyhan) -> None:
    kyhan("tick", *AT)
    asked = ("organisations", "merge", "SGTVT", "--into", "SXD", "--on", "2013-12-01", "--basis", "NQ", *AT, "--json")
    shown = kyhan(*asked, "--dry-run").json
    done = kyhan(*asked).json
    assert {**shown, "dry_run": False} == done
    assert done["dissolved"] == ["SGTVT"]
    assert kyhan(*asked).code == 1
    assert kyhan("log", "verify").code == 0


def test_a_rename_and_a_split_by_command(kyhan: Kyhan) -> None:
    named = ("organisations", "rename", "H-NGANAM", "Ủy ban nhân dân thị xã Ngã Năm", "--on", "2013-12-29", *AT)
    assert kyhan(*named).code == 0
    assert "đã mang tên này" in kyhan(*named).err
    split = ("organisations", "split", "SNV", "--into", "SNV", "--into", "BDT", "--on", "2013-12-01", *AT, "--json")
    assert kyhan(*split).json["dissolved"] == []
