"""Settings of this installation: from the environment (KYHAN_…), kyhan.toml in the home, secrets in files."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import setting_kinds as k
from config.setting_kinds import ExpectedValue
from config.smtp_url import smtp_address

if TYPE_CHECKING:
    from notifications.email.smtp import SmtpAddress

PREFIX = "KYHAN_"
FILE_SUFFIX = "_FILE"
TRIALS = (
    "KYHAN_TEST_",
    "KYHAN_BENCH_",
    "KYHAN_CHAOS_",
    "KYHAN_NO_SKIPS",
)  # steer tests and benchmarks, not the product
TOML = "kyhan.toml"
DEFAULT_HOME = Path("var")
NOWHERE = "none"
LIMIT = 64_000  # of a secret's file


@dataclass(frozen=True)
class WrongSetting:
    name: str  # KYHAN_PORT, or «kyhan.toml: port»
    expected_vi: str
    expected_en: str

    def __str__(self) -> str:
        return f"{self.name}: {self.expected_vi} / {self.expected_en}"


class SettingsError(Exception):
    """The settings cannot be used; carries every wrong one. Values are never shown: they may be secrets."""

    def __init__(self, wrong: Iterable[WrongSetting]) -> None:
        self.wrong = tuple(wrong)
        super().__init__("\n".join(str(item) for item in self.wrong))


class Settings(BaseSettings):
    """Frozen; made by load_settings alone, so that every process reads the same sources in the same order."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: k.Folder
    environment: k.Environment = "demo"
    database_url: k.DatabaseUrl
    base_url: k.PortalUrl
    hosts: k.Listed = ()  # further names the portal answers under
    port: k.Port = 8080
    prefect_port: k.Port = 4200
    mail_port: k.Port = 8025
    prefect_api_url: k.Http | None = None
    prefect_auth: k.PrefectAuth | None = None  # None: made once and kept in the home, for a server of our own
    prefect_without_auth: k.YesNo = False  # a server elsewhere that asks for no credentials is accepted in production
    smtp_url: k.SmtpUrl | None = None  # None: the mail catcher of the demo
    imap_url: k.ImapUrl | None = None  # None: answers and returned mails are not read
    return_domain: k.Domain | None = None  # None: that of the sender; «none»: no addresses of our own
    mail_trust: k.MailTrust = "published"  # what needs our mail server's word to be registered by itself; any: nothing
    mail_server_name: k.Word | None = None  # in Authentication-Results; None: whoever wrote the topmost
    mail_from: k.Sender = "Kỳ Hạn <nhacviec@example.vn>"
    ca_file: k.CaFile | None = None  # an authority of the office's own, beside those of the system
    allow_list: k.Listed = ()  # when not empty, nothing leaves for anybody else
    dry_run: k.YesNo = False
    ping_url: k.PingUrl | None = None  # of whoever watches the watcher
    support_email: k.MailAddress = "hotro@example.vn"
    support_phone: k.Word = "(0299) 000 0000"
    upload_files: k.Files = 20  # in one go
    upload_megabytes: k.Megabytes = 100  # of one file
    clamd_url: k.ClamdUrl | None = None  # None: what is handed in is not scanned
    signature_roots: k.CaFile | None = None  # authorities whose signatures on documents count; None: none is known
    secret_key: k.Key | None = None
    api_per_minute: k.Many = 300
    webhook_allow: k.Listed = ()  # inner hosts and networks that webhooks may lead to
    oidc_issuer: k.Http | None = None  # the province's own identity provider, if it has one
    oidc_client_id: k.Word | None = None
    oidc_client_secret: k.Secret | None = None
    zalo_openapi_url: k.Http = "https://openapi.zalo.me"
    zalo_business_url: k.Http = "https://business.openapi.zalo.me"
    zalo_oauth_url: k.Http = "https://oauth.zaloapp.com"
    zalo_bot_url: k.Http = "https://bot-api.zaloplatforms.com"
    zalo_app_id: k.Word | None = None
    zalo_app_secret: k.Secret | None = None
    zalo_oa_id: k.Word | None = None
    zalo_oa_secret: k.Secret | None = None  # of the webhook, not the app's
    zalo_signatures: k.Signatures = ("app_id", "oa_id")
    zalo_appsecret_proof: k.YesNo = False
    zalo_mode: k.ZaloMode = "production"
    zalo_template_due_soon: k.TemplateId | None = None
    zalo_template_overdue: k.TemplateId | None = None
    zalo_template_reminder: k.TemplateId | None = None
    zalo_template_digest: k.TemplateId | None = None
    zalo_template_receipt: k.TemplateId | None = None
    zalo_template_returned: k.TemplateId | None = None
    zalo_site_verification: k.SiteVerification | None = None  # shown to Zalo on the home page
    zalo_bot_token: k.BotToken | None = None
    zalo_bot_name: k.Word | None = None  # what people look for in Zalo
    zalo_bot_secret: k.BotSecret | None = None  # of the bot's webhook; None: what people write is fetched
    channel_secrets: k.NamedSecrets | None = None  # fill {secret} in the addresses of channels.yaml

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # called by names, and only one of them matters
        cls, _: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # load_settings gathers: a test hands in its own environment

    @property
    def returns_to(self) -> str:
        """The domain whose nop+…@ and bounce+…@ come back to us; empty where nobody reads them."""
        if self.imap_url is None or self.return_domain == NOWHERE:
            return ""
        return self.return_domain or parseaddr(self.mail_from)[1].rpartition("@")[2]

    @property
    def smtp(self) -> SmtpAddress | None:
        return smtp_address(self.smtp_url.get_secret_value()) if self.smtp_url else None


