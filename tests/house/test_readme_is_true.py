"""What README.md and README.vi.md tell is so."""

from __future__ import annotations

import re
from functools import cache

import pytest
from the_house import FLOORS, ROOT
from typer.main import get_group

from cli import COMMANDS, build
from config.settings import FILE_SUFFIX, NAMES, SECRETS, Settings

READMES = ("README.md", "README.vi.md")
TOLD_IN = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md")
FIRST_CELL = re.compile(r"^\| `(kyhan [a-z ]+)` \|", re.MULTILINE)
MENTIONED = re.compile(r"`kyhan ([a-z]+(?: [a-z]+)?)")
SETTING = re.compile(r"^\| `([A-Z_]+)`( †)? \| (?:`([^`]*)`)?", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def commands() -> frozenset[str]:
    """Every command a person can type: «kyhan up», «kyhan plan check»."""
    return frozenset(f"kyhan {words}" for name in COMMANDS for words in _spoken(name))


def _spoken(name: str) -> list[str]:
    inner = getattr(get_group(build(name)).commands[name], "commands", None)
    return [f"{name} {word}" for word in inner] if inner else [name]


def settings_of(readme: str) -> str:
    return text(readme).split("<!-- settings -->")[1].split("\n\n")[0]


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_commands_lists_every_command(readme: str) -> None:
    assert sorted(FIRST_CELL.findall(text(readme))) == sorted(commands())


@pytest.mark.parametrize("page", TOLD_IN)
def test_no_page_names_a_command_that_does_not_exist(page: str) -> None:
    whole = commands() | {f"kyhan {name}" for name in COMMANDS}
    told = {f"kyhan {words}" for words in MENTIONED.findall(text(page))}
    assert {words for words in told if words not in whole and words.rsplit(" ", 1)[0] not in commands()} == set()


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_settings_lists_every_setting(readme: str) -> None:
    listed = SETTING.findall(settings_of(readme))
    assert sorted(name for name, _, _ in listed) == sorted(NAMES.values())
    assert {name for name, dagger, _ in listed if dagger} == {NAMES[field] for field in SECRETS}
    assert FILE_SUFFIX in text(readme)


@pytest.mark.parametrize("readme", READMES)
def test_the_defaults_of_settings_are_the_ones_told(readme: str) -> None:
    listed = {name: default for name, _, default in SETTING.findall(settings_of(readme))}
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


@pytest.mark.parametrize("page", TOLD_IN)
def test_every_link_leads_to_a_file(page: str) -> None:
    assert [link for link in LINK.findall(text(page)) if not (ROOT / link).exists()] == []


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
    drawn = text("README.md").split("## The map of the house")[1]
    assert [floor for floor in FLOORS if f"{floor}/" not in drawn] == []
