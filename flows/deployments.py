"""When what is run: one schedule for each flow of the plan, and those of the machine itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.by_plan import flow_for
from flows.engine_cleanup import OURS
from flows.names import carried, description_of, flows_of, title_of
from rules.office import Office

ZONE = "Asia/Ho_Chi_Minh"
MACHINE: Mapping[str, str] = {  # module and flow → when
    "dispatch.dispatch": "*/5 * * * *",
    "watch.watch": "50 1,7,13,19 * * *",
    "cleanup.cleanup": "20 3 * * *",
}
RECEIVE = {"receive.receive": "*/2 * * * *"}  # only where there is a mailbox to read: each look is a process
ZALO = {"zalo.zalo": "* * * * *"}  # only where an account or a bot is named


def deployments(office: Office, *, reads_mail: bool = False, hears_zalo: bool = False) -> list[RunnerDeployment]:
    machine = {**MACHINE, **(RECEIVE if reads_mail else {}), **(ZALO if hears_zalo else {})}
    own = [_of_machine(flow, when) for flow, when in machine.items()]
    return [*(_of_plan(office, flow) for flow in flows_of(office.plan)), *own]


def minute_of(office: Office, flow: str) -> int:
    """Spread over the hour: flows at one minute would each wait for the others."""
    flows = flows_of(office.plan)
    return flows.index(flow) * 55 // len(flows)


def _of_plan(office: Office, flow: str) -> RunnerDeployment:
    clauses = {item.clause for item in carried(office.plan, flow)}
    return _deployment(
        flow_for(office, flow),
        f"{minute_of(office, flow)} 6 * * *",
        slug="hang-ngay",
        tags=[OURS, flow, *sorted(clauses)],
        description=description_of(office, flow),
    )


def _of_machine(flow: str, when: str) -> RunnerDeployment:
    return _deployment(_imported(flow), when, slug="dinh-ky", tags=[OURS, "bộ máy"])


def _imported(flow: str) -> Flow[Any, Any]:
    module, _, name = flow.partition(".")
    flow_object: Flow[Any, Any] = getattr(import_module(f"flows.{module}"), name)
    return flow_object


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
