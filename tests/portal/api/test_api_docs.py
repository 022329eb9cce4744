"""What docs/api.md tells is so: its examples are run against the portal as it runs in production."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from a_server import running
from sqlmodel import select
from systems import a_copy, a_token

from models.database import reading
from models.tables.submissions import Decision, SubmissionFile
from notifications.webhook_post import signature
from portal.api.document import document
from portal.api.problems import CODES
from portal.app import create_app
from portal.context import PortalContext
from rules.systems.scopes import SUBSCRIBABLE, Scope

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
VIETNAMESE = (ROOT / "README.vi.md").read_text(encoding="utf-8").split("## Hệ thống khác")[1].split("\n## ")[0]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path)


def run(context: PortalContext, folder: Path, examples: list[str]) -> str:
    (folder / "lich-pho-bien.txt").write_text("lịch phổ biến", encoding="utf-8")
    with running(create_app(context)) as port:
        told = {"KYHAN": f"http://127.0.0.1:{port}", "TOKEN": a_token(context)}
        script = "set -euo pipefail\n" + "\necho\n".join(examples)
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=os.environ | told, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_example_does_what_the_page_says(context: PortalContext, tmp_path: Path):
    run(context, tmp_path, blocks(PAGE, "sh"))
    with reading(context.engine) as session:
        assert session.exec(select(SubmissionFile.name)).all() == ["lich-pho-bien.txt"]
        newest = session.exec(select(Decision).order_by(Decision.id.desc())).first()
    assert (newest.kind, newest.by) == ("accept", "Nguyễn Thị Lan (iOffice)")


def test_the_vietnamese_page_registers_a_document(context: PortalContext, tmp_path: Path):
    told = json.loads(run(context, tmp_path, blocks(VIETNAMESE, "sh")))
    assert (told["unit"], told["version"], told["registered_by"]) == ("SYT", 1, "Trần Văn Hùng (iOffice)")


def test_the_check_of_a_signature_fits_what_is_sent():
    known: dict = {}
    (code,) = blocks(PAGE, "python")
    exec(code, known)
    header = signature("secret", 1000, b"{}")
    assert known["is_from_kyhan"](header, b"{}", "secret", 1100.0)
    assert not known["is_from_kyhan"](header, b"{ }", "secret", 1100.0)
    assert not known["is_from_kyhan"](header, b"{}", "other", 1100.0)
    assert not known["is_from_kyhan"](header, b"{}", "secret", 2000.0)


def test_every_scope_kind_and_refusal_is_on_the_page(context: PortalContext):
    named = {scope.value for scope in Scope} | {kind.value for kind in SUBSCRIBABLE}
    named |= set(CODES) - {"broken", "method"}
    assert {word for word in named if f"`{word}`" not in PAGE} == set()


def test_every_address_of_the_document_is_described(context: PortalContext):
    api = next(route.app for route in create_app(context).routes if getattr(route, "path", "") == "/api/v1")
    told = document(api, "1")
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"].count(" / ") == 1, (method, path)
            assert operation["security"] == [{"token": []}]
            assert {"401", "403", "422", "429"} <= set(operation["responses"])
