"""kyhan zalo: consent of the Official Account, one round of what Zalo tells, the bot's webhook."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import OUT, say
from config import clock
from config.home import open_home
from services.errors import Refused

app = typer.Typer(no_args_is_help=True, help="Zalo: cấp quyền, biên nhận, bot. / Consent, receipts, bot.")


@app.callback()
def root() -> None:
    """Zalo Official Account và bot. / Zalo's Official Account and bot."""


@app.command()
def consent(
    code: Annotated[
        str, typer.Option(help="Mã, hoặc cả địa chỉ Zalo dẫn về. / The code, or the whole address Zalo led back to.")
    ] = "",
    redirect: Annotated[
        str, typer.Option(help="Địa chỉ quay về đã khai với Zalo; mặc định KYHAN_BASE_URL. / Where Zalo leads back to.")
    ] = "",
) -> None:
    """In liên kết để quản trị OA cấp quyền; --code nhận mã và cất giữ. / The link to consent by; --code takes it in."""
    from services.zalo_consent import asked, given

    now = clock.now()
    home = open_home(now)
    tokens = home.outlets.tokens()
    if tokens is None:
        raise Refused(
            "Cần KYHAN_ZALO_APP_ID và KYHAN_ZALO_APP_SECRET. / KYHAN_ZALO_APP_ID and KYHAN_ZALO_APP_SECRET are needed."
        )
    if code:
        given(tokens, code, home.office.key, now, home.settings.zalo_oa_id)
        say("Đã nhận quyền; từ nay mã truy cập được tự gia hạn. / Consent stored; tokens are renewed by themselves.")
        return
    link = asked(home.settings.zalo_oauth_url, tokens.oauth.app_id, redirect or home.settings.base_url, home.office.key)
    say("Mở liên kết này bằng tài khoản quản trị OA, rồi chạy lại với --code và địa chỉ Zalo dẫn về:")
    OUT.print(link.url, soft_wrap=True, highlight=False, markup=False)
    say(f"Code challenge để khai ở trang của ứng dụng: {link.challenge}")
