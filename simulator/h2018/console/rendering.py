"""Renders the console's templates into pages, with the security headers of all its responses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from tempgoods_edi.pages.headers import ALWAYS, content_security_policy
from tempgoods_edi.pages.templates import Templates

#: Our own script and style files, our own addresses, nothing inline, no frames.
_POLICY = content_security_policy(
    script_src="'self'", style_src="'self'", img_src="'self'", connect_src="'self'", form_action="'self'"
)
SAFETY: Mapping[str, str] = {"Content-Security-Policy": _POLICY, **ALWAYS}


def when(at: datetime) -> str:
    """Format a business time to the second.

    >>> when(datetime(2027, 1, 10, 9))
    '2027-01-10 09:00:00'
    """
    return f"{at:%Y-%m-%d %H:%M:%S}"


def step(text: str) -> str:
    """Quote a text as one step of a URL path.

    >>> step("a/b?c")
    'a%2Fb%3Fc'
    """
    return quote(text, safe="")


def size(count: int) -> str:
    """Format a number of bytes for people.

    >>> size(1536), size(12)
    ('1.5 kB', '12 B')
    """
    return f"{count} B" if count < 1024 else f"{count / 1024:.1f} kB"


TEMPLATES = Templates("h2018.console", filters=lambda _: {"when": when, "step": step, "size": size})
