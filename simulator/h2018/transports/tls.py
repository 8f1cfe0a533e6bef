"""TLS: the server's own certificate, client certificates asked for, and how push trusts a receiver.

Demonstration certificates are made once, in the data folder, by a CA of our own; worth nothing anywhere else.  Imported
only where TLS is switched on: pyOpenSSL takes its time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct
from OpenSSL import SSL, crypto
from twisted.internet import ssl
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.client import BrowserLikePolicyForHTTPS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from h2018.transports.callbacks import Tls
from h2018.transports.key_files import write_secret
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing.testca import KeyPair, make_ca, make_key, to_pem
from tempgoods_edi.values import Bilingual

#: File names in the data folder.
CA, SERVER, CLIENT = "tls-ca.pem", "tls-server.pem", "tls-client.pem"

_FIRST_SERIAL = 0x20181000
_DAY, _LIFE = timedelta(days=1), timedelta(days=825)
_UNUSABLE = Bilingual("TLS 证书或密钥不可用（{path}）：{why}", "TLS certificate or key cannot be used ({path}): {why}")

_UNREADABLE = (SSL.Error, crypto.Error, ValueError)


class TlsError(TempgoodsError):
    """A certificate or key cannot be used."""


class ServerTls(Struct, frozen=True, kw_only=True):
    """How the HTTP server does TLS.

    :ivar certificate: PEM file with key and certificate (and what is between it and its CA).
    :ivar client_ca: PEM file of the CAs of clients' certificates; with it, a client without one is not served.
    """

    certificate: Path
    client_ca: Path | None = None


def server_options(tls: ServerTls) -> Any:
    """What ``listenSSL`` needs: TLS 1.2 and up; raises `TlsError`."""
    own = _own(tls.certificate)
    return own.options(*(() if tls.client_ca is None else _certificates(tls.client_ca)))


def demonstration(folder: Path, now: datetime, names: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")) -> ServerTls:
    """A server certificate for *names*, a client's, and their CA in *folder*: made once, 825 days good.

    :param now: aware; the certificates are good from the day before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / name).is_file() for name in (CA, SERVER, CLIENT)):
        ca = make_ca(
            "H2018 simulator TLS CA", serial=_FIRST_SERIAL, not_before=now - _DAY, not_after=now + _LIFE, key=make_key("ecdsa")
        )
        server = _leaf(ca, names[0], _FIRST_SERIAL + 1, now, ExtendedKeyUsageOID.SERVER_AUTH, names)
        client = _leaf(ca, "h2018 client", _FIRST_SERIAL + 2, now, ExtendedKeyUsageOID.CLIENT_AUTH, ())
        write_secret(folder / SERVER, to_pem(server, None) + server.certificate_pem)
        write_secret(folder / CLIENT, to_pem(client, None) + client.certificate_pem)
        # Last: a folder with a CA in it is complete.
        (folder / CA).write_bytes(ca.certificate_pem)
    return ServerTls(certificate=folder / SERVER)


def push_policy(tls: Tls) -> Any:
    """How push trusts the receiver of a callback, and what it shows; raises `TlsError`."""
    return _Policy(tls)


@implementer(IPolicyForHTTPS)
class _Policy:
    def __init__(self, tls: Tls) -> None:
        self._verify = tls.verify
        try:
            self._client = None if tls.client is None else ssl.PrivateCertificate.loadPEM(tls.client)
            self._trust = None if tls.ca is None else ssl.trustRootFromCertificates(_split(tls.ca.encode()))
        except _UNREADABLE as error:
            raise TlsError(_UNUSABLE.format(path="tls", why=_why(error))) from error

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        """What a connection to *hostname* begins with."""
        name = hostname.decode("ascii")
        if not self._verify:
            return _Unverified(name, self._client)
        if self._trust is None and self._client is None:
            return BrowserLikePolicyForHTTPS().creatorForNetloc(hostname, port)
        options: dict[str, Any] = {} if self._trust is None else {"trustRoot": self._trust}
        return ssl.optionsForClientTLS(name, clientCertificate=self._client, **options)


@implementer(IOpenSSLClientConnectionCreator)
class _Unverified:
    """Believes whatever certificate comes: somebody asked for it."""

    def __init__(self, name: str, client: Any) -> None:
        self._name = name
        self._options = ssl.CertificateOptions() if client is None else client.options()

    def clientConnectionForTLS(self, protocol: Any) -> Any:
        """A connection that checks nothing."""
        context = self._options.getContext()
        context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
        connection = SSL.Connection(context, None)
        connection.set_tlsext_host_name(self._name.encode("ascii"))
        return connection


def _own(path: Path) -> Any:
    try:
        return ssl.PrivateCertificate.loadPEM(path.read_bytes())
    except (OSError, *_UNREADABLE) as error:
        raise TlsError(_UNUSABLE.format(path=path, why=_why(error))) from error


def _certificates(path: Path) -> list[Any]:
    try:
        return _split(path.read_bytes())
    except (OSError, *_UNREADABLE) as error:
        raise TlsError(_UNUSABLE.format(path=path, why=_why(error))) from error


def _split(data: bytes) -> list[Any]:
    """The certificates in a PEM text; ValueError for none."""
    end = b"-----END CERTIFICATE-----"
    found = [ssl.Certificate.loadPEM(part + end) for part in data.split(end)[:-1]]
    if not found:
        raise ValueError("no certificate")
    return found


def _leaf(ca: KeyPair, name: str, serial: int, now: datetime, purpose: Any, names: tuple[str, ...]) -> KeyPair:
    key = make_key("ecdsa")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
    return KeyPair(key, builder.sign(ca.key, hashes.SHA256()))


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
