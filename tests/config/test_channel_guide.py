"""The entries that the guide to further channels shows are taken as they stand, and Apprise knows their URLs."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from apprise import Apprise

from config.channels import ChannelFileEntry

GUIDES = sorted((Path(__file__).parents[2] / "docs").glob("channels.*.md"))
SECRETS = {
    "telegram": "123456789:AbCdEfGhIjKlMnOpQrStUvWxYz012345678",
    "telegram_group": "123456789:AbCdEfGhIjKlMnOpQrStUvWxYz012345678",
    "slack": "xoxb-1234567890-1234567890-abcdefghijklmnopqrstuvwx",
}
ADDRESSES = {"telegram": "987654321", "matrix": "!abc:matrix.example.vn", "slack": "U012AB3CD", "phone": "84912345678"}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_example_of_the_guide_works(guide: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)
    entries = [ChannelFileEntry.model_validate(told) for block in blocks for told in yaml.safe_load(block)]
    assert {entry.name for entry in entries} == {"telegram", "matrix", "slack", "sms", "teams", "telegram_group"}
    for entry in entries:
        address = ADDRESSES.get(entry.reaches_by, "")
        filled = {"{secret}": SECRETS.get(entry.name, "a-secret"), "{address}": address}
        url = entry.url
        for place, value in filled.items():
            url = url.replace(place, quote(value, safe=""))
        assert Apprise().add(url), entry.name
