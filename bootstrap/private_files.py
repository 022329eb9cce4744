"""Files of the office are for its own account alone."""

from __future__ import annotations

import os


def keep_files_private() -> None:
    """What this process writes from now on no other account of the machine can read. Every door begins with it."""
    os.umask(0o077)
