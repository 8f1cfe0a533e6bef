"""The ways to a simulated customs that tests use: the real ones, and one in memory that runs the same code but no socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from msgspec import Struct
from msgspec.structs import replace
from twisted.internet.task import Clock

from h2018 import app
from h2018.client import Customs, connect
from h2018.client.wire import Wire
from h2018.config import Config
from h2018.testing import MemoryWire
from h2018.transports.sftp.server import host_key
from tempgoods_edi.customs_channel.http_wire import HttpWire
from tempgoods_edi.declarant import platform
from tempgoods_edi.declarant.gateway.transports import Arrival, Transport
from tempgoods_edi.declarant.gateway.transports.folders import Folders
from tempgoods_edi.declarant.gateway.transports.http import Http
from tempgoods_edi.declarant.gateway.transports.sftp import Credentials, Server, Sftp
from tempgoods_edi.declarant.platform import SENDER_ID
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.keys import FileSigner
from tests.carried import Carried
from tests.h2018.tenant import FIXTURES, REGISTRY, START

CONFIG = Config(
    port=0,
    starts_at=START,
    clock="manual",
    trust=(FIXTURES / "keys" / "ca.pem",),
    registry=REGISTRY,
    poll_seconds=0.02,
    seed=7,
)
#: How long customs may take for anything (seconds).
PATIENCE = 20.0


class Channel(Struct, frozen=True):
    """A way to customs, and their own door for the test.

    :ivar url: where that door is, for another process; empty in memory.
    :ivar options: how the command is told to go this way; none in memory.
    """

    transport: Transport
    customs: Customs
    url: str = ""
    options: tuple[str, ...] = ()

    def until(self, came: Callable[[list[Arrival]], bool]) -> list[Arrival]:
        """Everything that arrives, settled, until *came* is content with it."""
        mark, found, end = 0, list[Arrival](), time.monotonic() + PATIENCE
        while not came(found):
            assert time.monotonic() < end, found
            pulled = self.transport.receipts(mark)
            mark = pulled.mark
            for arrival in pulled.arrivals:
                self.transport.settle(arrival)
                found.append(arrival)
        return found


@cache
def authority() -> KeyPair:
    """The fixtures' CA."""
    password = (FIXTURES / "keys" / "password.txt").read_bytes().strip()
    key, certificate, _ = load_key_and_certificates((FIXTURES / "keys" / "ca.p12").read_bytes(), password)
    assert certificate is not None
    return KeyPair(key, certificate)  # type: ignore[arg-type]  # RSA: tools/make_fixtures.py made it


@cache
def platform_signer() -> FileSigner:
    """A platform's key of that CA."""
    pair = platform.issue(authority(), serial=0x7001)
    return FileSigner(pair.key, pair.certificate)


def memory_client(wire: Wire) -> Carried:
    """An HTTP client whose requests are function calls."""

    def carry(request: httpx.Request) -> httpx.Response:
        answer = wire.exchange(
            request.method,
            request.url.raw_path.decode(),
            request.content or None,
            request.headers.get("content-type", ""),
        )
        headers = {name: text for name, text in answer.headers.items() if name != "transfer-encoding"}
        return httpx.Response(answer.status, headers=headers, content=answer.body)

    return Carried(carry)


@contextmanager
def in_memory(folder: Path, config: Config = CONFIG) -> Iterator[Channel]:
    """HTTP without sockets: the same client and server, joined by function calls."""
    clock = Clock()
    made = app.make_customs(config, clock)
    try:
        wire = MemoryWire(app.make_site(made, clock), clock)
        yield Channel(Http(HttpWire("http://memory", client=memory_client(wire)), SENDER_ID), Customs(wire))
    finally:
        made.close()


@contextmanager
def over_http(folder: Path, config: Config = CONFIG) -> Iterator[Channel]:
    """A server of its own, in a process of its own."""
    with app.running(config) as url, connect(url) as customs:
        transport = Http(HttpWire(url), SENDER_ID)
        yield Channel(transport, customs, url, ("--to", url))
        transport.close()


@contextmanager
def by_folders(folder: Path, config: Config = CONFIG) -> Iterator[Channel]:
    """The exchange folders of such a server."""
    root = folder / "exchange"
    with app.running(replace(config, exchange=root)) as url, connect(url) as customs:
        yield Channel(Folders(root), customs, url, ("--folders", str(root)))


@contextmanager
def by_sftp(folder: Path, config: Config = CONFIG) -> Iterator[Channel]:
    """The same folders by SFTP."""
    port, users, keys = free_port(), folder / "users.toml", folder / "keys"
    users.write_text(f"[[user]]\nname = 'anna'\npassword = 'secret'\nkeys = ['{make_key(folder / 'id')}']\n", "utf-8")
    opened = replace(config, exchange=folder / "exchange", sftp_users=users, sftp_port=port, keys=keys)
    with app.running(opened) as url, connect(url) as customs:
        known = known_hosts(folder / "known_hosts", keys, port)
        key, server = folder / "id", Server("anna", "127.0.0.1", port)
        sftp = Sftp(server, Credentials(key=key), known)
        options = ("--sftp", str(server), "--key", str(key), "--known-hosts", str(known))
        yield Channel(sftp, customs, url, options)
        sftp.close()


#: Every way, by name: what holds for all of them is tested for each of these.
WAYS = {"memory": in_memory, "http": over_http, "folders": by_folders, "sftp": by_sftp}


def known_hosts(path: Path, keys: Path, port: int) -> Path:
    """A file that knows the server whose keys are in *keys*."""
    public = host_key(keys).public().toString("OPENSSH").decode()
    path.write_text(f"[127.0.0.1]:{port} {public}\n", "utf-8")
    return path


def make_key(path: Path, password: bytes | None = None) -> str:
    """An SSH key of the client's at *path*; gives the public one."""
    key = Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption))
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
