"""Opens the office's home: settings, database, plan and channels. Only flows, portal and commands do this."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bootstrap.accounts import named, near, outside
from bootstrap.demonstration import is_demonstration
from config.catalogue import Catalogue, load_catalogue
from config.channels import channels_in_use
from config.forms import Forms
from config.settings import Settings, load_settings
from config.trust import trust_authorities
from models.database import connect, reading, writing
from models.migrate import migrate
from models.queries.plan import occurrences as plan_queries
from models.tables.plan import PlanVersion
from rules.deadlines import local_day
from rules.intake import Intake
from rules.office import Office
from rules.systems.mail_trust import MailTrust
from rules.systems.outside import Outside, beyond
from rules.working_days import WorkCalendar
from services.errors import Refused
from services.files.durable import sync_folder
from services.operations.home_check import need_database, need_no_key_yet, note_key
from services.operations.restore import need_finished
from services.plan.first_setup import prepare
from services.plan.in_force import office_now
from services.plan.load import restore_plan
from services.seals import SHORTEST_KEY

KEY_FILE = "secret.key"

if TYPE_CHECKING:
    from bootstrap.channels import Channels
    from notifications.channel import Channel
    from services.delivery.dispatch import Outgoing
    from services.outbox.sending_policy import Restraint


@dataclass(frozen=True)
class Home:
    settings: Settings
    catalogue: Catalogue
    engine: Engine
    office: Office

    @property
    def folder(self) -> Path:
        return self.settings.home

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def mail_folder(self) -> Path | None:
        """Where the mail catcher keeps what it caught; None when mail goes to a real server."""
        return self.folder / "mail" if self.settings.smtp is None else None

    def channels_by_name(self, catcher: int | None = None) -> Mapping[str, Channel]:
        """`catcher`: the port of a mail catcher to use instead of everything that is configured."""
        channels = self.channels
        return {"email": channels.mail(catcher)} if catcher else channels.by_name(self.catalogue.channels)

    @property
    def channels(self) -> Channels:
        from bootstrap.channels import Channels

        return Channels(self.settings, self.engine, self.office.key)

    @property
    def outside(self) -> Outside:
        """Where webhooks may lead: http only in a demonstration."""
        return beyond(self.settings.webhook_allow, https_only=self.settings.environment != "demo")

    @property
    def restraint(self) -> Restraint:
        from services.outbox.sending_policy import Restraint

        return Restraint(self.settings.dry_run, frozenset(address.lower() for address in self.settings.allow_list))

    def outgoing(self, worker: str | None = None, catcher: int | None = None) -> Outgoing:
        from services.delivery.dispatch import Outgoing

        restraint = self.restraint
        return Outgoing(
            channels=self.channels_by_name(catcher),
            domain=_domain(parseaddr(self.settings.mail_from)[1]),
            worker=worker or f"kyhan-{os.getpid()}",
            examples=catcher is not None or is_demonstration(self.settings),
            outside=frozenset() if catcher else outside(self.settings, self.catalogue.channels),
            inside=frozenset({"email"}) if catcher or self.settings.smtp is None else frozenset(),
            allow_list=restraint.allow_list,
            dry_run=restraint.dry_run,
        )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def open_home(now: datetime, settings: Settings | None = None) -> Home:
    """Ready to work; an empty home is prepared first, as of `now`. Raises SettingsError, CatalogueError, OSError."""
    settings = settings or load_settings()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    need_finished(settings.home)
    trust_authorities(settings)
    catalogue = load_catalogue()
    demonstration = is_demonstration(settings)
    engine = connect(settings.database_url.get_secret_value(), demonstration=demonstration)
    need_database(engine, settings.home)
    migrate(engine)
    key_of(settings, engine, now)
    office = office_of(settings, catalogue, _plan_in_force(engine, catalogue, now))
    with reading(engine) as session:
        return Home(settings, catalogue, engine, office_now(session, office))


def _plan_in_force(engine: Engine, catalogue: Catalogue, now: datetime) -> PlanVersion:
    with reading(engine) as session:
        version = plan_queries.current_plan(session)
    if version is not None:
        return version
    with writing(engine) as session:
        # once more: another process may have prepared the home while we waited for the lock
        version = plan_queries.current_plan(session)
        if version is None:
            prepare(session, catalogue.plan_on(local_day(now)), catalogue.organisations, now)
            version = plan_queries.current_plan(session)
    assert version is not None
    return version


def office_of(settings: Settings, catalogue: Catalogue, version: PlanVersion) -> Office:
    plan = restore_plan(version)
    shipped = next((one for one in catalogue.plans if one.id == plan.id), plan)
    return Office(
        plan=plan.completed(shipped),
        calendar=WorkCalendar(catalogue.overrides, unconfirmed=catalogue.unconfirmed),
        ladders=catalogue.ladders_by_id,
        folder=settings.home,
        base_url=settings.base_url,
        support_email=settings.support_email,
        support_phone=settings.support_phone,
        channels=channels_in_use(
            catalogue.channels, named(settings, catalogue.channels), near(settings, catalogue.channels)
        ),
        forms=Forms(catalogue.folder / "plans" / version.code),
        signature_roots=settings.signature_roots,
        intake=Intake(settings.upload_files, settings.upload_megabytes << 20, settings.clamd_url or ""),
        mail_trust=MailTrust(
            settings.mail_server_name or "", settings.mail_trust == "authenticated", settings.mail_trust == "published"
        ),
        key=key_of(settings),
        mailbox_read=settings.imap_url is not None,
        return_domain=settings.returns_to,
    )


def key_of(settings: Settings, engine: Engine | None = None, now: datetime | None = None) -> bytes:
    """The office's secret key: from the settings, or, outside production, one kept in its home.

    `engine`: its database says whether a key must exist already, and keeps which one it is. Raises Refused.
    """
    if settings.secret_key is not None:
        key = settings.secret_key.get_secret_value().encode()
    else:
        path = settings.home / KEY_FILE
        if not path.exists():
            if engine is not None:
                need_no_key_yet(engine, path)
            write_once(path, token_urlsafe(48))
        key = path.read_bytes()
        if len(key) < SHORTEST_KEY:
            raise Refused(
                f"{path} rỗng hoặc quá ngắn ({len(key)} byte); hãy lấy lại tệp này từ bản sao lưu. / "
                "The key is empty or too short; put it back from a backup."
            )
    if engine is not None and now is not None:
        note_key(engine, key, now)
    return key


def write_once(path: Path, secret: str) -> None:
    """Writes the file atomically and durably; of two writers at once, the first wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    sync_folder(path.parent)
