from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
sys.path.insert(0, str(Path(__file__).parent))

import a_province
from looking import House, serving


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Looked at by many tests, changed by none."""
    folder = tmp_path_factory.mktemp("province")
    with serving(replace(a_province.a_context(folder), mail_folder=folder / "mail", demo=True)) as found:
        yield found


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A province of the module's own, to be changed."""
    with serving(a_province.a_context(tmp_path_factory.mktemp("own_province"))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for longer: its event loop runs in this thread, and the engine's tests need it gone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()
