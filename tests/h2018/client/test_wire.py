"""The client's connection, against servers that misbehave at a real socket."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from h2018.client import Certificate, ClientError, HttpWire, NotUnderstood, Unreachable

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One: 1\r\n\r\nok"
Serve = Callable[[socket.socket], None]


@contextmanager
def serving(*connections: Serve, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that treats its first connection by the first function, and so on; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)

    def run() -> None:
        for serve in connections:
            connection, _ = listening.accept()
            connection.settimeout(10)
            try:
                if context is not None:
                    connection = context.wrap_socket(connection, server_side=True)
                serve(connection)
            except OSError:
                pass
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        thread.join(20)
        listening.close()


def heard(connection: socket.socket) -> bytes:
    """A whole request, with its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answering(*answers: bytes) -> Serve:
    """Hear a request and give an answer, so many times; then hang up."""

    def serve(connection: socket.socket) -> None:
        for answer in answers:
            heard(connection)
            connection.sendall(answer)

    return serve


def test_one_connection_serves_many_requests() -> None:
    """Kept alive; header names are lower case."""
    with serving(answering(WHOLE, WHOLE)) as address:
        wire = HttpWire(f"http://{address}")
        answers = [wire.exchange("GET", "/a"), wire.exchange("POST", "/b", b"x", "text/plain")]
        wire.close()
    assert [(each.status, each.body, each.headers["x-one"]) for each in answers] == [(200, b"ok", "1")] * 2


@pytest.mark.parametrize(("method", "target"), [("GET", "/v1/receipts"), ("POST", "/v1/messages")])
def test_a_connection_closed_while_idle_is_made_anew(method: str, target: str) -> None:
    """What may be sent twice without harm is."""
    with serving(answering(WHOLE), answering(WHOLE)) as address:
        wire = HttpWire(f"http://{address}")
        wire.exchange("GET", "/")
        assert wire.exchange(method, target, b"x" if method == "POST" else None, "text/plain").status == 200
        wire.close()


def test_what_may_not_happen_twice_is_not_sent_twice() -> None:
    """Moving the clock, on a connection that ended: an error, and no second connection."""
    with serving(answering(WHOLE)) as address:
        wire = HttpWire(f"http://{address}")
        wire.exchange("GET", "/")
        with pytest.raises(Unreachable):
            wire.exchange("POST", "/control/clock/advance", b"{}", "application/json")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", NotUnderstood),
        (b"\x00\x01\x02 garbage\r\n\r\n", NotUnderstood),
    ],
    ids=["hangs up", "cut off", "garbage"],
)
def test_a_broken_answer_is_an_error_of_its_kind(answer: bytes, kind: type[ClientError]) -> None:
    """Never a short body taken for a whole one."""
    with serving(answering(answer)) as address, pytest.raises(kind) as error:
        HttpWire(f"http://{address}").exchange("GET", "/")
    assert error.value.text.zh != error.value.text.en


def test_nobody_there_and_nobody_answering() -> None:
    """A refused connection, and one that stays silent beyond the time given."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable, match=str(port)):
            HttpWire(f"http://127.0.0.1:{port}", timeout=0.05).exchange("GET", "/")
    with pytest.raises(Unreachable):
        HttpWire(f"http://127.0.0.1:{port}").exchange("GET", "/")


def test_an_address_that_is_none() -> None:
    """Only HTTP and HTTPS."""
    with pytest.raises(ClientError, match="ftp"):
        HttpWire("ftp://127.0.0.1").exchange("GET", "/")


def certificate(folder: Path) -> Certificate:
    """A self-signed certificate for 127.0.0.1, its key encrypted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "own.pem").write_bytes(made.public_bytes(pem))
    secret = serialization.BestAvailableEncryption(b"secret")
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, secret))
    return Certificate(folder / "own.pem", folder / "key.pem", "secret")


def test_tls_with_a_client_certificate(tmp_path: Path) -> None:
    """The server demands one and gets it; the server's own is checked; the password is not shown."""
    own = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key, own.password)
    context.load_verify_locations(own.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with serving(answering(WHOLE), context=context) as address:
        wire = HttpWire(f"https://{address}", certificate=own, ca=own.certificate)
        assert wire.exchange("GET", "/").body == b"ok"
        wire.close()
    with serving(answering(WHOLE), context=context) as address, pytest.raises(Unreachable):
        HttpWire(f"https://{address}", certificate=own).exchange("GET", "/")
    assert "secret" not in repr(own)
