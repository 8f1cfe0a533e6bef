"""Log-in by card and log-out: the portal issues a challenge, the card signs it, the signature logs in (W1, W2, W4).

The card's password never comes here.  With JavaScript the page asks the card agent itself; without, the challenge goes
to the agent's own page by a form, and comes back signed by a link.
"""

from __future__ import annotations

import logging
from base64 import b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from msgspec import Struct

from tempgoods_edi.declarant.actors import Actor, actor_of
from tempgoods_edi.declarant.store import challenges, limits, sessions
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing import challenge
from tempgoods_edi.web.shell import texts
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import Context, context
from tempgoods_edi.web.shell.errors import TooMany, plain, wants_data
from tempgoods_edi.web.shell.flash import flash
from tempgoods_edi.web.shell.language import own_path
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import (
    browser_cookie_name,
    browser_of,
    cookie_name,
    drop_cookie,
    session_of,
    set_cookie,
)

router = APIRouter()
log = logging.getLogger("tempgoods.login")

#: Tries are counted over so long.
WINDOW = timedelta(minutes=5)
_NONCE_BYTES = 24


class LoginRefused(TempgoodsError):
    """The log-in is refused."""


class IssuedChallenge(Struct, frozen=True):
    """A challenge that was issued."""

    id: str
    text: str


@router.get("/login")
def show(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """The log-in page; who is logged in already is sent on."""
    wanted = own_path(next)
    if session_of(request) is not None:
        return RedirectResponse(wanted, 303)
    return page(request, "shell/login.html", wanted=wanted)


@router.post("/login/challenge")
def give(request: Request, fields: Fields) -> Response:
    """Issue a challenge for this browser: as data for our script, or on a page that leads to the card agent."""
    given = _given_out(request)
    if wants_data(request):
        return JSONResponse({"id": given.id, "challenge": given.text})
    services = context(request)
    wanted = own_path(text_of(fields.get("next")))
    back = f"{services.settings.address}/login/signed?" + urlencode({"id": given.id, "next": wanted})
    return page(request, "shell/login_agent.html", given=given, back=back)


@router.get("/login/signed")
def come_back(request: Request) -> Response:
    """The page that the card agent returns to with the signature; nothing happens before the user confirms."""
    asked = request.query_params
    wanted = {name: asked.get(name, "")[:8000] for name in ("id", "signature", "algorithm", "certificate")}
    if not all(wanted.values()):
        raise LoginRefused(texts.LOGIN_INCOMPLETE)
    return page(request, "shell/login_confirm.html", wanted=own_path(asked.get("next", "/")), signed=wanted)


@router.post("/login")
def log_in(request: Request, fields: Fields) -> Response:
    """Log in: a signed challenge opens a new session, never one that the browser brought."""
    services = context(request)
    settings, moment = services.settings, services.machine_now()
    strike(services, f"login {address_of(request)}", settings.logins_by_address, moment)
    try:
        actor = _actor(request, fields, moment)
    except TempgoodsError as refused:
        log.warning("refused: %s (%s)", plain(refused.text.en), address_of(request))
        raise
    strike(services, f"card {actor.ic_card_no}", settings.logins_by_card, moment)
    before = request.cookies.get(cookie_name(settings))
    if before:
        sessions.close(services.store, before)
    secret, _ = sessions.open(services.store, actor, moment, services.token)
    log.info("logged in: %s %s", actor.enterprise_no, actor.ic_card_no)
    wanted = own_path(text_of(fields.get("next")))
    response: Response = JSONResponse({"next": wanted}) if wants_data(request) else RedirectResponse(wanted, 303)
    set_cookie(response, settings, cookie_name(settings), secret)
    drop_cookie(response, settings, browser_cookie_name(settings))
    return response


@router.post("/logout")
def log_out(request: Request) -> Response:
    """Log out (退出): the session ends on the server, and every tab that shows it is told."""
    services = context(request)
    secret = request.cookies.get(cookie_name(services.settings))
    if secret:
        sessions.close(services.store, secret)
        services.live.ended(secret)
    response = RedirectResponse("/login?reason=out", 303)
    drop_cookie(response, services.settings, cookie_name(services.settings))
    flash(response, texts.LOGGED_OUT, secure=services.settings.secure)
    return response


def _given_out(request: Request) -> IssuedChallenge:
    services = context(request)
    browser, moment = browser_of(request), services.machine_now()
    strike(services, f"challenge {address_of(request)}", 4 * services.settings.logins_by_address, moment)
    nonce = urlsafe_b64encode(services.token(_NONCE_BYTES)).decode()
    text = challenge.challenge_text(services.settings.address, nonce, moment)
    return IssuedChallenge(str(challenges.issue(services.store, text, browser, moment, services.token)), text)


def _actor(request: Request, fields: Fields, moment: datetime) -> Actor:
    services = context(request)
    text = challenges.take(services.store, text_of(fields.get("id")), browser_of(request), moment)
    if text is None:
        raise LoginRefused(texts.CHALLENGE_GONE)
    signature, certificate = (bytes_of(text_of(fields.get(name))) for name in ("signature", "certificate"))
    algorithm, origin = text_of(fields.get("algorithm")), services.settings.address
    taken = services.settings.signatures
    return actor_of(challenge.verified(text, algorithm, signature, certificate, services.trust, moment, origin, taken))


def strike(services: Context, key: str, most: int, moment: datetime) -> None:
    """Count one attempt of *key*; raises `TooMany` after *most* within the window."""
    seconds = limits.strike(services.store, key, moment, most, WINDOW)
    if seconds:
        log.warning("too often: %s", key)
        until = moment + timedelta(seconds=seconds)
        raise TooMany(texts.TOO_MANY_LOGINS.format(time=f"{until:%H:%M}"), seconds)


def address_of(request: Request) -> str:
    """The address that *request* comes from."""
    return request.client.host if request.client else "-"


def text_of(value: object) -> str:
    """A form field as text; empty for a file or a missing field."""
    return value if isinstance(value, str) else ""


def bytes_of(text: str) -> bytes:
    """Decode *text* from Base64; raises `LoginRefused` when that is impossible."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise LoginRefused(texts.LOGIN_INCOMPLETE) from None