# --- gathering ------------------------------------------------------------------------------------------------------

OUTSIDE = {  # settings another program shares
    "prefect_api_url": "PREFECT_API_URL",
    "prefect_auth": "PREFECT_API_AUTH_STRING",
}
NAMES = {field: OUTSIDE.get(field, PREFIX + field.upper()) for field in Settings.model_fields}
SECRETS = {
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
}  # these may come from a file named by …_FILE


@dataclass(frozen=True)
class SettingSource:
    value: Any
    name: str  # as the person wrote it


def load_settings(environ: Mapping[str, str] | None = None, home: Path | None = None) -> Settings:
    """The environment counts before kyhan.toml. Raises SettingsError with everything that is wrong."""
    given = {name: value.strip() for name, value in (os.environ if environ is None else environ).items()}
    given = {name: value for name, value in given.items() if value}
    folder = (home or Path(given.get("KYHAN_HOME", DEFAULT_HOME))).expanduser().absolute()
    wrong: list[WrongSetting] = []
    sources = _from_file(folder / TOML, wrong) | _from_environment(given, wrong)
    sources["home"] = SettingSource(folder, "KYHAN_HOME")
    settings = _checked(_defaults(folder, sources) | sources, wrong)
    if settings is not None:
        wrong += _unfit_for_production(settings)
        wrong += _half_set(settings)
    if wrong or settings is None:
        raise SettingsError(wrong)
    return settings


def _defaults(folder: Path, sources: Mapping[str, SettingSource]) -> dict[str, SettingSource]:
    port = sources["port"].value if "port" in sources else Settings.model_fields["port"].default
    values = {
        "database_url": f"sqlite:///{folder / 'kyhan.db'}",
        "base_url": f"http://127.0.0.1:{port}" if str(port).isdecimal() else "http://127.0.0.1",
    }
    return {field: SettingSource(value, NAMES[field]) for field, value in values.items()}


def _from_environment(environ: Mapping[str, str], wrong: list[WrongSetting]) -> dict[str, SettingSource]:
    names = {name: field for field, name in NAMES.items()}
    ours = (name for name in environ if name in names or (name.startswith(PREFIX) and not name.startswith(TRIALS)))
    return _gathered({name: environ[name] for name in sorted(ours)}, names, FILE_SUFFIX, "", wrong)


def _gathered(
    values: Mapping[str, Any], names: Mapping[str, str], suffix: str, where: str, wrong: list[WrongSetting]
) -> dict[str, SettingSource]:
    """The settings among these values, by field; a secret's name with the suffix names a file."""
    files = {name + suffix: name for name, field in names.items() if field in SECRETS}
    sources: dict[str, SettingSource] = {}
    for name, value in values.items():
        if name in names:
            sources[names[name]] = SettingSource(value, where + name)
        elif (plain := files.get(name)) is None:
            wrong.append(_unknown(where + name, [*names, *files], name))
        elif plain in values:
            wrong.append(WrongSetting(where + name, f"đã có {plain}, chỉ dùng một", f"{plain} is set too, use one"))
        elif (secret := _secret_in(value)) is None:
            wrong.append(
                WrongSetting(where + name, "cần đường dẫn một tệp đọc được", "expected the path of a readable file")
            )
        else:
            sources[names[plain]] = SettingSource(secret, where + name)
    return sources


