"""Runs checks that ask the outside: all at once, and none of them longer than it may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from services.checkup.data import CheckFinding

Check = Callable[[], Iterable[CheckFinding]]
SECONDS = 20.0
REPORT = ("lỗi của Kỳ Hạn: hãy báo người phát triển", "a fault of Kyhan: please report it")
SEE = ("kiểm tra máy chủ và đường mạng tới đó", "check that server and the way to it")


def together(checks: Sequence[tuple[str, Check]], seconds: float = SECONDS) -> list[CheckFinding]:
    """(subject, check), their findings in this order. One that breaks or does not end is a finding of its own."""
    answers: dict[str, list[CheckFinding]] = {}

    def run(subject: str, check: Check) -> None:
        try:
            answers[subject] = list(check())
        except Exception as error:
            reason = type(error).__name__  # its text may hold a secret
            answers[subject] = [
                CheckFinding(subject, False, f"không kiểm tra được ({reason})", f"check failed: {reason}", *REPORT)
            ]

    threads = [threading.Thread(target=run, args=check, daemon=True) for check in checks]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0))
    given = dict(answers)  # what ends later is not waited for
    return [finding for subject, _ in checks for finding in given.get(subject) or _late(subject, given, seconds)]


def _late(subject: str, given: dict[str, list[CheckFinding]], seconds: float) -> list[CheckFinding]:
    if subject in given:
        return []
    vi, en = f"không trả lời trong {seconds:g} giây", f"no answer within {seconds:g} seconds"
    return [CheckFinding(subject, False, vi, en, *SEE)]
