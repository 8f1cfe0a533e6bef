"""Security headers of every response: what a page may load and where it may post, and what may be cached."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from tempgoods_edi.pages import headers as common
from tempgoods_edi.web.shell.context import PortalSettings

#: Not same-origin: browsers would then call the origin of a form that goes to the card agent “null”.
_ALWAYS = {**common.ALWAYS, "Referrer-Policy": "origin-when-cross-origin"}
_FOR_EVER = "public, max-age=31536000, immutable"


def content_security_policy(settings: PortalSettings, nonce: str) -> str:
    """The Content-Security-Policy: our own files and addresses and the local card agent only; no frames."""
    return common.content_security_policy(
        default_src="'self'",
        script_src=f"'self' 'nonce-{nonce}'",
        style_src=f"'self' 'nonce-{nonce}'",
        img_src="'self' data:",
        connect_src=f"'self' {settings.agent_socket}",
        form_action=f"'self' {settings.agent}",
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
