"""What README's table «where a new thing goes» asks for, as checks that yield the places whose other half is missing.

Each reads the tree below `root`, so that it can be tried on a copy with something half done.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from figures import imports, modules

from config.catalogue import load_catalogue
from config.problems import CatalogueError

STARTED_BY_NAME = {"cli.__main__", "flows.engine", "flows.prefect_server", "models.migrations.env", "portal.app"}
RUN_BY_HAND = "reports.template_"  # makes a Word template anew
ROUTER = re.compile(r"^(\w*router) = APIRouter\(", re.M)
BEGINS_ANEW = {"id", "received_at", "returned_at", "return_by", "return_term_id", "accepted_at"}
BEGINS_ANEW |= {"outcome", "outcome_at"}
BEGINS_ANEW |= {"adjusted", "adjusted_at", "adjusted_by", "adjusted_on_behalf"}  # each successor reviews for itself
NOT_BY_FIELD = re.compile(r"smtp_url|zalo_template_\w+")  # read through a property, or by their names


def text(root: Path, place: str) -> str:
    return (root / place).read_text(encoding="utf-8")


def tree(root: Path, place: str) -> ast.Module:
    return ast.parse(text(root, place))


# --- a module of any kind: a report, a channel, a check, the story of a deadline, a page, a query ---------------------


def unused_modules(root: Path) -> Iterator[str]:
    arrows = imports(root, {path: ast.parse(path.read_text("utf-8")) for path in modules(root)})
    used = {target for targets in arrows.values() for target in targets} | STARTED_BY_NAME | _commands(root)
    for name in arrows.keys() - used - _scheduled(root):
        if not (root / name.replace(".", "/")).is_dir() and not name.startswith(RUN_BY_HAND):
            yield f"{name.replace('.', '/')}.py: nothing imports or starts it"


def _commands(root: Path) -> set[str]:
    benchmarks = {f"cli.bench.{name}" for name in re.findall(r'"(\w+)"', text(root, "cli/bench/__init__.py"))}
    return set(re.findall(r'"(cli\.[\w.]+)"', text(root, "cli/__init__.py"))) | benchmarks


def _scheduled(root: Path) -> set[str]:
    """Flows that the tables of schedules and names speak of: «dispatch», «cleanup.cleanup», «demand-list»."""
    tables = text(root, "flows/deployments.py") + text(root, "flows/names.py")
    return {f"flows.{name.replace('-', '_')}" for name in re.findall(r'"([a-z-]+)(?:\.\w+)?": "', tables)}


# --- plans and deadlines ----------------------------------------------------------------------------------------------


def wrong_plans(root: Path) -> Iterator[str]:
    """A deadline without its wording, a folder without its files, a form of no obligation."""
    folders = sorted(path for path in (root / "config/plans").iterdir() if path.is_dir())
    for folder in folders:
        lacking = {"plan.yaml", "quotes.yaml", "source.txt"} - {path.name for path in folder.iterdir()}
        yield from (f"config/plans/{folder.name}/{name} is missing" for name in sorted(lacking))
    try:
        load_catalogue(root / "config")
    except CatalogueError as error:
        yield from (
            f"{problem.file.relative_to(root)}:{problem.line} {problem.message_en}" for problem in error.problems
        )
    for folder in folders:
        obligations = _ids(folder / "plan.yaml", r"^  - id: (\S+)")
        strangers = sorted(_ids(folder / "forms.yaml", r"^([A-Z]\S+):") - obligations)
        yield from (f"config/plans/{folder.name}/forms.yaml: there is no obligation {form}" for form in strangers)


def _ids(path: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, path.read_text("utf-8"), re.M)) if path.exists() else set()


# --- channels ---------------------------------------------------------------------------------------------------------


def wrong_channel_kinds(root: Path) -> Iterator[str]:
    """A kind is in config/channels.py, has a maker, and reaches people by something (apprise: as its entry says)."""
    kinds = re.search(r"^Kind = Literal\[([^]]*)\]", text(root, "config/channels.py"), re.MULTILINE)
    assert kinds is not None
    named = set(re.findall(r'"(\w+)"', kinds[1]))
    halves = {"bootstrap/channels.py MAKERS": _keys(tree(root, "bootstrap/channels.py"), "MAKERS")}
    if "REACHES_BY" in text(root, "rules/channels.py"):
        halves["rules/channels.py REACHES_BY"] = _keys(tree(root, "rules/channels.py"), "REACHES_BY") | {"apprise"}
    for place, known in halves.items():
        yield from (f"{place}: {kind} is missing" for kind in sorted(named - known))
        yield from (f"config/channels.py: {kind} is no kind, {place} has it" for kind in sorted(known - named))


def _keys(module: ast.Module, name: str) -> set[str]:
    """Of the mapping of this name."""
    for node in module.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=found)], value=ast.Dict(keys=keys))
                | ast.AnnAssign(target=ast.Name(id=found), value=ast.Dict(keys=keys))
            ) if found == name:
                return {ast.literal_eval(key) for key in keys if key is not None}
    raise AssertionError(f"no mapping {name}")


# --- pages and reports ------------------------------------------------------------------------------------------------


def unreachable_pages(root: Path) -> Iterator[str]:
    """Routers nobody includes: by `module.router`, by name, or by a list of modules that a loop includes."""
    portal = {path: path.read_text("utf-8") for path in (root / "portal").rglob("*.py")}
    for path, content in portal.items():
        others = "\n".join(other for place, other in portal.items() if place != path)
        for router in ROUTER.findall(content):
            listed = router == "router" and re.search(rf"(?:PARTS = \(|LEAD = \(|in \()[^)]*\b{path.stem}\b", others)
            named = re.search(rf"\b{path.stem}(\.{router}\b| import [\w, ]*{router}\b)", others)
            if not (listed or named):
                yield f"{path.relative_to(root)}: nobody includes its {router}"


def unused_templates(root: Path) -> Iterator[str]:
    """Of pages and of reports."""
    code = "\n".join(path.read_text("utf-8") for path in modules(root))
    pages = root / "portal/templates"
    names = [str(path.relative_to(pages)) for path in sorted(pages.rglob("*.html"))]
    texts = code + "\n".join(text(pages, name) for name in names)
    families = tuple(re.findall(r'f"([\w/]+_)\{', code))  # f"office/import_{kind}.html"
    for name in names:
        if f'"{name}"' not in texts and not name.startswith(families):
            yield f"portal/templates/{name}: no page shows it"
    for path in sorted((root / "reports/templates").iterdir()):
        if f'"{path.name}"' not in code:
            yield f"reports/templates/{path.name}: no report is written with it"


def menu_without_page(root: Path, paths: Collection[str]) -> Iterator[str]:
    for path in re.findall(r'^  \("(/[^"]*)"', text(root, "portal/templates/_menu.html"), re.M):
        if path not in paths:
            yield f"portal/templates/_menu.html: no page has the address {path}"


# --- cases, roles, mails, checks, settings ----------------------------------------------------------------------------


def undecided_case_fields(root: Path) -> Iterator[str]:
    """When a unit is split, each field of its open cases goes to the successor's case or begins anew."""
    fields = _fields(tree(root, "models/tables/cases.py"), "Case")
    calls = [node for node in ast.walk(tree(root, "services/people/reorganise.py")) if isinstance(node, ast.Call)]
    copied = {word.arg for call in calls if ast.unparse(call.func) == "Case" for word in call.keywords}
    for field in sorted(fields - copied - BEGINS_ANEW):
        yield f"services/people/reorganise.py: a successor's case is made without {field}"


