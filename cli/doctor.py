"""kyhan doctor: settings, database, engine, channels, fonts, holidays: what is wrong and what to do."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from socket import create_connection

import httpx
import typer

from cli.answers import OUT, AsJson, print_json, print_table
from config import clock
from config.home import Home, open_home
from services.checkup import Finding, look

PINS = {"fastapi": (0, 151), "sqlalchemy": (2, 1)}  # from here on the engine fails silently
FONT_FOLDERS = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")


def run(as_json: AsJson = False) -> None:
    """Kiểm tra mọi phần và nói cần làm gì. / Check every part and say what to do."""
    now = clock.now()
    home = open_home(now)
    unconfirmed = [day.day for day in home.catalogue.calendar_days if not day.confirmed]
    findings = [*_pins(), *look(home.engine, home.office, now, unconfirmed), *_channels(home), _engine(home), _fonts()]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        rows = [("✓" if f.ok else "✗", f.subject, f.vi, f.todo_vi) for f in findings]
        print_table(("", "Phần", "Tình trạng", "Cần làm"), rows)
        bad = sum(not finding.ok for finding in findings)
        OUT.print("Mọi thứ ổn. / All well." if not bad else f"{bad} điều cần xem. / {bad} findings.", highlight=False)
    raise typer.Exit(1 if any(not finding.ok for finding in findings) else 0)


def _pins() -> list[Finding]:
    findings = []
    for name, limit in PINS.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "0"
        ok = (0,) < tuple(int(part) for part in found.split(".")[:2]) < limit
        wanted = ".".join(map(str, limit))
        findings.append(Finding(name, ok, f"bản {found}, phải thấp hơn {wanted}", f"{found} < {wanted}"))
    return findings


def _channels(home: Home) -> list[Finding]:
    smtp = home.settings.smtp
    host, port = (smtp.host, smtp.port) if smtp else ("127.0.0.1", home.settings.mail_port)
    try:
        with create_connection((host, port), timeout=5):
            return [Finding("email", True, f"nối được {host}:{port}", "reachable")]
    except OSError as error:
        todo = "kiểm tra KYHAN_SMTP_URL" if smtp else "kyhan up khởi động hộp thư thử"
        return [Finding("email", False, f"không nối được {host}:{port} ({error})", "unreachable", todo)]


def _engine(home: Home) -> Finding:
    url = home.settings.prefect_api_url or f"http://127.0.0.1:{home.settings.prefect_port}/api"
    try:
        ok = httpx.get(f"{url}/health", timeout=3).is_success
    except httpx.HTTPError:
        ok = False
    todo = "" if ok else "kyhan up; thư và cổng thông tin vẫn hoạt động khi không có Prefect"
    return Finding("prefect", ok, f"{url} {'hoạt động' if ok else 'không trả lời'}", "answers" if ok else "away", todo)


def _fonts() -> Finding:
    """Documents ask for Times New Roman; Liberation Serif has its measures."""
    fonts = (next(folder.rglob(name), None) for folder in FONT_FOLDERS for name in ("LiberationSerif*", "times*.ttf"))
    ok = any(fonts)
    vi = "có phông chữ cho tài liệu" if ok else "máy này chưa có Times New Roman hoặc Liberation Serif"
    return Finding("fonts", ok, vi, "found" if ok else "missing", "" if ok else "apt install fonts-liberation")
