"""kyhan resume: send again what was held."""

from __future__ import annotations

import typer

from bootstrap.home import open_home
from cli.daily.pause import Channel
from cli.output import OUT, At, moment_or_now
from models.database import writing
from services.outbox import holds


def run(channel: Channel = holds.ALL, at: At = None) -> None:
    """Gửi tiếp; tin không còn đúng lúc sẽ không gửi nữa. / Send again; what is no longer due is left out."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        released = holds.release(session, channel, "kyhan resume", now)
    if not released:
        OUT.print("Không có kênh nào đang bị giữ hoặc tạm dừng. / Nothing is held or paused.")
        raise typer.Exit(1)
    names = ", ".join("mọi kênh" if name == holds.ALL else name for name in released)
    OUT.print(f"Gửi tiếp: {names}. Lượt gửi tới sẽ kiểm tra lại từng tin. / Sending again.", highlight=False)
