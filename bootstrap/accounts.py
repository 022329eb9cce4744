"""For which channels of channels.yaml the settings name an account, and which of them end on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from config.channels import ChannelEntry
from config.setting_kinds import named_secrets
from config.settings import ZALO_TEMPLATES, Settings

ZALO_BY_TEMPLATE = ("zalo_zns", "zalo_uid")
MADE_UP = ("email", "phone")
BORROWED = {"reminder": "due_soon", "digest": "due_soon", "urging_letter": "overdue"}  # their parameters are the same


def named(settings: Settings, entries: Iterable[ChannelEntry]) -> frozenset[str]:
    """The channels that are enabled and have an account."""
    return frozenset(entry.name for entry in entries if entry.enabled and has_account(settings, entry))


def has_account(settings: Settings, entry: ChannelEntry) -> bool:
    if entry.kind == "zalo_bot":
        return settings.zalo_bot_token is not None
    if entry.kind in ZALO_BY_TEMPLATE:
        return bool(templates_of(settings))
    return "{secret}" not in entry.url or entry.name in secrets_of(settings)


def templates_of(settings: Settings) -> dict[str, str]:
    """Kind of message → id of its template; a kind without one of its own borrows where the parameters are the same."""
    ids = {field.removeprefix("zalo_template_"): getattr(settings, field) for field in ZALO_TEMPLATES}
    own = {kind: id for kind, id in ids.items() if id is not None}
    return {**{kind: own[lender] for kind, lender in BORROWED.items() if lender in own}, **own}


def secrets_of(settings: Settings) -> dict[str, str]:
    return named_secrets(settings.channel_secrets.get_secret_value()) if settings.channel_secrets else {}


def near(settings: Settings, entries: Iterable[ChannelEntry]) -> frozenset[str]:
    """Channels to this machine: a mail catcher, a stand-in for a service. No rate limit is needed."""
    return frozenset(entry.name for entry in entries if is_loopback(_host(settings, entry)))


def _host(settings: Settings, entry: ChannelEntry) -> str:
    scheme = urlsplit(entry.url).scheme
    if entry.kind == "zalo_bot" or scheme == "zalobot":
        return urlsplit(settings.zalo_bot_url).hostname or ""
    if entry.kind == "zalo_uid":
        return urlsplit(settings.zalo_openapi_url).hostname or ""
    if entry.kind == "zalo_zns" or scheme == "zalozns":
        return urlsplit(settings.zalo_business_url).hostname or ""
    if entry.kind == "smtp" or scheme == "kyhanmail":
        return settings.smtp.host if settings.smtp else "127.0.0.1"
    return urlsplit(entry.url.replace("{secret}", "s").replace("{address}", "a")).hostname or ""


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def outside(settings: Settings, entries: Iterable[ChannelEntry]) -> frozenset[str]:
    """Channels that could reach strangers by the made-up address of an example person. Zalo links are never made up."""
    entries = tuple(entries)
    here = near(settings, entries)
    return frozenset(entry.name for entry in entries if entry.policy.reaches_by in MADE_UP and entry.name not in here)
