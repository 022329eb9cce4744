"""When what is run: one schedule for each duty of the plan, and those of the machine itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any
from zlib import crc32

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.by_plan import flow_for
from flows.engine_cleanup import OURS
from flows.names import NAMES, carried, description_of, duties, name_of, title_of
from rules.office import Office

ZONE = "Asia/Ho_Chi_Minh"
MACHINE: Mapping[str, str] = {  # module and flow → when
    "dispatch.dispatch": "*/5 * * * *",
    "watch.watch": "50 1,7,13,19 * * *",
    "cleanup.housekeep": "20 3 * * *",
}
RECEIVE = {"receive.receive": "*/2 * * * *"}  # only where there is a mailbox to read: each look is a process
ZALO = {"zalo.zalo": "* * * * *"}  # only where an account or a bot is named


def deployments(office: Office, *, reads_mail: bool = False, hears_zalo: bool = False) -> list[RunnerDeployment]:
    machine = {**MACHINE, **(RECEIVE if reads_mail else {}), **(ZALO if hears_zalo else {})}
    own = [_of_machine(flow, when) for flow, when in machine.items()]
    return [*(_of_duty(office, duty) for duty in duties(office.plan)), *own]


def flow_of(office: Office, duty: str) -> Flow[Any, Any]:
    """Its own module where there is one; else made from the plan's words."""
    attribute = duty.replace("-", "_")
    return _imported(f"{attribute}.{attribute}") if duty in NAMES else flow_for(duty, name_of(office.plan, duty))


def minute_of(duty: str) -> int:
    """Spread over the hour: a dozen duties at one minute would each wait for the others."""
    return crc32(duty.encode()) % 55


def _of_duty(office: Office, duty: str) -> RunnerDeployment:
    clauses = {item.clause for item in carried(office.plan, duty)}
    return _deployment(
        flow_of(office, duty),
        f"{minute_of(duty)} 6 * * *",
        slug="hang-ngay",
        tags=[OURS, duty, *sorted(clauses)],
        description=description_of(office.plan, duty, office.base_url),
    )


def _of_machine(flow: str, when: str) -> RunnerDeployment:
    return _deployment(_imported(flow), when, slug="dinh-ky", tags=[OURS, "bộ máy"])


def _imported(flow: str) -> Flow[Any, Any]:
    module, _, name = flow.partition(".")
    found: Flow[Any, Any] = getattr(import_module(f"flows.{module}"), name)
    return found


def _deployment(
    flow: Flow[Any, Any], cron: str, *, slug: str, tags: list[str], description: str | None = None
) -> RunnerDeployment:
    made = flow.to_deployment(
        title_of(flow.name),
        # a schedule without a slug is rebuilt, and switched on again, at every start
        schedules=[Cron(cron, timezone=ZONE, slug=slug)],
        tags=tags,
        description=description or flow.description,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, RunnerDeployment)
    return made
