"""What the help page's test asks the portal: its time, and what it thinks of a certificate."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest

from tempgoods_edi.demo_ca import Holder, make_ca, make_certificate
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.policy import RSA_SHA256
from tests.web.portal import START, Portal, TestClient, authority, token
from tests.web.stack import BEGIN, END, HOLDERS


def card(holder: Holder = HOLDERS["wang"], ca: KeyPair | None = None, until: datetime = END) -> bytes:
    """A certificate (DER)."""
    made = make_certificate(ca or authority(), holder, serial=77, not_before=BEGIN, not_after=until)
    return made.certificate_der


def judged(browser: TestClient, certificate: bytes, algorithm: str = RSA_SHA256) -> Any:
    """What the portal says of *certificate*."""
    fields = {"certificate": b64encode(certificate).decode(), "algorithm": algorithm}
    answer = browser.post("/help/certificate", data=fields, headers={"X-CSRF": token(browser)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_certificate_that_is_good_is_said_to_be(browser: TestClient) -> None:
    """Before log-in: whose, from when to when, how many days are left, and nothing against it."""
    told = judged(browser, card(until=START + timedelta(days=20, hours=1)))
    assert (told["holder"], told["days_left"], told["findings"]) == ("王琳", 20, [])
    assert (told["not_before"], told["not_after"]) == ("2026-01-01", "2027-03-21")
    assert "Test CA" in told["issuer"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_against_a_certificate_is_said_at_once(browser: TestClient, lang: str) -> None:
    """Of another CA, run out, and no declarant's: each with what to do, in the reader's language."""
    other = make_ca("Other CA", serial=9, not_before=BEGIN, not_after=END)
    browser.post("/language", data={"csrf": token(browser), "lang": lang})
    found = judged(
        browser, card(Holder("某人", "", "", "", ""), other, until=datetime(2027, 2, 1, tzinfo=START.tzinfo))
    )
    assert [each["severity"] for each in found["findings"]] == ["error"] * 3
    assert [each.get("rule", "")[:6] for each in found["findings"]] == ["TG-SIG", "TG-SIG", ""]
    assert all(each["text"] and each["fix"] for each in found["findings"])
    assert all(each["text"].isascii() == (lang == "en") for each in found["findings"][:2])


@pytest.mark.parametrize(("der", "algorithm"), [(b"no certificate", RSA_SHA256), (None, "urn:none"), (None, "")])
def test_what_cannot_be_judged_is_a_finding_too(browser: TestClient, der: bytes | None, algorithm: str) -> None:
    """No certificate, or an algorithm that no log-in is taken by."""
    told = judged(browser, der or card(), algorithm)
    assert told["holder"] is None
    assert len(told["findings"]) == 1


def test_it_judges_so_often_only(portal: Portal, browser: TestClient) -> None:
    """Nobody keeps the portal busy with it; garbage is refused, and counted."""
    headers = {"X-CSRF": token(browser)}
    most = 4 * portal.app.state.context.settings.logins_by_address
    seen = [
        browser.post("/help/certificate", data={"certificate": "%%"}, headers=headers).status_code
        for _ in range(most + 1)
    ]
    assert set(seen[:-1]) < {400, 409, 422}
    assert seen[-1] == 429


def test_the_clock_is_the_machines(portal: Portal, browser: TestClient) -> None:
    """The time by which log-ins are judged, to the millisecond; never from a cache."""
    portal.later(milliseconds=1500)
    answer = browser.get("/help/clock")
    assert answer.json() == {"now": int(START.timestamp() * 1000) + 1500}
    assert answer.headers["cache-control"] == "no-store"
