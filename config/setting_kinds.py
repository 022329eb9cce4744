"""Kinds of settings: how a value is checked, and what to tell somebody who wrote a wrong one."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from config.smtp_url import smtp_address
from notifications.email.imap_url import imap_address

SHORTEST_KEY = 32
MAIL = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")
DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
SENDER = re.compile(rf"({MAIL.pattern}|[^<>\r\n]*<{MAIL.pattern}>)")


@dataclass(frozen=True)
class ExpectedValue:
    """What a right value looks like, for whoever wrote a wrong one."""

    vi: str
    en: str


def _http_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an address")
    _ = parts.port  # raises ValueError for a port that is none
    return value.rstrip("/")


def _matches(pattern: re.Pattern[str]) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError("does not match")
        return value

    return AfterValidator(check)


def _need_encoded(url: str) -> None:
    """An @ behind the host, or a second one before it, is part of a password that was written as it is."""
    parts = urlsplit(url)
    if parts.netloc.count("@") > 1 or "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise ValueError("not percent-encoded")


def _smtp(value: SecretStr) -> SecretStr:
    _need_encoded(value.get_secret_value())
    smtp_address(value.get_secret_value())
    return value


def _database(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme.partition("+")[0] not in ("sqlite", "postgresql"):
        raise ValueError("wrong scheme")
    if parts.scheme.startswith("postgresql"):
        _need_encoded(value.get_secret_value())
    _ = parts.port
    return value


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _at_root(value: str) -> str:
    parts = urlsplit(value)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a path in the address")
    return value


HTTP = ExpectedValue("cần địa chỉ http(s)://máy[:cổng]", "expected http(s)://host[:port]")
PORT = ExpectedValue("cần số cổng từ 1 đến 65535", "expected a port number from 1 to 65535")
SECRET = ExpectedValue("cần chuỗi bí mật không rỗng", "expected a secret that is not empty")
TEXT = ExpectedValue("cần một chuỗi chữ", "expected text")

Http = Annotated[str, AfterValidator(_http_address), HTTP]
PortalUrl = Annotated[
    str,
    AfterValidator(_http_address),
    AfterValidator(_at_root),
    ExpectedValue(
        "cần http(s)://máy[:cổng], không có đường dẫn: cổng thông tin chỉ chạy ở gốc của một tên miền",
        "expected http(s)://host[:port] without a path: the portal lives at the root of a domain only",
    ),
]
Port = Annotated[int, Field(ge=1, le=65535), PORT]
Secret = Annotated[SecretStr, Field(min_length=1), SECRET]
Word = Annotated[str, Field(min_length=1), TEXT]
Folder = Annotated[Path, ExpectedValue("cần đường dẫn một thư mục", "expected the path of a folder")]


def _authorities(value: Path) -> Path:
    try:
        ssl.create_default_context(cafile=str(value))
    except OSError as error:  # also where it holds no certificate
        raise ValueError("not a file of certificates") from error
    return value.absolute()


CaFile = Annotated[
    Path,
    AfterValidator(_authorities),
    ExpectedValue("cần đường dẫn một tệp chứng chỉ PEM đọc được", "expected the path of a readable PEM file"),
]
Environment = Annotated[
    Literal["demo", "production"], ExpectedValue("cần demo hoặc production", "expected demo or production")
]
DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(_database),
    ExpectedValue(
        "cần sqlite:///đường/dẫn.db hoặc postgresql://người:mật_khẩu@máy/csdl"
        "; ký tự / @ : % trong mật khẩu viết thành %2F %40 %3A %25",
        "expected sqlite:///path.db or postgresql://user:password@host/database"
        "; write / @ : % in the password as %2F %40 %3A %25",
    ),
]


def _imap(value: SecretStr) -> SecretStr:
    _need_encoded(value.get_secret_value())
    imap_address(value.get_secret_value())
    return value


def _http_secret(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in url or not url.isprintable():
        raise ValueError("not an address")
    _ = parts.port
    return value


PingUrl = Annotated[SecretStr, AfterValidator(_http_secret), HTTP]
ImapUrl = Annotated[
    SecretStr,
    AfterValidator(_imap),
    ExpectedValue(
        "cần imaps://người:mật_khẩu@máy[:cổng][/thư_mục] hoặc imap://…?starttls=1"
        "; ký tự / @ : % trong mật khẩu viết thành %2F %40 %3A %25",
        "expected imaps://user:password@host[:port][/folder] or imap://…?starttls=1"
        "; write / @ : % in the password as %2F %40 %3A %25",
    ),
]
SmtpUrl = Annotated[
    SecretStr,
    AfterValidator(_smtp),
    ExpectedValue(
        "cần smtp://[người:mật_khẩu@]máy:cổng[?starttls=1] hoặc smtps://…"
        "; ký tự / @ : % trong mật khẩu viết thành %2F %40 %3A %25",
        "expected smtp://[user:password@]host:port[?starttls=1] or smtps://…"
        "; write / @ : % in the password as %2F %40 %3A %25",
    ),
]
Sender = Annotated[
    str, _matches(SENDER), ExpectedValue("cần “Tên <ten@may>” hoặc ten@may", "expected “Name <name@host>” or name@host")
]
MailAddress = Annotated[str, _matches(MAIL), ExpectedValue("cần ten@may", "expected name@host")]
Domain = Annotated[
    str, _matches(DOMAIN), ExpectedValue("cần một tên miền, hoặc none", "expected a domain name, or none")
]
Listed = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[^\s,]+$")], ...],
    BeforeValidator(_listed),
    ExpectedValue("cần các địa chỉ, cách nhau bằng dấu phẩy", "expected addresses, separated by commas"),
]
YesNo = Annotated[bool, ExpectedValue("cần true hoặc false", "expected true or false")]
Many = Annotated[int, Field(ge=1), ExpectedValue("cần số nguyên từ 1", "expected a whole number from 1")]
Key = Annotated[
    SecretStr,
    Field(min_length=SHORTEST_KEY),
    ExpectedValue(f"cần ít nhất {SHORTEST_KEY} ký tự ngẫu nhiên", f"expected at least {SHORTEST_KEY} random letters"),
]


def _credentials(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[^:\s]+:\S{8,}", value.get_secret_value()):
        raise ValueError("not user:password")
    return value


PrefectAuth = Annotated[
    SecretStr,
    AfterValidator(_credentials),
    ExpectedValue(
        "cần dạng người:mật_khẩu, mật khẩu từ 8 ký tự", "expected user:password, the password of 8 characters or more"
    ),
]


# --- Zalo -----------------------------------------------------------------------------------------------------------


def _bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d{1,20}:[\w.-]{8,200}", value.get_secret_value(), re.ASCII):
        raise ValueError("not a bot's token")
    return value


def named_secrets(text: str) -> dict[str, str]:
    """«teams=…, group=…», or one a line. Raises ValueError, without the secret in it."""
    pairs = [part.strip().partition("=") for part in re.split(r"[,\r\n]", text) if part.strip()]
    if not all(sign and name.strip() and secret.strip() for name, sign, secret in pairs):
        raise ValueError("expected name=secret")
    return {name.strip(): secret.strip() for name, _, secret in pairs}


def _named_secrets(value: SecretStr) -> SecretStr:
    named_secrets(value.get_secret_value())
    return value


SiteVerification = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]{8,100}$"),
    ExpectedValue(
        "cần mã trong thuộc tính content của thẻ meta Zalo cho, không phải cả thẻ",
        "expected the code in the content attribute of the meta tag Zalo gives, not the whole tag",
    ),
]
TemplateId = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,20}$", coerce_numbers_to_str=True),
    ExpectedValue("cần mã số của mẫu tin", "expected the number of a template"),
]
ZaloMode = Annotated[
    Literal["development", "production"],
    ExpectedValue("cần development hoặc production", "expected development or production"),
]
MailTrust = Annotated[
    Literal["any", "published", "authenticated"],
    ExpectedValue("cần any, published hoặc authenticated", "expected any, published or authenticated"),
]
Signatures = Annotated[
    tuple[Literal["app_id", "oa_id", "app_id-header", "oa_id-header"], ...],
    Field(min_length=1),
    BeforeValidator(_listed),
    ExpectedValue(
        "cần một hay nhiều trong app_id, oa_id, app_id-header, oa_id-header, cách nhau bằng dấu phẩy",
        "expected some of app_id, oa_id, app_id-header, oa_id-header, separated by commas",
    ),
]
BotToken = Annotated[
    SecretStr, AfterValidator(_bot_token), ExpectedValue("cần dạng số:chuỗi bí mật", "expected digits:secret")
]
BotSecret = Annotated[
    SecretStr,
    Field(min_length=8, max_length=256),
    ExpectedValue("cần từ 8 đến 256 ký tự", "expected 8 to 256 letters"),
]
NamedSecrets = Annotated[
    SecretStr,
    AfterValidator(_named_secrets),
    ExpectedValue("cần tên_kênh=bí_mật, cách nhau bằng dấu phẩy", "expected channel=secret, separated by commas"),
]
Files = Annotated[int, Field(ge=1, le=100), ExpectedValue("cần số tệp từ 1 đến 100", "expected 1 to 100 files")]
Megabytes = Annotated[int, Field(ge=1, le=1000), ExpectedValue("cần số MB từ 1 đến 1000", "expected 1 to 1000 MB")]


def _clamd(value: str) -> str:
    parts = urlsplit(value)
    if not (parts.hostname if parts.scheme == "tcp" else parts.scheme == "unix" and parts.path):
        raise ValueError("not an address")
    _ = parts.port
    return value


ClamdUrl = Annotated[
    str,
    AfterValidator(_clamd),
    ExpectedValue("cần tcp://máy[:cổng] hoặc unix:///đường/dẫn", "expected tcp://host[:port] or unix:///path"),
]
