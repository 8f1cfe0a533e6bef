"""Values become answers."""

from __future__ import annotations

from fastapi.responses import Response
from msgspec import Struct, json


def answered(value: Struct, status: int = 200) -> Response:
    """*value* as JSON."""
    return Response(json.encode(value), status, media_type="application/json")


def nothing() -> Response:
    """Done, with nothing to say."""
    return Response(status_code=204)
