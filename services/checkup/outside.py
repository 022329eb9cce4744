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
from notifications.email.catcher import NAME as CATCHER
from notifications.email.imap import IN_VAIN, ImapSource
from notifications.email.smtp import SmtpChannel
from notifications.email.source import MailboxAway
from services.checkup.data import NOTHING, CheckFinding
from services.files import scan

PATIENCE = 8.0
SKEW = timedelta(minutes=2)  # one-time codes and signatures bear no more
CERTIFICATE = (
    "chứng chỉ của máy chủ không được tin: đặt KYHAN_CA_FILE là chứng chỉ gốc của đơn vị",
    "the server's certificate is not trusted: set KYHAN_CA_FILE to the authority of the office",
)
REAL_SERVER = (
    "đặt KYHAN_SMTP_URL là máy chủ thư của đơn vị",
    "set KYHAN_SMTP_URL to the mail server of the office",
)
CLAMD = (
    "kiểm tra KYHAN_CLAMD_URL và clamav-daemon; cho tới lúc đó không tệp nào được nhận",
    "check KYHAN_CLAMD_URL and clamav-daemon; until then no file is accepted",
)
MAILBOX = (
    "kiểm tra KYHAN_IMAP_URL: máy, người, mật khẩu",
    "check KYHAN_IMAP_URL: host, user, password",
)
WEB_SERVER = (
    "kiểm tra KYHAN_BASE_URL, máy chủ web (docs/deploy.md, bước 5), và rằng máy này tìm được tên đó (/etc/hosts)",
    "check KYHAN_BASE_URL, the web server (docs/deploy.md, step 5), and that this machine finds that name (/etc/hosts)",
)
OWN_CERTIFICATE = (
    "chứng chỉ phải mang tên trong KYHAN_BASE_URL và còn hạn; nếu do đơn vị tự cấp, đặt KYHAN_CA_FILE",
    "the certificate must be for the name in KYHAN_BASE_URL and not expired; if of the office's own authority, set "
    "KYHAN_CA_FILE",
)
PASS_ON = (
    "máy chủ web phải gửi Host, X-Forwarded-For, X-Forwarded-Proto (docs/deploy.md, bước 5); "
    "nếu nó ở máy khác, đặt FORWARDED_ALLOW_IPS",
    "the web server must send Host, X-Forwarded-For, X-Forwarded-Proto (docs/deploy.md, step 5); "
    "if it is another machine, set FORWARDED_ALLOW_IPS",
)
SET_CLOCK = ("bật đồng bộ giờ: timedatectl set-ntp true", "synchronise the clock: timedatectl set-ntp true")
NO_PREFECT = (
    "kyhan up; khi không có Prefect, kyhan up vẫn nhắc việc và gửi thư, cổng thông tin vẫn hoạt động",
    "kyhan up; while Prefect is away it goes on reminding and sending, and the portal works",
)
GUARD = (
    "đặt PREFECT_SERVER_API_AUTH_STRING cho máy chủ Prefect, PREFECT_API_AUTH_STRING cho Kỳ Hạn",
    "set PREFECT_SERVER_API_AUTH_STRING for Prefect's server and PREFECT_API_AUTH_STRING for Kyhan",
)


def mail(channel: SmtpChannel, setting: tuple[str, str], production: bool = False) -> Iterator[CheckFinding]:
    """`setting`: where its address is set, in both languages."""
    where = f"{channel.address.host}:{channel.address.port}"
    with channel.open() as session:
        outcome = session.log_in()
    if production and outcome.detail == CATCHER:
        vi, en = (
            f"{where} là hộp thư thử: không thư nào tới ai",
            f"{where} is the mail catcher: no mail reaches anybody",
        )
        yield CheckFinding("email", False, vi, en, *REAL_SERVER)
    elif outcome.kind is OutcomeKind.OK:
        logged_in = "đăng nhập được" if channel.address.user else "nối được"
        yield CheckFinding("email", True, f"{logged_in} {where}", "logs in" if channel.address.user else "reachable")
    else:
        vi, _, en = outcome.detail.partition(" / ")
        label = f"{where}: {outcome.code}"
        yield CheckFinding(
            "email", False, f"{label} {vi}".strip(), f"{label} {en or vi}".strip(), *_mail_advice(outcome, setting)
        )


def _mail_advice(outcome: Outcome, setting: tuple[str, str]) -> tuple[str, str]:
    if outcome.code == "tls":
        return CERTIFICATE
    vi, en = setting
    if outcome.code.startswith(("53", "bad-login")):
        return (
            f"sai tên hoặc mật khẩu trong {vi}; ký tự / @ : % trong mật khẩu phải viết thành %2F %40 %3A %25",
            f"wrong user or password in {en}; write / @ : % in a password as %2F %40 %3A %25",
        )
    return (f"kiểm tra {vi}", f"check {en}") if vi.startswith("KYHAN_") else setting


