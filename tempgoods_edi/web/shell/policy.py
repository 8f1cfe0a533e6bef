"""Security headers of every response: what a page may load and where it may post, and what may be cached."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from tempgoods_edi.web.shell.context import PortalSettings

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not same-origin: browsers would then call the origin of a form that goes to the card agent “null”.
    "Referrer-Policy": "origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_FOR_EVER = "public, max-age=31536000, immutable"


def content_security_policy(settings: PortalSettings, nonce: str) -> str:
    """The Content-Security-Policy: our own files and addresses and the local card agent only; no frames."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            f"connect-src 'self' {settings.agent_socket}",
            f"form-action 'self' {settings.agent}",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def safety(headers: MutableHeaders, scope: Scope, settings: PortalSettings, nonce: str) -> None:
    """Add the security headers to *headers*; a route's own Cache-Control stays."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", content_security_policy(settings, nonce))
    if settings.secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if scope["path"].startswith("/static/"):
        # An address with the content's hash never shows anything else.
        headers.setdefault("Cache-Control", _FOR_EVER if scope["query_string"].startswith(b"v=") else "no-cache")
    # Pages hold the data of an enterprise: after log-out no cache and no “back” may show them.
    headers.setdefault("Cache-Control", "no-store")
