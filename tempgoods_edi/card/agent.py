"""The card agent as one ASGI application: the WebSocket at ``/`` and the pages beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from tempgoods_edi import steady
from tempgoods_edi.card.cards import Readers
from tempgoods_edi.card.control import CardControl
from tempgoods_edi.card.local_only import HEADERS, LocalOnly
from tempgoods_edi.card.pages import Pages
from tempgoods_edi.card.socket import converse
from tempgoods_edi.patient import quiet

#: Where the real control listens too.
PORT = 61232


def make_agent(
    readers: Readers,
    origins: frozenset[str],
    port: int,
    now: Callable[[], datetime],
    token: Callable[[int], bytes],
    *,
    confirm: bool = False,
    patience: float = 60.0,
    release: str = "0",
    seconds: Callable[[], float] = steady.seconds,
) -> ASGIApp:
    """Make the card agent's application.

    :param origins: sites that are served, as `local_only.origins` gives them.
    :param port: the one it will be reached at; other Host headers are refused.
    :param token: random bytes.
    :param confirm: messages are signed on our own page only, never at once by the WebSocket.
    :param patience: seconds a card may take.
    :param release: the control's version, told to pages.
    :param seconds: a clock that nobody sets.
    """
    control = CardControl(readers, now, patience)
    pages = Pages(control, origins, token, seconds)
    style = files("tempgoods_edi.card").joinpath("static/agent.css").read_bytes()

    async def socket(connection: WebSocket) -> None:
        await converse(connection, control, origins, token=token, confirm=confirm, release=release)

    async def styled(_: Request) -> Response:
        return Response(style, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=3600"})

    async def no_picture(_: Request) -> Response:
        return Response(status_code=204)  # browsers ask for /favicon.ico by themselves

    async def well(_: Request) -> Response:
        return PlainTextResponse("ok\n", headers=HEADERS)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        quiet()
        yield
        control.close()

    app = Starlette(
        routes=[
            WebSocketRoute("/", socket),
            Route("/", pages.home),
            Route("/login", pages.login, methods=["POST"]),
            Route("/sign", pages.sign, methods=["POST"]),
            Route("/pin", pages.pin, methods=["POST"]),
            Route("/agent.css", styled),
            Route("/favicon.ico", no_picture),
            Route("/healthz", well),
        ],
        lifespan=life,
    )
    return LocalOnly(app, port)
