"""The Prefect server's settings: one table, given to the server and to everyone who talks to it."""

from __future__ import annotations

import os
from pathlib import Path

FIXED = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "true",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "900",  # sooner, the marker locks the SQLite file
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "P400D",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "34560000",  # 400 days
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "3d",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    "PREFECT_RUNNER_PROCESS_LIMIT": "5",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "180",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",  # a tick must act again, never answer from a cache
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "TZ": "Asia/Ho_Chi_Minh",  # only for the times in its own log files
}


def server_environment(folder: Path, host: str, port: int, auth: str) -> dict[str, str]:
    """What a server on this port and its clients need; `folder` is the home of the office, `auth` «user:password»."""
    site = f"http://{host}:{port}"
    return {
        **FIXED,
        "PREFECT_HOME": str(folder.resolve() / "prefect"),
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_API_URL": f"{site}/api",
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": site,
        "PREFECT_SERVER_UI_API_URL": f"{site}/api",
        "PREFECT_UI_URL": site,
    }


def elsewhere(api_url: str, auth: str) -> dict[str, str]:
    """What our processes need to work with a server that is not ours; nothing the environment set is overruled."""
    ours = {name: value for name, value in FIXED.items() if name not in os.environ}
    site = api_url.rstrip("/").removesuffix("/api")
    return {**ours, "PREFECT_API_URL": api_url, "PREFECT_UI_URL": site} | (
        {"PREFECT_API_AUTH_STRING": auth} if auth else {}
    )
