"""No test of what happens hangs on the clock: a busy machine may take its time for an example."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("kyhan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kyhan")
