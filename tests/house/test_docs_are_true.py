"""What the pages name exists: links, files, folders, commands, settings."""

from __future__ import annotations

import re

import pytest
from the_house import FLOORS, ROOT, commands
from times import filled, seconds
from written_pages import PAGES as WRITTEN_PAGES
from written_pages import docstring

from cli import COMMANDS
from config.settings import FILE_SUFFIX, NAMES
from rules.status import Status

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


@pytest.mark.parametrize("page", WRITTEN_PAGES)
def test_a_page_made_from_the_code_is_up_to_date(page: str) -> None:
    """If not: `make pages`."""
    assert text(page) == WRITTEN_PAGES[page]()


# --- docs/architecture.md -------------------------------------------------------------------------------------------


def states_drawn(heading: str) -> set[str]:
    """The words between the arrows of the drawing below this heading."""
    drawing = text("docs/architecture.md").partition(heading)[2].partition("```mermaid\n")[2].partition("```")[0]
    return {word for line in drawing.splitlines() for word in re.findall(r"\b[a-z_]+\b(?= -->)|(?<=--> )[a-z_]+", line)}


def test_the_life_of_a_case_shows_every_status() -> None:
    assert states_drawn("## Life of a case") == set(Status)


def test_the_life_of_a_message_shows_every_state() -> None:
    comment = re.search(r'^    state: str = "pending"  # (.*)$', text("models/tables/messages.py"), re.M)
    assert comment is not None
    assert states_drawn("## Life of a message") == set(comment[1].split(", "))


def test_what_runs_when_lists_every_schedule() -> None:
    schedules = re.findall(r'"((?:[\d,*/]+ ){4}\*)"', text("flows/deployments.py"))
    assert len(schedules) > 4
    listed = text("docs/architecture.md").partition("## What runs when")[2]
    assert [cron for cron in schedules if f"`{cron}`" not in listed] == []


def test_the_test_map_lists_every_folder_of_tests() -> None:
    folders = {
        f"tests/{path.parent.relative_to(ROOT / 'tests').parts[0]}/" for path in (ROOT / "tests").glob("*/**/test_*.py")
    }
    assert set(re.findall(r"^\| `(tests/[^`]*)` \|", text("docs/development.md"), re.M)) == folders


def test_the_times_of_a_log_are_filled_in() -> None:
    log = "1.50s call     tests/rules/test_a.py::test_b\n0.50s setup    tests/rules/deep/test_c.py::test_d[x/y.py::z]\n"
    page = "| `tests/rules/` | pure rules | – | – |\n| `tests/cli/` | commands | – | – |\n"
    assert filled(page, seconds(log)) == page.replace("| – | – |", "| – | 2 s |", 1)


def test_every_decision_is_listed() -> None:
    files = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert re.findall(r"\]\((0[^)]+)\)", text("docs/decisions/README.md")) == files
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))


# --- packages -------------------------------------------------------------------------------------------------------


def test_every_package_says_in_a_sentence_what_it_is_for() -> None:
    folders = {path.parent for floor in FLOORS for path in (ROOT / floor).rglob("*.py")}
    silent = [folder for folder in folders if not (folder / "__init__.py").exists() or not one_sentence(folder)]
    assert sorted(str(folder.relative_to(ROOT)) for folder in silent) == []


def one_sentence(folder) -> bool:
    words = docstring(folder / "__init__.py")
    return words.endswith(".") and len(words) > 20
