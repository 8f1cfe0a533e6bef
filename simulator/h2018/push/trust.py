"""TLS of push: how the server of a callback is trusted, and which client certificate is shown.

Imported only where a callback is https: pyOpenSSL takes its time.
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet import ssl
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.client import BrowserLikePolicyForHTTPS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from h2018.push.callbacks import Tls
from h2018.transports.tls import UNREADABLE, certificates, unusable


def push_policy(tls: Tls) -> Any:
    """Make the TLS policy for the connection to a callback; raises `TlsError`."""
    return _Policy(tls)


@implementer(IPolicyForHTTPS)
class _Policy:
    def __init__(self, tls: Tls) -> None:
        self._verify = tls.verify
        try:
            self._client = None if tls.client is None else ssl.PrivateCertificate.loadPEM(tls.client)
            self._trust = None if tls.ca is None else ssl.trustRootFromCertificates(certificates(tls.ca.encode()))
        except UNREADABLE as error:
            raise unusable("tls", error) from error

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
