"""A new deadline is an entry in plan.yaml and its wording in quotes.yaml: flow, schedule, ladder, messages and page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from shutil import copytree, ignore_patterns

import a_province
import pytest
from sqlalchemy import and_, distinct, func, select
from sqlmodel import col
from visitors import COORDINATOR, a_browser

from config.catalogue import SHIPPED, load_catalogue
from flows.deployments import deployments
from models.database import reading, writing
from models.tables.cases import Case
from models.tables.messages import Message, Notice
from models.tables.plan import ObligationRow, Occurrence
from portal.context import PortalContext
from services.operations.tick import tick
from services.plan.in_force import office_now
from services.plan.load import load_plan, plan_ahead

TITLE = "Niên giám thống kê tóm tắt của sở, ngành"
ENTRY = f"""obligations:
  - id: I7-YEARBOOK
    clause: I.4.a
    lines: [61, 61]
    kind: deliverable
    title: {{vi: "{TITLE}", en: Short statistical yearbook of each department}}
    duty: {{vi: "biên soạn Niên giám thống kê tóm tắt {{period}}", en: compile the short statistical yearbook}}
    short: Niên giám tóm tắt
    severity: medium
    flow: yearbook
    when: {{wording: yearly_month, month: 2, first_year: 2014}}
    bound:
      - {{units: [departments], role: each}}
    hand_in: Niên giám tóm tắt
    ladder: default
"""
QUOTE = "I7-YEARBOOK: {lines: [61, 61], quote: niên giám thống kê}\n"
FIRST_REMINDER = datetime(2014, 2, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """The province, after a copy of its configuration with the new entry was loaded."""
    config = tmp_path_factory.mktemp("config")
    copytree(SHIPPED, config, dirs_exist_ok=True, ignore=ignore_patterns("*.py", "__pycache__"))
    folder = config / "plans" / "70-KH-UBND"
    (folder / "plan.yaml").write_text(
        (folder / "plan.yaml").read_text("utf-8").replace("obligations:\n", ENTRY), "utf-8"
    )
    (folder / "quotes.yaml").write_text((folder / "quotes.yaml").read_text("utf-8") + QUOTE, "utf-8")
    context = a_province.a_context(tmp_path_factory.mktemp("province"))
    plan = load_catalogue(config).plan
    with writing(context.engine) as session:
        load_plan(session, plan, context.clock())
        office = office_now(session, context.office)
        plan_ahead(session, office, context.clock())
    return replace(context, office=office)


def test_it_has_a_flow_with_a_schedule_of_its_own(context: PortalContext) -> None:
    [made] = [one for one in deployments(context.office) if "yearbook" in one.tags]
    assert made.flow_name == f"I.4.a {TITLE} · I7-YEARBOOK"
    assert made.entrypoint == "flows.by_plan.duty_yearbook"
    [schedule] = made.schedules or []
    assert schedule.schedule.cron.endswith(" 6 * * *")


def test_its_page_says_what_it_is(context: PortalContext) -> None:
    with a_browser(context, COORDINATOR) as portal:
        answer = portal.get("/nhiem-vu/I7-YEARBOOK")
    assert answer.status_code == 200
    assert TITLE in answer.text


def test_its_ladder_reminds_every_department(context: PortalContext) -> None:
    tick(context.engine, context.office, FIRST_REMINDER)
    mailed = and_(col(Message.person_id) == col(Notice.person_id), col(Message.on_day) == col(Notice.on_day))
    query = (
        select(col(Notice.step), func.count(distinct(col(Case.organisation_id))))
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Message, mailed)
        .where(col(ObligationRow.code) == "I7-YEARBOOK", col(Message.channel) == "email")
        .group_by(col(Notice.step))
    )
    with reading(context.engine) as session:
        assert session.execute(query).all() == [("L1", 18)]
