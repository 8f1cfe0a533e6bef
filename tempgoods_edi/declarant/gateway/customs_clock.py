"""Asks a simulated customs what time it is there (demonstrations and tests only)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import httpx
import msgspec
from msgspec import Meta, Struct


class Shown(Struct, frozen=True):
    """What customs' clock shows; manual, it stands still."""

    mode: Literal["live", "manual"]
    now: Annotated[datetime, Meta(tz=True)]


class CustomsClock:
    """The control clock of the simulated customs at *url*.

    :param client: for tests; made here when left out.
    """

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._url = f"{url.rstrip('/')}/control/clock"
        self._client = client or httpx.Client(timeout=2.0, trust_env=False)

    def read(self) -> Shown | None:
        """What it shows; None when it cannot be read, as with customs that are no simulator."""
        try:
            response = self._client.get(self._url)
            return msgspec.json.decode(response.content, type=Shown) if response.status_code == 200 else None
        except (httpx.HTTPError, msgspec.MsgspecError):
            return None

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
