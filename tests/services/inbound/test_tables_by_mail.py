"""Every table is judged by mail as it is anywhere else."""

from __future__ import annotations

from pathlib import Path

from builders import DOMAIN, rows
from fakes.mailbox_letters import KEY, Tray, a_reply

from models.tables.inbound import InboundMail
from notifications.email.verp import About, reply_address
from services.inbound.receive import receive
from tests.content.every_file import IN_TIME, an_office_that_waits, differences, every_file, focal_point


def test_every_table_gets_by_mail_the_verdict_that_is_right(tmp_path: Path) -> None:
    engine, office, cases = an_office_that_waits(tmp_path)
    senders = {unit: focal_point(unit) for unit, _ in cases}
    tray = Tray()
    for number, file in enumerate(every_file()):
        to = reply_address(About.CASE, cases[file.duty], IN_TIME.date(), KEY, DOMAIN)
        files = [(file.name, file.content)]
        tray.put(a_reply(to, senders[file.duty[0]], files, message_id=f"<bang-{number}@example.vn>"))
    receive(engine, office, tray, tmp_path / "files", IN_TIME, key=KEY, domain=DOMAIN)
    refused = [(mail.subject, mail.reason) for mail in rows(engine, InboundMail) if mail.verdict != "registered"]
    assert (refused, differences(engine)) == ([], {})
