"""Sizes of the product's code as a table: `python -m tests.house.figures [FOLDER …]`, one column for each tree.

Migrations are left out: they are records of what was done to a database.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("rules", "models", "notifications", "reports", "services", "flows", "portal", "cli", "bootstrap", "config")
RECORDS = "models/migrations/versions"
NOT_COUNTED = {"__pycache__", "__init__.py"}
VAGUE_NAMES = ("told", "found", "asked", "wanted", "said")
Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPLEXITY = re.compile(r"\((\d+) > \d+\)")


def figures(root: Path) -> dict[str, str]:
    """Of the tree below `root`, by what is measured."""
    files = {path: path.read_text("utf-8") for path in modules(root)}
    trees = {path: ast.parse(text) for path, text in files.items()}
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    product, tests = (fullest(root / floor for floor in FLOORS), fullest([root / "tests"]))
    services = [text for path, text in files.items() if path.is_relative_to(root / "services")]
    return {
        "modules": str(len(files)),
        "lines of product code": str(sum(len(text.splitlines()) for text in files.values())),
        "longest module": str(max(len(text.splitlines()) for text in files.values())),
        "files in the fullest folder": f"{product[0]} ({product[1].relative_to(root)})",
        "files in the fullest folder of tests": f"{tests[0]} ({tests[1].relative_to(root)})",
        "function lines: p95, max": f"{percentile(lengths, 95)}, {max(lengths)}",
        "parameters: p95, max": "{}, {}".format(*_p95_and_max(parameters(node) for node in functions)),
        "complexity: max": str(max(complexities(files))),
        "import circles": str(len(circles(imports(root, trees)))),
        "`select(` in services": str(sum(len(re.findall(r"\bselect\(", text)) for text in services)),
        **{f"`{word}`": str(sum(len(re.findall(rf"\b{word}\b", t)) for t in files.values())) for word in VAGUE_NAMES},
    }


def modules(root: Path) -> list[Path]:
    files = chain.from_iterable(sorted((root / floor).rglob("*.py")) for floor in FLOORS)
    return [path for path in files if RECORDS not in path.as_posix()]


def fullest(folders: Iterable[Path]) -> tuple[int, Path]:
    return max((number, folder) for top in folders for folder, number in files_per_folder(top).items())


def files_per_folder(top: Path) -> dict[Path, int]:
    """Of `top` and every folder below; `__init__.py` says what a folder is and is not counted."""
    folders = [top, *(path for path in top.rglob("*") if path.is_dir())] if top.is_dir() else []
    return {
        folder: sum(path.is_file() and path.name not in NOT_COUNTED for path in folder.iterdir())
        for folder in folders
        if "__pycache__" not in folder.parts
    }


def parameters(node: Function) -> int:
    """Without `self` and `cls`."""
    spec = node.args
    names = [one.arg for one in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg) if one]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def percentile(numbers: Iterable[int], percent: int) -> int:
    ordered = sorted(numbers)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


def _p95_and_max(numbers: Iterable[int]) -> tuple[int, int]:
    counted = list(numbers)
    return percentile(counted, 95), max(counted)


def complexities(files: Iterable[Path]) -> list[int]:
    """Of every function, as ruff counts it (McCabe)."""
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "C901", "--output-format", "json"]
    command = [*ruff, "--config", "lint.mccabe.max-complexity=0", *map(str, files)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(match[1]) for one in json.loads(answer.stdout) if (match := COMPLEXITY.search(one["message"]))]


# --- circles --------------------------------------------------------------------------------------------------------


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, directly or by a detour."""
    reached = {name: _reachable(arrows, name) for name in arrows}
    groups = {tuple(sorted(o for o in arrows if o in reached[n] and n in reached[o])) for n in arrows}
    return [list(group) for group in groups if len(group) > 1]


def imports(root: Path, trees: Mapping[Path, ast.Module]) -> dict[str, set[str]]:
    """Module → the modules of the tree it imports; imports for types and inside functions count."""
    names = {_module_name(root, path): tree for path, tree in trees.items()}
    return {name: {target for target in _imports(tree, names) if target != name} for name, tree in names.items()}


def _module_name(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.Module, names: Mapping[str, object]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield from (name for name in (inner if inner in names else node.module,) if name in names)


def _reachable(arrows: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        new = arrows[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def main(folders: list[str]) -> None:
    roots = [Path(folder).resolve() for folder in folders] or [ROOT]
    columns = [figures(root) for root in roots]
    print("| measured |" + "".join(f" {root.name} |" for root in roots))
    print("|---|" + "---|" * len(roots))
    for measure in columns[0]:
        print(f"| {measure} |" + "".join(f" {column[measure]} |" for column in columns))


if __name__ == "__main__":
    main(sys.argv[1:])
