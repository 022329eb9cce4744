"""kyhan pause: hold all sending, or one channel, and keep what waits."""

from __future__ import annotations

from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, At, moment_or_now
from models.database import writing
from services.outbox import holds

Channel = Annotated[str, typer.Argument(help="Tên kênh; bỏ trống: tất cả. / A channel; none: all.")]


def run(channel: Channel = holds.ALL, at: At = None) -> None:
    """Giữ lại mọi tin đang chờ cho đến khi kyhan resume. / Hold what waits until kyhan resume."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        new = holds.hold(session, channel, home.outgoing().channels, "kyhan pause", now)
    what = "mọi kênh" if channel == holds.ALL else channel
    if new:
        OUT.print(f"Đã giữ {what}: không tin nào rời máy, kể cả liên kết đăng nhập; tin đang chờ được giữ nguyên.")
        OUT.print("Gửi tiếp: kyhan resume. / Nothing leaves, sign-in links included; what waits is kept.")
    else:
        OUT.print(f"Đã giữ {what} từ trước. / Held already.")
