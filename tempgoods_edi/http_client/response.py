"""A whole answer over HTTP, whoever carried it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class HttpResponse(Struct, frozen=True):
    """A whole answer; names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def media(self) -> str:
        """Its content type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()
