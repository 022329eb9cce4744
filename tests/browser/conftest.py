from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
sys.path.insert(0, str(Path(__file__).parent))

import a_province
from visitors import a_session

from portal.app import create_app
from portal.desk import Desk


@dataclass(frozen=True)
class House:
    """A real portal on a free port of this machine."""

    address: str
    desk: Desk

    def cookie(self, email: str) -> dict[str, str]:
        """Of somebody who is signed in."""
        return {"name": "kyhan_session", "value": a_session(self.desk, email), "url": self.address}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("province")
    desk = replace(a_province.a_desk(folder), mail_folder=folder / "mail", demo=True)
    app = create_app(desk)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield House(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", desk)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for longer: its event loop runs in this thread, and the engine's tests need it gone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()
