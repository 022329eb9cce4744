"""Settings are read once, in one order; a wrong one is named with what was expected and never shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import SettingsError, load_settings

KEY = "k" * 32
REAL = {
    "KYHAN_ENVIRONMENT": "production",
    "KYHAN_BASE_URL": "https://kyhan.soctrang.gov.vn/",
    "KYHAN_SMTP_URL": "smtp://mail.soctrang.gov.vn:587?starttls=1",
    "KYHAN_MAIL_FROM": "Kỳ Hạn <nhacviec@soctrang.gov.vn>",
    "KYHAN_SECRET_KEY": KEY,
}


def wrong(environ: dict[str, str], home: Path) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, home)
    return {item.name: f"{item.expected_vi} / {item.expected_en}" for item in caught.value.wrong}


def test_nothing_set_gives_a_demo_in_the_home(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert settings.environment == "demo"
    assert settings.database_url.get_secret_value() == f"sqlite:///{tmp_path}/kyhan.db"
    assert settings.smtp is None


def test_the_home_is_var_unless_the_environment_names_one(tmp_path: Path) -> None:
    assert load_settings({}).home == Path("var").absolute()
    assert load_settings({"KYHAN_HOME": str(tmp_path)}).home == tmp_path


def test_an_unknown_setting_stops_the_start_and_the_near_one_is_named(tmp_path: Path) -> None:
    said = wrong({"KYHAN_SMTP_ULR": "smtp://a"}, tmp_path)
    assert "có phải KYHAN_SMTP_URL?" in said["KYHAN_SMTP_ULR"]


def test_a_time_zone_that_nothing_would_heed_cannot_be_set(tmp_path: Path) -> None:
    assert list(wrong({"KYHAN_TIMEZONE": "Asia/Bangkok"}, tmp_path)) == ["KYHAN_TIMEZONE"]


def test_variables_of_other_programs_are_not_ours_to_judge(tmp_path: Path) -> None:
    assert load_settings({"PREFECT_HOME": "/x", "PATH": "/bin"}, tmp_path)


def test_prefects_address_is_read_under_prefects_name(tmp_path: Path) -> None:
    settings = load_settings({"PREFECT_API_URL": "http://127.0.0.1:4200/api"}, tmp_path)
    assert settings.prefect_api_url == "http://127.0.0.1:4200/api"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("KYHAN_PORT", "eighty", "1 đến 65535"),
        ("KYHAN_PORT", "0", "1 đến 65535"),
        ("KYHAN_MAIL_PORT", "70000", "1 đến 65535"),
        ("KYHAN_PREFECT_PORT", "-1", "1 đến 65535"),
        ("KYHAN_DRY_RUN", "maybe", "true hoặc false"),
        ("KYHAN_ENVIRONMENT", "test", "demo hoặc production"),
        ("KYHAN_DATABASE_URL", "mysql://x/y", "sqlite:///"),
        ("KYHAN_BASE_URL", "kyhan.vn", "http(s)://"),
        ("KYHAN_ZALO_OPENAPI_URL", "ftp://zalo", "http(s)://"),
        ("KYHAN_PING_URL", "https://x y/", "http(s)://"),
        ("KYHAN_PING_URL", "https://x/\x01", "http(s)://"),
        ("KYHAN_MAIL_FROM", "nobody", "ten@may"),
        ("KYHAN_MAIL_FROM", "a@b.vn\nBcc: c@d.vn", "ten@may"),
        ("KYHAN_SUPPORT_EMAIL", "nobody", "ten@may"),
        ("KYHAN_ALLOW_LIST", "a b@c.vn", "dấu phẩy"),
        ("KYHAN_SECRET_KEY", "short", "32"),
        ("PREFECT_API_URL", "4200", "http(s)://"),
        ("KYHAN_UPLOAD_FILES", "0", "1 đến 100"),
        ("KYHAN_UPLOAD_MEGABYTES", "much", "1 đến 1000"),
        ("KYHAN_CLAMD_URL", "localhost:3310", "unix:///"),
        ("KYHAN_SMTP_URL", "mail.vn:25", "smtp://"),
        ("KYHAN_SMTP_URL", "smtp://mail.vn:abc", "smtp://"),
        ("KYHAN_SMTP_URL", "smtp://mail.vn?tls=1", "smtp://"),
        ("KYHAN_SMTP_URL", "smtps://mail.vn?starttls=1", "smtp://"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: str, expected: str, tmp_path: Path) -> None:
    said = wrong({name: value}, tmp_path)
    assert list(said) == [name]
    assert expected in said[name]


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    assert set(wrong({"KYHAN_PORT": "x", "KYHAN_DRY_RUN": "x", "KYHAN_X": "x"}, tmp_path)) == {
        "KYHAN_PORT",
        "KYHAN_DRY_RUN",
        "KYHAN_X",
    }


def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"KYHAN_SMTP_URL": "smtp://u:hunter2@mail.vn?x=1", "KYHAN_SECRET_KEY": "hunter2"}, tmp_path)
    assert "hunter2" not in f"{caught.value!s}{caught.value!r}"


def test_a_right_secret_is_not_shown(tmp_path: Path) -> None:
    settings = load_settings(
        {"KYHAN_SMTP_URL": "smtp://u:hunter2@mail.vn", "KYHAN_ZALO_BOT_TOKEN": "1:hunter2hunter2"}, tmp_path
    )
    assert "hunter2" not in f"{settings!r}{settings!s}{settings.smtp!r}"


def test_the_mail_server_is_read_from_its_address(tmp_path: Path) -> None:
    smtp = load_settings({"KYHAN_SMTP_URL": "smtp://nh%40c:p%2Fw@mail.vn:2525?starttls=1"}, tmp_path).smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.user, smtp.password) == ("mail.vn", 2525, "nh@c", "p/w")
    assert (smtp.starttls, smtp.tls) == (True, False)


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://m", 25), ("smtp://m?starttls=1", 587), ("smtps://m", 465), ("smtp://[::1]:26", 26)]
)
def test_a_mail_server_without_a_port_has_the_usual_one(url: str, port: int, tmp_path: Path) -> None:
    smtp = load_settings({"KYHAN_SMTP_URL": url}, tmp_path).smtp
    assert smtp is not None
    assert smtp.port == port


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    settings = load_settings({"KYHAN_SECRET_KEY_FILE": str(tmp_path / "key")}, tmp_path)
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == KEY


def test_a_secrets_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "tệp đọc được" in wrong({"KYHAN_SECRET_KEY_FILE": "/no/such"}, tmp_path)["KYHAN_SECRET_KEY_FILE"]


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    said = wrong({"KYHAN_SECRET_KEY": KEY, "KYHAN_SECRET_KEY_FILE": str(tmp_path / "key")}, tmp_path)
    assert "chỉ dùng một" in said["KYHAN_SECRET_KEY_FILE"]


def test_a_secret_of_the_file_in_the_home_may_come_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "kyhan.toml").write_text(f'secret_key_file = "{tmp_path / "key"}"\n')
    settings = load_settings({}, tmp_path)
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('secret_key_file = "/no/such"', "tệp đọc được"),
        ("secret_key_file = 5", "tệp đọc được"),
        (f'secret_key_file = "/no/such"\nsecret_key = "{KEY}"', "chỉ dùng một"),
        ('port_file = "/no/such"', "không có cài đặt"),
    ],
)
def test_a_wrong_secrets_file_is_named_with_the_file_in_the_home(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "kyhan.toml").write_text(text)
    [(name, said)] = wrong({}, tmp_path).items()
    assert name == f"{tmp_path / 'kyhan.toml'}: {text.partition(' ')[0]}"
    assert expected in said


def test_the_environment_counts_before_the_file_in_the_home(tmp_path: Path) -> None:
    (tmp_path / "kyhan.toml").write_text('port = 9000\nmail_port = 9025\nallow_list = ["a@b.vn"]\n')
    settings = load_settings({"KYHAN_PORT": "9001"}, tmp_path)
    assert (settings.port, settings.mail_port, settings.allow_list) == (9001, 9025, ("a@b.vn",))


@pytest.mark.parametrize(("text", "name"), [("prot = 1", "prot"), ('port = "x"', "port"), ('home = "/"', "home")])
def test_a_wrong_line_of_the_file_is_named_with_the_file(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "kyhan.toml").write_text(text)
    assert list(wrong({}, tmp_path)) == [f"{tmp_path / 'kyhan.toml'}: {name}"]


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "kyhan.toml").write_text("port: 8080")
    assert "TOML viết sai" in wrong({}, tmp_path)[str(tmp_path / "kyhan.toml")]


def test_the_allow_list_is_split_at_commas(tmp_path: Path) -> None:
    assert load_settings({"KYHAN_ALLOW_LIST": "a@b.vn, c.vn,"}, tmp_path).allow_list == ("a@b.vn", "c.vn")


def test_an_empty_variable_is_as_good_as_none(tmp_path: Path) -> None:
    assert load_settings({"KYHAN_SMTP_URL": " "}, tmp_path).smtp is None


def test_settings_do_not_change_after_the_start(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_production_starts_with_a_mail_server_a_key_and_https(tmp_path: Path) -> None:
    assert load_settings(REAL, tmp_path).base_url == "https://kyhan.soctrang.gov.vn"


@pytest.mark.parametrize("name", [name for name in REAL if name != "KYHAN_ENVIRONMENT"])
def test_production_refuses_what_only_a_demo_may_lack(name: str, tmp_path: Path) -> None:
    assert list(wrong({key: value for key, value in REAL.items() if key != name}, tmp_path)) == [name]


def test_importing_the_settings_opens_no_heavy_library() -> None:
    heavy = ("sqlalchemy", "prefect", "fastapi", "apprise", "holidays", "yaml")
    code = f"import sys, config.settings; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("told", "domain"),
    [
        ({}, ""),
        ({"KYHAN_RETURN_DOMAIN": "tra-loi.soctrang.gov.vn"}, ""),
        ({"KYHAN_IMAP_URL": "imaps://a:b@mail.vn"}, "soctrang.gov.vn"),
        ({"KYHAN_IMAP_URL": "imaps://a:b@mail.vn", "KYHAN_RETURN_DOMAIN": "tra-loi.vn"}, "tra-loi.vn"),
        ({"KYHAN_IMAP_URL": "imaps://a:b@mail.vn", "KYHAN_RETURN_DOMAIN": "none"}, ""),
    ],
)
def test_addresses_of_our_own_are_given_out_only_where_somebody_reads_them(
    tmp_path: Path, told: dict[str, str], domain: str
) -> None:
    assert load_settings({**REAL, **told}, tmp_path).returns_to == domain


def test_a_return_domain_is_a_domain(tmp_path: Path) -> None:
    assert "none" in wrong({**REAL, "KYHAN_RETURN_DOMAIN": "a@b.vn"}, tmp_path)["KYHAN_RETURN_DOMAIN"]
