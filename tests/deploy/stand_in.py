"""Programs of the guide that a test must not let loose on the machine it runs on, each with what it does instead.

`DEPLOY_ROOT` is the folder that stands for `/`, `DEPLOY_SOURCE` the tree to install. There are no accounts.
"""

from __future__ import annotations

import configparser
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT, SOURCE = Path(os.environ.get("DEPLOY_ROOT", "")), Path(os.environ.get("DEPLOY_SOURCE", ""))
REAL = "/usr/sbin:/usr/bin:/sbin:/bin"


def nothing(*_: str) -> None:
    """apt, useradd, chgrp: what they bring is there already, or needs another account."""


def runuser(*words: str) -> None:
    """runuser -u NAME -- COMMAND: as whoever runs the test; to PostgreSQL as the named one."""
    os.environ["PGUSER"] = words[1]
    os.execvp(words[3], words[3:])


def install(*words: str) -> None:
    told = list(words)
    for option in ("-o", "-g"):
        if option in told:
            del told[told.index(option) : told.index(option) + 2]
    os.execvpe("install", ["install", *told], {**os.environ, "PATH": REAL})


def git(*words: str) -> None:
    if words[0] == "clone":
        copytree(SOURCE, words[-1], ignore=ignore_patterns(".*", "__pycache__", "var", "build", "*.egg-info", "tests"))


def make(*words: str) -> None:
    """`make install`: a wheel of the tree, in an environment beside which the locked packages of the test's lie."""
    folder = Path(words[1])
    environment = folder / ".venv"
    if environment.exists():
        return
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "--no-input"]
    offline = ["--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "-w", folder / "dist", folder], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    [wheel] = (folder / "dist").glob("*.whl")
    into = ["--python", environment / "bin/python"]
    subprocess.run([*pip, *into, "install", *offline, "--no-compile", wheel], check=True)
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "beside.pth").write_text(os.environ["DEPLOY_PACKAGES"] + "\n")
    for floor in (folder / "config").parent.iterdir():  # nothing may be read from the tree by chance
        if (floor / "__init__.py").exists():
            floor.rename(folder / f"{floor.name}.source")


# --- services ---------------------------------------------------------------------------------------------------------


def systemctl(*words: str) -> None:
    doing, names = words[0], [word for word in words[1:] if not word.startswith("-")]
    for name in names:
        {"enable": _start, "start": _start, "stop": _stop, "reload": _reload}[doing](name)


def _running(name: str) -> int | None:
    file = ROOT / "run" / f"{name}.pid"
    return int(file.read_text()) if file.exists() else None


def _start(name: str) -> None:
    if _running(name):
        return
    unit = _kyhan if name == "kyhan" else _nginx
    command, options = unit()
    (ROOT / "run").mkdir(exist_ok=True)
    with (ROOT / "run" / f"{name}.journal").open("ab") as journal:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=journal, stderr=journal, start_new_session=True, **options
        )
    (ROOT / "run" / f"{name}.pid").write_text(str(process.pid))


def _kyhan() -> tuple[list[str], dict[str, object]]:
    """As the unit file says, and with no more of an environment than systemd gives."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "etc/systemd/system/kyhan.service")
    service = parser["Service"]
    told = dict([service["Environment"].split("=", 1)])
    environment = {"PATH": REAL, "LANG": "C.UTF-8", "HOME": service["WorkingDirectory"], **told}
    options = {"cwd": service["WorkingDirectory"], "env": environment, "umask": int(service["UMask"], 8)}
    return service["ExecStart"].split(), options


def _nginx() -> tuple[list[str], dict[str, object]]:
    return ["nginx", "-c", str(ROOT / "etc/nginx/nginx.conf"), "-p", str(ROOT / "run"), "-g", "daemon off;"], {}


def _stop(name: str) -> None:
    if pid := _running(name):
        os.kill(pid, signal.SIGTERM)
        while _lives(pid):
            time.sleep(0.1)
        (ROOT / "run" / f"{name}.pid").unlink()


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def _reload(name: str) -> None:
    if pid := _running(name):
        os.kill(pid, signal.SIGHUP)


def journalctl(*words: str) -> None:
    sys.stdout.write((ROOT / "run" / f"{words[1]}.journal").read_text())


PROGRAMS = {
    "apt": nothing,
    "useradd": nothing,
    "chgrp": nothing,
    "runuser": runuser,
    "install": install,
    "git": git,
    "make": make,
    "systemctl": systemctl,
    "journalctl": journalctl,
}


if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
