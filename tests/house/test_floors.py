"""Who may import what."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from the_house import ROOT, imported, modules, place

BESIDE_ITS_LIMIT = ("cli.bench",)  # a benchmark runs the bare library too

# a library: the floors, or the beginnings of module names, that may know it
AT_HOME = {
    "prefect": ("flows",),
    "fastapi": ("portal", *BESIDE_ITS_LIMIT),
    "starlette": ("portal", "flows.prefect_server"),
    "apprise": ("notifications", *BESIDE_ITS_LIMIT),
    "smtplib": ("notifications", *BESIDE_ITS_LIMIT),
    "docx": ("reports", *BESIDE_ITS_LIMIT),
    "docxtpl": ("reports", *BESIDE_ITS_LIMIT),
    "openpyxl": ("reports", "services.forms.excel"),
    "xlsxwriter": ("reports", *BESIDE_ITS_LIMIT),
    "python_calamine": ("reports", *BESIDE_ITS_LIMIT),
    "matplotlib": ("reports",),
    "pyhanko": ("reports",),
    "pandas": ("reports", "services.forms", *BESIDE_ITS_LIMIT),
    "typer": ("cli",),
    "config": ("config", "bootstrap", "flows", "portal", "cli"),
    "bootstrap": ("bootstrap", "flows", "portal", "cli"),
}
OUTSIDE_WORLD = {"sqlite3", "socket", "subprocess", "urllib", "http", "smtplib", "os"}
THOUGHT = {"holidays", *sys.stdlib_module_names} - OUTSIDE_WORLD


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def strangers(library: str, homes: tuple[str, ...]) -> Iterator[str]:
    for path in modules():
        if not module_name(path).startswith(homes):
            yield from (place(path, line) for name, line in imported(path) if name.split(".")[0] == library)


def test_imports_point_down() -> None:
    # in a process of its own: it silences every logger it finds
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    found = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_every_home_of_a_library_exists() -> None:
    places = {home.replace(".", "/") for homes in AT_HOME.values() for home in homes}
    assert [home for home in sorted(places) if not ((ROOT / home).is_dir() or (ROOT / f"{home}.py").is_file())] == []


@pytest.mark.parametrize("library", AT_HOME)
def test_a_library_stays_on_its_floor(library: str) -> None:
    assert list(strangers(library, AT_HOME[library])) == []


def test_the_rules_need_nothing_but_python_and_the_holidays() -> None:
    rules = [path for path in modules() if module_name(path).startswith("rules")]
    others = {
        f"{place(path, line)} {name}"
        for path in rules
        for name, line in imported(path)
        if name.split(".")[0] not in THOUGHT | {"rules"}
    }
    assert others == set()


def test_a_flow_does_not_hide_a_package_of_the_house() -> None:
    """An engine that loads flows/x.py from its file puts flows/ first on the import path."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} | set(sys.stdlib_module_names) | set(AT_HOME)
    assert {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"} & packages == set()


def test_every_import_inside_the_tests_would_be_seen() -> None:
    """The scan above must find an import when there is one."""
    assert list(strangers("prefect", ("nowhere",)))
