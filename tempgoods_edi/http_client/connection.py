"""A kept-open HTTP connection to one server: one exchange after the other, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import BadStatusLine, HTTPException
from io import BytesIO
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.exceptions import HTTPError

from tempgoods_edi.http_client import certificates, wrong_scheme
from tempgoods_edi.http_client.certificates import Tls
from tempgoods_edi.http_client.deadline import SILENCE, WHOLE, Deadline, too_slow
from tempgoods_edi.http_client.errors import ExchangeError, ExchangeFailure
from tempgoods_edi.http_client.pool import Watch, connections, credentials
from tempgoods_edi.http_client.proxies import proxy_for, without_password
from tempgoods_edi.http_client.response import HttpResponse
from tempgoods_edi.values import Bilingual, shortened

#: Largest answer that is read (bytes).
MOST_BYTES = 64 * 1024 * 1024
#: As much of another server's address as is shown (characters).
_LONGEST = 200
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
_REDIRECTED = Bilingual(
    "服务器要求转到 {where}（HTTP {status}），不予跟随；如该地址正确，请直接使用",
    "the server redirects to {where} (HTTP {status}), which is not followed; if that is right, use that address",
)


class Connection:
    """A connection to the server at *url*, kept open.  Not for several threads at once.

    :param seconds: how long the server may be silent.
    :param most: largest answer (bytes).
    :param tls: how TLS is spoken; the system's CAs and no certificate of one's own when left out.
    :param client: for tests; made here when left out.
    :raises ExchangeError: *url* is no HTTP address, the proxy's is none, or a file of *tls* cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        seconds: float = SILENCE,
        most: int = MOST_BYTES,
        tls: Tls | None = None,
        client: urllib3.PoolManager | None = None,
    ) -> None:
        if not _is_http(url):
            raise ExchangeError(ExchangeFailure.UNREACHABLE, _NOT_HTTP.format(url=without_password(url)))
        self._url, self._seconds, self._most = url.rstrip("/"), seconds, most
        self._proxy, self._deadline = proxy_for(url), Deadline(WHOLE * seconds)
        self._watch = Watch(self._deadline.hold)
        # A compressed answer could be a thousand times what is counted here.
        self._headers = {"accept-encoding": "identity", "user-agent": "tempgoods-edi", **credentials(urlsplit(url))}
        self._client = client or self._made(tls)

    def _made(self, tls: Tls | None) -> urllib3.PoolManager:
        # Plain HTTP needs none: reading the system's CAs takes its time.
        context = (tls or Tls()).context() if urlsplit(self._url).scheme == "https" else None
        try:
            return connections(self._watch, self._seconds, context, self._proxy)
        except ValueError as error:
            text = _PROXY_UNUSABLE.format(proxy=without_password(self._proxy or ""), why=error)
            raise ExchangeError(ExchangeFailure.UNREACHABLE, text) from None

    def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Make one HTTP request and read its answer.

        :param path: with its query, below the connection's URL, beginning with a slash.
        :raises ExchangeError: there was no whole answer.
        """
        asked, body = {**self._headers, **(headers or {})}, None
        if content is not None:
            # Sent in pieces, each with a time-out of its own.
            asked["content-length"], body = str(len(content)), BytesIO(content)
        self._watch.reset()
        with self._words(), self._deadline:
            response = self._client.urlopen(
                method, self._url + path, body=body, headers=asked,
                redirect=False, retries=False, preload_content=False, decode_content=False,
            )  # fmt: skip
            try:
                return self._read(response)
            finally:
                response.close()

    def close(self) -> None:
        """Close the connection; the next exchange opens another."""
        self._client.clear()

    def _read(self, response: urllib3.BaseHTTPResponse) -> HttpResponse:
        headers = {name.lower(): value for name, value in response.headers.itermerged()}
        if 300 <= response.status < 400:
            where = without_password(shortened(headers.get("location", ""), _LONGEST))
            raise ExchangeError(ExchangeFailure.BROKEN, _REDIRECTED.format(where=where, status=response.status))
        encoding = headers.get("content-encoding", "identity")
        if encoding.lower() != "identity":
            raise ExchangeError(ExchangeFailure.BROKEN, _ENCODED.format(how=encoding[:40]))
        too_big = ExchangeError(ExchangeFailure.BROKEN, _TOO_BIG.format(limit=self._most))
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdecimal() and int(announced[:20]) > self._most:
            raise too_big
        body = bytearray()
        for part in response.stream(decode_content=False):
            body += part
            if len(body) > self._most:
                raise too_big
        return HttpResponse(response.status, headers, bytes(body))

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
            raise self._failed(ExchangeFailure.SLOW, too_slow(self._deadline.seconds))

    def _why(self, error: Exception) -> tuple[ExchangeFailure, Bilingual]:
        cause = _cause(error)
        # To urllib3 a connection that is refused is one that timed out, too.
        late = isinstance(error, TimeoutError | exceptions.TimeoutError) and not isinstance(error, exceptions.NewConnectionError)
        slow = late or isinstance(cause, TimeoutError)
        if not self._watch.ready if self._watch.began else isinstance(error, _NOT_MET):
            why = certificates.explained(cause) or self._without_tls(cause, silent=slow) or _said(cause, slow=slow)
            return ExchangeFailure.UNREACHABLE, why
        if self._deadline.passed or slow:
            return ExchangeFailure.SLOW, too_slow(self._deadline.seconds if self._deadline.passed else self._seconds)
        gone = isinstance(cause, OSError)
        other = self._with_tls() if gone or isinstance(cause, BadStatusLine) else None
        other = other or certificates.explained(cause)
        if other is not None:
            return ExchangeFailure.UNREACHABLE, other
        return ExchangeFailure.GONE if gone else ExchangeFailure.BROKEN, _said(cause)

    def _without_tls(self, cause: BaseException, *, silent: bool) -> Bilingual | None:
        """Why it was no use to begin TLS, when the server does not speak it."""
        if not self._watch.met or self._proxy is not None or urlsplit(self._url).scheme != "https":
            return None
        return wrong_scheme.without_tls(self._url, str(cause), silent=silent)

    def _with_tls(self) -> Bilingual | None:
        """Why a new connection was hung up on, when the server wants TLS."""
        if not self._watch.met or self._proxy is not None or urlsplit(self._url).scheme != "http":
            return None
        return wrong_scheme.with_tls(self._url)

    def _failed(self, kind: ExchangeFailure, why: Bilingual) -> ExchangeError:
        if self._proxy is not None:
            why = _BY_PROXY.format(why=why, proxy=without_password(self._proxy))
        return ExchangeError(kind, why)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _said(cause: BaseException, *, slow: bool = False) -> Bilingual:
    if slow:
        return Bilingual("连接超时", "connection timed out")
    text = str(cause) or type(cause).__name__
    return Bilingual(text, text)


def _cause(error: BaseException) -> BaseException:
    """What is behind an error of urllib3's, which carries it along or was raised from it."""
    inner = next((each for each in error.args if isinstance(each, BaseException)), None) or error.__cause__
    return error if inner is None else _cause(inner)
