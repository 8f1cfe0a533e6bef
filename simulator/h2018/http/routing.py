"""Describes an HTTP route as one value, from which routing, refusals and the OpenAPI document all come.

A module that has addresses exports ``routes(customs) -> tuple[Route, ...]``; `server.site` serves the tables it is given.
What a route takes is said with types that msgspec knows (`Struct` with ``forbid_unknown_fields=True``,
``Annotated[int, Meta(ge=0)]`` …): what does not fit them is refused with 400 before the route is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field
from twisted.internet.defer import Deferred

from h2018.tenant.tenants import Tenant
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Basis, Bilingual, Finding

XML, JSON = "application/xml; charset=utf-8", "application/json; charset=utf-8"

#: Largest body of a route that does not say otherwise (bytes).
MOST_JSON = 1024 * 1024


class RawConnection(Protocol):
    """The connection of one request, for a response that writes bytes itself."""

    def write(self, data: bytes) -> None:
        """Send bytes without adding any header."""

    def close(self) -> None:
        """Close the connection in order."""

    def abort(self) -> None:
        """Reset the connection at once (RST)."""

    def on_lost(self, call: Callable[[], None]) -> None:
        """Call *call* when the client has gone."""


class Pieces(Struct, frozen=True):
    """A response body sent in pieces, with other requests served between two pieces.

    :ivar read: begins to give the pieces.
    :ivar size: bytes of all of them; when fewer come, the connection is broken off.
    """

    read: Callable[[], Iterator[bytes]]
    size: int


class Response(Struct, frozen=True):
    """The response that a route gives.

    :ivar pieces: in place of the body.
    :ivar raw: writes everything itself, status line included, in place of all the rest; for faults and streams.
    """

    code: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[RawConnection], None] | None = None
    pieces: Pieces | None = None


class Request(Struct, frozen=True, kw_only=True):
    """A request as a route gets it.

    :ivar tenant: the tenant that is addressed (``/t/{tenant}/…``, else the default one).
    :ivar names: the ``{…}`` steps of the path, as `Route.names` (a dict of texts when the route gives none).
    :ivar query: as `Route.query`; None when the route takes none.
    :ivar body: decoded as `Route.body`, or the bytes where that is `bytes`; None without a body.
    :ivar media: content type of the body, without parameters, lower case; empty when none was given.
    :ivar headers: by lower-case name.
    :ivar peer: address of the client.
    :ivar path: as it was asked for.
    """

    tenant: Tenant
    names: Any = None
    query: Any = None
    body: Any = None
    media: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    peer: str = ""
    path: str = ""


Answered: TypeAlias = Response | Deferred[Response]
Handler: TypeAlias = Callable[[Request], Answered]


class ResponseDoc(Struct, frozen=True):
    """The description of one response of a route, for the OpenAPI document.

    :ivar kind: type of the JSON content; `bytes` for anything else; None for an empty one.
    :ivar media: content types it comes in.
    """

    text: Bilingual
    kind: Any = None
    media: tuple[str, ...] = ("application/json",)
    headers: Mapping[str, Bilingual] = field(default_factory=dict)


#: The header that comes with 429 and 503.
RETRY_AFTER: Mapping[str, Bilingual] = MappingProxyType({"Retry-After": Bilingual("秒", "seconds")})


class Webhook(Struct, frozen=True, kw_only=True):
    """A request that this server makes to registered addresses, for the OpenAPI document.

    :ivar headers: those that always come, with what they say.
    :ivar optional_headers: those that may come.
    :ivar media: content types of the body.
    :ivar responses: what the receiver may answer, by status or range of statuses (``4XX``), and what comes of it.
    """

    name: str
    summary: Bilingual
    tag: str
    media: tuple[str, ...]
    headers: Mapping[str, Bilingual]
    optional_headers: Mapping[str, Bilingual]
    responses: Mapping[str, ResponseDoc]
    method: str = "POST"
    basis: Basis = Basis.ASSUMED


class Route(Struct, frozen=True):
    """One route: address, method, handler and description.

    :ivar tag: group it is shown in.
    :ivar path: ``/v1/receipts/{sequence}``.
    :ivar names: type of the ``{…}`` steps, a Struct; None reads them as texts.
    :ivar query: type of the query, a Struct; None takes none.
    :ivar body: type of the JSON body; `bytes` hands it on unread; None takes none.
    :ivar media: content types of the body.
    :ivar forms: of a body that is handed on unread, the type it has in one of its content types.
    :ivar needs_body: False where the body may be left out (it is None then).
    :ivar most: largest body (bytes); None is the server's limit for messages.
    :ivar responses: by status; those that every route has, or by what it takes can have, are added.
    :ivar tenants: it exists for each tenant, also under ``/t/{tenant}``.
    :ivar too_large: what is answered to a larger one, given its size and the limit; None for the usual.
    :ivar gated: an outage answers in its place.
    :ivar basis: how sure we are that customs has such a thing.
    """

    tag: str
    method: str
    path: str
    handler: Handler
    summary: Bilingual
    responses: Mapping[int, ResponseDoc]
    names: Any = None
    query: Any = None
    body: Any = None
    media: tuple[str, ...] = ("application/json",)
    forms: Mapping[str, Any] = field(default_factory=dict)
    needs_body: bool = True
    most: int | None = MOST_JSON
    tenants: bool = True
    too_large: Callable[[int, int], Response] | None = None
    gated: bool = False
    basis: Basis = Basis.ASSUMED

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the route's path."""
        return tuple(self.path.removeprefix("/").split("/"))

    @property
    def step_names(self) -> tuple[str, ...]:
        """The names of the path's ``{…}`` steps."""
        return tuple(step[1:-1] for step in self.steps if step.startswith("{"))

    def match(self, path: tuple[str, ...]) -> dict[str, str] | None:
        """The values of the ``{…}`` steps when *path* fits this route, else None."""
        steps = self.steps
        return matched(steps, path) if len(steps) == len(path) else None


