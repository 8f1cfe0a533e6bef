"""Security headers of pages: what a browser may do with a page, and who may embed it.

What may be cached, each server says itself.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Of every response.
ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A policy that hides the origin altogether would hide it from our own forms too.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_security_policy(**allowed: str) -> str:
    """The Content-Security-Policy that allows *allowed* and nothing else; no frames, no other base.

    >>> content_security_policy(style_src="'self'", form_action="'self' http://a")
    "default-src 'none'; style-src 'self'; form-action 'self' http://a; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

    :param allowed: sources by directive, with ``_`` for ``-``; ``default_src`` says what holds for those not named.
    """
    directives = {
        "default-src": "'none'",
        **{name.replace("_", "-"): sources.strip() for name, sources in allowed.items()},
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
