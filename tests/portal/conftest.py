from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import a_province
import pytest
from fastapi.testclient import TestClient
from visitors import COORDINATOR, a_browser

from portal.desk import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Read by many tests, changed by none."""
    folder: Path = tmp_path_factory.mktemp("province")
    return replace(a_province.a_desk(folder), mail_folder=folder / "mail", demo=True)


@pytest.fixture(scope="session")
def portal(desk: Desk) -> Iterator[TestClient]:
    """As a coordinator sees it."""
    with a_browser(desk, COORDINATOR) as client:
        yield client


@pytest.fixture
def own_desk(tmp_path: Path) -> Desk:
    """A province of one's own, to be changed."""
    return a_province.a_desk(tmp_path)
