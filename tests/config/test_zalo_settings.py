"""The settings switch channels on, whole or not at all; nothing of a secret is shown."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from builders import SIGNED, the_catalogue

from bootstrap.accounts import BORROWED, named, near, templates_of
from bootstrap.home import Home, open_home
from config.catalogue import Catalogue, load_catalogue
from config.settings import SettingsError, load_settings
from notifications.apprise.channel import AppriseChannel
from notifications.kinds import MessageKind
from notifications.zalo.params import FILLED
from notifications.zalo.zns import ZnsChannel

APP = {"KYHAN_ZALO_APP_ID": "2074", "KYHAN_ZALO_APP_SECRET": "not told of the app"}
TEMPLATES = {"KYHAN_ZALO_TEMPLATE_DUE_SOON": "12345", "KYHAN_ZALO_TEMPLATE_OVERDUE": "12347"}
ZNS = {**APP, **TEMPLATES}
BOT = {"KYHAN_ZALO_BOT_TOKEN": "123456:not-told-of-the-bot"}
REAL_MAIL = {"KYHAN_SMTP_URL": "smtp://mail.soctrang.gov.vn:587?starttls=1"}


def wrong(environ: dict[str, str], home: Path) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, home)
    assert "not told" not in str(caught.value)
    assert "not-told" not in str(caught.value)
    return {item.name: item.expected_en for item in caught.value.wrong}


def a_home(folder: Path, environ: dict[str, str]) -> Home:
    return open_home(SIGNED, load_settings(environ, folder))


def limits_of(folder: Path, environ: dict[str, str]) -> dict[str, tuple[float, int]]:
    return {
        channel.name: (channel.per_second, channel.per_month) for channel in a_home(folder, environ).office.channels
    }


# --- half told ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [set(names) for size in (1, 2, 3) for names in combinations(ZNS, size)])
def test_template_messages_half_told_stop_the_start_and_name_what_is_missing(tmp_path: Path, given: set[str]):
    environ = {name: ZNS[name] for name in given}
    if given & TEMPLATES.keys():
        assert wrong(environ, tmp_path).keys() == ZNS.keys() - given
    elif "KYHAN_ZALO_APP_ID" in given:
        assert load_settings(environ, tmp_path)  # enough to consent, or to know whose webhook it is
    else:
        assert wrong(environ, tmp_path).keys() == {"KYHAN_ZALO_APP_ID"}


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"KYHAN_ZALO_APPSECRET_PROOF": "true"}, "KYHAN_ZALO_APP_SECRET"),
        ({"KYHAN_ZALO_BOT_SECRET": "not told, of the hook"}, "KYHAN_ZALO_BOT_TOKEN"),
        ({"KYHAN_ZALO_TEMPLATE_RECEIPT": "12"}, "KYHAN_ZALO_TEMPLATE_OVERDUE"),
    ],
)
def test_what_needs_another_setting_says_which(tmp_path: Path, environ: dict[str, str], missing: str):
    assert missing in wrong(environ, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KYHAN_ZALO_BOT_TOKEN", "not-told"),
        ("KYHAN_ZALO_BOT_SECRET", "short"),
        ("KYHAN_ZALO_MODE", "test"),
        ("KYHAN_ZALO_SIGNATURES", "hmac"),
        ("KYHAN_ZALO_SIGNATURES", ","),
        ("KYHAN_ZALO_TEMPLATE_DUE_SOON", "due soon"),
        ("KYHAN_CHANNEL_SECRETS", "not told"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(tmp_path: Path, name: str, value: str):
    assert name in wrong({**ZNS, **BOT, name: value}, tmp_path)


def test_in_production_no_token_travels_in_the_open(tmp_path: Path):
    said = wrong({"KYHAN_ENVIRONMENT": "production", "KYHAN_ZALO_BOT_URL": "http://10.0.0.7"}, tmp_path)
    assert "https" in said["KYHAN_ZALO_BOT_URL"]


def test_a_secret_may_come_from_a_file(tmp_path: Path):
    (tmp_path / "token").write_text(f"{BOT['KYHAN_ZALO_BOT_TOKEN']}\n")
    settings = load_settings({"KYHAN_ZALO_BOT_TOKEN_FILE": str(tmp_path / "token")}, tmp_path)
    assert settings.zalo_bot_token.get_secret_value() == BOT["KYHAN_ZALO_BOT_TOKEN"]
    assert "not-told" not in repr(settings)


# --- switched on ----------------------------------------------------------------------------------------------------


def test_nothing_told_leaves_mail_alone(tmp_path: Path):
    home = a_home(tmp_path, {})
    assert [channel.name for channel in home.office.channels] == ["email"]
    assert list(home.channels_by_name()) == ["email"]


def test_each_account_switches_its_channel_on(tmp_path: Path):
    home = a_home(tmp_path, {**ZNS, **BOT})
    assert [channel.name for channel in home.office.channels] == ["email", "zalo_bot", "zalo_zns"]
    assert list(home.channels_by_name()) == ["email", "zalo_bot", "zalo_zns"]
    assert "not-told" not in repr(home.channels_by_name())


def test_a_catcher_catches_the_whole_history_of_a_demonstration(tmp_path: Path):
    outgoing = a_home(tmp_path, {**ZNS, **BOT, **REAL_MAIL}).outgoing(catcher=2525)
    assert (list(outgoing.channels), outgoing.examples, outgoing.outside) == (["email"], True, frozenset())


def test_only_what_stays_on_this_machine_is_unhurried_and_uncounted(tmp_path: Path):
    here = {"KYHAN_ZALO_BOT_URL": "http://127.0.0.1:9100"}
    assert limits_of(tmp_path / "1", BOT) == {"email": (0, 0), "zalo_bot": (1, 2900)}
    assert limits_of(tmp_path / "2", {**BOT, **here, **REAL_MAIL}) == {"email": (2, 0), "zalo_bot": (0, 0)}


def test_a_made_up_telephone_is_not_rung_while_mail_goes_to_a_catcher(tmp_path: Path):
    assert a_home(tmp_path / "1", ZNS).outgoing().outside == {"zalo_zns"}
    here = {"KYHAN_ZALO_BUSINESS_URL": "http://localhost:9100"}
    assert a_home(tmp_path / "2", {**ZNS, **here}).outgoing().outside == frozenset()


def test_a_kind_without_a_template_borrows_one_with_the_same_parameters(tmp_path: Path):
    found = templates_of(load_settings({**ZNS, "KYHAN_ZALO_TEMPLATE_DIGEST": "5"}, tmp_path))
    assert found == {
        "due_soon": "12345", "reminder": "12345", "digest": "5", "overdue": "12347", "urging_letter": "12347"
    }  # fmt: skip
    for kind, lender in BORROWED.items():
        assert FILLED[MessageKind(kind)].keys() == FILLED[MessageKind(lender)].keys()


def test_development_mode_is_told_to_the_channel(tmp_path: Path):
    channel = a_home(tmp_path, {**ZNS, "KYHAN_ZALO_MODE": "development"}).channels_by_name()["zalo_zns"]
    assert isinstance(channel, ZnsChannel)
    assert channel._development


# --- any other service ----------------------------------------------------------------------------------------------


def with_entry(tmp_path: Path, **told: str) -> Catalogue:
    """The shipped configuration with one channel more."""
    from shutil import copytree

    folder = tmp_path / "config"
    copytree(the_catalogue().folder, folder, dirs_exist_ok=True)
    lines = [f"  {name}: {value}" for name, value in told.items()]
    entry = "\n".join(["- name: team", "  kind: apprise", "  enabled: true", *lines, "  title: {vi: Nhóm, en: Team}\n"])
    with (folder / "channels.yaml").open("a") as file:
        file.write(entry)
    return load_catalogue(folder)


def test_a_service_is_switched_on_by_its_url_and_its_secret(tmp_path: Path):
    entries = with_entry(tmp_path, url="'tgram://{secret}/{address}'", reaches_by="telegram").channels
    quiet, told = load_settings({}, tmp_path), load_settings({"KYHAN_CHANNEL_SECRETS": "team=1:not-told"}, tmp_path)
    assert named(quiet, entries) == {"email"}
    assert named(told, entries) == {"email", "team"}
    assert near(told, entries) == {"email"}
    assert entries[-1].policy.reaches_by == "telegram"


@pytest.mark.parametrize(
    ("url", "reaches_by"), [("zalozns://oa/{address}", "phone"), ("zalobot://bot/{address}", "bot")]
)
def test_our_own_schemes_know_whom_they_reach(tmp_path: Path, url: str, reaches_by: str):
    assert with_entry(tmp_path, url=f"'{url}'").channels[-1].policy.reaches_by == reaches_by


def test_a_channel_with_a_secret_does_not_show_it(tmp_path: Path):
    from bootstrap.channels import Channels

    entries = with_entry(tmp_path, url="'tgram://{secret}/{address}'", reaches_by="telegram").channels
    settings = load_settings({"KYHAN_CHANNEL_SECRETS": "team=1:not-told/?x"}, tmp_path)
    home = a_home(tmp_path / "home", {})
    channel = Channels(settings, home.engine, home.office.key).by_name(entries)["team"]
    assert isinstance(channel, AppriseChannel)
    assert channel._template == "tgram://1%3Anot-told%2F%3Fx/{address}"
    assert "not-told" not in repr(channel)