def _secret_in(path: Any) -> str | None:
    """None where there is no file that can be read."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(LIMIT).strip()
    except (OSError, TypeError, ValueError):  # the last: no UTF-8, or a path that can be none
        return None


def _from_file(path: Path, wrong: list[WrongSetting]) -> dict[str, SettingSource]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        wrong.append(WrongSetting(str(path), "không đọc được tệp", f"cannot read the file: {error}"))
        return {}
    except tomllib.TOMLDecodeError as error:
        wrong.append(WrongSetting(str(path), f"TOML viết sai: {error}", f"bad TOML: {error}"))
        return {}
    names = {field: field for field in NAMES if field != "home"}
    return _gathered(content, names, FILE_SUFFIX.lower(), f"{path}: ", wrong)


def secret_files(home: Path, environ: Mapping[str, str] | None = None) -> dict[str, Path]:
    """Setting → the file that holds its secret, for those that come from a file of their own."""
    path = home / TOML
    content = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    given = os.environ if environ is None else environ
    paths = {
        NAMES[field]: given.get(NAMES[field] + FILE_SUFFIX) or content.get(field + FILE_SUFFIX.lower())
        for field in SECRETS
    }
    return {name: Path(value) for name, value in paths.items() if value}


def _unknown(name: str, known: Iterable[str], misspelt: str) -> WrongSetting:
    near = get_close_matches(misspelt, list(known), n=1)
    vi, en = (f"; có phải {near[0]}?", f"; did you mean {near[0]}?") if near else ("", "")
    return WrongSetting(name, f"không có cài đặt tên này{vi}", f"there is no such setting{en}")


def _checked(sources: Mapping[str, SettingSource], wrong: list[WrongSetting]) -> Settings | None:
    try:
        return Settings(**{field: given.value for field, given in sources.items()})
    except ValidationError as error:
        fields = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors(include_input=False))
        wrong += (WrongSetting(sources[field].name, *_expected(field)) for field in fields)
        return None


def _expected(field: str) -> tuple[str, str]:
    expected = next(_expectations(Settings.model_fields[field].annotation, Settings.model_fields[field].metadata))
    return expected.vi, expected.en


def _expectations(annotation: Any, metadata: Iterable[Any]) -> Any:
    yield from (item for item in metadata if isinstance(item, ExpectedValue))
    for inner in getattr(annotation, "__args__", ()):
        yield from _expectations(inner, getattr(inner, "__metadata__", ()))


def _unfit_for_production(settings: Settings) -> list[WrongSetting]:
    if settings.environment != "production":
        return []
    rules = (
        ("base_url", settings.base_url.startswith("https://"), "cần https:// khi chạy thật", "needs https://"),
        ("secret_key", settings.secret_key is not None, "bắt buộc khi chạy thật", "is required"),
        ("smtp_url", settings.smtp_url is not None, "bắt buộc khi chạy thật", "is required"),
        ("mail_from", "@example." not in settings.mail_from, "cần địa chỉ gửi thật", "needs a real sender"),
        (
            "prefect_auth",
            _prefect_is_guarded(settings),
            "bắt buộc khi có PREFECT_API_URL",
            "is required with PREFECT_API_URL",
        ),
        *(
            (field, getattr(settings, field).startswith("https://"), "cần https:// khi chạy thật", "needs https://")
            for field in ZALO_HOSTS
        ),
    )
    return [WrongSetting(NAMES[field], vi, f"{en} in production") for field, fits, vi, en in rules if not fits]


def _prefect_is_guarded(settings: Settings) -> bool:
    """A server of our own always is. One elsewhere needs credentials, or a setting that allows none."""
    return settings.prefect_api_url is None or settings.prefect_auth is not None or settings.prefect_without_auth


ZALO_HOSTS = ("zalo_openapi_url", "zalo_business_url", "zalo_oauth_url", "zalo_bot_url")
ZALO_TEMPLATES = tuple(field for field in Settings.model_fields if field.startswith("zalo_template_"))
OIDC = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
# Where one of the first is set, all of the second are needed.
TOGETHER: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (OIDC, OIDC),
    (("zalo_app_secret",), ("zalo_app_id",)),
    (ZALO_TEMPLATES, ("zalo_app_id", "zalo_app_secret", "zalo_template_due_soon", "zalo_template_overdue")),
    (("zalo_appsecret_proof",), ("zalo_app_secret",)),
    (("zalo_bot_secret",), ("zalo_bot_token",)),
)


def _half_set(settings: Settings) -> list[WrongSetting]:
    missing: dict[str, str] = {}
    for some, needed in TOGETHER:
        causes = ", ".join(NAMES[field] for field in some if getattr(settings, field))
        if causes:
            missing |= {field: causes for field in needed if not getattr(settings, field) and field not in missing}
    return [WrongSetting(NAMES[one], f"cần thiết khi có {by}", f"is needed beside {by}") for one, by in missing.items()]
