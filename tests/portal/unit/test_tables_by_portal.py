"""Every table is judged on the portal as it is anywhere else."""

from __future__ import annotations

from pathlib import Path

from visitors import a_browser, form_key

from portal.context import PortalContext
from portal.forms import FIELD
from tests.content.every_file import IN_TIME, an_office_that_waits, differences, every_file, focal_point


def test_every_table_gets_on_the_portal_the_verdict_that_is_right(tmp_path: Path) -> None:
    engine, office, cases = an_office_that_waits(tmp_path, key=b"only for tests, and long enough to seal")
    context = PortalContext(engine, office, lambda: IN_TIME)
    browsers = {unit: a_browser(context, focal_point(unit)) for unit, _ in cases}
    refused = {}
    for file in every_file():
        browser = browsers[file.duty[0]]
        sent = {"data": {FIELD: form_key(browser)}, "files": {"files": (file.name, file.content)}}
        answer = browser.post(f"/ho-so/{cases[file.duty]}/nop", **sent)
        if answer.status_code != 303:
            refused[file.name] = answer.status_code
    assert (refused, differences(engine)) == ({}, {})
