"""A browser without a network for the console's tests: addresses, forms, the cookie; and a customs to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec
from lxml import html
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from h2018.config import Config
from h2018.console.routes import routes
from h2018.http.routing import Request, Response, split
from h2018.steering.control import Next, OverrideSet
from h2018.steering.outcomes import Outcome
from h2018.tenant.tenants import Customs, Tenant
from tests.h2018.tenant import REGISTRY, START, Tree, changed, fixture, signed, to_close, trust

HOST = "127.0.0.1:8018"
KEY = b"nobody knows this key of the tests"
HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>&amp;{{7*7}}"


def make_customs() -> Customs:
    """A customs whose time stands still at the fixtures' day."""
    return to_close(Customs(Config(clock="manual", starts_at=START, registry=REGISTRY), Clock(), trust=trust()))


def manual(tenant: Tenant, count: int = 1) -> None:
    """The next declarations are to wait for an officer."""
    tenant.overrides.control = OverrideSet(next=(Next(outcome=Outcome(name="manual"), left=count),))


def declaration(
    tenant: Tenant, values: Mapping[str, str | None] | None = None, *, serial: int = 1, tree: Tree | None = None
) -> str:
    """Send an exhibition and let customs come to it; its pre-entry number."""
    made = changed(fixture("tmp101-full") if tree is None else tree, values or {})
    reply = tenant.intake(signed(made, serial), "http")
    assert reply.seq_no is not None, reply
    tenant.advance(60)
    return reply.seq_no


def waiting(tenant: Tenant, values: Mapping[str, str | None] | None = None, serial: int = 1) -> str:
    """A declaration that waits for an officer."""
    manual(tenant)
    return declaration(tenant, values, serial=serial)


def many_lines(count: int) -> Tree:
    """An exhibition with so many lines."""
    tree = fixture("tmp101-full")
    line = tree["document"]["ExhibitList"][0]
    tree["document"]["ExhibitList"] = [{**line, "GdsSeqNo": str(number)} for number in range(1, count + 1)]
    return tree


class Desk:
    """One officer's browser."""

    def __init__(self, customs: Customs, tenant: str = "default") -> None:
        self._routes, self._customs, self._tenant = routes(customs, KEY), customs, tenant
        self.cookie = ""

    def get(self, page: str) -> Response:
        """A page of the tenant, such as ``cases?state=stored``."""
        return self.ask("GET", f"/console/t/{self._tenant}/{page}")

    def seen(self, page: str) -> html.HtmlElement:
        """A page that is there, as a tree."""
        answer = self.get(page)
        assert answer.code == 200, (answer.code, answer.body)
        return html.fromstring(answer.body.decode())

    def text(self, page: str) -> str:
        """What a person reads on a page."""
        return " ".join(self.seen(page).text_content().split())

    def token(self) -> str:
        """The token of this browser's forms."""
        return str(self.seen("tenants").xpath("//input[@name='token']/@value")[0])

    def post(
        self,
        page: str,
        fields: Sequence[tuple[str, str]] | Mapping[str, str] = (),
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a form."""
        pairs = list(fields.items() if isinstance(fields, Mapping) else fields)
        body = urlencode([*pairs, ("token", self.token() if token is None else token)]).encode()
        return self.ask("POST", f"/console/t/{self._tenant}/{page}", body, headers or {})

    def ask(self, method: str, address: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        """Any request to the console."""
        parts = urlsplit(address)
        path = split(parts.path)
        for route in self._routes:
            names = route.match(path)
            if route.method == method and names is not None:
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                request = Request(
                    tenant=self._customs.tenant(),
                    names=names,
                    query=None if route.query is None else msgspec.convert(query, route.query, strict=False),
                    body=body if route.body is bytes else None,
                    headers={"host": HOST, "cookie": self.cookie, "origin": f"http://{HOST}", **(headers or {})},
                    path=parts.path,
                )
                answer: Any = route.handler(request)
                if isinstance(answer, Deferred):
                    answer = answer.result
                assert isinstance(answer, Response)
                self.cookie = answer.headers.get("Set-Cookie", self.cookie).partition(";")[0]
                return answer
        raise AssertionError(f"nothing at {method} {address}")


def at(text: str) -> str:
    """A text as a step of an address."""
    return quote(text, safe="")
