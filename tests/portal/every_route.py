"""Every route of the portal, however deep the router it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from portal.app import create_app
from portal.context import PortalContext


@dataclass(frozen=True)
class Route:
    path: str
    methods: frozenset[str]
    asks: tuple[object, ...]  # whatever is called before the page is


def every_route(context: PortalContext) -> list[Route]:
    return list(_flat(create_app(context).routes))


def _flat(routes: Iterable[Any], below: str = "") -> Iterator[Route]:
    for route in routes:
        if hasattr(route, "effective_candidates"):  # an included router keeps its routes to itself
            yield from _flat(route.effective_candidates(), below)
        elif isinstance(getattr(route, "app", None), FastAPI):  # an application mounted below
            yield from _flat(route.app.routes, below + route.path)
        else:
            dependant = getattr(route, "dependant", None)
            asks = tuple(item.call for item in _tree(dependant)) if dependant else ()
            yield Route(below + route.path, frozenset(getattr(route, "methods", None) or ()) - {"HEAD"}, asks)


def _tree(dependant: Dependant) -> Iterator[Dependant]:
    for item in dependant.dependencies:
        yield item
        yield from _tree(item)
