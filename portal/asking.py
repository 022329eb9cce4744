"""Kinds of parameters pages are asked with."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Form, Query
from pydantic import BeforeValidator


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


# a day field left empty comes as an empty word
OptionalDay = Annotated[date | None, BeforeValidator(_empty_is_none), Query()]
OptionalFormDay = Annotated[date | None, BeforeValidator(_empty_is_none), Form()]
