"""Turns values into the API's responses."""

from __future__ import annotations

from fastapi.responses import Response
from msgspec import Struct, json


def answered(value: Struct, status: int = 200) -> Response:
    """Make a response with *value* as JSON."""
    return Response(json.encode(value), status, media_type="application/json")


def nothing() -> Response:
    """Make a response without a body."""
    return Response(status_code=204)
