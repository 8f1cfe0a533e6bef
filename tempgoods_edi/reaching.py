"""An HTTP client with one deadline for the whole exchange, a size limit on the answer, and texts for failures.

A server that sends a byte now and then holds nobody for longer than the deadline.  Requests to this machine never go through
a proxy, whatever the environment says; others go through the one it names, and one that fails is named.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from http.client import BadStatusLine, HTTPException
from io import BytesIO
from ipaddress import IPv6Address, ip_address
from threading import Timer
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from msgspec import Struct
from urllib3 import exceptions
from urllib3.exceptions import HTTPError

from tempgoods_edi import schemes
from tempgoods_edi.connecting import Watch, connections, credentials
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: Largest answer that is read (bytes).
MOST_BYTES = 64 * 1024 * 1024
#: A whole exchange may take so many times the longest silence.
WHOLE = 4
#: How long a server may be silent (seconds).
SILENCE = 30.0
#: Raised where no connection came about.
_NOT_MET = (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, exceptions.ProxyError)

_NOT_HTTP = Bilingual("“{url}”不是 http 或 https 地址", "“{url}” is no http or https address")
_BY_PROXY = Bilingual(
    "{why}（经代理 {proxy}，来自环境变量 HTTP_PROXY、HTTPS_PROXY 或 ALL_PROXY；不经代理的地址写入 NO_PROXY）",
    "{why} (through the proxy {proxy}, which HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names; NO_PROXY takes what is to be "
    "reached without it)",
)
_PROXY_UNUSABLE = Bilingual("代理 {proxy} 不能使用：{why}", "the proxy {proxy} cannot be used: {why}")
_TOO_BIG = Bilingual("应答超过 {limit} 字节", "the answer has more than {limit} bytes")
_ENCODED = Bilingual("应答被压缩（{how}）", "the answer is compressed ({how})")
_SLOW = Bilingual("{seconds:g} 秒内没有完整应答", "no whole answer within {seconds:g} s")


class Failed(Enum):
    """How an exchange failed."""

    UNREACHABLE = "unreachable"  # nobody answers, or the proxy does not
    SLOW = "slow"  # no whole answer in time: what was sent may have arrived
    GONE = "gone"  # the connection ended before an answer began
    BROKEN = "broken"  # an answer that is none, or is cut off, or too large


class NotReached(TempgoodsError):
    """An exchange failed; the text says why, and names the proxy when there is one."""

    def __init__(self, kind: Failed, text: Bilingual) -> None:
        super().__init__(text)
        self.kind = kind


class Answer(Struct, frozen=True):
    """A whole HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        """The content type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_here(host: str) -> bool:
    """True when *host* is this machine itself.

    >>> [is_here(host) for host in ("localhost", "127.8.0.1", "[::1]", "::ffff:127.0.0.1", "127.1", "10.0.0.1", "a.cn")]
    [True, True, True, True, True, False, False]
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        try:
            address = ip_address(socket.inet_aton(name))
        except (OSError, ValueError):
            return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for *url*; None for this machine, and where no proxy is named."""
    parts, named = urlsplit(url), getproxies()
    host = parts.hostname or ""
    if is_here(host) or proxy_bypass(host):
        return None
    found = named.get(parts.scheme) or named.get("all")
    return found if found is None or "://" in found else f"http://{found}"


class Deadline:
    """Breaks off a connection when an exchange takes too long: a socket's own time-out restarts with every byte.

    Used as a context manager around each exchange.

    :param seconds: how long one may take.
    :ivar connection: the socket that is in use, as soon as there is one.
    :ivar passed: True once the last exchange was broken off.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.passed = seconds, False
        self.connection: socket.socket | None = None
        self._timer: Timer | None = None

    def __enter__(self) -> Deadline:
        self.passed = False
        self._timer = Timer(self.seconds, self._break_off)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def hold(self, connection: socket.socket) -> None:
        """Note that *connection* is in use now, so that the deadline can break it off."""
        self.connection = connection

    def _break_off(self) -> None:
        self.passed, connection = True, self.connection
        if connection is not None:
            with suppress(OSError):
                # Not the shutdown of TLS, which would wait for the other side.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class Line:
    """A connection to the server at *url*, kept open.  Not for several threads at once.

    :param seconds: how long the server may be silent.
    :param most: largest answer (bytes).
    :param verify: how the server's certificate is judged; None: by the CAs of the system.
    :param client: for tests; made here when left out.
    :raises NotReached: *url* is no HTTP address, or the proxy's is none.
    """

    def __init__(
        self,
        url: str,
        *,
        seconds: float = SILENCE,
        most: int = MOST_BYTES,
        verify: ssl.SSLContext | None = None,
        client: urllib3.PoolManager | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotReached(Failed.UNREACHABLE, _NOT_HTTP.format(url=url))
        self._url, self._seconds, self._most = url.rstrip("/"), seconds, most
        self._proxy, self._deadline = proxy_for(url), Deadline(WHOLE * seconds)
        self._watch = Watch(self._deadline.hold)
        # A compressed answer could be a thousand times what is counted here.
        self._headers = {"accept-encoding": "identity", "user-agent": "tempgoods-edi", **credentials(parts)}
        self._client = client or self._made(verify)

    def _made(self, verify: ssl.SSLContext | None) -> urllib3.PoolManager:
        try:
            return connections(self._watch, self._seconds, verify, self._proxy)
        except ValueError as error:
            text = _PROXY_UNUSABLE.format(proxy=_shown(self._proxy or ""), why=error)
            raise NotReached(Failed.UNREACHABLE, text) from None

    def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one HTTP request and read its answer.

        :param path: below the line's URL, beginning with a slash.
        :raises NotReached: there was no whole answer.
        """
        url = self._url + path + (f"?{urlencode(params)}" if params else "")
        asked, body = {**self._headers, **(headers or {})}, None
        if content is not None:
            # Sent in pieces, each with a time-out of its own.
            asked["content-length"], body = str(len(content)), BytesIO(content)
        with self._words(), self._deadline:
            response = self._client.urlopen(
                method, url, body=body, headers=asked,
                redirect=False, retries=False, preload_content=False, decode_content=False,
            )  # fmt: skip
            try:
                return self._read(response)
            finally:
                response.close()

    def close(self) -> None:
        """Close the connection; the next exchange opens another."""
        self._client.clear()

    def _read(self, response: urllib3.BaseHTTPResponse) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.itermerged()}
        encoding = headers.get("content-encoding", "identity")
        if encoding.lower() != "identity":
            raise NotReached(Failed.BROKEN, _ENCODED.format(how=encoding[:40]))
        body = bytearray()
        for part in response.stream(decode_content=False):
            body += part
            if len(body) > self._most:
                raise NotReached(Failed.BROKEN, _TOO_BIG.format(limit=self._most))
        return Answer(response.status, headers, bytes(body))

    @contextmanager
    def _words(self) -> Iterator[None]:
        """What urllib3 raises, as what people are told."""
        try:
            yield
        except (HTTPError, HTTPException, OSError) as error:
            kind, why = self._why(error)
            raise self._failed(kind, why) from None
        if self._deadline.passed:
            # An answer without a length ends where the connection does, ended by us too.
            raise self._failed(Failed.SLOW, too_slow(self._deadline.seconds))

    def _why(self, error: Exception) -> tuple[Failed, Bilingual]:
        cause = _cause(error)
        slow = isinstance(error, TimeoutError | exceptions.TimeoutError) or isinstance(cause, TimeoutError)
        if not self._watch.ready if self._watch.began else isinstance(error, _NOT_MET):
            return Failed.UNREACHABLE, self._without_tls(cause, silent=slow) or _said(cause, slow=slow)
        if self._deadline.passed or slow:
            return Failed.SLOW, too_slow(self._deadline.seconds if self._deadline.passed else self._seconds)
        gone = isinstance(cause, OSError)
        secure = self._with_tls() if gone or isinstance(cause, BadStatusLine) else None
        if secure is not None:
            return Failed.UNREACHABLE, secure
        return Failed.GONE if gone else Failed.BROKEN, _said(cause)

    def _without_tls(self, cause: BaseException, *, silent: bool) -> Bilingual | None:
        """Why it was no use to begin TLS, when the server does not speak it."""
        if not self._watch.met or self._proxy is not None or urlsplit(self._url).scheme != "https":
            return None
        return schemes.without_tls(self._url, str(cause), silent=silent)

    def _with_tls(self) -> Bilingual | None:
        """Why a new connection was hung up on, when the server wants TLS."""
        if not self._watch.met or self._proxy is not None or urlsplit(self._url).scheme != "http":
            return None
        return schemes.with_tls(self._url)

    def _failed(self, kind: Failed, why: Bilingual) -> NotReached:
        if self._proxy is not None:
            why = _BY_PROXY.format(why=why, proxy=_shown(self._proxy))
        return NotReached(kind, why)


def too_slow(seconds: float) -> Bilingual:
    """The text that an exchange was given up after so many *seconds*."""
    return _SLOW.format(seconds=seconds)


def _said(cause: BaseException, *, slow: bool = False) -> Bilingual:
    if slow:
        return Bilingual("连接超时", "connection timed out")
    text = str(cause) or type(cause).__name__
    return Bilingual(text, text)


def _cause(error: BaseException) -> BaseException:
    """What is behind an error of urllib3's, which carries it along or was raised from it."""
    inner = next((each for each in error.args if isinstance(each, BaseException)), None) or error.__cause__
    return error if inner is None else _cause(inner)


def _shown(proxy: str) -> str:
    """A proxy's address without user and password."""
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
