"""Which cards' signatures a portal takes is its profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempgoods_edi.demo_ca import make_certificate
from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.key_pairs import to_pkcs12
from tempgoods_edi.signing.keys import FileSigner, from_pkcs12
from tests import needed
from tests.web.portal import answered, authority, challenge, log_in, portal
from tests.web.shell.test_card_check import judged
from tests.web.stack import BEGIN, END, HOLDERS


@pytest.fixture
def national() -> FileSigner:
    """王琳's card with an SM2 key."""
    needed.module("gmssl_pyx", "sm2")
    pair = make_certificate(authority(), HOLDERS["wang"], serial=99, not_before=BEGIN, not_after=END, key=sm2.new_key())
    return from_pkcs12(to_pkcs12(pair, "x"), "x")


def test_the_national_profile_lets_sm2_cards_in_and_todays_too(tmp_path: Path, national: FileSigner) -> None:
    """Both log in, and the help page finds nothing against the SM2 card."""
    with portal(tmp_path, profile="sm2-sm3") as made:
        browser = made.browser()
        assert judged(browser, national.certificate_der, national.algorithm)["findings"] == []
        answer = answered(browser, challenge(browser), by=national)
        assert answer.status_code == 200, answer.text
        assert "王琳" in browser.get("/help").text
        log_in(made.browser())


def test_otherwise_an_sm2_card_is_refused_in_words(tmp_path: Path, national: FileSigner) -> None:
    """At the log-in, and by the help page before."""
    with portal(tmp_path) as made:
        browser = made.browser()
        (finding,) = judged(browser, national.certificate_der, national.algorithm)["findings"]
        assert "sm2-sm3" in finding["text"]
        assert answered(browser, challenge(browser), by=national).status_code >= 400
