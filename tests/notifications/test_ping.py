"""The address a monitor hears of trouble at, and addresses that are none."""

from __future__ import annotations

import httpx
import pytest

from notifications.ping import ping


@pytest.mark.parametrize(
    ("url", "of_trouble"),
    [
        ("http://m/ping/key", "http://m/ping/key/fail"),
        ("http://m/ping/key/", "http://m/ping/key/fail"),
        ("http://m/push/key?status=up&msg=OK", "http://m/push/key/fail?status=up&msg=OK"),
        ("http://m?key=1", "http://m/fail?key=1"),
    ],
)
def test_trouble_is_told_beside_the_path_and_the_query_stays(
    url: str, of_trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def post(address: str, **_: object) -> httpx.Response:
        heard.append(address)
        return httpx.Response(200)

    monkeypatch.setattr(httpx, "post", post)
    assert ping(url, []) is ping(url, ["1 urgent"]) is True
    assert heard == [url, of_trouble]


@pytest.mark.parametrize("problems", [[], ["1 urgent"]])
def test_an_address_that_is_none_is_not_heard(problems: list[str]) -> None:
    assert ping("http://127.0.0.1:1/\x01", problems) is False
