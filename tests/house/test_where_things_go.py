"""README's table «where a new thing goes» is true: whoever forgets one half of a thing is told where it belongs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from shutil import copytree

import pytest
import where_things_go
from new_things import ALSO_OF, CHECK, NEW, PAGE, copy_of_the_product, write
from the_house import ROOT
from where_things_go import CHECKS, menu_without_page

from portal.app import _routes

Check = Callable[[Path], Iterator[str]]

# row of the table: the check, or the house test, that knows when a half is missing
ROWS = {
    "deadline": "wrong_plans",
    "story of a deadline": "unused_modules",
    "plan": "wrong_plans",
    "table that units fill in": "wrong_plans",
    "step or policy of reminding": "test_messages_are_whole.py",
    "holiday, or working day moved": "wrong_plans",  # reads calendar.yaml with the rest
    "channel": "wrong_channel_kinds",
    "message": "test_messages_are_whole.py",
    "report": "unused_templates",
    "command": "test_readme_is_true.py",
    "page": "unreachable_pages",
    "setting": "settings_nobody_reads",
    "field of a case": "undecided_case_fields",
    "role": "unfinished_roles",
    "rule for mail that comes in": "unknown_verdicts",
    "check of `kyhan doctor`": "checks_not_run",
    "query": "unused_modules",
}

HALF_DONE = (
    ("reports/overview.py", "", ""),
    ("reports/templates/overview.docx", "", ""),
    ("flows/new_story.py", "", ""),
    ("notifications/fax.py", "", ""),
    ("models/queries/cases/oldest.py", "", ""),
    ("portal/pages/work/new_page.py", "", PAGE),
    ("portal/templates/work/new_page.html", "", ""),
    ("services/inbound/forwarded.py", "", 'FINDING = MailFinding("forwarded", "chuyển tiếp")\n'),
    ("config/plans/80-KH-UBND/plan.yaml", "", "id: 80-KH-UBND\n"),
    ("config/plans/70-KH-UBND/quotes.yaml", "I1-ASSESS:\n", "I1-ASSESSMENT:\n"),
    ("config/plans/70-KH-UBND/forms.yaml", "I2A-DEMAND-LIST:\n", "I2A-DEMANDS:\n"),
    ("config/channels.py", '"smtp", ', '"smtp", "fax", '),
    ("portal/templates/_menu.html", "{% set menu = [\n", '{% set menu = [\n  ("/moi", _("Mới"), true),\n'),
    ("models/tables/cases.py", "    role: str\n", "    role: str\n    priority: int = 0\n"),
    ("rules/access.py", '    HEAD = "head"\n', '    HEAD = "head"\n    SECRETARY = "secretary"\n'),
    ("services/checkup/machine.py", "def fonts()", CHECK),
    ("config/settings.py", "    base_url: k.PortalUrl\n", "    base_url: k.PortalUrl\n    fax_url: str\n"),
)
MISSING: dict[str, tuple[str, ...]] = {  # check: what it says of the copy
    "unused_modules": (
        "flows/new_story.py",
        "models/queries/cases/oldest.py",
        "notifications/fax.py",
        "portal/pages/work/new_page.py",
        "reports/overview.py",
        "services/inbound/forwarded.py",
    ),
    "wrong_plans": (
        "config/plans/70-KH-UBND/forms.yaml: there is no obligation I2A-DEMANDS",
        "config/plans/70-KH-UBND/plan.yaml",
        "config/plans/80-KH-UBND/quotes.yaml is missing",
    ),
    "wrong_channel_kinds": ("bootstrap/channels.py MAKERS: fax",),
    "unreachable_pages": ("portal/pages/work/new_page.py",),
    "unused_templates": ("portal/templates/work/new_page.html", "reports/templates/overview.docx"),
    "undecided_case_fields": ("services/people/reorganise.py: a successor's case is made without priority",),
    "unfinished_roles": (
        "portal/templates/_forms.html: secretary",
        "rules/access.py FILLED_BY or GRANTED: SECRETARY",
        "rules/access.py TABLE: SECRETARY",
        "services/people/people_table.py ROLES: SECRETARY",
    ),
    "unknown_verdicts": ("services/inbound/receive.py ReceiveResult: forwarded",),
    "checks_not_run": ("bootstrap/checks.py: nobody runs machine.desk",),
    "settings_nobody_reads": ("config/settings.py: nobody reads fax_url",),
}


@pytest.fixture(scope="module")
def half_done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product in which somebody added one half of each thing."""
    root = copy_of_the_product(tmp_path_factory.mktemp("half_done"))
    write(root, HALF_DONE)
    return root


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which somebody added things whole, and a second plan."""
    root = copy_of_the_product(tmp_path_factory.mktemp("done"))
    write(root, chain.from_iterable(NEW.values()))
    second = copytree(ROOT / "config/plans/70-KH-UBND", root / "config/plans/80-KH-UBND")
    write(root, [(f"config/plans/{second.name}/plan.yaml", "id: 70-KH-UBND\n", "id: 80-KH-UBND\n")])
    return root


@pytest.mark.parametrize("check", CHECKS)
def test_no_half_is_missing(check: Check) -> None:
    assert list(check(ROOT)) == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_forgotten_half_is_named(check: Check, half_done: Path) -> None:
    named = sorted(check(half_done))
    expected = MISSING[check.__name__]
    assert [place for place in expected if not any(line.startswith(place) for line in named)] == []


def test_the_menu_leads_to_pages(half_done: Path) -> None:
    paths = {route.path for route in flat(_routes())}
    assert list(menu_without_page(ROOT, paths)) == []
    assert list(menu_without_page(half_done, paths)) == ["portal/templates/_menu.html: no page has the address /moi"]


@pytest.mark.parametrize("check", CHECKS)
def test_whoever_follows_the_table_has_forgotten_nothing(check: Check, done: Path) -> None:
    assert list(check(done)) == []


def test_what_was_added_by_the_table_works(done: Path) -> None:
    script = """
