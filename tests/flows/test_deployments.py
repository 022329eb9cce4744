"""Every duty of the plan stands on the engine, under its own name, with its own time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from builders import an_office
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment

from bootstrap.home import Home
from flows import by_plan, engine_cleanup
from flows import context as door
from flows.deployments import MACHINE, deployments
from flows.engine_cleanup import OURS
from flows.names import flows_of, name_of
from rules.office import Office


def with_a_new_duty(office: Office) -> Office:
    """The plan gains a duty nobody wrote a module for."""
    items = tuple(replace(item, flow="yearbook") if item.id == "I3-FORMS" else item for item in office.plan.obligations)
    return replace(office, plan=replace(office.plan, obligations=items))


def the_calendar(office: Office) -> RunnerDeployment:
    return {item.name: item for item in deployments(office)}["I.5 Lịch phổ biến thông tin thống kê"]


def test_every_duty_of_the_plan_has_its_schedule() -> None:
    office = an_office()
    tags = [tag for made in deployments(office) for tag in made.tags]
    assert set(flows_of(office.plan)) <= set(tags)
    assert tags.count("bộ máy") == len(MACHINE)


def test_zalo_is_heard_every_minute_where_it_is_named() -> None:
    names = [{item.name for item in deployments(an_office(), hears_zalo=heard)} for heard in (True, False)]
    assert names[0] - names[1] == {"Nghe Zalo: biên nhận, liên kết"}


def test_a_duty_runs_daily_after_six_in_the_province() -> None:
    made = the_calendar(an_office())
    [schedule] = made.schedules or []
    assert (schedule.schedule.cron, schedule.schedule.timezone) == ("25 6 * * *", "Asia/Ho_Chi_Minh")
    assert schedule.slug == "hang-ngay"


def test_no_two_duties_run_at_one_minute() -> None:
    made = [item for item in deployments(an_office()) if "bộ máy" not in item.tags]
    times = [schedule.schedule.cron for item in made for schedule in item.schedules or []]
    assert len(times) == len(set(times)) == len(made)


def test_its_description_quotes_the_plan_and_links_to_the_portal() -> None:
    office = an_office()
    made = the_calendar(office)
    assert office.plan.obligation("I5-CALENDAR").quote in (made.description or "")
    assert f"({office.base_url}/" in (made.description or "")


def test_a_duty_only_the_plan_knows_gets_its_flow_from_the_plans_words() -> None:
    office = with_a_new_duty(an_office())
    made = by_plan.flow_for(office, "yearbook")
    assert made.name == name_of(office, "yearbook")
    assert made.name == "I.3 Biểu mẫu báo cáo thống kê · I3-FORMS"


def test_another_process_finds_that_flow_by_its_module_name(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(house, office=with_a_new_duty(house.office))
    monkeypatch.setattr(by_plan, "home", lambda: changed)
    assert by_plan.duty_yearbook.name == name_of(changed.office, "yearbook")
    with pytest.raises(AttributeError):
        _ = by_plan.duty_nobody_knows
    assert door.home() is house


@pytest.mark.prefect
def test_what_is_scheduled_has_the_name_of_the_duty_and_its_day(client: SyncPrefectClient) -> None:
    flow = client.create_flow_from_name("I.5 Lịch · I5-CALENDAR")
    daily = DeploymentScheduleCreate(schedule=CronSchedule(cron="23 6 * * *", timezone="Asia/Ho_Chi_Minh"))
    made = client.create_deployment(flow, name="I.5 Lịch", tags=[OURS], schedules=[daily])
    client.request("POST", "/deployments/{id}/schedule", path_params={"id": made}, json={"min_runs": 3})
    of_duty = DeploymentFilter(id=DeploymentFilterId(any_=[made]))
    assert engine_cleanup.name_scheduled(client) == 3
    assert engine_cleanup.name_scheduled(client) == 0
    for run in client.read_flow_runs(deployment_filter=of_duty):
        assert re.fullmatch(r"I\.5 Lịch · \d{2}/\d{2}/\d{4} 06:23", run.name)
    client.delete_deployment(made)
