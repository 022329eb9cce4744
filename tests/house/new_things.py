"""New things, whole: what somebody writes, and where, who follows README's table «where a new thing goes»."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns

from the_house import FLOORS, ROOT

PLAN = "config/plans/70-KH-UBND"
DEADLINE = """
  - id: I3-REVIEW
    clause: I.3
    lines: [51, 53]
    kind: deliverable
    title: {vi: Rà soát biểu mẫu báo cáo thống kê, en: Review of the reporting forms}
    duty: {vi: rà soát hệ thống biểu mẫu báo cáo thống kê, en: review the reporting forms}
    short: Rà soát biểu mẫu
    severity: hard
    flow: forms-review
    when: {wording: once_in_quarter, year: 2014, quarter: 2}
    bound:
      - {units: [CTK], role: lead}
    hand_in: Báo cáo rà soát
    evidence: [Tệp báo cáo]
    recipients: [departments]
    approver: head_of_agency
    ladder: default
    interpretations: [A4]

# --- Lines of the source"""
QUOTE = """I3-REVIEW:
  lines: [51, 53]
  quote: >-
    Giao Cục Thống kê tỉnh xây dựng hệ thống biểu mẫu thực hiện chế độ báo cáo theo hệ thống chỉ tiêu thống kê các cấp
    đã được ban hành. … Thời gian thực hiện: Quý IV năm 2013.
I3-FORMS:
"""
CHANNEL = """- name: teams
  kind: apprise
  family: teams
  enabled: true
  reaches_by: teams
  url: "ntfy://ntfy.example.vn/{address}"
  title: {vi: Teams, en: Teams}
- name: email
"""
PAGE = '''"""What is new."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action

router = APIRouter()


@router.get("/moi")
def show_news(page: AnyPage) -> HTMLResponse:
    return page.render("work/news.html")
'''
REPORT = '''"""An overview as a Word document."""

TEMPLATE = "overview.docx"
'''
COMMAND = '''"""kyhan overview: the overview as a document."""

from reports.overview import TEMPLATE


def run() -> None:
    """Says which template it is."""
    raise SystemExit(TEMPLATE)
'''
COMMAND_LINE = '    "overview": ("cli.daily.overview", "Tổng quan. / Overview."),\n'
CHECK = """def desk() -> CheckFinding:
    return CheckFinding("desk", True, "gọn", "tidy")


def fonts()"""

# row → (file, passage that gives way, what takes its place); without a passage the file is written anew
Edit = tuple[str, str, str]
NEW: Mapping[str, Sequence[Edit]] = {
    "deadline": (
        (f"{PLAN}/plan.yaml", "\n# --- Lines of the source", DEADLINE),
        (f"{PLAN}/quotes.yaml", "I3-FORMS:\n", QUOTE),
    ),
    "channel": (("config/channels.yaml", "- name: email\n", CHANNEL),),
    "report": (
        ("reports/overview.py", "", REPORT),
        ("reports/templates/overview.docx", "", ""),
        ("cli/daily/overview.py", "", COMMAND),
        ("cli/__init__.py", '    "doctor":', f'{COMMAND_LINE}    "doctor":'),
    ),
    "page": (
        ("portal/pages/work/news.py", "", PAGE),
        ("portal/templates/work/news.html", "", '{% extends "base.html" %}\n'),
        ("portal/templates/_menu.html", "{% set menu = [\n", '{% set menu = [\n  ("/moi", _("Mới"), true),\n'),
        ("portal/pages/work/lists.py", "import index, ", "import index, news, "),
        ("portal/pages/work/lists.py", "in (index, ", "in (index, news, "),
    ),
    "check of `kyhan doctor`": (
        ("services/checkup/machine.py", "def fonts()", CHECK),
        ("services/checkup/subjects.py", '    "email":', '    "desk": Text("bàn", "desk"),\n    "email":'),
        ("bootstrap/checks.py", "machine.fonts(),", "machine.fonts(),\n        machine.desk(),"),
    ),
}
ALSO_OF = {"report": ("command",)}  # the row of what asks for it


def copy_of_the_product(root: Path) -> Path:
    for floor in FLOORS:
        copytree(ROOT / floor, root / floor, ignore=ignore_patterns("__pycache__", "static", "*.po"))
    return root


def write(root: Path, edits: Iterable[Edit]) -> None:
    for place, old, new in edits:
        before = (root / place).read_text(encoding="utf-8") if old else ""
        assert old in before, f"{place} has no {old!r}"
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text(before.replace(old, new, 1) if old else new, encoding="utf-8")
