"""Keys are slow to make, so the signature tests share one kit of them."""

from __future__ import annotations

import pytest

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_key
from tempgoods_edi.signing import Trust
from tests.signing import national
from tests.signing.material import BEGIN, END, HOLDER, SERIAL, SigningKit, signer_of


@pytest.fixture(scope="session")
def kit() -> SigningKit:
    """A CA and two certificates that it issued."""
    ca = make_ca("Test CA", serial=1, not_before=BEGIN, not_after=END)
    rsa = make_certificate(ca, HOLDER, serial=SERIAL, not_before=BEGIN, not_after=END)
    ecdsa = make_certificate(ca, HOLDER, serial=SERIAL + 1, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    return SigningKit(ca, rsa, ecdsa, Trust([ca.certificate_pem]), {"rsa": signer_of(rsa), "ecdsa": signer_of(ecdsa)})


@pytest.fixture(scope="session")
def nation() -> national.Nation:
    """SM2 cards of CAs of three kinds."""
    return national.made()
