"""A portal in this process with operators of two enterprises logged in, and no customs behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509

from tempgoods_edi.declarant.actors import Actor, actor_of
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tempgoods_edi.signing.x509_reading import identity_of
from tempgoods_edi.web.shell.context import Context
from tests.web.portal import Portal, TestClient, log_in, portal, signer, token

Sit = Callable[..., TestClient]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Portal]:
    """A portal with an empty store."""
    with portal(tmp_path) as made:
        yield made


@pytest.fixture
def services(running: Portal) -> Context:
    """What the pages call."""
    found: Context = running.app.state.context
    return found


@pytest.fixture
def wang(services: Context) -> Actor:
    """The operator that `client` is logged in for; the enterprise has two declarants."""
    actor = actor_of(identity_of(x509.load_der_x509_certificate(signer("wang").certificate_der)))
    for person in (DeclarantPerson("31026577", "沈一舟"), DeclarantPerson("31029904", "顾念慈")):
        services.filing.add_declarant(actor, person)
    return actor


@pytest.fixture
def sit(running: Portal) -> Sit:
    """``sit("li")``: a browser that this card is logged in with; it sends the token of forms with everything."""

    def down(card: str = "wang", lang: str = "zh") -> TestClient:
        browser = log_in(running.browser(), card)
        browser.cookies.set("tempgoods_lang", lang)
        browser.headers["X-CSRF"] = token(browser)
        browser.headers["Accept"] = "text/html"
        return browser

    return down


@pytest.fixture
def client(sit: Sit, wang: Actor) -> TestClient:
    """A browser that wang is logged in with."""
    return sit("wang")
