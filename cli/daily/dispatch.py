"""kyhan dispatch: deliver what waits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import LARGEST, OUT, AsJson, At, moment_or_now, print_json, say
from services.delivery.dispatch import dispatch
from services.systems.webhook_delivery import deliver


def run(
    at: At = None,
    limit: Annotated[int | None, typer.Option(min=1, max=LARGEST, help="Nhiều nhất bao nhiêu thư. / At most.")] = None,
    as_json: AsJson = False,
) -> None:
    """Gửi các thư đang chờ, mỗi thư kiểm tra lại lần cuối trước khi gửi. / Deliver, looking again before each."""
    now = moment_or_now(at)
    home = open_home(now)
    done = dispatch(home.engine, home.office, home.outgoing(), now, limit)
    hooks = deliver(home.engine, home.office, home.outside, now, restraint=home.restraint)
    if as_json:
        print_json({**asdict(done), "webhooks": asdict(hooks)})
    else:
        OUT.print(
            f"Đã gửi {done.sent}; chờ gửi lại {done.retried}; không còn cần gửi {done.expired}; "
            f"không gửi {done.suppressed}; hỏng {done.failed}. "
            f"Báo hệ thống khác {hooks.delivered}, chưa nhận {hooks.failed}."
        )
    for problem in done.problems:
        say(problem)
    raise typer.Exit(1 if done.failed or done.retried else 0)
