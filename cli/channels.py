"""kyhan channels: one honest test message and its outcome."""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

import typer

from cli.answers import OUT, AsJson, print_json, say
from config import clock
from config.home import open_home
from notifications.channel import Envelope, OutcomeKind
from notifications.keys import message_id
from services.errors import unknown

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
    text = f"Thư thử của {home.office.system_name}: kênh hoạt động. / A test message: the channel works.\n"
    envelope = Envelope(
        key=f"test:{uuid4()}",
        message_id=message_id(f"test:{uuid4()}", outgoing.domain),
        to_address=address,
        subject=f"[Thử] {home.office.system_name}",
        text=text,
        html=f"<p>{text}</p>",
        sent_at=now,
    )
    outcome = channel.send(envelope)
    if as_json:
        print_json(asdict(outcome))
    elif outcome.kind is OutcomeKind.OK:
        OUT.print(f"Máy chủ đã nhận ({outcome.code} {outcome.provider_ref or ''}).", highlight=False)
    else:
        say(f"Chưa gửi được [{outcome.kind}] {outcome.code}: {outcome.detail}")
    raise typer.Exit(0 if outcome.kind is OutcomeKind.OK else 1)
