from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from builders import together
from sqlalchemy import Engine, delete, text
from sqlmodel import select

from models.database import connect, reading, writing
from models.metadata import metadata
from models.tables.log import LogEntry
from models.tables.zalo import OaToken
from notifications.channel import OutcomeKind
from notifications.zalo.http import brief
from notifications.zalo.oauth import OAuth, TokenRefused
from notifications.zalo.official_account import NoToken, OaClient
from notifications.zalo.zns import ZnsChannel
from services.zalo.tokens import OaTokens, cipher, problems
from tests.fakes.zalo_platform.client import MORNING, ROOT, SEAL, TEMPLATES, Zalo, letter, quick
from tests.fakes.zalo_platform.client import zalo as zalo

KEY = "khoa-bi-mat-cua-van-phong-dai-hon-32"
CODE = "ma-dong-y"
DAY = timedelta(days=1)
BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="module", params=BOTH)
def tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for the module: making a new one takes longer than these tests."""
    sqlite = request.param == "sqlite"
    folder = tmp_path_factory.mktemp("tokens")
    engine = connect(f"sqlite:///{folder}/kyhan.db" if sqlite else request.getfixturevalue("cluster").create())
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def database(tables: Engine) -> Engine:
    with writing(tables) as session:
        for model in (OaToken, LogEntry):
            session.execute(delete(model))
    return tables


@pytest.fixture
def tokens(zalo: Zalo, database: Engine) -> OaTokens:
    """An account that has consented this morning."""
    zalo.tell("tokens", code=CODE)
    made = OaTokens(database, zalo.oauth(quick(read=1)), cipher(KEY))
    made.consent(CODE, "verifier", MORNING)
    return made


def stored(tokens: OaTokens) -> OaToken:
    with reading(tokens.engine) as session:
        return session.get_one(OaToken, "oa")


def opened(sealed: str) -> str:
    return cipher(KEY).decrypt(sealed.encode()).decode()


def alarms(tokens: OaTokens) -> list[str]:
    with reading(tokens.engine) as session:
        return list(session.exec(select(LogEntry.details).where(LogEntry.action == "zalo.token_failed")))


def told(tokens: OaTokens) -> list[str]:
    with reading(tokens.engine) as session:
        return problems(session, MORNING)


def refreshed(zalo: Zalo) -> int:
    return int(zalo.ask("sent")["refreshed"])


def later(zalo: Zalo, hours: float) -> datetime:
    moment = MORNING + timedelta(hours=hours)
    zalo.tell("clock", now=moment.isoformat())
    return moment


def test_a_consent_brings_a_token_that_sends(zalo: Zalo, tokens: OaTokens):
    channel = ZnsChannel(OaClient(quick(), tokens), zalo.url, TEMPLATES, SEAL, per_second=0)
    assert channel.send(letter()).kind is OutcomeKind.OK


def test_a_consents_code_works_once(tokens: OaTokens):
    with pytest.raises(TokenRefused):
        tokens.consent(CODE, "verifier", MORNING)


def test_a_token_is_used_for_twenty_hours_and_then_renewed(zalo: Zalo, tokens: OaTokens):
    first = tokens.current(MORNING)
    assert tokens.current(later(zalo, 19.9)) == first
    assert tokens.current(later(zalo, 20)) != first
    assert refreshed(zalo) == 1


@pytest.mark.parametrize("ask", ["current", "renewed"])
def test_eight_who_need_a_token_at_once_use_the_refresh_token_once(zalo: Zalo, tokens: OaTokens, ask: str):
    first, now = tokens.current(MORNING), later(zalo, 21)

    def one() -> str:
        return tokens.current(now) if ask == "current" else tokens.renewed(first, now)

    with together(*[one] * 8) as found:
        assert refreshed(zalo) == 1
        assert set(found) == {opened(stored(tokens).access_token)}
    assert first not in found


def test_two_processes_do_not_refresh_twice(zalo: Zalo, tokens: OaTokens):
    other = OaTokens(connect(str(tokens.engine.url.render_as_string(False))), zalo.oauth(brief()), cipher(KEY))
    now = later(zalo, 21)
    with together(lambda: tokens.current(now), lambda: other.current(now)) as found:
        assert len(set(found)) == 1
    assert refreshed(zalo) == 1
    other.engine.dispose()


def test_the_new_pair_is_stored_before_it_is_used(zalo: Zalo, tokens: OaTokens):
    now = later(zalo, 26)
    channel = ZnsChannel(OaClient(quick(), tokens), zalo.url, TEMPLATES, SEAL, per_second=0)
    zalo.fault("template", {"cut": True})
    channel.send(letter(sent_at=now))
    used = zalo.requests("template")[0]["headers"]["access_token"]
    assert used == opened(stored(tokens).access_token)


# --- when renewing fails --------------------------------------------------------------------------------------------


def test_an_answer_lost_after_rotation_raises_one_alarm_and_keeps_what_we_have(zalo: Zalo, tokens: OaTokens):
    before, first, now = stored(tokens), tokens.current(MORNING), later(zalo, 21)
    zalo.fault("oauth", {"cut": True, "after": True})
    assert [tokens.current(now) for _ in range(5)] == [first] * 5  # good for four hours more
    row = stored(tokens)
    assert (row.refresh_token, row.version) == (before.refresh_token, before.version)
    assert len(alarms(tokens)) == 1
    assert len(zalo.requests("oauth")) == 2  # the consent, and one try
    assert "oa" in told(tokens)[0]


ASK = """
import sys
from datetime import datetime
from models.database import connect
from notifications.zalo.http import ZaloHttp
from notifications.zalo.oauth import OAuth
from services.zalo.tokens import OaTokens, cipher
database, base, app, secret, key, now = sys.argv[1:]
OaTokens(connect(database), OAuth(ZaloHttp(), base, app, secret), cipher(key)).current(datetime.fromisoformat(now))
"""


def test_a_process_killed_while_it_refreshes_leaves_the_account_to_the_next(zalo: Zalo, tokens: OaTokens):
    first, now = tokens.current(MORNING), later(zalo, 21)
    zalo.fault("oauth", {"hang": 30, "after": True})
    url = tokens.engine.url.render_as_string(hide_password=False)
    known = [zalo.known["APP_ID"], zalo.known["APP_SECRET"]]
    process = subprocess.Popen([sys.executable, "-c", ASK, url, zalo.url, *known, KEY, now.isoformat()], cwd=ROOT)
    until = time.monotonic() + 60
    while len(zalo.requests("oauth")) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert tokens.current(now) == first  # no lock is left, and no token was lost but the one in the air
    assert stored(tokens).consent_needed


def test_a_used_up_refresh_token_is_not_hammered_on(zalo: Zalo, tokens: OaTokens):
    first, now = tokens.current(MORNING), later(zalo, 21)
    zalo.fault("oauth", {"cut": True, "after": True})
    tokens.current(now)
    for minutes in range(15, 180, 5):
        assert tokens.current(now + timedelta(minutes=minutes)) == first
    assert len(zalo.requests("oauth")) == 3  # lost, then refused, then silence
    assert len(alarms(tokens)) == 2  # it failed; it needs a person
    assert stored(tokens).consent_needed
    assert "consent again" in told(tokens)[0]


def test_without_a_token_the_channel_stops_and_says_who_must_act(zalo: Zalo, tokens: OaTokens):
    zalo.fault("oauth", {"cut": True, "after": True})
    tokens.current(later(zalo, 21))
    tokens.current(later(zalo, 21.5))
    channel = ZnsChannel(OaClient(quick(), tokens), zalo.url, TEMPLATES, SEAL, per_second=0)
    result = channel.send(letter(sent_at=later(zalo, 25.5)))
    assert (result.kind, result.code) == (OutcomeKind.STOP, "no-token")
    assert "consent again" in result.detail


def test_a_new_consent_heals(zalo: Zalo, tokens: OaTokens):
    zalo.fault("oauth", {"body": {"error": -14014, "error_name": "Invalid refresh token"}})
    tokens.current(later(zalo, 21))
    assert told(tokens)
    now = later(zalo, 22)
    zalo.tell("tokens", code="lan-hai")
    tokens.consent("lan-hai", "verifier", now)
    assert told(tokens) == []
    assert tokens.current(now)


@pytest.mark.parametrize("fault", [{"status": 502}, {"hang": 2}, {"cut": True}, {"status": 429, "body": {"error": 1}}])
def test_a_silent_desk_is_asked_again_a_quarter_of_an_hour_later(zalo: Zalo, tokens: OaTokens, fault: dict):
    zalo.fault("oauth", fault)
    first = tokens.current(now := later(zalo, 21))
    assert tokens.current(now + timedelta(minutes=14)) == first
    assert tokens.current(later(zalo, 21.3)) != first
    assert told(tokens) == []


def test_while_the_desk_is_silent_a_refused_token_waits(zalo: Zalo, tokens: OaTokens):
    zalo.fault("oauth", {"status": 502})
    with pytest.raises(NoToken) as missing:
        tokens.renewed(tokens.current(MORNING), MORNING)
    assert missing.value.code == "token-later"


def test_an_account_that_never_consented_says_so(zalo: Zalo, database: Engine):
    with pytest.raises(NoToken) as missing:
        OaTokens(database, zalo.oauth(), cipher(KEY)).current(MORNING)
    assert missing.value.code == "no-token"


# --- the heartbeat --------------------------------------------------------------------------------------------------


def test_a_quiet_season_keeps_the_consent_alive(zalo: Zalo, tokens: OaTokens):
    assert not tokens.keep_alive(MORNING + 6 * DAY)
    assert tokens.keep_alive(MORNING + 7 * DAY)
    assert not tokens.keep_alive(MORNING + 8 * DAY)
    assert refreshed(zalo) == 1


# --- secrets --------------------------------------------------------------------------------------------------------


def test_no_token_is_readable_in_the_database(tokens: OaTokens):
    with tokens.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM oa_token")).one()
    everything = " ".join(str(value) for value in row)
    assert tokens.current(MORNING) not in everything
    assert opened(stored(tokens).refresh_token) not in everything


def test_another_key_opens_nothing_and_says_what_to_do(zalo: Zalo, tokens: OaTokens):
    stranger = OaTokens(tokens.engine, zalo.oauth(), cipher("mot-khoa-khac-cung-dai-hon-32-ky-tu"))
    with pytest.raises(NoToken, match="KYHAN_SECRET_KEY"):
        stranger.current(MORNING)


def test_nothing_secret_is_logged_or_shown(zalo: Zalo, tokens: OaTokens, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    secrets = [tokens.current(MORNING), opened(stored(tokens).refresh_token), zalo.known["APP_SECRET"], KEY]
    zalo.fault("oauth", {"body": {"error": -14014, "error_name": "Invalid refresh token"}})
    tokens.current(later(zalo, 21))
    shown = caplog.text + repr(tokens) + repr(tokens.oauth) + "".join(told(tokens)) + "".join(alarms(tokens))
    assert [secret for secret in secrets if secret in shown] == []
    assert "Zalo oa" in caplog.text


def test_a_wrong_app_secret_is_told_without_showing_it(zalo: Zalo, tokens: OaTokens):
    wrong = OAuth(brief(), zalo.url, zalo.known["APP_ID"], "mot-bi-mat-sai")
    with pytest.raises(TokenRefused) as refused:
        wrong.refresh(opened(stored(tokens).refresh_token))
    assert "Invalid secret key" in str(refused.value)
    assert "mot-bi-mat-sai" not in str(refused.value)
