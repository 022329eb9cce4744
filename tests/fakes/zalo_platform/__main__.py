from __future__ import annotations

import argparse
import json

import uvicorn

from tests.fakes.zalo_platform import state
from tests.fakes.zalo_platform.app import app
from tests.fakes.zalo_platform.wire import Cuttable

KNOWN = ("APP_ID", "APP_SECRET", "OA_ID", "OA_SECRET", "FIRST_REFRESH", "BOT_TOKEN", "BOT_SECRET")


class Server(uvicorn.Server):
    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        # the first line tells whoever started us where we are and what to log in with
        print(
            json.dumps({"url": f"http://127.0.0.1:{port}", **{name: getattr(state, name) for name in KNOWN}}),
            flush=True,
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", type=int, default=0)
    port = asked.parse_args().port
    Server(
        uvicorn.Config(
            app, "127.0.0.1", port, http=Cuttable, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
        )
    ).run()


main()
