"""Sessions: found by a cookie and kept in the store, with the CSRF tokens that tie forms to them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from fastapi import Request

from tempgoods_edi.declarant.store import sessions
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.pages.cookies import Cookie
from tempgoods_edi.web.shell import texts
from tempgoods_edi.web.shell.context import PortalSettings, context

if TYPE_CHECKING:
    from fastapi import Response

    from tempgoods_edi.declarant.store.sessions import Session

_MISSING = object()


class NotLoggedIn(TempgoodsError):
    """The page needs a log-in and the request has no session."""

    def __init__(self) -> None:
        super().__init__(texts.SESSION_ENDED)


def cookie_name(settings: PortalSettings) -> str:
    """Name of the session cookie; its prefix lets browsers refuse one that another host or plain HTTP has set."""
    return "__Host-tempgoods" if settings.secure else "tempgoods_session"


def browser_cookie_name(settings: PortalSettings) -> str:
    """Name of the cookie that ties a log-in to the browser that began it."""
    return "__Host-tempgoods-login" if settings.secure else "tempgoods_login"


def session_of(request: Request) -> Session | None:
    """The session of *request*, looked up once; None when nobody is logged in.  Extends the session."""
    found = getattr(request.state, "session", _MISSING)
    if found is _MISSING:
        services = context(request)
        secret = request.cookies.get(cookie_name(services.settings))
        found = sessions.find(services.store, secret, services.machine_now()) if secret else None
        request.state.session = found
    return found  # type: ignore[return-value]  # the state of a request has no types


def require(request: Request) -> Session:
    """Dependency: the session; a request without one is sent to the log-in page.

    :raises NotLoggedIn: shown as a redirect to the log-in page, or as 401 to scripts.
    """
    session = session_of(request)
    if session is None:
        raise NotLoggedIn
    return session


def csrf_token(request: Request) -> str:
    """The CSRF token for the forms of this page: the session's, or before log-in one from the browser's cookie."""
    session = session_of(request)
    if session is not None:
        return session.csrf
    browser = browser_of(request)
    return before_login(browser) if browser else ""


def browser_of(request: Request) -> str:
    """The secret of the browser that is about to log in; empty when there is none yet."""
    known: str | None = getattr(request.state, "browser", None)
    return known or request.cookies.get(browser_cookie_name(context(request).settings), "")


def before_login(browser: str) -> str:
    """The CSRF token of a browser before log-in."""
    return sha256(b"form before log-in\0" + browser.encode()).hexdigest()


def begin(request: Request) -> str:
    """The secret of this browser, made when there is none; the response puts it into the browser's cookie."""
    services = context(request)
    request.state.browser = browser_of(request) or urlsafe_b64encode(services.token(24)).decode()
    return browser_of(request)


def set_cookie(response: Response, settings: PortalSettings, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and that other sites' requests do not carry."""
    cookie = Cookie(name=name, seconds=seconds, secure=settings.secure)
    response.headers.append("set-cookie", cookie.header(value))


def drop_cookie(response: Response, settings: PortalSettings, name: str) -> None:
    """Delete a cookie in the browser."""
    response.headers.append("set-cookie", Cookie(name=name, secure=settings.secure).dropped)
