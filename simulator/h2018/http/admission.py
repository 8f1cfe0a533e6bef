"""Access rules of the HTTP server: the host names it answers to, the pages it answers, and which routes need the token.

A page of another site can send requests through the browser of whoever runs the simulator.  If its name was made to
resolve to this machine (DNS rebinding) it even counts as ours to the browser; but then ``Host`` has that name.  So every
request must name us by a name of ours, and one that changes something must not come from another origin's page.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address

from msgspec import Struct

from h2018.http.routing import HttpError, Route
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.pages.origin import from_same_origin
from tempgoods_edi.values import Bilingual

_LOOPBACK_NAMES = frozenset({"localhost"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LEAST_TOKEN, MOST_TOKEN = 16, 256
#: Of the names that a request gave only so many characters are told back.
MOST_TOLD = 200

_WRONG_HOST = Bilingual(
    "不能以名称“{value}”访问本模拟器；如需使用此名称，请以 --host-name 启动",
    "this simulator is not reached by the name “{value}”; to use that name, start it with --host-name",
)
_CROSS_SITE = Bilingual("不接受其他网站发来的请求", "requests from other web sites are not taken")
_NO_TOKEN = Bilingual(
    "需要令牌：请用 Authorization: Bearer，或在浏览器中以令牌作密码登录",
    "this needs the token: send Authorization: Bearer, or log in with the token as password in a browser",
)
_BAD_TOKEN = Bilingual(
    "令牌文件 {path} 应为一行 {least} 到 {most} 个可见 ASCII 字符",
    "the token file {path} should hold one line of {least} to {most} visible ASCII characters",
)
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="h2018", charset="UTF-8"'}


class Admission(Struct, frozen=True):
    """The access rules that a request meets before any route.

    :ivar hosts: names of ours besides those of this machine, lower case, without port.
    :ivar token: what control, console and push targets need; None where nothing does.
    """

    hosts: frozenset[str] = frozenset()
    token: str | None = None

    def __repr__(self) -> str:
        return f"Admission({sorted(self.hosts)}, token {'set' if self.token else 'not set'})"


def admission(host: str, names: Iterable[str], token: str | None) -> Admission:
    """Make the access rules of a server that listens on *host* and has the further *names*."""
    return Admission(frozenset(each.strip().lower().rstrip(".").strip("[]") for each in (host, *names)), token)


def read_token(data: bytes, path: object) -> str:
    """Read the access token in a file's bytes; raises `TempgoodsError` when there is none."""
    text = data.decode("ascii", "replace").strip()
    if not (LEAST_TOKEN <= len(text) <= MOST_TOKEN and text.isascii() and text.isprintable() and " " not in text):
        raise TempgoodsError(_BAD_TOKEN.format(path=path, least=LEAST_TOKEN, most=MOST_TOKEN))
    return text


def refusal(
    admitted: Admission, method: str, hosts: Sequence[str], headers: Mapping[str, str], local: str
) -> HttpError | None:
    """The reason why the request is refused, whatever it asks for; None when it is admitted.

    :param hosts: every ``Host`` header; none at all only comes from what is no browser.
    :param headers: the others, by lower-case name.
    :param local: address that the connection came to.
    """
    if len(hosts) > 1 or (hosts and not _is_ours(admitted, hosts[0], local)):
        return HttpError(421, _WRONG_HOST.format(value=", ".join(hosts)[:MOST_TOLD]))
    if method in _SAFE:
        return None
    return None if from_same_origin({**headers, "host": hosts[0] if hosts else ""}) else HttpError(403, _CROSS_SITE)


def unauthorised(admitted: Admission, route: Route, headers: Mapping[str, str]) -> HttpError | None:
    """The refusal when *route* needs the token and *headers* do not carry the token; None otherwise."""
    if admitted.token is None or not needs_token(route) or _given(headers, admitted.token):
        return None
    return HttpError(401, _NO_TOKEN, headers=_CHALLENGE)


def needs_token(route: Route) -> bool:
    """True for control, console and push targets.  The time at customs is open to everybody: a gateway needs it."""
    steps = route.steps
    if (route.method, route.path) == ("GET", "/control/clock"):
        return False
    return steps[0] in ("control", "console") or steps[:2] == ("v1", "callbacks")


def _given(headers: Mapping[str, str], token: str) -> bool:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            value = b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
        except NotBase64:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(value.strip().encode(), token.encode())


def _is_ours(admitted: Admission, host: str, local: str) -> bool:
    name = name_of(host)
    if not name:
        return False
    try:
        address = ip_address(name)
    except ValueError:
        return name in _LOOPBACK_NAMES or name in admitted.hosts
    # A page can take over a name, not an address: one that leads here can be believed.
    return address.is_loopback or name in admitted.hosts or name == local


def name_of(host: str) -> str:
    """The name in a ``Host`` header, without port, in lower case; empty when the header holds no name.

    >>> name_of("LOCALHOST:8018"), name_of("[::1]:8018"), name_of("a@b"), name_of("a.example.:80")
    ('localhost', '::1', '', 'a.example')
    """
    host = host.strip().lower()
    if host.startswith("["):
        name, closed, port = host[1:].partition("]")
        port = port.removeprefix(":") if closed and port[:1] in ("", ":") else "x"
    else:
        name, _, port = host.partition(":")
        name = name.removesuffix(".")
    usable = name.isascii() and name.isprintable() and not set(name) & set("@/\\?# %")
    return name if usable and (not port or (port.isascii() and port.isdigit())) else ""
