"""What a command writes into the home no other account of the machine can read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_no_other_account_reads_a_fresh_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KYHAN_", "PREFECT_"))}
    command = [sys.executable, "-m", "cli", "status", "--as-of", "2014-03-20"]
    subprocess.run(command, env={**clean, "KYHAN_HOME": str(home)}, check=True, capture_output=True, umask=0o022)
    written = [home, *home.rglob("*")]
    assert home / "kyhan.db" in written
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []
