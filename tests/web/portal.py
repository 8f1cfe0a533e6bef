"""The portal in this process, for tests that need no browser: a clock in the test's hand, and cards that are keys."""

from __future__ import annotations

import warnings
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from fastapi import FastAPI
from httpx import Response

from tempgoods_edi.demo_ca import Holder, make_ca, make_certificate
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.key_pairs import KeyPair, to_pkcs12
from tempgoods_edi.signing.keys import FileSigner, from_pkcs12
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.web.shell.context import PortalSettings
from tempgoods_edi.web.wiring import make_app
from tests.web.stack import BEGIN, END, HOLDERS, csrf_of

with warnings.catch_warnings():
    # Starlette would rather have a client library that is newer than the ones we support.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from starlette.testclient import TestClient

__all__ = ["ORIGIN", "START", "Portal", "TestClient", "answered", "challenge", "log_in", "portal", "signer", "token"]

ORIGIN = "http://portal.example"
START = datetime(2027, 3, 1, 9, 0, tzinfo=CHINA_TIME)


@cache
def authority() -> KeyPair:
    """The CA that the portal trusts."""
    return make_ca("Test CA", serial=1, not_before=BEGIN, not_after=END)


@cache
def signer(card: str, ca: KeyPair | None = None) -> FileSigner:
    """What signs as the card called *card* does."""
    holder: Holder = HOLDERS[card]
    serial = 10 + list(HOLDERS).index(card)
    pair = make_certificate(ca or authority(), holder, serial=serial, not_before=BEGIN, not_after=END)
    return from_pkcs12(to_pkcs12(pair, "x"), "x")


class Portal:
    """A portal.

    :ivar now: the machine's time, moved by the test.
    """

    def __init__(self, folder: Path, **settings: object) -> None:
        ca = folder / "ca.pem"
        ca.write_bytes(authority().certificate_pem)
        self.now, self.seconds = START, 0.0
        self._chance = Random(2018)
        chosen = {"database": str(folder / "portal.sqlite3"), "trust": (ca,), "origin": ORIGIN, **settings}
        self.app: FastAPI = make_app(
            PortalSettings(**chosen),  # type: ignore[arg-type]  # settings by their names
            lambda: self.now,
            self._chance.randbytes,
            seconds=lambda: self.seconds,
        )

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)
        self.seconds += timedelta(**by).total_seconds()

    def browser(self, address: str = "192.0.2.1") -> TestClient:
        """A browser of its own, at an address of its own."""
        return TestClient(
            self.app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False, client=(address, 50000)
        )


@contextmanager
def portal(folder: Path, **settings: object) -> Iterator[Portal]:
    """A portal that lives for the time of a ``with``."""
    made = Portal(folder, **settings)
    try:
        yield made
    finally:
        made.app.state.context.store.close()


def token(browser: TestClient) -> str:
    """The form token of whoever sits at *browser*."""
    return csrf_of(browser.get("/help").text)


def challenge(browser: TestClient) -> dict[str, str]:
    """A challenge given to *browser*."""
    answer = browser.post("/login/challenge", headers={"X-CSRF": token(browser)})
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def answered(browser: TestClient, given: dict[str, str], card: str = "wang", by: Signer | None = None) -> Response:
    """What *browser* gets for the challenge *given*, signed by *card*."""
    own = by or signer(card)
    fields = {
        "id": given["id"],
        "algorithm": own.algorithm,
        "signature": b64encode(own.sign(given["challenge"].encode())).decode(),
        "certificate": b64encode(own.certificate_der).decode(),
    }
    answer: Response = browser.post("/login", data=fields, headers={"X-CSRF": token(browser)})
    return answer


def log_in(browser: TestClient, card: str = "wang") -> TestClient:
    """Log *card* in at *browser*."""
    answer = answered(browser, challenge(browser), card)
    assert answer.status_code == 200, answer.text
    return browser
