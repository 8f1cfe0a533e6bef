"""TLS of the HTTP client: which certificates are trusted, which one is shown, and texts for failures."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from msgspec import Struct

from tempgoods_edi.http_client.errors import ExchangeError, ExchangeFailure
from tempgoods_edi.values import Bilingual

_NOT_BELIEVED = Bilingual(
    "不信任服务器的证书：{why}。如由自己的 CA 签发，请指定该 CA",
    "the server's certificate is not trusted: {why}; where a CA of its own issued it, name that CA",
)
_WANTS_ONE = Bilingual("服务器要求客户端证书", "the server wants a client's certificate")
_NOT_TAKEN = Bilingual("服务器不接受客户端证书：{why}", "the server does not take the client's certificate: {why}")
_NO_CA = Bilingual("CA 证书 {path} 不可用：{why}", "the CA certificate {path} cannot be used: {why}")
_NO_OWN = Bilingual(
    "客户端证书 {path} 不可用：{why}（应为 PEM，含私钥；私钥另存或加密的须一并指定）",
    "the client's certificate {path} cannot be used: {why} (PEM with its key; one in another file, or a password, is to "
    "be named too)",
)

#: What OpenSSL calls the alert of a server that wants a certificate, and of one that does not take it.
_WANTED = ("ALERT_CERTIFICATE_REQUIRED", "ALERT_HANDSHAKE_FAILURE")
_REFUSED = (
    "ALERT_BAD_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_UNKNOWN_CA",
    "ALERT_DECRYPT_ERROR",
    "ALERT_ACCESS_DENIED",
)
#: What Python puts around OpenSSL's own words.
_BEFORE = re.compile(r"\[[^]]*\] *(?:certificate verify failed: *)?")
_BEHIND = " (_ssl.c:"


class Tls(Struct, frozen=True, kw_only=True):
    """The TLS settings of an HTTP client.

    :ivar ca: the CA that the server's certificate is checked against (PEM); None takes the system's.
    :ivar certificate: the client's own, shown to a server that asks for one (PEM).
    :ivar key: its private key, where it is not in the same file.
    :ivar password: of the key; never shown.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Tls(ca={self.ca and str(self.ca)!r}, certificate={self.certificate and str(self.certificate)!r})"

    def context(self) -> ssl.SSLContext:
        """The settings as an `ssl.SSLContext`.

        :raises ExchangeError: a file cannot be used.
        """
        try:
            context = ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))
        except (OSError, ValueError) as error:
            raise _unusable(_NO_CA, self.ca, error) from None
        if self.certificate is not None:
            try:
                # Without a password OpenSSL would ask for one at the terminal.
                context.load_cert_chain(self.certificate, self.key, self.password or "")
            except (OSError, ValueError) as error:
                raise _unusable(_NO_OWN, self.certificate, error) from None
        return context


def explained(error: BaseException) -> Bilingual | None:
    """The text for a TLS error that is about a certificate; None for any other error."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return _NOT_BELIEVED.format(why=_bare(text))
    if any(each in text for each in _WANTED):
        return _WANTS_ONE
    if any(each in text for each in _REFUSED):
        return _NOT_TAKEN.format(why=_bare(text))
    return None


def _unusable(text: Bilingual, path: Path | None, error: Exception) -> ExchangeError:
    why = (error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None) or _bare(
        str(error)
    )
    return ExchangeError(ExchangeFailure.UNREACHABLE, text.format(path=path, why=why))


def _bare(text: str) -> str:
    """OpenSSL's own words."""
    found = _BEFORE.match(text)
    return text[found.end() if found else 0 :].partition(_BEHIND)[0].strip() or text
