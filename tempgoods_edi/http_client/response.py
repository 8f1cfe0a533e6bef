"""A whole HTTP answer, independent of what carried it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class HttpResponse(Struct, frozen=True):
    """A whole HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def media(self) -> str:
        """The content type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()
