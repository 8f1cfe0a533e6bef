"""A portal that answers on a socket, with an approved exhibition and a token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tempgoods_edi.declarant.store import tokens
from tests.declarant import desk
from tests.web.portal import portal
from tests.web.queries.filled import Filled
from tests.web.stack import free_port


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Address and token, for the time of a ``with``."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with portal(folder, origin=address) as made:
        made.now = desk.START
        filled = Filled(made)
        filled.approved()
        plain = tokens.make_token(filled.store, filled.actor(), "x", made.now, made.app.state.context.token)
        server = uvicorn.Server(uvicorn.Config(made.app, port=port, log_config=None, lifespan="off"))
        running = threading.Thread(target=server.run)
        running.start()
        pause = threading.Event()
        while not server.started:
            pause.wait(0.05)
        try:
            yield address, plain
        finally:
            server.should_exit = True
            running.join()