def mailbox(source: ImapSource) -> Iterator[CheckFinding]:
    """As the engine opens it: logs in, opens the folder, and makes the two folders beside it where they are missing."""
    where = f"{source.address.host}:{source.address.port}"
    try:
        with source.open() as opened:
            waiting = len(opened.waiting())
    except MailboxAway as away:
        todo = CERTIFICATE if "CERTIFICATE" in str(away).upper() else MAILBOX
        yield CheckFinding(
            "imap", False, str(away), f"{where} cannot be used ({str(away).rpartition(IN_VAIN)[2]})", *todo
        )
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
        why = f"{url}: {_why(error)}"
        yield CheckFinding("oidc", False, why, why, *_web_advice(error, "KYHAN_OIDC_ISSUER"))
        return
    same = named.rstrip("/") == issuer.rstrip("/")
    vi = f"{issuer} trả lời" if same else f"{issuer} tự xưng là {named}"
    en = f"{issuer} answers" if same else f"{issuer} calls itself {named}"
    todo = NOTHING if same else (f"đặt KYHAN_OIDC_ISSUER là {named}", f"set KYHAN_OIDC_ISSUER to {named}")
    yield CheckFinding("oidc", same, vi, en, *todo)


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
    en = f"{apart.total_seconds():.0f} seconds apart from {urlsplit(url).hostname}"
    yield CheckFinding("clock", ok, vi, en, *(NOTHING if ok else SET_CLOCK))


def scanner(address: str) -> Iterator[CheckFinding]:
    try:
        scan.ping(address)
    except scan.ScannerSilent as silent:
        yield CheckFinding("clamd", False, f"{address}: {silent}", f"{address}: does not answer", *CLAMD)
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
        why = f"{host}:{port}: {_why(error)}"
        yield CheckFinding("ping", False, why, why, *_web_advice(error, "KYHAN_PING_URL"))


def prefect(url: str) -> Iterator[CheckFinding]:
    """`url`: of its API. Whoever may call it without credentials can run commands on the machines that work for it."""
    try:
        ok = get(f"{url}/health", PATIENCE).is_success
        unguarded = ok and httpx.post(f"{url}/flows/filter", json={"limit": 1}, timeout=PATIENCE).is_success
    except httpx.HTTPError:
        ok = unguarded = False
    vi, en = ("hoạt động", "answers") if ok else ("không trả lời", "does not answer")
    yield CheckFinding("prefect", ok, f"{url} {vi}", f"{url} {en}", *(NOTHING if ok else NO_PREFECT))
    if unguarded:
        vi = f"{url} không hỏi mã đăng nhập: ai đến được đó cũng chạy được lệnh trên máy này"
        en = f"{url} asks for no credentials: whoever reaches it can run commands on this machine"
        yield CheckFinding("prefect", False, vi, en, *GUARD)


def portal(base_url: str) -> Iterator[CheckFinding]:
    """As everybody comes to it: through the web server in front of it, under its public name."""
    try:
        answer = get(f"{base_url}/healthz", PATIENCE)
        content = answer.json()
        assert isinstance(content, dict)
    except httpx.HTTPError as error:
        yield CheckFinding(
            "address", False, f"{base_url}: {_why(error)}", f"{base_url}: {_why(error)}", *_way_here(error)
        )
        return
    except (ValueError, AssertionError):
        content = {}
    if "portal" not in content:
        vi = f"{base_url}: ở đó không phải Kỳ Hạn trả lời ({answer.status_code})"
        en = f"{base_url}: what answers there is not Kyhan ({answer.status_code})"
        yield CheckFinding("address", False, vi, en, *WEB_SERVER)
    elif "proxy" in content:
        vi = f"{base_url}: máy chủ web chuyển tới mà không nói đúng tên và https ({content['proxy']})"
        en = f"{base_url}: the web server in front does not pass on the name and https ({content['proxy']})"
        yield CheckFinding("address", False, vi, en, *PASS_ON)
    else:
        yield CheckFinding("address", True, f"{base_url} trả lời", f"{base_url} answers")


def _way_here(error: Exception) -> tuple[str, str]:
    if "CERTIFICATE" in str(error).upper():
        return OWN_CERTIFICATE
    return WEB_SERVER


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


def _web_advice(error: Exception, setting: str) -> tuple[str, str]:
    if "CERTIFICATE" in str(error).upper():
        return CERTIFICATE
    return f"kiểm tra {setting} và đường mạng tới đó", f"check {setting} and the way to it"
