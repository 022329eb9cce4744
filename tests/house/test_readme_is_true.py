"""What README.md, README.vi.md and the pages of settings say is so."""

from __future__ import annotations

import re

import pytest
from the_house import FLOORS, ROOT, commands
from typer.main import get_group

from cli import build
from config.settings import FILE_SUFFIX, NAMES, SECRETS, Settings

READMES = ("README.md", "README.vi.md")
SETTINGS_PAGES = ("docs/settings.md", "docs/cai-dat.md")
FIRST_CELL = re.compile(r"^\| `(kyhan [a-z ]+)` \|", re.MULTILINE)
SETTING = re.compile(r"^\| `([A-Z_]+)`( †)? \| (?:`([^`]*)`)?", re.MULTILINE)
COLOUR_NAMES = {
    "yellow": "vàng",
    "blue": "xanh dương",
    "red": "đỏ",
    "green": "xanh lá",
    "light grey": "xám nhạt",
    "dark grey": "xám đậm",
}
CRASHED = {"orange": "cam"}  # Prefect's own colour of a technical fault


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def settings_of(page: str) -> str:
    return text(page).split("<!-- settings -->")[1].split("\n\n")[0]


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_commands_lists_every_command(readme: str) -> None:
    assert sorted(FIRST_CELL.findall(text(readme))) == sorted(commands())


@pytest.mark.parametrize("page", SETTINGS_PAGES)
def test_the_table_of_settings_lists_every_setting(page: str) -> None:
    listed = SETTING.findall(settings_of(page))
    assert sorted(name for name, _, _ in listed) == sorted(NAMES.values())
    assert {name for name, dagger, _ in listed if dagger} == {NAMES[field] for field in SECRETS}
    assert FILE_SUFFIX in text(page)


@pytest.mark.parametrize("page", SETTINGS_PAGES)
def test_the_defaults_of_settings_are_the_real_ones(page: str) -> None:
    listed = {name: default for name, _, default in SETTING.findall(settings_of(page))}
    wrong = {
        name: (listed[name], field.default)
        for (key, field), name in zip(Settings.model_fields.items(), NAMES.values(), strict=True)
        if not field.is_required() and field.default not in (None, ()) and listed[name] != _written(field.default)
    }
    assert wrong == {}


def _written(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("readme", READMES)
def test_the_two_commands_are_in_the_makefile(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert {"run", "test"} <= set(re.findall(r"(?:^|`)make ([a-z]+)", text(readme), re.MULTILINE)) <= targets


def test_what_the_makefile_starts_can_be_started() -> None:
    """`make run` is `kyhan up --demo`: the command must know every option it is given."""
    for command, options in re.findall(r"-m cli ([a-z]+)(.*)$", text("Makefile"), re.MULTILINE):
        known = {option for one in get_group(build(command)).commands[command].params for option in one.opts}
        assert set(options.split()) <= known


def test_what_is_tested_elsewhere_is_what_the_readme_says() -> None:
    assert re.search(r"^KYHAN_NO_SKIPS=1 make test$", text(".ci/run"), re.MULTILINE)


def test_the_map_shows_every_floor() -> None:
    drawn = text("README.md").split("## Map of the code")[1]
    assert [floor for floor in FLOORS if f"{floor}/" not in drawn] == []


def test_the_table_of_colours_lists_every_colour_of_the_dashboard() -> None:
    drawn = re.findall(r"^    OccurrenceStatus\.\w+: _(\w+),$", text("flows/dashboard.py"), re.MULTILINE)
    assert {name.replace("_", " ") for name in drawn} == COLOUR_NAMES.keys()
    names = COLOUR_NAMES | CRASHED
    for readme, listed in zip(READMES, (names.keys(), names.values()), strict=True):
        table = text(readme).split("\n## Lệnh")[0].split("\n## Commands")[0]
        first_cells = re.findall(r"^\| ([a-zà-ỹđ ]+) \|", table, re.MULTILINE)
        assert [cell for cell in first_cells if cell != "colour"] == list(listed)
