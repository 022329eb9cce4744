"""What the pages name exists: links, files, folders, commands, settings."""

from __future__ import annotations

import re

import pytest
from the_house import FLOORS, ROOT, commands

from cli import COMMANDS
from config.settings import FILE_SUFFIX, NAMES

PAGES = sorted(
    str(path.relative_to(ROOT))
    for folder in (ROOT, ROOT / "docs")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)
RECORD = "CHANGELOG.md"  # also names what is no more
PRESENT = [page for page in PAGES if page != RECORD]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]+)(?:#[^)]*)?\)")
PLACE = re.compile(rf"`((?:{'|'.join((*FLOORS, 'tests', 'docs'))}|\.ci)/[^`\s]*)`")
BLANK = re.compile(r"<[^>]+>|…|NNNN|\*+")  # in a pattern of names
MENTIONED = re.compile(r"`kyhan ([a-z]+(?: [a-z]+)?)")
SETTING = re.compile(r"\bKYHAN_[A-Z0-9_]*[A-Z0-9]\b")
OF_THE_TESTS = ("KYHAN_NO_SKIPS", "KYHAN_TEST_", "KYHAN_CHAOS_")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    folder = (ROOT / page).parent
    assert [link for link in LINK.findall(text(page)) if not (folder / link).exists()] == []


@pytest.mark.parametrize("page", PRESENT)
def test_every_file_and_folder_exists(page: str) -> None:
    assert [
        place for place in PLACE.findall(text(page)) if not list(ROOT.glob(BLANK.sub("*", place).rstrip("/")))
    ] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists(page: str) -> None:
    whole = commands() | {f"kyhan {name}" for name in COMMANDS}
    mentioned = {f"kyhan {words}" for words in MENTIONED.findall(text(page))}
    assert {words for words in mentioned if words not in whole and words.rsplit(" ", 1)[0] not in commands()} == set()


@pytest.mark.parametrize("page", PRESENT)
def test_every_setting_exists(page: str) -> None:
    known = set(NAMES.values()) | {f"{name}{FILE_SUFFIX}" for name in NAMES.values()}
    named = {name for name in SETTING.findall(text(page)) if not name.startswith(OF_THE_TESTS)}
    assert named - known == set()
