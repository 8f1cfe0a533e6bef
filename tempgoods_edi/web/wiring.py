"""Wires settings into a running portal.  Only here (and in the command line) the clock and randomness come in."""

from __future__ import annotations

import secrets
from asyncio import create_task
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from time import sleep
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from tempgoods_edi import steady
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.patient import BACKLOG, Patience, limited, protocol, quiet
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.services import open_services
from tempgoods_edi.web.shell import errors, routes
from tempgoods_edi.web.shell.access import guarded
from tempgoods_edi.web.shell.context import Context, PortalSettings
from tempgoods_edi.web.shell.files import STATIC
from tempgoods_edi.web.shell.http_safety import protected
from tempgoods_edi.web.shell.upkeep import upkeep

__all__ = ["Context", "PortalSettings", "machine_now", "make_app", "random_bytes", "serve"]

#: The parts of the portal, each with its ``router``.
PARTS = ("tempgoods_edi.web.forms", "tempgoods_edi.web.queries", "tempgoods_edi.web.api")
#: Begins the line that says where the portal listens.
LISTENING = "portal "
_TAKEN = Bilingual("不能监听 {host}:{port}：{why}", "cannot listen on {host}:{port}: {why}")
#: Seconds that requests under way are given when the portal is stopped.
_GRACE = 5


class StartError(TempgoodsError):
    """The portal could not be started: its address is taken, or is no address of this machine."""


def machine_now() -> datetime:
    """The machine's time in China's zone."""
    return datetime.now(CHINA_TIME)


def random_bytes(count: int) -> bytes:
    """Random bytes that nobody can guess."""
    return secrets.token_bytes(count)


def make_app(
    settings: PortalSettings,
    now: Callable[[], datetime] = machine_now,
    token: Callable[[int], bytes] = random_bytes,
    stopping: Callable[[], bool] = lambda: False,
    seconds: Callable[[], float] = steady.seconds,
) -> FastAPI:
    """The portal that *settings* describe, as an ASGI application; its store is closed when the server stops.

    :param now: the machine's time; business time is made from it.
    :param stopping: True once the server has been told to end.
    :param seconds: a clock that nobody sets.
    :raises TempgoodsError: a CA, key or database cannot be used.
    :raises OSError: a file cannot be read.
    """
    services = open_services(settings, now, token, sleep, stopping, seconds)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        quiet()
        keeping = create_task(upkeep(services))
        yield
        keeping.cancel()
        services.store.close()

    shown: Any = errors.error_response
    app = FastAPI(
        title="tempgoods-edi",
        lifespan=life,
        dependencies=[Depends(guarded)],
        middleware=[Middleware(_Door, settings=settings, token=token)],
        exception_handlers=dict.fromkeys((HTTPException, RequestValidationError, TempgoodsError), shown),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.context = services
    app.include_router(routes.router)
    for part in PARTS:
        app.include_router(import_module(part).router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _Door(app: Any, settings: PortalSettings, token: Callable[[int], bytes]) -> Any:  # noqa: N802 - stands where a class would
    return protected(app, settings, token)


def serve(settings: PortalSettings, say: Callable[[str], None], patience: Patience | None = None) -> None:
    """Run the portal until interrupted (Ctrl-C, SIGTERM).

    :param say: told where it listens, once it does.
    :param patience: how long is waited for browsers.
    :raises StartError: the address cannot be listened on.
    """
    import socket

    import uvicorn
    from msgspec import structs

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        ears = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise StartError(_TAKEN.format(host=settings.host, port=settings.port, why=error.strerror)) from error
    settings = structs.replace(settings, port=ears.getsockname()[1])
    server: uvicorn.Server
    app = make_app(settings, stopping=lambda: server.should_exit)
    server = uvicorn.Server(
        uvicorn.Config(
            limited(app, settings.concurrency),
            http=protocol(patience or Patience()),
            backlog=BACKLOG,
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            timeout_keep_alive=15,
            lifespan="on",
        )
    )
    say(f"{LISTENING}{settings.address}")
    with ears:
        server.run(sockets=[ears])
