"""Everything `kyhan doctor` and the portal's system page look at, for one home."""

from __future__ import annotations

from datetime import datetime

from config.accounts import templates_of
from config.demonstration import missing
from config.home import Home
from services import checkup_machine as machine
from services.checkup import Finding, look
from services.checkup_channels import channels
from services.checkup_examples import examples
from services.checkup_files import registered_files
from services.checkup_home import home_findings


def all_checks(home: Home, now: datetime) -> list[Finding]:
    settings = home.settings
    unconfirmed = [day.day for day in home.catalogue.calendar_days if not day.confirmed]
    smtp = settings.smtp
    host, port = (smtp.host, smtp.port) if smtp else ("127.0.0.1", settings.mail_port)
    todo = "kiểm tra KYHAN_SMTP_URL" if smtp else "kyhan up khởi động hộp thư thử"
    url = settings.prefect_api_url or f"http://127.0.0.1:{settings.prefect_port}/api"
    return [
        *machine.pins(),
        *home_findings(home.engine, home.folder, home.office.key),
        *look(home.engine, home.office, now, unconfirmed),
        registered_files(home.engine, home.folder),
        examples(home.engine, missing(settings), settings.environment, now),
        machine.mail_server(host, port, todo),
        *channels(home.engine, home.office, home.outlets.zalo(), templates_of(settings), now),
        machine.prefect(url),
        machine.fonts(),
    ]
