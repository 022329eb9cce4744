"""What an office works by: the plan in force, its calendar, its ladders, and how it signs its mails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rules.channels import EMAIL, ChannelPolicy
from rules.content.form_versions import FormVersion
from rules.forms import SheetForm
from rules.intake import Intake
from rules.plan import Ladder, Obligation, Plan, Text
from rules.systems.mail_trust import MailTrust
from rules.working_days import WorkCalendar


@dataclass(frozen=True)
class Office:
    plan: Plan
    calendar: WorkCalendar
    ladders: Mapping[str, Ladder]
    dropped: tuple[Obligation, ...] = ()  # obligations only earlier versions of the plan had; their open cases stay
    system_name: str = "Kỳ Hạn"
    folder: Path = Path("var")  # reports and received files lie below it
    base_url: str = "http://127.0.0.1:8080"
    support_email: str = "hotro@example.vn"
    support_phone: str = "(0299) 000 0000"
    channels: tuple[ChannelPolicy, ...] = (
        EMAIL,
    )  # channels in use; each takes over what the one before could not deliver
    signature_roots: Path | None = None  # PEM: the authorities whose digital signatures count; None: nobody's are known
    intake: Intake = field(default_factory=Intake)
    mail_trust: MailTrust = field(default_factory=MailTrust)
    forms: Mapping[str, SheetForm] = field(default_factory=dict, repr=False)  # tables to fill in, by obligation
    shipped_ladders: Mapping[str, Ladder] = field(default_factory=dict, repr=False)  # as ladders.yaml has them
    own_forms: Mapping[str, tuple[FormVersion, ...]] = field(default_factory=dict, repr=False)  # beside the plan's
    key: bytes = field(default=b"", repr=False)  # seals what this office sends out and wants back unchanged
    mailbox_read: bool = False  # answers and returned mails come to a mailbox that we read
    return_domain: str = ""  # whose nop+…@ and bounce+…@ reach that mailbox; empty: no such addresses are given out

    def step_title(self, code: str) -> Text:
        """Of a step of a ladder, by the code its notices bear: "L2", or "L2@2014-01-20" towards an agreed day.

        The code itself where no ladder has such a step any more.
        """
        step = re.split(r"[@.+]", code)[0]
        return self.step_titles.get(step, Text(step, step))

    @cached_property
    def step_titles(self) -> Mapping[str, Text]:
        """Of all ladders, in their order."""
        return {step.id: step.title for ladder in self.ladders.values() for step in ladder.steps}

    @cached_property
    def obligations(self) -> Mapping[str, Obligation]:
        """By code, in the plan's order; after them those that were dropped."""
        known = {item.id: item for item in self.plan.obligations}
        return known | {item.id: item for item in self.dropped if item.id not in known}
