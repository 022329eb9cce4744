"""What docs/deploy.md tells an operator to write is what the code takes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cli import COMMANDS
from config.settings import load_settings

GUIDE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    return re.search(rf"```{kind}\n(.*?)```", GUIDE, re.S)[1]  # type: ignore[index]


def test_the_sample_settings_start_a_production(tmp_path: Path):
    secrets = tmp_path / "etc"
    secrets.mkdir()
    for command in re.findall(r"^echo '(\S+)' > /etc/kyhan/(\w+)$", GUIDE, re.M):
        (secrets / command[1]).write_text(command[0])
    (secrets / "secret_key").write_text("k" * 64)
    (tmp_path / "kyhan.toml").write_text(block("toml").replace("/etc/kyhan", str(secrets)), encoding="utf-8")
    settings = load_settings({}, tmp_path)
    assert settings.environment == "production"
    assert settings.smtp is not None
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.starttls) == ("mail.example.gov.vn", 587, True)


def test_every_command_exists():
    told = set(re.findall(r"^kyhan (\w+)", GUIDE, re.M)) | set(re.findall(r"bin/kyhan (\w+)", GUIDE))
    assert told >= {"up", "backup", "doctor", "people"}
    assert told - set(COMMANDS) == set()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_takes_the_example(tmp_path: Path):
    from fakes.certificates import Authority

    authority = Authority(tmp_path)
    server = block("nginx").replace("/etc/ssl/kyhan/fullchain.pem", str(authority.certificate))
    server = server.replace("/etc/ssl/kyhan/privkey.pem", str(authority.key))
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n{server}\n}}\n")
    tried = subprocess.run(["nginx", "-t", "-c", config, "-p", tmp_path], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
