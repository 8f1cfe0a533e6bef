"""TLS of the HTTP server: its certificate, made for a demonstration where there is none, and client certificates.

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

from h2018.transports.key_files import write_secret
from tempgoods_edi.demo_ca import make_ca, make_key
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing.key_pairs import KeyPair, to_pem
from tempgoods_edi.values import Bilingual

#: File names in the data folder.
CA, SERVER, CLIENT = "tls-ca.pem", "tls-server.pem", "tls-client.pem"

_FIRST_SERIAL = 0x20181000
_DAY, _LIFE = timedelta(days=1), timedelta(days=825)
_UNUSABLE = Bilingual("TLS 证书或密钥不可用（{path}）：{why}", "TLS certificate or key cannot be used ({path}): {why}")

#: What pyOpenSSL raises for a certificate or key that it cannot read.
UNREADABLE = (SSL.Error, crypto.Error, ValueError)


class TlsError(TempgoodsError):
    """A certificate or key cannot be used."""


class ServerTls(Struct, frozen=True, kw_only=True):
    """The TLS settings of the HTTP server.

    :ivar certificate: PEM file with key and certificate (and what is between it and its CA).
    :ivar client_ca: PEM file of the CAs of clients' certificates; with it, a client without one is not served.
    """

    certificate: Path
    client_ca: Path | None = None


def server_options(tls: ServerTls) -> Any:
    """Make the options that ``listenSSL`` needs: TLS 1.2 and up; raises `TlsError`."""
    own = _own(tls.certificate)
    return own.options(*(() if tls.client_ca is None else _certificates(tls.client_ca)))


def demonstration(folder: Path, now: datetime, names: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")) -> ServerTls:
    """Make a server certificate for *names*, a client's, and their CA in *folder*, once; valid for 825 days.

    :param now: aware; the certificates are good from the day before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / name).is_file() for name in (CA, SERVER, CLIENT)):
        ca = make_ca(
            "H2018 simulator TLS CA",
            serial=_FIRST_SERIAL,
            not_before=now - _DAY,
            not_after=now + _LIFE,
            key=make_key("ecdsa"),
        )
        server = _leaf(ca, names[0], _FIRST_SERIAL + 1, now, ExtendedKeyUsageOID.SERVER_AUTH, names)
        client = _leaf(ca, "h2018 client", _FIRST_SERIAL + 2, now, ExtendedKeyUsageOID.CLIENT_AUTH, ())
        write_secret(folder / SERVER, to_pem(server, None) + server.certificate_pem)
        write_secret(folder / CLIENT, to_pem(client, None) + client.certificate_pem)
        # Last: a folder with a CA in it is complete.
        (folder / CA).write_bytes(ca.certificate_pem)
    return ServerTls(certificate=folder / SERVER)


def unusable(what: object, error: Exception) -> TlsError:
    """Make the error that says why *what*, a file or a setting, cannot be used."""
    return TlsError(_UNUSABLE.format(path=what, why=str(error) or type(error).__name__))


def _own(path: Path) -> Any:
    try:
        return ssl.PrivateCertificate.loadPEM(path.read_bytes())
    except (OSError, *UNREADABLE) as error:
        raise unusable(path, error) from error


def _certificates(path: Path) -> list[Any]:
    try:
        return certificates(path.read_bytes())
    except (OSError, *UNREADABLE) as error:
        raise unusable(path, error) from error


def certificates(data: bytes) -> list[Any]:
    """Read the certificates in a PEM text; raises ValueError when there are none."""
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
