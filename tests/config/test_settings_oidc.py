from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from bootstrap.home import key_of
from config.settings import SettingsError, load_settings

OIDC = {
    "KYHAN_OIDC_ISSUER": "https://id.soctrang.example.vn/",
    "KYHAN_OIDC_CLIENT_ID": "kyhan",
    "KYHAN_OIDC_CLIENT_SECRET": "not told",
}


@pytest.mark.parametrize("given", [set(names) for size in (1, 2) for names in combinations(OIDC, size)])
def test_a_provider_half_told_stops_the_start_and_names_what_is_missing(tmp_path: Path, given: set[str]):
    with pytest.raises(SettingsError) as error:
        load_settings({name: OIDC[name] for name in given}, tmp_path)
    assert {wrong.name for wrong in error.value.wrong} == OIDC.keys() - given
    assert "not told" not in str(error.value)


def test_a_provider_told_whole_is_taken(tmp_path: Path):
    settings = load_settings(OIDC, tmp_path)
    assert (settings.oidc_issuer, settings.oidc_client_id) == ("https://id.soctrang.example.vn", "kyhan")


def test_an_office_keeps_a_key_of_its_own_that_only_it_can_read(tmp_path: Path):
    settings = load_settings({}, tmp_path)
    key = key_of(settings)
    assert len(key) >= 32
    assert key_of(settings) == key
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("secret.key", 0o600)]


def test_a_key_that_is_set_counts(tmp_path: Path):
    assert key_of(load_settings({"KYHAN_SECRET_KEY": "k" * 40}, tmp_path)) == b"k" * 40
    assert list(tmp_path.iterdir()) == []
