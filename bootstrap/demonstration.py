"""What a demonstration is: it runs for this machine alone, and none of its mails goes anywhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from bootstrap.accounts import is_loopback
from config.settings import Settings

RELAYS = (25, 465, 587)  # ports of relays: a mail server of this machine would pass mails on


def missing(settings: Settings) -> list[tuple[str, str, str]]:
    """(setting, Vietnamese, English) of everything that makes this no demonstration; empty for one."""
    rules = (
        (settings.environment == "demo", "KYHAN_ENVIRONMENT", "không phải demo", "is not demo"),
        (
            is_loopback(urlsplit(settings.base_url).hostname or ""),
            "KYHAN_BASE_URL",
            "máy khác vào được",
            "is reached from other machines",
        ),
        (mail_stays_here(settings), "KYHAN_SMTP_URL", "thư đi qua máy chủ thư thật", "leads to a real mail server"),
    )
    return [(name, vi, en) for fits, name, vi, en in rules if not fits]


def is_demonstration(settings: Settings) -> bool:
    return not missing(settings)


def mail_stays_here(settings: Settings) -> bool:
    """The built-in catcher, or one like it on this machine: it asks for no password and uses no port of a relay."""
    smtp = settings.smtp
    if smtp is None:
        return True
    return is_loopback(smtp.host) and not smtp.user and smtp.port not in RELAYS
