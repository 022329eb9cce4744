"""A server set up by the words of docs/deploy.md: its blocks in their order, in a folder that stands for `/`.

Substituted is only what a test cannot have: folders, ports, the portal's name (localhost), accounts and packages
(stand_in.py), and what the guide itself writes in capitals.
"""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import stand_in

PATIENCE = 150  # on a machine that is busy with other tests Prefect alone takes a minute
SOURCE = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"^`(/\S+)`[^\n]*:$", re.M)  # the line before a block that is the content of a file
FOLDERS = re.compile(r"(?<![\w./])/(opt|etc|var|usr/local)/")
NGINX = """
{user} pid {root}/run/nginx.master; error_log stderr; events {{}}
http {{
  access_log off; client_body_temp_path {root}/run/body; proxy_temp_path {root}/run/proxy;
  fastcgi_temp_path {root}/run/fastcgi; uwsgi_temp_path {root}/run/uwsgi; scgi_temp_path {root}/run/scgi;
  include {root}/etc/nginx/conf.d/*.conf;
}}
"""
# `kyhan` again and again without paying for its imports each time: each order runs in a child of its own.
FORKS = """
import io, json, os, sys, traceback
import cli, cli.machine.doctor, bootstrap.checks, psycopg, notifications.email.imap
print("ready", flush=True)
for line in sys.stdin:
    words, (read, write) = json.loads(line), os.pipe()
    if os.fork() == 0:
        os.close(read)
        out, err, code = io.StringIO(), io.StringIO(), 0
        sys.argv, sys.stdout, sys.stderr = ["kyhan", *words], out, err
        cli.output.OUT.file, cli.output.ERR.file = out, err
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            code, _ = 70, traceback.print_exc()
        os.write(write, json.dumps([code, out.getvalue(), err.getvalue()]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        print(answer.read(), flush=True)
    os.wait()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(question: Callable[[], object]) -> bool:
    patience = time.monotonic() + PATIENCE
    while not question():
        if time.monotonic() > patience:
            return False
        time.sleep(0.2)
    return True


@dataclass(frozen=True)
class Block:
    kind: str
    text: str
    file: str  # the path it is the content of; empty for commands


def blocks() -> list[Block]:
    text, found, before = (SOURCE / "docs" / "deploy.md").read_text(encoding="utf-8"), [], 0
    for match in BLOCK.finditer(text):
        named = FILE.findall(text[before : match.start()])
        found.append(Block(match[1], match[2], named[-1] if named and match[1] != "sh" else ""))
        before = match.end()
    return found


@dataclass
class Machine:
    root: Path
    changed: dict[str, str]  # what the guide says → what this machine has
    environment: dict[str, str] = field(default_factory=dict)
    forks: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        programs = self.root / "programs"
        for folder in (
            "programs",
            "run",
            "opt",
            "etc/nginx/conf.d",
            "etc/systemd/system",
            "etc/cron.d",
            "usr/local/bin",
        ):
            (self.root / folder).mkdir(parents=True)
        (self.root / "var/lib").mkdir(parents=True)
        (self.root / "var/backups").mkdir()
        user = "user root;" if os.getuid() == 0 else ""
        (self.root / "etc/nginx/nginx.conf").write_text(NGINX.format(user=user, root=self.root))
        for name in stand_in.PROGRAMS:
            (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} {stand_in.__file__} {name} "$@"\n')
            (programs / name).chmod(0o755)
        postgresql = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.environment |= {
            "PATH": f"{programs}:{self.root}/usr/local/bin:{postgresql}:{stand_in.REAL}",
            "HOME": str(self.root),
            "LANG": "C.UTF-8",
            "DEPLOY_ROOT": str(self.root),
            "DEPLOY_SOURCE": str(SOURCE),
            "DEPLOY_PACKAGES": sysconfig.get_path("purelib"),
        }

    # --- following the guide ---

    def here(self, text: str) -> str:
        """The guide's words with this machine's folders, ports and passwords."""
        for told, ours in self.changed.items():
            text = text.replace(told, ours)
        return FOLDERS.sub(rf"{self.root}/\1/", text)

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def write(self, block: Block) -> None:
        path = self.path(block.file)
        path.write_text(self.here(block.text), encoding="utf-8")  # into what is there, so that its mode stays

    def type_in(self, text: str, answers: str = "") -> subprocess.CompletedProcess[str]:
        """Commands, as root types them into a shell."""
        script = f"set -euo pipefail; umask 022\n{self.here(text)}"
        command = ["bash", "-c", script]
        return subprocess.run(
            command,
            env=self.environment,
            cwd=self.root,
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # no terminal: passwords are asked for on the standard input
        )

    def put_people_in(self, domain: str) -> None:
        """As an operator would in a table program: real names over the made-up ones."""
        path = self.path("/var/lib/kyhan/people.csv")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [*csv.DictReader(file)]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            for number, row in enumerate(rows):
                if row["vai_tro"] != "pho_dau_moi":
                    address = row["thu_dien_tu"].replace("example.vn", domain)
                    name = row["ho_ten"].removesuffix(" (ví dụ)")
                    table.writerow({**row, "ho_ten": name, "thu_dien_tu": address, "dien_thoai": f"09{number:08}"})

    def journal(self, service: str = "kyhan") -> str:
        return (self.root / "run" / f"{service}.journal").read_text()

    # --- asking ---

    def kyhan(self, *words: str) -> tuple[int, str, str]:
        """(exit, stdout, stderr) of a command, by the program that the guide installed."""
        if self.forks is None:
            environment = {"PATH": stand_in.REAL, "LANG": "C.UTF-8", "KYHAN_HOME": str(self.path("/var/lib/kyhan"))}
            self.forks = subprocess.Popen(
                [self.path("/opt/kyhan/.venv/bin/python"), "-c", FORKS],
                cwd=self.path("/var/lib/kyhan"),
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self.forks.stdout is not None
            assert self.forks.stdout.readline() == "ready\n"
        assert self.forks.stdin is not None
        assert self.forks.stdout is not None
        self.forks.stdin.write(json.dumps(words) + "\n")
        self.forks.stdin.flush()
        code, out, err = json.loads(self.forks.stdout.readline())
        return code, out, err

    def wrong(self) -> tuple[int, dict[str, dict[str, Any]] | str]:
        """What `kyhan doctor` is not content with: subject → finding; its words where it could not begin."""
        code, out, err = self.kyhan("doctor", "--json")
        if not out:
            return code, err
        return code, {one["subject"]: one for one in json.loads(out) if not one["ok"]}

    def end(self) -> None:
        """Every process that works in this home or was started here."""
        if self.forks is not None:
            self.forks.kill()
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and self._works_here(process):
                with suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)

    def _works_here(self, process: Path) -> bool:
        with suppress(OSError):
            return f"{self.root}/".encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        return False
