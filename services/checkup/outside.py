"""Looks at the servers Kyhan leans on by using them: logs in, opens the folder, asks for an answer."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from socket import create_connection
from typing import Any
from urllib.parse import urlsplit

import httpx

from notifications.channel import Outcome, OutcomeKind
from notifications.deadline import get
from notifications.email.imap import ImapSource
from notifications.email.smtp import SmtpChannel
from notifications.email.source import MailboxAway
from services.checkup.data import CheckFinding
from services.files import scan

PATIENCE = 8.0
SKEW = timedelta(minutes=2)  # one-time codes and signatures bear no more
CERTIFICATE = "chứng chỉ của máy chủ không được tin: đặt KYHAN_CA_FILE là chứng chỉ gốc của đơn vị"


def mail(channel: SmtpChannel, setting: str = "KYHAN_SMTP_URL") -> Iterator[CheckFinding]:
    where = f"{channel.address.host}:{channel.address.port}"
    with channel.open() as session:
        outcome = session.log_in()
    if outcome.kind is OutcomeKind.OK:
        logged_in = "đăng nhập được" if channel.address.user else "nối được"
        yield CheckFinding("email", True, f"{logged_in} {where}", "logs in" if channel.address.user else "reachable")
    else:
        vi = f"{where}: {outcome.code} {outcome.detail}".strip()
        yield CheckFinding("email", False, vi, f"{outcome.code}", _mail_advice(outcome, setting))


def _mail_advice(outcome: Outcome, setting: str) -> str:
    if outcome.code == "tls":
        return CERTIFICATE
    if outcome.code.startswith(("53", "bad-login")):
        return f"sai tên hoặc mật khẩu trong {setting}; ký tự / @ : % trong mật khẩu phải viết thành %2F %40 %3A %25"
    return f"kiểm tra {setting}" if setting.startswith("KYHAN_") else setting


def mailbox(source: ImapSource) -> Iterator[CheckFinding]:
    """As the engine opens it: logs in, opens the folder, and makes the two folders beside it where they are missing."""
    where = f"{source.address.host}:{source.address.port}"
    try:
        with source.open() as opened:
            waiting = len(opened.waiting())
    except MailboxAway as away:
        todo = CERTIFICATE if "CERTIFICATE" in str(away).upper() else "kiểm tra KYHAN_IMAP_URL: máy, người, mật khẩu"
        yield CheckFinding("imap", False, str(away), "cannot be opened", todo)
    else:
        vi = f"mở được {source.address.folder} ở {where}, {waiting} thư đang chờ"
        yield CheckFinding("imap", True, vi, f"opened, {waiting} waiting")


def identity_provider(issuer: str) -> Iterator[CheckFinding]:
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = get(url, PATIENCE)
        answer.raise_for_status()
        named = str(answer.json()["issuer"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        yield CheckFinding(
            "oidc", False, f"{url}: {_why(error)}", "no description", _web_advice(error, "KYHAN_OIDC_ISSUER")
        )
        return
    same = named.rstrip("/") == issuer.rstrip("/")
    vi = f"{issuer} trả lời" if same else f"{issuer} tự xưng là {named}"
    todo = "" if same else f"đặt KYHAN_OIDC_ISSUER là {named}"
    yield CheckFinding("oidc", same, vi, "answers" if same else "calls itself by another name", todo)


def clock_beside(url: str, now: Callable[[], datetime]) -> Iterator[CheckFinding]:
    """This machine's clock beside the one of a server that is asked anyway."""
    try:
        answer = get(url, PATIENCE)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return  # whether it answers is another check's
    apart = abs(now() - theirs)
    ok = apart < SKEW
    vi = f"đồng hồ máy này lệch {apart.total_seconds():.0f} giây so với {urlsplit(url).hostname}"
    todo = "" if ok else "bật đồng bộ giờ: timedatectl set-ntp true"
    yield CheckFinding("clock", ok, vi, f"{apart.total_seconds():.0f} seconds apart", todo)


def scanner(address: str) -> Iterator[CheckFinding]:
    try:
        scan.ping(address)
    except scan.ScannerSilent as silent:
        todo = "kiểm tra KYHAN_CLAMD_URL và clamav-daemon; cho tới lúc đó không tệp nào được nhận"
        yield CheckFinding("clamd", False, f"{address}: {silent}", "does not answer", todo)
    else:
        yield CheckFinding("clamd", True, f"{address} trả lời", "answers")


def monitor(url: str) -> Iterator[CheckFinding]:
    """Connects and stops there: anything asked of it would count as a good look. The URL itself is a secret."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with _connected(host, port, parts.scheme == "https"):
            yield CheckFinding("ping", True, f"nối được {host}:{port}", "reachable")
    except OSError as error:
        yield CheckFinding("ping", False, f"{host}:{port}: {_why(error)}", "away", _web_advice(error, "KYHAN_PING_URL"))


def prefect(url: str) -> Iterator[CheckFinding]:
    """`url`: of its API. Whoever may call it without credentials can run commands on the machines that work for it."""
    try:
        ok = get(f"{url}/health", PATIENCE).is_success
        unguarded = ok and httpx.post(f"{url}/flows/filter", json={"limit": 1}, timeout=PATIENCE).is_success
    except httpx.HTTPError:
        ok = unguarded = False
    todo = (
        "" if ok else "kyhan up; khi không có Prefect, kyhan up vẫn nhắc việc và gửi thư, cổng thông tin vẫn hoạt động"
    )
    yield CheckFinding(
        "prefect", ok, f"{url} {'hoạt động' if ok else 'không trả lời'}", "answers" if ok else "away", todo
    )
    if unguarded:
        vi = f"{url} không hỏi mã đăng nhập: ai đến được đó cũng chạy được lệnh trên máy này"
        advice = "đặt PREFECT_SERVER_API_AUTH_STRING cho máy chủ Prefect, PREFECT_API_AUTH_STRING cho Kỳ Hạn"
        yield CheckFinding("prefect", False, vi, "asks for no credentials", advice)


@contextmanager
def _connected(host: str, port: int, tls: bool) -> Iterator[Any]:
    with create_connection((host, port), timeout=PATIENCE) as line:
        if not tls:
            yield line
            return
        with ssl.create_default_context().wrap_socket(line, server_hostname=host) as wrapped:
            yield wrapped


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200] if not isinstance(error, KeyError) else f"thiếu {error}"


def _web_advice(error: Exception, setting: str) -> str:
    return CERTIFICATE if "CERTIFICATE" in str(error).upper() else f"kiểm tra {setting} và đường mạng tới đó"