#: Stands around every route: may answer in its place, change what is asked or what is answered.
Middleware: TypeAlias = Callable[[Route, Request, Handler], Answered]


class HttpError(Exception):
    """A refusal of a request; becomes a JSON body ``{"error": {"zh", "en"}, "findings": […]}``."""

    def __init__(
        self,
        code: int,
        text: Bilingual,
        findings: tuple[Finding, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text.en)
        self.code, self.text, self.findings, self.headers = code, text, findings, headers or {}


class Refused(Struct, frozen=True, omit_defaults=True):
    """The JSON body of every refusal."""

    error: Bilingual
    findings: tuple[Finding, ...] = ()


def json_response(content: object, code: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Make a response with a JSON body."""
    return Response(code, msgspec.json.encode(content), JSON, headers or {})


def error_response(refusal: HttpError) -> Response:
    """Make the response of a refusal."""
    return json_response(Refused(refusal.text, refusal.findings), refusal.code, refusal.headers)


def http_error(error: TempgoodsError, code: int = 409) -> HttpError:
    """Turn an error with a text for people into the refusal of a request."""
    return HttpError(code, error.text)


def split(path: str) -> tuple[str, ...]:
    """Split a path of a request line into decoded steps; an encoded slash stays within its step."""
    return tuple(unquote(step) for step in path.lstrip("/").split("/"))


def matched(steps: tuple[str, ...], path: tuple[str, ...]) -> dict[str, str] | None:
    """The values of the ``{…}`` steps when *path*, of the same length, fits them; else None."""
    found: dict[str, str] = {}
    for wanted, given in zip(steps, path, strict=True):
        if wanted == given:
            continue
        if not given or not wanted.startswith("{"):
            return None
        found[wanted[1:-1]] = given
    return found
