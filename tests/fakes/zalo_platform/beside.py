"""Starts the platform beside another program, whose settings point at it: `make run ZALO=1`.

python -m tests.fakes.zalo_platform.beside COMMAND…
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
from sqlalchemy import Engine
from sqlmodel import col, select

from config import clock
from config.settings import load_settings
from models.database import connect, writing
from models.tables.people import Person
from tests.fakes.zalo_platform.state import REGISTERED

PORT = 9100
NAMES = ("APP_ID", "APP_SECRET", "OA_ID", "OA_SECRET")


def settings_for(url: str, known: Mapping[str, str]) -> dict[str, str]:
    hosts = {f"KYHAN_ZALO_{name}_URL": url for name in ("OPENAPI", "BUSINESS", "OAUTH", "BOT")}
    templates = {f"KYHAN_ZALO_TEMPLATE_{kind.upper()}": id for kind, id in REGISTERED.items()}
    return {
        **hosts,
        **{f"KYHAN_ZALO_{name}": known[name] for name in NAMES},
        **templates,
        "KYHAN_ZALO_BOT_TOKEN": known["BOT_TOKEN"],
        "KYHAN_ZALO_BOT_NAME": "Bot Ky Han",
    }


def write_settings(home: Path, settings: Mapping[str, str]) -> Path:
    """For a shell to read: whoever works in a second terminal has the same office before them."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "zalo.env"
    told = {"KYHAN_HOME": str(home.absolute()), **settings}
    file.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in told.items()), encoding="utf-8")
    return file


def main(command: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command itself; we end when it has ended
    # its own session: Ctrl-C must not end it before what still talks to it
    platform = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.zalo_platform", "--port", str(PORT)],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert platform.stdout is not None
    line = platform.stdout.readline()
    if not line:
        return platform.wait() or 1
    known = json.loads(line)
    settings = settings_for(known["url"], known)
    environment = {**os.environ, **settings}
    file = write_settings(Path(environment.get("KYHAN_HOME", "var")), settings)
    sys.stderr.write(f"Zalo thử: {known['url']} (mọi tin đã gửi, viết cho bot). / The stand-in for Zalo.\n")
    sys.stderr.write(f"Ở cửa sổ lệnh khác: . {file} / In another terminal, for the same settings.\n")
    threading.Thread(target=_consent, args=(environment, known["url"]), daemon=True).start()
    try:
        return subprocess.run(
            command, env=environment, check=False, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        ).returncode
    finally:
        file.unlink(missing_ok=True)
        platform.terminate()
        platform.wait(60)


def give_telephones(engine: Engine) -> None:
    """To the example people, so that reminders of a demonstration reach Zalo by themselves; on this machine only."""
    with writing(engine) as session:
        examples = select(Person).where(col(Person.example), col(Person.phone) == "").order_by(col(Person.id))
        for number, person in enumerate(session.exec(examples)):
            person.phone = f"09876{number:03d}21"  # none of the endings that meet a fault
            session.add(person)


def _consent(environment: Mapping[str, str], url: str) -> None:
    """As the account's administrator would, once the home is ready; and receipts find the portal."""
    log = Path(environment.get("KYHAN_HOME", "var")) / "logs" / "portal.log"
    begun = clock.now().timestamp()
    while not log.exists() or log.stat().st_mtime < begun:
        time.sleep(1)
    consent = [sys.executable, "-m", "cli", "zalo", "consent"]
    asked = subprocess.run(consent, env=dict(environment), capture_output=True, text=True, check=False)
    back = httpx.get(asked.stdout.strip()).headers.get("location", "")
    subprocess.run([*consent, "--code", back], env=dict(environment), check=False)
    give_telephones(connect(load_settings(environment).database_url))
    portal = environment.get("KYHAN_BASE_URL") or f"http://127.0.0.1:{environment.get('KYHAN_PORT', '8080')}"
    httpx.post(f"{url}/_ctl/hook", json={"url": f"{portal}/hooks/zalo/oa"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
