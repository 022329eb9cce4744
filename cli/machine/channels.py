"""kyhan channels: one honest test message and its outcome."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

import typer

from bootstrap.home import Home, open_home
from cli.output import OUT, AsJson, print_json, say
from config import clock
from notifications.channel import Envelope, OutcomeKind
from notifications.keys import message_id
from rules.deadlines import local_day
from rules.text.wording import day_vi
from services.errors import Refused, unknown
from services.outbox.rest import EN, VI, at_rest
from services.outbox.sending_policy import Restraint

app = typer.Typer(no_args_is_help=True, help="Kênh gửi tin. / Channels.")


@app.callback()
def root() -> None:
    """Các kênh gửi tin. / The channels messages leave by."""


@app.command("test")
def try_channel(name: str, address: str, as_json: AsJson = False) -> None:
    """Gửi một thư thử và nói kết quả. / Send one test message and say what became of it."""
    now = clock.now()
    home = open_home(now)
    outgoing = home.outgoing()
    channel = outgoing.channels.get(name)
    if channel is None:
        raise unknown("kênh", "channel", name, outgoing.channels)
    _refuse_if_kept_in(home.restraint, address)
    if at_rest(home.engine) and name not in outgoing.inside:
        raise Refused(f"{VI} / {EN}")
    text = f"Thư thử của {home.office.system_name}: kênh hoạt động. / A test message: the channel works.\n"
    envelope = Envelope(
        key=f"test:{uuid4()}",
        message_id=message_id(f"test:{uuid4()}", home.office.key, outgoing.domain),
        to_address=address,
        subject=f"[Thử] {home.office.system_name}",
        text=text,
        html=f"<p>{text}</p>",
        sent_at=now,
        template="due_soon",
        parameters=_sample(home, now),
    )
    outcome = channel.send(envelope)
    if as_json:
        print_json(asdict(outcome))
    elif outcome.kind is OutcomeKind.OK:
        detail = f" {outcome.detail}" if name != "email" else ""
        OUT.print(f"Máy chủ đã nhận ({outcome.code} {outcome.provider_ref or ''}).{detail}", highlight=False)
    else:
        say(f"Chưa gửi được [{outcome.kind}] {outcome.code}: {outcome.detail}")
    raise typer.Exit(0 if outcome.kind is OutcomeKind.OK else 1)


def _refuse_if_kept_in(restraint: Restraint, address: str) -> None:
    if restraint.dry_run:
        raise Refused("KYHAN_DRY_RUN=true: không gửi gì. / KYHAN_DRY_RUN=true: nothing is sent.")
    if not restraint.lets_out_to(address):
        raise Refused(
            "Địa chỉ này không có trong KYHAN_ALLOW_LIST nên không gửi. / "
            "This address is not in KYHAN_ALLOW_LIST, so nothing is sent."
        )


def _sample(home: Home, now: datetime) -> dict[str, str]:
    """What fills the template «due soon»: it says that it is a test."""
    return {
        "tieu_de": "Tin thử, không cần làm gì",
        "don_vi": "Đơn vị nhận tin thử",
        "nhiem_vu": "Thử kênh gửi tin",
        "ke_hoach": home.office.plan.number,
        "han": day_vi(local_day(now)),
        "con_lai": "tin thử",
        "dia_chi": home.settings.base_url,
        "ma_nhac": "TEST",
    }
