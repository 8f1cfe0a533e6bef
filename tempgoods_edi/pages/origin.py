"""Same-origin check: whether a request comes from one of our own pages, as far as a browser says so."""

from __future__ import annotations

from collections.abc import Mapping


def from_same_origin(headers: Mapping[str, str], own: str | None = None) -> bool:
    """True unless the browser says that a page of another site made the request.

    :param headers: names in lower case.
    :param own: our origin, such as ``https://portal.example``; where it is left out, the host that was asked is ours (behind
        a proxy that ends TLS the schemes differ, the names do not).

    >>> from_same_origin({"host": "127.0.0.1:8018", "origin": "http://127.0.0.1:8018"})
    True
    >>> from_same_origin({"host": "127.0.0.1:8018", "origin": "null"})
    False
    >>> from_same_origin({"host": "127.0.0.1:8018", "sec-fetch-site": "cross-site"})
    False
    >>> from_same_origin({"host": "portal.example", "origin": "http://portal.example"}, "https://portal.example")
    False
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    if own is not None:
        return origin == own
    scheme, _, netloc = origin.partition("://")
    return scheme in ("http", "https") and netloc.lower() == headers.get("host", "").strip().lower() != ""
