"""The language of a user: Chinese unless chosen otherwise; the choice is kept in a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tempgoods_edi.values import Lang

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

COOKIE = "tempgoods_lang"
#: A choice is kept for a year (seconds).
KEPT = 365 * 24 * 3600


def language(request: HTTPConnection) -> Lang:
    """The language of the user who sent the request."""
    return "en" if request.cookies.get(COOKIE) == "en" else "zh"


def own_path(address: str) -> str:
    """*address* when it is this portal's own, else the start page: a crafted link sends nobody elsewhere.

    >>> own_path("/queries/exhibition?page=2"), own_path("//evil.example"), own_path("https://evil.example/")
    ('/queries/exhibition?page=2', '/', '/')
    >>> own_path("/\\\\evil.example"), own_path("/a\\r\\nSet-Cookie: x=1")
    ('/', '/')
    """
    fits = (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and address.isprintable()
        and "\\" not in address
        and len(address) <= 2000
    )
    return address if fits else "/"
