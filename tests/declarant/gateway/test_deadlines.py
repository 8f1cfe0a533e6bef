"""A server that drips: no way to customs holds the gateway for ever, and a signal ends it whatever it waits for."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from tempgoods_edi.cli import gateway
from tempgoods_edi.customs_channel.failures import ChannelError, Failing
from tempgoods_edi.declarant.gateway.transports.sftp import Credentials, Server, Sftp
from tests.declarant.gateway.office import office
from tests.declarant.gateway.test_command import Command


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[tuple[int, Event]]:
    """A server that says *head*, and then *drop* every twentieth of a second; its port, and when somebody came."""
    over, came = Event(), Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(head)
                    came.set()
                    while not over.wait(0.05):
                        connection.sendall(drop)
                except OSError:
                    return

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                Thread(target=drip, args=(connection,), daemon=True).start()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], came
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def test_an_sftp_server_that_drips_is_given_up(tmp_path: Path) -> None:
    """It may send lines before it says who it is, as many as it likes: up to the deadline."""
    (tmp_path / "known_hosts").touch()
    with dripping(b"", b"wait\r\n") as (port, _):
        way = Sftp(Server("anna", "127.0.0.1", port), Credentials(password="x"), tmp_path / "known_hosts", seconds=0.25)
        for ask in (lambda: way.hand_over("M1", b"<x/>"), lambda: way.receipts(0)):
            with pytest.raises(ChannelError) as raised:
                ask()
            assert raised.value.kind in (Failing.SLOW, Failing.UNREACHABLE)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_gateway_while_it_waits(tmp_path: Path, by: signal.Signals) -> None:
    """In the middle of an answer that does not end: with 0, and without a traceback."""
    with dripping(b"HTTP/1.1 200 OK\r\n", b"X-Pad: x\r\n") as (port, came):
        url = f"http://127.0.0.1:{port}"
        office(tmp_path).store.close()
        process = Command(tmp_path, url, ["--to", url]).start()
        assert came.wait(30)
        process.send_signal(by)
        said, _ = process.communicate(timeout=3 * gateway.GRACE_SECONDS + 15)
        assert (process.returncode, "Traceback" in said) == (0, False), said
