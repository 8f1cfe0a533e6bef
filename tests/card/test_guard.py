"""Who gets to talk to the agent at all."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.types import Message
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tempgoods_edi.card import wiring
from tempgoods_edi.card.local_only import LocalOnly
from tempgoods_edi.errors import TempgoodsError
from tests.card.material import SITE, Running, running, trouble


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", SITE + ".evil.example", "https://portal.example:8020"]
)
def test_foreign_pages_are_told_and_not_served(agent: Running, origin: str | None) -> None:
    """A site that is not allowed hears so and nothing else, whatever it sends."""
    with agent.page(origin) as page:
        assert trouble(json.loads(page.socket.recv(timeout=10))) == ("refused-origin", None)
        with pytest.raises(ConnectionClosed):
            page.listed()


@pytest.mark.parametrize(
    "host", ["portal.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}"]
)
def test_names_of_elsewhere_are_refused(agent: Running, host: str) -> None:
    """A page whose name was made to resolve to this machine gets no WebSocket, allowed origin or not."""
    name = host.format(port=agent.port)
    with pytest.raises(InvalidStatus) as refused:
        connect(agent.url.replace("http", "ws"), origin=Origin(SITE), additional_headers={"Host": name})
    assert refused.value.response.status_code in (400, 403)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1", "fe80::1"])
def test_another_computer_is_refused_whatever_it_calls_us(kind: str, peer: str) -> None:
    """Behind a tunnel that listens elsewhere nothing is served either: nothing of what was sent is read."""

    async def never(*_: object) -> None:
        raise AssertionError("it was let in")

    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {
        "type": kind,
        "client": (peer, 1),
        "method": "GET",
        "path": "/",
        "headers": [(b"host", b"127.0.0.1:61232")],
    }
    # In a thread of its own: browser tests of the same process keep a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(LocalOnly(never, 61232)(scope, receive, send))).result()
    assert next(each.get("status", each.get("code")) for each in said) == {"http": 403, "websocket": 1008}[kind]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "portal.example", ""])  # noqa: S104 - that it may not
def test_it_listens_on_this_machine_only(host: str) -> None:
    """Any address that others could reach is refused, in words."""
    with pytest.raises(TempgoodsError) as refused:
        wiring.listen(host, 0)
    assert "本机" in refused.value.text.zh


def test_a_taken_port_is_told(agent: Running) -> None:
    """A second agent on the port says what is the matter."""
    with pytest.raises(TempgoodsError) as refused:
        wiring.listen("127.0.0.1", agent.port)
    assert "--port" in refused.value.text.en


def test_a_site_that_is_none_is_refused(cards: Path) -> None:
    """A slip in an allowed origin is found at the start."""
    with pytest.raises(TempgoodsError, match="no site"), running(cards, sites=("portal.example",)):
        pass
