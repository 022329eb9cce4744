"""Rate limit of API calls: a token bucket for each system, with a minute's worth."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

MOST_KEPT = 10_000  # callers; beyond that the whole book is begun anew


@dataclass
class RateLimit:
    """Counted in this process; a second worker allows as much again."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)  # caller → (how many, when that was)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, caller: str) -> float:
        """Seconds to wait before the next call; 0: it was counted and may pass."""
        with self._lock:
            now = self.clock()
            left, then = self._left.get(caller, (float(self.per_minute), now))
            left = min(left + (now - then) * self.per_minute / 60, float(self.per_minute))
            if len(self._left) > MOST_KEPT:
                self._left.clear()
            self._left[caller] = (max(left - 1, 0.0) if left >= 1 else left, now)
            return 0.0 if left >= 1 else (1 - left) * 60 / self.per_minute
