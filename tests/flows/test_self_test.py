"""The engine refuses to start where it would look healthy and do nothing."""

from __future__ import annotations

import pytest

from flows.self_test import NotFit, check_versions, installed

FIT = {"fastapi": "0.150.0", "sqlalchemy": "2.0.58"}


def test_the_installed_versions_are_fit() -> None:
    check_versions(installed())


@pytest.mark.parametrize(("name", "found"), [("fastapi", "0.151.0"), ("fastapi", "1.0"), ("sqlalchemy", "2.1.0b1")])
def test_a_too_new_library_is_refused_with_its_name_and_what_to_install(name: str, found: str) -> None:
    with pytest.raises(NotFit, match=rf"{name} {found} quá mới[\s\S]*too new"):
        check_versions({**FIT, name: found})


def test_every_library_that_is_too_new_is_named() -> None:
    with pytest.raises(NotFit) as refusal:
        check_versions({"fastapi": "0.155.0", "sqlalchemy": "2.1.9"})
    assert "fastapi<0.151" in str(refusal.value)
    assert "sqlalchemy<2.1" in str(refusal.value)
