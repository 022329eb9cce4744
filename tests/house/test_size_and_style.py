"""How long a thing may be, and what it may not contain."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from figures import files_per_folder
from the_house import FLOORS, ROOT, modules, parsed, place, texts

LONGEST_MODULE = 350
LONGEST_FUNCTION = 60
MOST_FILES = 25  # in a folder
CLOCK = "config/clock.py"
OF_COMMANDS = ("services/operations/", "services/checkup/")
MOMENTS = {"now", "utcnow", "today", "current_timestamp"}  # of datetime, date, pandas.Timestamp, SQL's func …
SECONDS = {"time", "time_ns", "localtime", "gmtime", "ctime"}  # of the module time; monotonic and perf_counter are fine

# Built from parts, so that this file does not contain what it forbids.
UNFINISHED = re.compile(r"\b(" + "|".join(a + b for a, b in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"))) + r")\b")
REGISTRIES = ("py" + "pi.", "python" + "hosted", "registry.np" + "mjs", "index" + "-url", "artifac" + "tory")
OWN_MACHINE = re.compile(r"(?<![\w./:{}-])/(?:wo" + "rk|ro" + "ot|ho" + r"me)/[\w.]")


def test_no_module_is_longer_than_one_can_read() -> None:
    long = {place(path): n for path in modules() if (n := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE}
    assert long == {}


def test_no_function_is_longer_than_one_can_read() -> None:
    long = {
        f"{place(path, node.lineno)} {node.name}": length
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


MIGRATIONS = "versions"  # one more with each change of the tables, and none is ever taken away


def test_no_folder_has_more_files_than_one_can_survey() -> None:
    folders = {folder: n for top in (*FLOORS, "tests", "docs") for folder, n in files_per_folder(ROOT / top).items()}
    fuller = {
        str(folder.relative_to(ROOT)): n
        for folder, n in folders.items()
        if n > MOST_FILES and folder.name != MIGRATIONS
    }
    assert fuller == {}


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    assert [where for path in modules() if place(path) != CLOCK for where in clock_readings(path)] == []


def test_a_reading_of_the_clock_would_be_seen() -> None:
    assert list(clock_readings(ROOT / CLOCK))


def clock_readings(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _asks(node.func):
            yield place(path, node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "time" and {a.name for a in node.names} & SECONDS:
            yield place(path, node.lineno)


def _asks(function: ast.Attribute) -> bool:
    whose = function.value.attr if isinstance(function.value, ast.Attribute) else getattr(function.value, "id", "")
    if whose == "time":
        return function.attr in SECONDS
    return whose != "clock" and function.attr in MOMENTS


def test_nothing_is_printed_past_the_log() -> None:
    printed = [
        place(path, node.lineno)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printed == []


def test_no_service_of_several_entry_points_names_an_option_of_a_command() -> None:
    """Who reads a refusal may have come by a page, by mail or by the API; what only commands do is exempt."""
    option = re.compile(r"(?<![\w-])--[a-z]")
    named = [
        place(path, node.lineno)
        for path in modules()
        if place(path).startswith(("services/", "rules/", "reports/")) and not place(path).startswith(OF_COMMANDS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and option.search(node.value)
    ]
    assert named == []


def test_every_text_is_composed_unicode() -> None:
    assert [str(path) for path, text in texts().items() if not unicodedata.is_normalized("NFC", text)] == []


def test_nothing_is_left_for_later() -> None:
    assert found(UNFINISHED.search) == []


def test_no_file_names_a_package_registry() -> None:
    assert found(lambda line: any(name in line.lower() for name in REGISTRIES)) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert found(OWN_MACHINE.search) == []


def found(search: Callable[[str], object]) -> list[str]:
    return [
        f"{path}:{number}"
        for path, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if search(line)
    ]
