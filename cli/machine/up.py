"""Everything on one machine: mail catcher, Prefect server, engine and portal, started, watched and stopped together."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from bootstrap.demonstration import missing
from bootstrap.home import Home, open_home
from bootstrap.prefect_auth import auth_file, prefect_auth
from cli.machine.children import Child, keep_running
from cli.machine.server_environment import elsewhere, server_environment
from config import clock
from config.settings import load_settings
from models.database import writing
from services.access.links import first_administrator_link
from services.operations import home_place
from services.outbox.rest import EN, VI, at_rest

HOST = "127.0.0.1"
LOCK_FILE = "up.lock"
OLD_ONES_END_WITHIN = 15.0
PORTS_TRIED = 50
TAIL = 15

console = Console(stderr=True, highlight=False, soft_wrap=True)


class AlreadyUp(Exception):
    """Another process runs this home. Carries its number, if known."""


@dataclass(frozen=True)
class Ports:
    portal: int
    prefect: int
    mail: int


def run(
    port: Annotated[
        int | None, typer.Option(help="Cổng của trang web. / Port of the portal.", min=1, max=65535)
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Điền số liệu minh họa. / Fill in made-up answers.")] = False,
) -> None:
    """Chạy tất cả trên một máy; Ctrl-C để dừng. / Everything on one machine; Ctrl-C stops."""
    raise typer.Exit(start(port, demo))


def start(port: int | None, demo: bool) -> int:
    """Until Ctrl-C or SIGTERM; 0 after an orderly end, 1 when this home is already running."""
    folder = load_settings().home
    try:
        with _alone(folder) as lock:
            return _run(port, demo, lock)
    except AlreadyUp as other:
        console.print(
            f"[red]Kỳ Hạn đang chạy trên thư mục {folder} (tiến trình {other}).[/red] "
            f"Hãy dừng tiến trình đó trước, hoặc đặt KYHAN_HOME khác. / Already running on this home."
        )
        return 1


def _run(port: int | None, demo: bool, lock: int) -> int:
    now = clock.now()
    home = open_home(now)
    if demo:
        _fill(home, now)
    ports = _free_ports(home, port)
    environment = {**os.environ, **_environment(home, ports)}
    if at_rest(home.engine):
        console.print(f"[yellow]{VI}[/yellow] / {EN}")
    _tell_of_original(home, now)
    children = _children(home, ports, environment)
    stop = _stop_on_signals()
    base_url = environment.get("KYHAN_BASE_URL", home.settings.base_url)
    _print_addresses(home, ports, environment, first_administrator_link(home.engine, base_url, now))
    Thread(target=_tell_when_ready, args=(environment, ports, stop), daemon=True).start()
    keep_running(children, stop, [lock], _tell_of_end)
    console.print("Đã dừng tất cả. / Stopped.")
    return 0


def _tell_of_original(home: Home, now: datetime) -> None:
    with writing(home.engine) as session:
        original = home_place.original(session, home.folder)
        if original is None:
            home_place.note(session, home.folder, now)
    if original is not None and not at_rest(home.engine):
        vi, en = home_place.copied(original)
        console.print(f"[yellow]{vi[0].upper()}{vi[1:]}.[/yellow] / {en[0].upper()}{en[1:]}.")


def _fill(home: Home, now: datetime) -> None:
    from cli.demo import fill_demo, is_due  # only a demo pays for it

    if not is_due(home):
        return
    with console.status("Đang tạo dữ liệu mẫu… / Filling the demo…") as status:
        fill_demo(home, now, lambda done, days: status.update(f"Đang tạo dữ liệu mẫu, ngày {done}/{days}…"))


# --- one at a time --------------------------------------------------------------------------------------------------


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Hold the home's lock. The children hold it too, so it is free only when the last of them has ended."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(lock)
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield lock
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    patience = time.monotonic() + OLD_ONES_END_WITHIN
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode()
            # a holder that was killed leaves children that are about to end: worth waiting for
            if _lives(holder) or time.monotonic() > patience:
                raise AlreadyUp(holder or "?") from None
        time.sleep(0.2)


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


# --- where ----------------------------------------------------------------------------------------------------------


def _free_ports(home: Home, port: int | None) -> Ports:
    """What is not started here takes none."""
    settings, taken = home.settings, set[int]()
    prefect, mail = settings.prefect_port, settings.mail_port
    return Ports(
        portal=_free_port("Cổng thông tin", port or settings.port, taken),
        prefect=_free_port("Prefect", prefect, taken) if settings.prefect_api_url is None else prefect,
        mail=_free_port("Hộp thư thử", mail, taken) if home.mail_folder is not None else mail,
    )


def _free_port(what: str, first: int, taken: set[int]) -> int:
    for port in range(first, first + PORTS_TRIED):
        if port not in taken and _is_free(port):
            if port != first:
                console.print(f"[yellow]{what}: cổng {first} đã có chương trình khác dùng; dùng cổng {port}.[/yellow]")
            taken.add(port)
            return port
    raise SystemExit(f"{what}: không còn cổng trống từ {first} đến {first + PORTS_TRIED - 1}. / No free port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _environment(home: Home, ports: Ports) -> dict[str, str]:
    settings = home.settings
    variables = {
        "KYHAN_HOME": str(home.folder),
        "KYHAN_PORT": str(ports.portal),
        "KYHAN_PREFECT_PORT": str(ports.prefect),
        "KYHAN_MAIL_PORT": str(ports.mail),
        "PYTHONUNBUFFERED": "1",
        "PYTHONSAFEPATH": "1",  # else folders where this is started hide packages of ours
    }
    if settings.base_url == f"http://{HOST}:{settings.port}":  # not set by hand: it follows the port
        variables["KYHAN_BASE_URL"] = f"http://{HOST}:{ports.portal}"
    auth = prefect_auth(settings)
    if settings.prefect_api_url is not None:
        return variables | elsewhere(settings.prefect_api_url, auth)
    return variables | server_environment(home.folder, HOST, ports.prefect, auth)


# --- who ------------------------------------------------------------------------------------------------------------


def _children(home: Home, ports: Ports, environment: Mapping[str, str]) -> list[Child]:
    python = sys.executable
    commands = {
        "portal": [
            *(python, "-m", "uvicorn", "portal.app:create_app", "--factory"),
            *("--host", HOST, "--port", str(ports.portal), "--no-access-log"),
        ],
        "engine": [python, "-m", "flows.engine"],
        "watch": [python, "-m", "cli", "watch"],
    }
    if home.settings.prefect_api_url is None:
        commands = {"prefect": [python, "-m", "flows.prefect_server"], **commands}
    if home.mail_folder is not None:
        where = ["--host", HOST, "--port", str(ports.mail), "--dir", str(home.mail_folder)]
        commands = {"mail": [python, "-m", "notifications.email.catcher", *where], **commands}
    logs = home.folder / "logs"
    return [
        Child(name, command, environment, logs / f"{name}.log", last=name in ("prefect", "mail"))
        for name, command in commands.items()
    ]


def _stop_on_signals() -> Event:
    stop = Event()

    def ask(*_: object) -> None:
        if not stop.is_set():
            console.print("Đang dừng… / Stopping…")
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop


# --- what the operator sees -----------------------------------------------------------------------------------------


def _print_addresses(home: Home, ports: Ports, environment: Mapping[str, str], first_link: str | None) -> None:
    table = Table(title="Kỳ Hạn", show_header=False, title_justify="left")
    table.add_row("Cổng thông tin", environment.get("KYHAN_BASE_URL", home.settings.base_url))
    table.add_row("Màn hình Prefect", environment["PREFECT_UI_URL"])
    if home.settings.prefect_auth is None and home.settings.prefect_api_url is None:
        table.add_row("", f"mã đăng nhập nằm trong tệp {auth_file(home.settings)}")
    if home.mail_folder is not None:
        table.add_row("Hộp thư thử (SMTP)", f"{HOST}:{ports.mail}, thư lưu ở {home.mail_folder}")
    table.add_row("Dữ liệu", str(home.folder))
    table.add_row("Nhật ký", str(home.folder / "logs"))
    console.print(table)
    if first_link is not None:  # on a line of its own: a table would cut it
        console.print("Quản trị viên đầu tiên đăng nhập bằng liên kết này, dùng một lần, trong 24 giờ:")
        console.print(first_link, soft_wrap=True)
    lacking = missing(home.settings)
    if lacking and home.settings.environment == "demo":
        why = "; ".join(f"{name} {vi} / {en}" for name, vi, en in lacking)
        console.print(f"[yellow]Đây không phải bản dùng thử ({why}): liên hệ ví dụ không vào được, không nhận thư.")
        console.print("[yellow]Chạy thật thì đặt KYHAN_ENVIRONMENT=production. / This is no demonstration.")
    console.print("Đang khởi động; Prefect cần khoảng 15 giây. Ctrl-C để dừng. / Starting; Ctrl-C stops.")


def _tell_when_ready(environment: Mapping[str, str], ports: Ports, stop: Event) -> None:
    health = f"http://{HOST}:{ports.portal}/healthz"
    waiting = {
        "Cổng thông tin": (health, "portal"),
        "Prefect": (f"{environment['PREFECT_API_URL']}/health", "true"),
        "Bộ máy": (health, '"engine":"ok"'),  # after the first check of every obligation
    }
    while waiting and not stop.wait(0.5):
        for name, (url, word) in list(waiting.items()):
            if word in _answer(url):
                console.print(f"[green]{name} đã sẵn sàng.[/green]")
                del waiting[name]


def _answer(url: str) -> str:
    try:
        answer = httpx.get(url, timeout=2)
    except httpx.HTTPError:
        return ""
    return answer.text if answer.status_code == httpx.codes.OK else ""


def _tell_of_end(child: Child, code: int, pause: float) -> None:
    console.print(
        f"[yellow]«{child.name}» đã dừng (mã {code}); chạy lại sau {pause:.0f} giây. Nhật ký: {child.log}[/yellow]"
    )
    for line in child.log.read_text(errors="replace").splitlines()[-TAIL:]:
        console.print(f"  {line}", markup=False)
