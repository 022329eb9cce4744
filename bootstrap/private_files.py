"""Files of the office are for its own account alone."""

from __future__ import annotations

import os


def keep_files_private() -> None:
    """Sets the umask so that other accounts of the machine cannot read new files. Called first in every process."""
    os.umask(0o077)
