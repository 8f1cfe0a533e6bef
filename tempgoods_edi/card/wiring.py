"""Starts the card agent: the only place in the card's part where clock, randomness and network come in."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from datetime import datetime

import uvicorn

from tempgoods_edi.card.agent import PORT, make_agent
from tempgoods_edi.card.cards import Readers
from tempgoods_edi.card.local_only import loopback, origins
from tempgoods_edi.desk import MAX_BYTES
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.patient import BACKLOG, Patience, limited, protocol
from tempgoods_edi.values import Bilingual

_TAKEN = Bilingual(
    "{host}:{port} 已被占用；是否已有一个卡控件在运行？用 --port 可换端口",
    "{host}:{port} is taken; is another card control running?  --port chooses another one",
)
#: JSON writes a quotation mark as two characters, and a request holds more than its message.
_MOST_IN_FRAME = 2 * MAX_BYTES
#: Requests served at once.
MOST_AT_ONCE = 64


def listen(host: str = "127.0.0.1", port: int = PORT) -> socket.socket:
    """A socket bound to an address that only this machine can reach.

    :param port: 0 for any free one.
    :raises TempgoodsError: the address is not of this machine alone, or the port is taken.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((loopback(host), port))
    except OSError:
        bound.close()
        raise TempgoodsError(_TAKEN.format(host=host, port=port)) from None
    except TempgoodsError:
        bound.close()
        raise
    return bound


def serve_card_control(
    readers: Readers,
    sites: Sequence[str],
    ready: Callable[[str], None],
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    confirm: bool = False,
    release: str = "0",
) -> None:
    """Serve *readers* to pages of *sites* until Ctrl-C.

    :param ready: called with host and port once connections are taken.
    :param confirm: messages are signed on our own page only.
    :param release: our version.
    :raises TempgoodsError: one of *sites* is none; or as `listen`.
    """
    allowed = origins(sites)
    with listen(host, port) as bound:
        bound.listen(BACKLOG)
        port = bound.getsockname()[1]
        app = make_agent(readers, allowed, port, _clock, secrets.token_bytes, confirm=confirm, release=release)
        ready(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        uvicorn.Server(
            uvicorn.Config(
                limited(app, MOST_AT_ONCE),
                http=protocol(Patience()),
                backlog=BACKLOG,
                ws_max_size=_MOST_IN_FRAME,
                access_log=False,
                # At lower levels the frames of the WebSocket would be logged, PINs and all.
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=3,
            )
        ).run(sockets=[bound])


def _clock() -> datetime:
    return datetime.now(CHINA_TIME)
