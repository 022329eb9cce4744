"""The templates of the messages, compiled once for the process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifications.render import words

TEMPLATES = Path(__file__).parents[1] / "messages"


@cache
def environment() -> Environment:
    """One for the process: its compiled templates are what makes rendering quick."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(words.FILTERS)
    return made
