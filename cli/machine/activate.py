"""kyhan activate: a restored copy is taken into use, by a person who knows that the original no longer works."""

from __future__ import annotations

from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import ERR, say
from config import clock
from models.database import reading, writing
from models.queries.messages.outbox import count_waiting
from services.operations import home_place
from services.outbox import rest

BY = "kyhan activate"


def run(
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại. / Do not ask.")] = False,
    lay_to_rest: Annotated[
        bool, typer.Option("--rest", help="Ngược lại: cho bản sao này nghỉ. / The other way: lay this copy to rest.")
    ] = False,
) -> None:
    """Đưa bản sao đã khôi phục vào dùng: từ đây gửi thư, webhook, Zalo. / Take a restored copy into use."""
    now = clock.now()
    home = open_home(now)
    with reading(home.engine) as session:
        resting, waiting = rest.resting_since(session), count_waiting(session)
    if lay_to_rest:
        with writing(home.engine) as session:
            if resting is None:
                rest.lay_to_rest(session, now, BY, "asked for")
        say(f"{rest.VI} / {rest.EN}")
        return
    if resting is None:
        with writing(home.engine) as session:
            home_place.note(session, home.folder, now)
        say("Bản này đang được dùng. / This home is in use already.")
        return
    if not yes:
        say(f"{waiting} tin đang chờ sẽ được gửi; quyền Zalo của bản gốc sẽ chuyển sang bản này.")
        say(f"{waiting} waiting messages will leave, and the original's consent at Zalo passes to this copy.")
        if not ERR.is_terminal or not typer.confirm("Bản gốc đã ngừng hẳn? / Has the original stopped for good?"):
            say("Chưa đổi gì; thêm --yes khi chắc chắn. / Nothing was changed; add --yes when you are sure.")
            raise typer.Exit(1)
    with writing(home.engine) as session:
        rest.take_into_use(session, now, BY)
        home_place.note(session, home.folder, now)
    say("Đã đưa vào dùng. / In use.")
