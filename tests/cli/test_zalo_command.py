"""kyhan zalo, as an administrator types it, towards the platform over real HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from models.database import connect, reading
from models.tables.zalo import OaToken
from tests.cli.conftest import Kyhan
from tests.fakes.zalo_platform.beside import write_settings
from tests.fakes.zalo_platform.client import ROOT, Zalo, settings_towards
from tests.fakes.zalo_platform.client import zalo as zalo

BACK = "https://kyhan.soctrang.gov.vn/"


@pytest.fixture
def towards(zalo: Zalo, monkeypatch: pytest.MonkeyPatch) -> Zalo:
    zalo.tell("clock")
    for name, value in settings_towards(zalo).items():
        monkeypatch.setenv(name, value)
    return zalo


def consented(link: str) -> str:
    """What stands in the administrator's address bar after saying yes."""
    return httpx.get(link, follow_redirects=False).headers["location"]


def stored(tmp_path: Path) -> OaToken | None:
    with reading(connect(f"sqlite:///{tmp_path}/home/kyhan.db")) as session:
        return session.get(OaToken, "oa")


def test_a_consent_from_the_link_to_the_sealed_tokens(towards: Zalo, kyhan: Kyhan, tmp_path: Path):
    asked = kyhan("zalo", "consent", "--redirect", BACK)
    assert asked.out.startswith(f"{towards.url}/v4/oa/permission?")
    back = consented(asked.out.strip())
    taken = kyhan("zalo", "consent", "--code", back)
    assert taken.code == 0, taken.err
    row = stored(tmp_path)
    assert row is not None
    assert "truy-cap" not in row.access_token
    assert "lam-moi" not in row.refresh_token


def test_a_code_works_once_and_the_refusal_says_what_to_do(towards: Zalo, kyhan: Kyhan):
    code = httpx.URL(consented(kyhan("zalo", "consent", "--redirect", BACK).out.strip())).params["code"]
    assert kyhan("zalo", "consent", "--code", code).code == 0
    again = kyhan("zalo", "consent", "--code", code)
    assert (again.code, "10 phút" in again.err, code in again.err) == (1, True, False)


def test_in_a_dry_run_the_bots_webhook_is_not_set(towards: Zalo, kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KYHAN_DRY_RUN", "true")
    answer = kyhan("zalo", "webhook")
    assert (answer.code, "KYHAN_DRY_RUN" in answer.err) == (1, True)


def test_a_code_somebody_else_asked_for_is_of_no_use(towards: Zalo, kyhan: Kyhan, tmp_path: Path):
    link = kyhan("zalo", "consent", "--redirect", BACK).out.strip()
    foreign = consented(link.replace("code_challenge=", "code_challenge=x"))
    assert kyhan("zalo", "consent", "--code", foreign).code == 1
    assert stored(tmp_path) is None


def test_an_answer_to_somebody_elses_link_is_refused(towards: Zalo, kyhan: Kyhan, tmp_path: Path):
    link = kyhan("zalo", "consent", "--redirect", BACK).out.strip()
    foreign = consented(link).replace("state=", "state=x")
    answer = kyhan("zalo", "consent", "--code", foreign)
    assert (answer.code, "liên kết mới" in answer.err) == (1, True)
    assert stored(tmp_path) is None


def test_a_second_terminal_reads_the_settings_of_the_demonstration(towards: Zalo, tmp_path: Path):
    """As docs/development.md says: «. var/zalo.env», then the command."""
    file = write_settings(tmp_path, settings_towards(towards))
    line = f". {file} && {sys.executable} -m cli channels test zalo_bot chat-lan"
    assert ". var/zalo.env" in (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KYHAN_")}
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [one["to"] for one in towards.sent] == ["chat-lan"]


@pytest.mark.parametrize("said", [BACK, f"{BACK}?oa_id=1", f"{BACK}?code=abc&oa_id=1"])
def test_an_address_without_our_accounts_code_is_refused(towards: Zalo, kyhan: Kyhan, said: str):
    assert kyhan("zalo", "consent", "--code", said).code == 1
    assert towards.requests("oauth") == []


def test_without_an_application_there_is_nothing_to_consent_to(kyhan: Kyhan):
    answer = kyhan("zalo", "consent")
    assert (answer.code, "KYHAN_ZALO_APP_ID" in answer.err) == (1, True)
