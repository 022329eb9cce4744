"""A fault of ours in one letter: it ends that letter, is written down for a person, and stops nothing else."""

from __future__ import annotations

import logging

from notifications.channel import Outcome, OutcomeKind

FAULT = "fault"  # the code of such an attempt
SAID = "Lỗi của phần mềm khi {}: {}. / A fault of the software."

log = logging.getLogger(__name__)


def outcome(fault: Exception, message: int, doing: str, *, secretive: bool = False) -> Outcome:
    """`secretive`: only the name of the fault is kept, for its words may repeat a password or a token."""
    name = type(fault).__name__
    cause = name if secretive else f"{name}: {fault}"[:200].replace("\x00", "")
    if secretive:
        log.error("message %s: %s while sending, %s", message, name, _place(fault))
    else:
        log.error("message %s: %s", message, cause, exc_info=fault)
    return Outcome(OutcomeKind.BUG, FAULT, SAID.format(doing, cause))


def _place(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
