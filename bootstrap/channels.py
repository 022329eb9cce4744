"""Makes the channels of channels.yaml that have an account. Each is imported only where it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from sqlalchemy import Engine

from bootstrap.accounts import has_account, secrets_of, templates_of
from config import clock
from config.channels import OWN_SCHEMES, ChannelEntry
from config.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from notifications.channel import Channel
    from notifications.email.smtp import SmtpChannel
    from notifications.zalo.official_account import OaClient
    from services.inbound.zalo_round import Zalo
    from services.zalo.tokens import OaTokens


class Channels:
    """One office's channels: what several of them share is made once."""

    def __init__(self, settings: Settings, engine: Engine, key: bytes) -> None:
        self.settings, self.engine, self.key = settings, engine, key

    def by_name(self, entries: Iterable[ChannelEntry]) -> Mapping[str, Channel]:
        used = [entry for entry in entries if entry.enabled and has_account(self.settings, entry)]
        made = {entry.name: MAKERS[entry.kind](self, entry) for entry in used}
        if any(urlsplit(entry.url).scheme in OWN_SCHEMES for entry in used):
            self._register()
        return made

    def mail(self, catcher: int | None = None) -> SmtpChannel:
        from notifications.email.smtp import SmtpAddress, SmtpChannel

        caught = SmtpAddress("127.0.0.1", catcher or self.settings.mail_port)
        address = caught if catcher else self.settings.smtp or caught
        sender = parseaddr(self.settings.mail_from)
        return SmtpChannel(address, sender, sender[1].rpartition("@")[2])

    def bot(self, name: str) -> Channel:
        from models.database import reading
        from notifications.zalo.bot import BotChannel
        from notifications.zalo.http import ZaloHttp
        from services.outbox.gate import sent_this_month

        token, engine = self.settings.zalo_bot_token, self.engine
        assert token is not None

        def count(now: datetime) -> int:
            with reading(engine) as session:
                return sent_this_month(session, name, now)

        return BotChannel(ZaloHttp(), self.settings.zalo_bot_url, token.get_secret_value(), count, per_second=0)

    def zalo(self) -> Zalo:
        """What one round of fetching from Zalo needs; empty where the settings name no account."""
        from notifications.zalo.bot import BotApi
        from notifications.zalo.http import ZaloHttp
        from services.inbound.zalo_round import Zalo

        settings, token = self.settings, self.settings.zalo_bot_token
        bot = BotApi(ZaloHttp(), settings.zalo_bot_url, token.get_secret_value()) if token else None
        return Zalo(
            bot=bot,
            fetches=settings.zalo_bot_secret is None,
            account=self.account(),
            tokens=self.tokens(),
            openapi=settings.zalo_openapi_url,
            business=settings.zalo_business_url,
        )

    def tokens(self) -> OaTokens | None:
        """None: no account is named."""
        from notifications.zalo.http import brief
        from notifications.zalo.oauth import OAuth
        from services.zalo.tokens import OaTokens, cipher

        app, secret = self.settings.zalo_app_id, self.settings.zalo_app_secret
        if app is None or secret is None:
            return None
        oauth = OAuth(brief(), self.settings.zalo_oauth_url, app, secret.get_secret_value())
        return OaTokens(self.engine, oauth, cipher(self.key.decode()))

    def account(self) -> OaClient | None:
        """Client of the Official Account; None where the settings name none."""
        from notifications.zalo.http import ZaloHttp
        from notifications.zalo.official_account import OaClient

        tokens, secret = self.tokens(), self.settings.zalo_app_secret
        if tokens is None or secret is None:
            return None
        return OaClient(ZaloHttp(), tokens, secret.get_secret_value() if self.settings.zalo_appsecret_proof else "")

    def by_template(self, kind: str) -> Channel:
        from notifications.zalo.zns import ZbsUidChannel, ZnsChannel

        account, settings = self.account(), self.settings
        assert account is not None
        business, shared = settings.zalo_business_url, (templates_of(settings), self.key)
        if kind == "zalo_uid":
            return ZbsUidChannel(account, settings.zalo_openapi_url, business, *shared, per_second=0)
        development = settings.zalo_mode == "development"
        return ZnsChannel(account, business, *shared, per_second=0, development=development)

    def service(self, entry: ChannelEntry) -> Channel:
        from notifications.apprise.channel import AppriseChannel

        secret = quote(secrets_of(self.settings).get(entry.name, ""), safe="")
        return AppriseChannel(entry.url.replace("{secret}", secret), entry.name)

    def _register(self) -> None:
        from notifications.apprise.schemas import register

        offered: dict[str, Channel] = {"kyhanmail://office": self.mail()}
        if self.settings.zalo_bot_token is not None:
            offered["zalobot://bot"] = self.bot("zalo_bot")
        if templates_of(self.settings):
            offered["zalozns://oa"] = self.by_template("zalo_zns")
        register(offered, clock.now)


MAKERS: Mapping[str, Callable[[Channels, ChannelEntry], Channel]] = {
    "smtp": lambda channels, _: channels.mail(),
    "zalo_bot": lambda channels, entry: channels.bot(entry.name),
    "zalo_zns": lambda channels, entry: channels.by_template(entry.kind),
    "zalo_uid": lambda channels, entry: channels.by_template(entry.kind),
    "apprise": Channels.service,
}