def _fields(module: ast.Module, name: str) -> set[str]:
    [table] = [node for node in module.body if isinstance(node, ast.ClassDef) and node.name == name]
    return {ast.unparse(node.target) for node in table.body if isinstance(node, ast.AnnAssign)}


def unfinished_roles(root: Path) -> Iterator[str]:
    """A role may do something, comes with a post or by grant, and has words where people and posts are listed."""
    access, table = text(root, "rules/access.py"), text(root, "services/people/people_table.py")
    roles = dict(re.findall(r'^    ([A-Z_]+) = "(\w+)"', access.partition("class Action")[0], re.M))
    granted = _after(access, "GRANTED = ")
    groups = granted + _after(access, "OF_THE_LEAD = ") + _after(access, "ANSWERING = ")
    halves = {
        "rules/access.py TABLE": groups + _after(access, "TABLE: ", "\n}\n"),
        "rules/access.py FILLED_BY or GRANTED": granted + _after(access, "FILLED_BY: ", "\n}\n"),
        "services/people/people_table.py ROLES": granted + _after(table, "\nROLES = ", "\n}\n"),
    }
    words = text(root, "portal/templates/_forms.html")
    for name, value in roles.items():
        yield from (f"{place}: {name} is missing" for place, content in halves.items() if f"Role.{name}" not in content)
        if f'role == "{value}"' not in words and value != "auditor":  # the one the last «else» is for
            yield f"portal/templates/_forms.html: {value} has no words"


def _after(content: str, start: str, end: str = "\n") -> str:
    return content.partition(start)[2].partition(end)[0]


def unknown_verdicts(root: Path) -> Iterator[str]:
    """A rule for a mail that came in gives one of the verdicts a round counts."""
    counted = _fields(tree(root, "services/inbound/receive.py"), "ReceiveResult") - {"repeated", "problems"}
    for path in sorted((root / "services/inbound").glob("*.py")):
        for verdict in re.findall(r'MailFinding\(\s*"(\w+)"', path.read_text("utf-8")):
            if verdict not in counted:
                yield f"services/inbound/receive.py ReceiveResult: {verdict} is missing, {path.name} gives it"


def checks_not_run(root: Path) -> Iterator[str]:
    """A function of services/checkup that returns findings is run by bootstrap/checks.py or by another check."""
    folder = root / "services/checkup"
    calls = "\n".join(path.read_text("utf-8") for path in (*sorted(folder.glob("*.py")), root / "bootstrap/checks.py"))
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            finds = isinstance(node, ast.FunctionDef) and node.returns and "CheckFinding" in ast.unparse(node.returns)
            if finds and not re.search(rf"(?<!def )\b{node.name}\(|[.\s]{node.name}[,)\n]", calls):
                yield f"bootstrap/checks.py: nobody runs {path.stem}.{node.name}"


def settings_nobody_reads(root: Path) -> Iterator[str]:
    readers = (path for path in modules(root) if path != root / "config/settings.py")
    code = "\n".join(path.read_text("utf-8") for path in readers)
    for field in sorted(_fields(tree(root, "config/settings.py"), "Settings") - {"model_config"}):
        if not NOT_BY_FIELD.fullmatch(field) and not re.search(rf"\w\.{field}\b", code):
            yield f"config/settings.py: nobody reads {field}"


CHECKS: tuple[Callable[[Path], Iterator[str]], ...] = (
    unused_modules,
    wrong_plans,
    wrong_channel_kinds,
    unreachable_pages,
    unused_templates,
    undecided_case_fields,
    unfinished_roles,
    unknown_verdicts,
    checks_not_run,
    settings_nobody_reads,
)