from cli import build
from config.catalogue import load_catalogue
from portal.app import _routes
from test_where_things_go import flat

catalogue = load_catalogue()
assert "I3-REVIEW" in {item.id for plan in catalogue.plans for item in plan.obligations}
assert {plan.id for plan in catalogue.plans} == {"70-KH-UBND", "80-KH-UBND"}
assert "teams" in {channel.name for channel in catalogue.channels}
assert "/moi" in {route.path for route in flat(_routes())}
build("overview")
"""
    paths = [str(done), str(ROOT / "tests/house"), str(ROOT)]
    code = f"import sys; sys.path[:0] = {paths}\n{script}"
    run = subprocess.run([sys.executable, "-c", code], cwd=done, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("row", NEW)
def test_no_place_is_touched_that_the_table_does_not_name(row: str) -> None:
    cells = " ".join(rows()[name] for name in (row, *ALSO_OF.get(row, ())))
    named = [re.sub(r"<\w+>", "[a-z]+", name) for name in re.findall(r"`([^`]+)`", cells)]
    places = {place for place, _, _ in NEW[row]}
    assert [p for p in places if not any(re.match(rf"(.*/)?{name}", p) for name in named)] == []


def test_every_row_of_the_table_is_held_by_a_test() -> None:
    assert list(rows()) == list(ROWS)
    house = Path(__file__).parent
    assert [name for name in ROWS.values() if not hasattr(where_things_go, name) and not (house / name).exists()] == []


def rows() -> dict[str, str]:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| new … | goes into |\n|---|---|\n")[2]
    return dict(re.findall(r"^\| ([^|]+) \| (.*) \|$", table.partition("\n\n")[0], re.M))


def flat(routes):
    for route in routes:
        if hasattr(route, "effective_candidates"):  # an included router keeps its routes to itself
            yield from flat(route.effective_candidates())
        else:
            yield route
