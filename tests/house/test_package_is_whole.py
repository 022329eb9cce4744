"""An installed Kyhan has everything the tree has."""

from __future__ import annotations

import re
import tomllib

from the_house import FLOORS, ROOT, modules, place

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOR_WRITERS = {".py", ".pyc", ".po", ".cfg", ".pot"}  # catalogues are compiled; the rest is code
VAGUE = re.compile(r"util|helper|manager|common|misc")


def test_every_kind_of_data_file_is_installed() -> None:
    installed = {pattern.removeprefix("*") for pattern in PROJECT["tool"]["setuptools"]["package-data"]["*"]}
    present = {path.suffix for floor in FLOORS for path in (ROOT / floor).rglob("*") if path.is_file()}
    assert present - installed - FOR_WRITERS == set()


def test_every_floor_is_installed() -> None:
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert sorted(found) == sorted(f"{floor}*" for floor in FLOORS)


def test_no_module_is_named_after_nothing() -> None:
    assert [place(path) for path in modules() if VAGUE.search(path.stem)] == []


def test_the_newest_change_told_is_this_version() -> None:
    told = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert told is not None
    assert told[1] == PROJECT["project"]["version"]
