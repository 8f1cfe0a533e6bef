"""The addresses of the portal, for tests that go through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, routing
from msgspec import Struct


class Route(Struct, frozen=True):
    """One address of the portal and one way to ask for it."""

    method: str
    path: str


def all_routes(app: FastAPI) -> Iterator[Route]:
    """Every method of every address of *app*, the ones of included routers too; files below ``/static`` left out."""
    # Newer FastAPI keeps included routers as they are and tells through a function what they amount to.
    walked: Any = getattr(routing, "iter_route_contexts", iter)
    for route in walked(app.routes):
        for method in sorted(getattr(route, "methods", None) or ()):
            yield Route(method, route.path)
