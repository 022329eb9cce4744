"""README's table «where a new thing goes» is true: whoever forgets one half of a thing is told where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
import where_things_go
from the_house import FLOORS, ROOT
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

PAGE = 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/moi")\n'
CHECK = "\n\ndef clean_desk() -> CheckFinding:\n    return CheckFinding('desk', True, '', '')\n"
NEW = {  # file of the copy: what is written there
    "reports/overview.py": "",
    "reports/templates/overview.docx": "",
    "flows/new_story.py": "",
    "notifications/fax.py": "",
    "models/queries/cases/oldest.py": "",
    "portal/pages/work/new_page.py": PAGE,
    "portal/templates/work/new_page.html": "",
    "services/inbound/forwarded.py": 'FINDING = MailFinding("forwarded", "chuyển tiếp")\n',
    "config/plans/80-KH-UBND/plan.yaml": "id: 80-KH-UBND\n",
}
CHANGED = (  # file of the copy, what stands there, what takes its place
    ("config/plans/70-KH-UBND/quotes.yaml", "I1-ASSESS:\n", "I1-ASSESSMENT:\n"),
    ("config/plans/70-KH-UBND/forms.yaml", "I2A-DEMAND-LIST:\n", "I2A-DEMANDS:\n"),
    ("config/channels.py", '"smtp", ', '"smtp", "fax", '),
    ("portal/templates/_menu.html", "{% set menu = [\n", '{% set menu = [\n  ("/moi", _("Mới"), true),\n'),
    ("models/tables/cases.py", "    role: str\n", "    role: str\n    priority: int = 0\n"),
    ("rules/access.py", '    HEAD = "head"\n', '    HEAD = "head"\n    SECRETARY = "secretary"\n'),
    ("services/checkup/machine.py", "\n\ndef fonts()", CHECK + "\n\ndef fonts()"),
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
    "checks_not_run": ("bootstrap/checks.py: nobody runs machine.clean_desk",),
    "settings_nobody_reads": ("config/settings.py: nobody reads fax_url",),
}


@pytest.fixture(scope="module")
def half_done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product in which somebody added one half of each thing."""
    root = tmp_path_factory.mktemp("half_done")
    for floor in FLOORS:
        copytree(ROOT / floor, root / floor, ignore=ignore_patterns("__pycache__", "static", "*.po"))
    for place, content in NEW.items():
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text(content, encoding="utf-8")
    for place, old, new in CHANGED:
        before = (root / place).read_text(encoding="utf-8")
        assert old in before, place
        (root / place).write_text(before.replace(old, new, 1), encoding="utf-8")
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
    paths = {route.path for route in _flat(_routes())}
    assert list(menu_without_page(ROOT, paths)) == []
    assert list(menu_without_page(half_done, paths)) == ["portal/templates/_menu.html: no page has the address /moi"]


def test_every_row_of_the_table_is_held_by_a_test() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| new … | goes into |\n|---|---|\n")[2]
    rows = re.findall(r"^\| ([^|]+) \|", table.partition("\n\n")[0], re.M)
    assert rows == list(ROWS)
    house = Path(__file__).parent
    assert [name for name in ROWS.values() if not hasattr(where_things_go, name) and not (house / name).exists()] == []


def _flat(routes):
    for route in routes:
        if hasattr(route, "effective_candidates"):  # an included router keeps its routes to itself
            yield from _flat(route.effective_candidates())
        else:
            yield route
