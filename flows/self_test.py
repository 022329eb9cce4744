"""Refuses to start on versions that look healthy and do not work, and says so when nothing gets scheduled."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.metadata import version

import httpx
import structlog
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_AUTH_STRING

# distribution → first version that must not be used, and what it breaks
TOO_NEW: Mapping[str, tuple[tuple[int, int], str, str]] = {
    "fastapi": ((0, 151), "máy chủ Prefect từ chối yêu cầu của chính nó (lỗi 422)", "Prefect's own calls answer 422"),
    "sqlalchemy": ((2, 1), "Prefect không tạo được lịch chạy nào", "Prefect's scheduler creates no runs"),
}
PATIENCE = 120.0  # seconds until a server that starts has to answer
RUNS_AHEAD = 3
WITHIN_SECONDS = 60.0  # registering the deployments takes part of it

log = structlog.get_logger()


class NotFit(Exception):
    """The engine must not start like this. The text is bilingual and names what to do."""


def installed() -> dict[str, str]:
    return {name: version(name) for name in TOO_NEW}


def check_versions(versions: Mapping[str, str]) -> None:
    """Raises NotFit, naming every library that is too new."""
    refusals = [_refusal(name, versions[name]) for name in TOO_NEW if _release(versions[name]) >= TOO_NEW[name][0]]
    if refusals:
        raise NotFit("\n".join(refusals))


def _refusal(name: str, number: str) -> str:
    (major, minor), broken_vi, broken_en = TOO_NEW[name]
    bound = f"{name}<{major}.{minor}"
    return (
        f"{name} {number} quá mới: {broken_vi}. Hãy cài {bound} theo requirements.lock.\n"
        f"{name} {number} is too new: {broken_en}. Install {bound} from requirements.lock."
    )


def _release(text: str) -> tuple[int, int]:
    major, minor = [*text.split("."), "0"][:2]
    return int(major), int("".join(filter(str.isdigit, minor)) or 0)


def check_server(api_url: str, seconds: float = PATIENCE) -> None:
    """A server that refuses explicit nulls breaks its own clients. One that is still busy is asked again."""
    status = _first_answer(api_url, seconds)
    if status == httpx.codes.UNAUTHORIZED:
        raise NotFit(
            f"Máy chủ Prefect tại {api_url} không nhận mã đăng nhập; kiểm tra PREFECT_API_AUTH_STRING.\n"
            "The Prefect server refuses the credentials; check PREFECT_API_AUTH_STRING."
        )
    if status != httpx.codes.OK:
        raise NotFit(
            f"Máy chủ Prefect tại {api_url} trả lời {status} cho một yêu cầu hợp lệ; "
            "kiểm tra phiên bản fastapi (<0.151).\n"
            f"The Prefect server answers {status} to a valid request; check fastapi (<0.151)."
        )


def _first_answer(api_url: str, seconds: float) -> int:
    """The status of the first answer that is no sign of a slow start."""
    patience = time.monotonic() + seconds
    while True:
        try:
            status = _filter_deployments(api_url, PREFECT_API_AUTH_STRING.value()).status_code
        except httpx.HTTPError:
            status = httpx.codes.SERVICE_UNAVAILABLE
        if status < httpx.codes.INTERNAL_SERVER_ERROR or time.monotonic() > patience:
            return status
        time.sleep(0.5)


def check_guarded(api_url: str) -> None:
    """A server that asks for no credentials lets whoever reaches it run commands as Kyhan."""
    if _filter_deployments(api_url, None).status_code == httpx.codes.OK:
        raise NotFit(
            f"Máy chủ Prefect tại {api_url} không hỏi mã đăng nhập: ai đến được đó cũng chạy được lệnh trên máy này. "
            "Hãy đặt PREFECT_SERVER_API_AUTH_STRING cho máy chủ, hoặc KYHAN_PREFECT_WITHOUT_AUTH=true.\n"
            "The Prefect server asks for no credentials; set PREFECT_SERVER_API_AUTH_STRING on it, "
            "or KYHAN_PREFECT_WITHOUT_AUTH=true."
        )


def _filter_deployments(api_url: str, auth: str | None) -> httpx.Response:
    user, _, password = (auth or "").partition(":")
    body = {"limit": None, "offset": 0, "sort": None}
    return httpx.post(f"{api_url}/deployments/filter", json=body, timeout=30, auth=(user, password) if auth else None)


def wait_until_healthy(api_url: str, seconds: float = PATIENCE) -> None:
    patience = time.monotonic() + seconds
    while not is_healthy(api_url):
        if time.monotonic() > patience:
            raise NotFit(f"Máy chủ Prefect tại {api_url} không trả lời. / The Prefect server does not answer.")
        time.sleep(0.5)


def is_healthy(api_url: str) -> bool:
    try:
        return httpx.get(f"{api_url}/health", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def watch_scheduler(deployment: str, seconds: float = WITHIN_SECONDS) -> bool:
    """Whether the scheduler has laid out runs for this deployment in time; an error in the log when it has not."""
    patience = time.monotonic() + seconds
    with get_client(sync_client=True) as client:
        while not (enough := _runs_ahead(client, deployment) >= RUNS_AHEAD) and time.monotonic() < patience:
            time.sleep(1)
    if not enough:
        log.error(
            "Prefect không lập lịch chạy nào; nhiệm vụ sẽ không tự chạy. / Prefect schedules nothing.",
            deployment=deployment,
        )
    return enough


def _runs_ahead(client: SyncPrefectClient, deployment: str) -> int:
    scheduled = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])))
    return len(
        client.read_flow_runs(
            flow_run_filter=scheduled,
            deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[deployment])),
            limit=RUNS_AHEAD,
        )
    )
