"""TLS on HTTP: our own CA, client certificates asked for, judged by curl and openssl; push to an https receiver."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

from h2018 import ways
from h2018.push.attempts import Result
from h2018.push.callbacks import Callback, Tls
from h2018.push.http_post import Agents
from h2018.push.trust import push_policy
from h2018.transports import tls
from h2018.transports.tls import CA, CLIENT, SERVER, TlsError
from tempgoods_edi.numbers import CHINA_TIME
from tests.h2018.push.material import lay, make_store, read_request
from tests.h2018.reactor_thread import Served, on_reactor, reactor


def _now() -> datetime:
    return datetime.now(CHINA_TIME)


class _Hello(Resource):
    """Says hello."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self) -> None:
        Resource.__init__(self)

    def render_GET(self, request: Request) -> bytes:
        """Hello."""
        return b"hello"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's certificates."""
    folder = tmp_path_factory.mktemp("tls")
    tls.demonstration(folder, _now())
    return folder


def listening(keys: Path, client_ca: Path | None = None) -> Served:
    """An HTTPS server."""
    how = ways.TlsSettings(data=keys, client_ca=client_ca)
    return Served(lambda: ways.listen_http(reactor, Site(_Hello()), "127.0.0.1", 0, how, _now))


def curl(port: int, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What curl makes of it."""
    command = ["curl", "-sS", "--noproxy", "*", "--max-time", "20", *arguments, f"https://localhost:{port}/"]
    return subprocess.run(command, capture_output=True)


@pytest.mark.needs("curl")
def test_curl_trusts_our_ca_and_only_with_it(keys: Path) -> None:
    """By name and by address; without the CA the certificate is not believed."""
    with listening(keys) as port:
        assert curl(port, "--cacert", str(keys / CA)).stdout == b"hello"
        assert curl(port).returncode == 60
        by_address = ["curl", "-sS", "--noproxy", "*", "--cacert", str(keys / CA), f"https://127.0.0.1:{port}/"]
        assert subprocess.run(by_address, capture_output=True).stdout == b"hello"


@pytest.mark.needs("curl")
def test_a_client_certificate_can_be_demanded(keys: Path, tmp_path: Path) -> None:
    """With one of our CA: served; without, or with a stranger's: not."""
    tls.demonstration(tmp_path / "stranger", _now())
    with listening(keys, keys / CA) as port:
        trusted = ("--cacert", str(keys / CA))
        assert curl(port, *trusted, "--cert", str(keys / CLIENT)).stdout == b"hello"
        assert curl(port, *trusted).returncode != 0
        assert curl(port, *trusted, "--cert", str(tmp_path / "stranger" / CLIENT)).returncode != 0


@pytest.mark.needs("openssl")
def test_openssl_verifies_chain_and_name_and_old_protocols_are_refused(keys: Path) -> None:
    """``Verify return code: 0``; TLS 1.1 gets no session."""
    with listening(keys) as port:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(keys / CA)]
        strict = [*command, "-verify_hostname", "localhost", "-verify_return_error"]
        done = subprocess.run(strict, input=b"", capture_output=True, timeout=30)
        assert done.returncode == 0
        assert b"Verify return code: 0 (ok)" in done.stdout
        old = subprocess.run([*command, "-tls1_1"], input=b"", capture_output=True, timeout=30)
        assert old.returncode != 0


def test_certificates_are_made_once_and_keys_are_nobody_elses(keys: Path, tmp_path: Path) -> None:
    """A second start keeps them; files that hold keys are closed to others."""
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    tls.demonstration(keys, _now())
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
    assert all((keys / name).stat().st_mode & 0o077 == 0 for name in (SERVER, CLIENT))


def test_what_is_no_certificate_is_said_to_be_none(keys: Path, tmp_path: Path) -> None:
    """Missing and broken files."""
    (tmp_path / "x").write_bytes(b"x")
    for certificate, client_ca in ((tmp_path / "none", None), (tmp_path / "x", None), (keys / SERVER, tmp_path / "x")):
        with pytest.raises(TlsError):
            tls.server_options(tls.ServerTls(certificate=certificate, client_ca=client_ca))
    with pytest.raises(TlsError):
        push_policy(Tls(ca="x"))


def test_nothing_of_it_is_imported_before_it_is_needed() -> None:
    """A start without TLS and SFTP loads neither pyOpenSSL nor conch."""
    code = "import sys; import h2018.ways; print([m for m in sys.modules if m in ('OpenSSL', 'twisted.conch')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def receiver(keys: Path) -> Iterator[str]:
    """An https receiver that demands a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / SERVER)
    context.load_verify_locations(keys / CA)
    context.verify_mode = ssl.CERT_REQUIRED
    listening_socket = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listening_socket.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    read_request(connection)
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://localhost:{listening_socket.getsockname()[1]}/in"
    listening_socket.shutdown(socket.SHUT_RDWR)
    listening_socket.close()
    thread.join(10)


def _full(ca: str, client: str) -> Tls:
    return Tls(ca=ca, client=client)


def _unverified(ca: str, client: str) -> Tls:
    return Tls(client=client, verify=False)


def _no_ca(ca: str, client: str) -> Tls:
    return Tls(client=client)


def _no_client(ca: str, client: str) -> Tls:
    return Tls(ca=ca)


@pytest.mark.parametrize(("options", "delivered"), [(_full, True), (_unverified, True), (_no_ca, False), (_no_client, False)])
def test_push_over_https(keys: Path, receiver: str, options: Callable[[str, str], Tls], delivered: bool) -> None:
    """The receiver is verified, and our certificate shown; what does not fit is a result without a status."""
    (receipt,) = lay(make_store())
    how = options((keys / CA).read_text("utf-8"), (keys / CLIENT).read_text("utf-8"))
    callback = Callback(name="one", url=receiver, recipient="R1", tls=how, timeout_seconds=10)

    def push() -> Deferred[Result]:
        return Agents(reactor)(callback, receipt, 1)

    result: Result = on_reactor(push)
    assert (result.status == 204) is delivered, result
