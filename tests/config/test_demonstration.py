"""A demonstration is what is one: for this machine alone, with letters that go nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import IN_NOVEMBER

from bootstrap.demonstration import is_demonstration, missing
from bootstrap.home import open_home
from config.settings import load_settings
from models.database import reading
from models.queries.people.examples import in_demonstration

REAL = {
    "KYHAN_ENVIRONMENT": "production",
    "KYHAN_SECRET_KEY": "k" * 40,
    "KYHAN_MAIL_FROM": "Kỳ Hạn <nhacviec@soctrang.gov.vn>",
}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"KYHAN_PORT": "9000"},
        {"KYHAN_BASE_URL": "http://localhost:8080"},
        {"KYHAN_BASE_URL": "http://[::1]:8080"},
        {"KYHAN_SMTP_URL": "smtp://127.0.0.1:1025"},
    ],
)
def test_nothing_told_or_only_this_machine_is_a_demonstration(tmp_path: Path, told: dict[str, str]) -> None:
    assert is_demonstration(load_settings(told, tmp_path))


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"KYHAN_BASE_URL": "https://kyhan.soctrang.gov.vn"}, ["KYHAN_BASE_URL"]),
        ({"KYHAN_BASE_URL": "http://192.168.1.5:8080"}, ["KYHAN_BASE_URL"]),
        ({"KYHAN_SMTP_URL": "smtp://mail.soctrang.gov.vn:25"}, ["KYHAN_SMTP_URL"]),
        ({"KYHAN_SMTP_URL": "smtp://127.0.0.1"}, ["KYHAN_SMTP_URL"]),
        ({"KYHAN_SMTP_URL": "smtp://localhost:587"}, ["KYHAN_SMTP_URL"]),
        ({"KYHAN_SMTP_URL": "smtp://u:p@localhost:5870?starttls=1"}, ["KYHAN_SMTP_URL"]),
        (
            {**REAL, "KYHAN_BASE_URL": "https://localhost", "KYHAN_SMTP_URL": "smtp://127.0.0.1:1025"},
            ["KYHAN_ENVIRONMENT"],
        ),
    ],
)
def test_a_public_address_a_relay_or_production_is_none(tmp_path: Path, told: dict[str, str], names: list[str]) -> None:
    settings = load_settings(told, tmp_path)
    assert [name for name, _, _ in missing(settings)] == names
    home = open_home(IN_NOVEMBER, settings)
    assert home.outgoing().examples is False
    with reading(home.engine) as session:
        assert not in_demonstration(session)
