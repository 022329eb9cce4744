"""Every part that is checked has a name in both languages; nobody reads a code."""

from __future__ import annotations

import ast

from the_house import modules, parsed, place

from services.checkup.subjects import SUBJECTS, subject_text


def subjects() -> set[str]:
    """The first argument of every finding, and of every check that is run beside the others."""
    found = set()
    for path in modules():
        if not place(path).startswith(("services/checkup", "bootstrap/checks")):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "CheckFinding":
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
            if (
                place(path) == "bootstrap/checks.py"
                and isinstance(node, ast.Yield)
                and isinstance(node.value, ast.Tuple)
            ):
                found |= {one.value for one in node.value.elts[:1] if isinstance(one, ast.Constant)}
    return found


def test_every_part_that_is_checked_has_a_name() -> None:
    assert len(subjects()) > 20
    assert subjects() - SUBJECTS.keys() == set()


def test_one_of_several_keeps_its_number() -> None:
    assert subject_text("zalo_zns 20001").vi == "Zalo (mẫu tin) 20001"
