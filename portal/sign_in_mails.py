"""Sends sign-in mails at once: one thread for the whole portal, which requests only wake."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Event, Lock, Thread

AGAIN = 30.0  # seconds until what could not leave is tried once more
MOST_AGAIN = 20  # times; then it is for the rounds of the post
A_MOMENT = 5.0  # seconds a portal that is being stopped waits for a letter on its way

Round = Callable[[], bool]  # whether something is left that could not leave

log = logging.getLogger(__name__)


class MailThread:
    """One thread sends for all requests, so that no page waits for the mail server."""

    def __init__(self) -> None:
        self._lock, self._woken = Lock(), Event()
        self._round: Round | None = None
        self._sent: Future[None] = Future()
        self._running = False

    def wake(self, send: Round) -> Future[None]:
        """Wake the thread. The future is done when a round that began after this call has ended."""
        with self._lock:
            if self._round is None:
                self._sent = Future()
            self._round = send
            self._woken.set()
            if not self._running:
                self._running = True
                Thread(target=self._work, name="sign-in mails", daemon=True).start()
            return self._sent

    def _work(self) -> None:
        tries = 0
        while (send := self._next(wait=0 < tries <= MOST_AGAIN)) is not None:
            tries = tries + 1 if self._send(*send) else 0

    def _next(self, wait: bool) -> tuple[Round, Future[None]] | None:
        if wait:
            self._woken.wait(AGAIN)
        with self._lock:
            self._woken.clear()
            if self._round is None and not wait:
                self._running = False
                return None
            if self._round is not None:
                self._last, self._round = self._round, None
            return self._last, self._sent

    def _send(self, send: Round, sent: Future[None]) -> bool:
        try:
            return send()
        except Exception:
            log.exception("sign-in mails could not be sent")
            return True
        finally:
            if not sent.done():
                sent.set_result(None)


async def on_its_way(sent: Future[None]) -> None:
    """Waits for the round without blocking a thread."""
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(sent)), A_MOMENT)
