"""Access to the card control: only from this machine, by a name of this machine, from pages of allowed sites."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.pages.headers import ALWAYS, content_security_policy
from tempgoods_edi.signing.challenge import is_origin
from tempgoods_edi.values import Bilingual

_NAMES = ("127.0.0.1", "localhost", "[::1]")
_NOT_LOOPBACK = Bilingual(
    "卡控件只在本机上服务，不能监听 {host}", "the card control serves this machine only; it does not listen on {host}"
)
_NOT_AN_ORIGIN = Bilingual(
    "“{value}”不是网站地址，请写成 https://portal.example 或 http://127.0.0.1:8020",
    "“{value}” is no site; write it as https://portal.example or http://127.0.0.1:8020",
)

HEADERS: Mapping[str, str] = {**ALWAYS, "Cache-Control": "no-store"}


def content_policy(returning_to: str = "") -> str:
    """The Content-Security-Policy: our own style, forms to ourselves and back to the site that opened the page."""
    return content_security_policy(style_src="'self'", img_src="'self'", form_action=f"'self' {returning_to}")


def loopback(host: str) -> str:
    """*host* when it is an address of this machine alone; raises otherwise.

    :raises TempgoodsError: others could reach it.
    """
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        if host == "localhost":
            return host
    raise TempgoodsError(_NOT_LOOPBACK.format(host=host))


def origins(texts: Iterable[str]) -> frozenset[str]:
    """The allowed sites in the form in which browsers name them.

    :raises TempgoodsError: one is no site.
    """
    found = set()
    for text in texts:
        site = text.strip().lower().removesuffix("/")
        if not is_origin(site):
            raise TempgoodsError(_NOT_AN_ORIGIN.format(value=text))
        found.add(site)
    return frozenset(found)


def return_url(text: str, origin: str) -> str | None:
    """*text* when it is a URL below *origin*; else None."""
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != origin or parts.fragment:
        return None
    return text


class LocalOnly:
    """Middleware that admits only requests from this machine, under its own name and port.

    A page of elsewhere whose name was made to resolve to this machine (DNS rebinding) names it by that name.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = frozenset(f"{name}:{port}" for name in _NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or refuse before anything is read."""
        if scope["type"] == "lifespan" or self._is_local(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await _refuse(receive, send)
        else:
            await PlainTextResponse("不是本机的请求 / not a request of this machine\n", 403)(scope, receive, send)

    def _is_local(self, scope: Scope) -> bool:
        client = scope.get("client")
        if client is not None and not ipaddress.ip_address(client[0]).is_loopback:
            return False
        named = Headers(scope=scope).getlist("host")
        return len(named) == 1 and named[0].lower() in self._hosts


async def _refuse(receive: Receive, send: Send) -> None:
    """End a WebSocket handshake with status 403."""
    message: Message = await receive()
    if message["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": 1008})
