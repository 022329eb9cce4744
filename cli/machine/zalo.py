"""kyhan zalo: consent of the Official Account, one round of what Zalo tells, the bot's webhook."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, print_json, say
from config import clock
from services.errors import Refused
from services.outbox.rest import EN, VI, at_rest

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
    from services.zalo.consent import asked, given

    now = clock.now()
    home = open_home(now)
    tokens = home.channels.tokens()
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


@app.command()
def receive(at: At = None, as_json: AsJson = False) -> None:
    """Một lượt: lấy tin viết cho bot, ghép biên nhận, giữ mã truy cập. / One round of what Zalo has for us."""
    from services.inbound.zalo_round import take_round

    now = moment_or_now(at)
    home = open_home(now)
    done = take_round(home.engine, home.office, home.channels.zalo(), now, home.restraint)
    if as_json:
        print_json(asdict(done))
    else:
        understood = ", ".join(f"{result}: {number}" for result, number in done.understood.items())
        OUT.print(f"Lấy {done.fetched} tin, {done.delivered} biên nhận, trả lời {done.replied}. {understood}".strip())
    for problem in done.problems:
        say(problem)
    raise typer.Exit(1 if done.problems else 0)


@app.command()
def webhook() -> None:
    """Khai webhook của bot theo cài đặt, hoặc bỏ. / Set the bot's webhook as the settings say, or remove it."""
    home = open_home(clock.now())
    if home.restraint.dry_run:
        raise Refused("KYHAN_DRY_RUN=true: không gọi Zalo. / KYHAN_DRY_RUN=true: Zalo is not called.")
    if at_rest(home.engine):
        raise Refused(f"{VI} / {EN}")
    bot, secret = home.channels.zalo().bot, home.settings.zalo_bot_secret
    if bot is None:
        raise Refused("Cần KYHAN_ZALO_BOT_TOKEN. / KYHAN_ZALO_BOT_TOKEN is needed.")
    if secret is None:
        answer, _ = bot.call("deleteWebhook", {})
        notice = "Không dùng webhook; tin viết cho bot được lấy mỗi phút. / No webhook; messages are fetched."
    else:
        url = f"{home.settings.base_url}/hooks/zalo/bot"
        answer, _ = bot.call("setWebhook", {"url": url, "secret_token": secret.get_secret_value()})
        notice = f"Zalo sẽ gửi tin viết cho bot đến {url}. / Zalo sends to that address."
    if answer.code != "0":
        raise Refused(f"Zalo từ chối: {answer.code} {answer.text}. / Zalo refuses.")
    say(notice)
