"""What several test modules here need."""

from __future__ import annotations

from tests.http_client.servers import proxied

__all__ = ["proxied"]
