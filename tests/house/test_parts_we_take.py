"""What is installed is what was pinned, and may be used by everybody."""

from __future__ import annotations

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import Distribution, distribution, packages_distributions, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from the_house import FLOORS, ROOT, imported, modules, place

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Copyleft that ends at the library: installed beside Kyhan unchanged, never copied into it (CONTRIBUTING.md).
LESSER = {"psycopg", "psycopg-binary", "docxtpl"}
WITHIN_FASTAPI = {
    "pydantic",
    "pydantic-core",
    "starlette",
}  # it is made of them, and says itself which versions it works with
# Offered under two licences; we take the permissive one.
CHOSEN = {"text-unidecode": "Artistic License"}
COPYLEFT = re.compile(r"\b(A|L)?GPL|General Public|EUPL|SSPL|Commons Clause|Proprietary|BUSL", re.IGNORECASE)


@cache
def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^([a-z0-9][^\\\n]*)", LOCK, re.MULTILINE):
        pin = Requirement(line.strip())
        found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def wanted(lines: list[str]) -> list[Requirement]:
    return [Requirement(line) for line in lines]


@cache
def product() -> dict[str, Distribution]:
    """Every package the product needs here, directly or not; not those of its tests."""
    found: dict[str, Distribution] = {}
    ahead = wanted(PROJECT["project"]["dependencies"])
    asked: set[tuple[str, frozenset[str]]] = set()
    while ahead:
        need = ahead.pop()
        name, extras = canonicalize_name(need.name), frozenset(need.extras)
        if (name, extras) in asked:
            continue
        asked.add((name, extras))
        found[name] = distribution(name)
        further = wanted(requires(name) or [])
        ahead += [one for one in further if any(_applies(one, extra) for extra in ("", *extras))]
    return found


def _applies(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def test_everything_asked_for_is_pinned_within_what_was_asked() -> None:
    asked = wanted(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"])
    loose = [
        str(need)
        for need in asked
        if not (of := pins().get(canonicalize_name(need.name)))
        or not all(need.specifier.contains(next(iter(pin.specifier)).version) for pin in of)
    ]
    assert loose == []


def test_every_pin_is_exact_and_hashed() -> None:
    assert all([spec.operator for spec in pin.specifier] == ["=="] for of in pins().values() for pin in of)
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_engine_gets_the_versions_it_works_with() -> None:
    """Prefect 3.8.8 allows more than it can: with SQLAlchemy 2.1 its scheduler silently plans nothing."""
    assert Version(distribution("prefect").version) == Version("3.8.8")
    assert Version(distribution("fastapi").version) < Version("0.151")
    assert Version(distribution("sqlalchemy").version) < Version("2.1")
    assert Version(distribution("apprise").version) < Version("2")


def test_what_is_installed_is_what_is_pinned() -> None:
    other = {
        name: package.version
        for name, package in product().items()
        if package.version not in {next(iter(pin.specifier)).version for pin in pins().get(name, [])}
    }
    assert other == {}


def test_the_product_imports_only_what_it_asks_for() -> None:
    """By name: what a part of ours brings along today it may leave at home tomorrow."""
    ours = {*FLOORS, *sys.stdlib_module_names}
    asked = {canonicalize_name(need.name) for need in wanted(PROJECT["project"]["dependencies"])} | WITHIN_FASTAPI
    whose = packages_distributions()
    missing = {
        f"{place(path, line)} {name}"
        for path in modules()
        for name, line in imported(path)
        if (top := name.split(".")[0]) not in ours
        and not {canonicalize_name(package) for package in whose.get(top, [])} & asked
    }
    assert missing == set()


def test_no_part_of_the_product_forbids_anybody_its_use() -> None:
    restricted = {name: licence(package) for name, package in product().items() if COPYLEFT.search(licence(package))}
    assert restricted.keys() == LESSER, restricted


def licence(package: Distribution) -> str:
    about = package.metadata
    name = canonicalize_name(about["Name"])
    classified = [line.split("::")[-1] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    expression, free = about.get_all("License-Expression", []), about.get_all("License", [])
    said = "; ".join(expression or [*(text.split("\n")[0] for text in free), *classified])
    assert said, f"{name} names no licence"
    return CHOSEN[name] if name in CHOSEN and CHOSEN[name] in said else said


def test_the_lesser_licences_are_told_to_the_reader() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {name for name in LESSER - {"psycopg-binary"} if name not in told} == set()
