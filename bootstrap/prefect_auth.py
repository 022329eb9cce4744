"""The credentials Prefect's API and dashboard ask for. Whoever has them can run code as Kyhan."""

from __future__ import annotations

from pathlib import Path
from secrets import token_urlsafe

from bootstrap.home import write_once
from config.settings import Settings

AUTH_FILE = "prefect.auth"


def auth_file(settings: Settings) -> Path:
    return settings.home / AUTH_FILE


def prefect_auth(settings: Settings) -> str:
    """«user:password» as set; for a server of our own else one that is made once and kept in the home.

    Empty for a server elsewhere that asks for none.
    """
    if settings.prefect_auth is not None:
        return settings.prefect_auth.get_secret_value()
    if settings.prefect_api_url is not None:
        return ""
    path = auth_file(settings)
    if not path.exists():
        write_once(path, f"kyhan:{token_urlsafe(32)}")
    return path.read_text(encoding="utf-8").strip()
