"""Everything `kyhan doctor` and the portal's system page look at, for one home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bootstrap.accounts import templates_of
from bootstrap.demonstration import missing
from bootstrap.home import Home
from config import clock
from config.settings import NAMES, Settings, secret_files
from notifications.email.imap import ImapSource
from notifications.email.imap_url import imap_address
from services.checkup import machine, outside
from services.checkup import settings as settled
from services.checkup.channels import channels
from services.checkup.data import CheckFinding, look, plans_beside, shipped_plan
from services.checkup.examples import examples
from services.checkup.files import registered_files
from services.checkup.home import home_findings
from services.checkup.templates import document_templates
from services.checkup.together import Check, together

SMTP = ("KYHAN_SMTP_URL", "KYHAN_SMTP_URL")
CATCHER = ("kyhan up khởi động hộp thư thử", "kyhan up starts the mail catcher")


def all_checks(home: Home, now: datetime) -> list[CheckFinding]:
    """Checks of other machines run at the same time; one without an answer in time is reported as late."""
    settings = home.settings
    production = settings.environment == "production"
    return [
        *machine.pins(),
        *home_findings(home.engine, home.folder, home.office.key),
        *look(home.engine, home.office, now),
        *shipped_plan(home.engine, home.catalogue.plans, home.catalogue.folder),
        *plans_beside(home.office.plan, home.catalogue.plans, now),
        registered_files(home.engine, home.folder),
        *document_templates(home.engine),
        examples(home.engine, missing(settings), settings.environment, now),
        settled.posts(home.engine, now),
        *(_of_production(home) if production else ()),
        settled.room(home.folder),
        *settled.database_version(home.engine),
        machine.last_backup(home.engine, now, production),
        machine.fonts(),
        *together([*_of_other_machines(home, now)]),
    ]


def _of_production(home: Home) -> Iterator[CheckFinding]:
    """Checks of production that a demonstration does not need."""
    settings = home.settings
    yield from settled.rights(home.folder, secret_files(home.folder).values())
    yield from settled.restraint(settings.dry_run, settings.allow_list)
    samples = {name: Settings.model_fields[name].default for name in ("support_email", "support_phone")}
    yield from settled.support([NAMES[name] for name, sample in samples.items() if getattr(settings, name) == sample])


def _of_other_machines(home: Home, now: datetime) -> Iterator[tuple[str, Check]]:
    settings = home.settings
    production = settings.environment == "production"
    yield "email", lambda: outside.mail(home.channels.mail(), SMTP if settings.smtp else CATCHER, production)
    if production:
        yield "address", lambda: outside.portal(settings.base_url)
    if (mailbox := settings.imap_url) is not None:
        yield "imap", lambda: outside.mailbox(ImapSource(imap_address(mailbox.get_secret_value())))
    if (issuer := settings.oidc_issuer) is not None:
        yield "oidc", lambda: outside.identity_provider(issuer)
        yield "clock", lambda: outside.clock_beside(issuer, clock.now)
    if (scanner := settings.clamd_url) is not None:
        yield "clamd", lambda: outside.scanner(scanner)
    if (monitor := settings.ping_url) is not None:
        yield "ping", lambda: outside.monitor(monitor.get_secret_value())
    zalo = home.channels.zalo()
    yield "channels", lambda: channels(home.engine, home.office, zalo, templates_of(settings), now)
    prefect = settings.prefect_api_url or f"http://127.0.0.1:{settings.prefect_port}/api"
    yield "prefect", lambda: outside.prefect(prefect)
