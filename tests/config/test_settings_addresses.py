"""Addresses of servers: no path behind the portal's host, passwords percent-encoded, a CA file with certificates."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SettingsError, load_settings


def refusal(home: Path, name: str, value: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings({name: value}, home)
    return str(refused.value)


@pytest.mark.parametrize("rest", ["/kyhan", "?a=1", "#top"])
def test_a_path_behind_the_host_is_refused_with_words(tmp_path: Path, rest: str) -> None:
    words = refusal(tmp_path, "KYHAN_BASE_URL", f"https://soctrang.example{rest}")
    assert "không có đường dẫn" in words
    assert "without a path" in words


def test_a_bare_host_with_a_slash_is_taken(tmp_path: Path) -> None:
    assert load_settings({"KYHAN_BASE_URL": "https://kyhan.example/"}, tmp_path).base_url == "https://kyhan.example"


URLS = {
    "KYHAN_SMTP_URL": "smtp://nhac:{}@mail.example:587?starttls=1",
    "KYHAN_IMAP_URL": "imaps://nhac:{}@mail.example/INBOX",
    "KYHAN_DATABASE_URL": "postgresql://kyhan:{}@db.example/kyhan",
}


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize("password", ["qwe@rty", "qwe/rty", "qwe#rty", "qwe?rty"])
def test_a_password_written_as_it_is_brings_advice_and_shows_no_part_of_it(
    tmp_path: Path, name: str, password: str
) -> None:
    words = refusal(tmp_path, name, URLS[name].format(password))
    assert "%40" in words
    assert "qwe" not in words
    assert "rty" not in words


@pytest.mark.parametrize("name", URLS)
def test_a_percent_encoded_password_is_taken(tmp_path: Path, name: str) -> None:
    assert load_settings({name: URLS[name].format("qwe%40%2F%23%3Frty")}, tmp_path)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "absent.pem"):
        assert "KYHAN_CA_FILE" in refusal(tmp_path, "KYHAN_CA_FILE", str(path))
