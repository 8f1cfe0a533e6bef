"""The login challenge: one form, one page, two minutes, and a certificate that is believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_crl, make_key
from tempgoods_edi.signing import Trust, challenge
from tempgoods_edi.signing.challenge import Challenge, LoginRefused
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA1, RSA_SHA256, SM2_SM3
from tests.signing.material import BEGIN, END, HOLDER, NOW, SigningKit, signer_of

ORIGIN = "http://127.0.0.1:8020"
NONCE = "6hVn0w3mYp6cX0aUe1zq4w"
TEXT = challenge.challenge_text(ORIGIN, NONCE, NOW)
ALGORITHM = {"rsa": RSA_SHA256, "ecdsa": ECDSA_SHA256}


def reasons(text: str, pair: KeyPair, trust: Trust, signed: str | None = None, **other: object) -> list[str]:
    """The ids for which a login by *pair* is refused; none when it is not."""
    signer = signer_of(pair)
    given: dict[str, object] = {
        "algorithm": signer.algorithm,
        "signature": signer.sign((text if signed is None else signed).encode()),
        "certificate_der": pair.certificate_der,
        "trust": trust,
        "now": NOW,
        "origin": ORIGIN,
        **other,
    }
    try:
        challenge.verified(text, **given)  # type: ignore[arg-type]  # each test gives one of another value
    except LoginRefused as refused:
        return [f.rule for f in refused.findings if f.text.zh and f.text.en and f.fix.zh and f.fix.en]
    return []


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_a_right_signature_tells_who_it_is(kit: SigningKit, kind: str) -> None:
    """Whoever signs a fresh challenge of this page with a believed certificate is known by it."""
    signer = kit.signer(kind)
    identity = challenge.verified(
        TEXT, ALGORITHM[kind], signer.sign(TEXT.encode()), signer.certificate_der, kit.trust, NOW, ORIGIN
    )
    assert (identity.enterprise_code, identity.ic_card_no) == (HOLDER.enterprise_code, HOLDER.ic_card_no)


def test_what_is_written_reads_back() -> None:
    """Reading gives what was written."""
    assert challenge.parsed_challenge(TEXT) == Challenge(ORIGIN, NONCE, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT + "\n",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("origin: ", "origin:"),
        TEXT.replace("127.0.0.1:8020", "127.0.0.1:8020/login"),
        TEXT.replace("http:", "ftp:"),
        TEXT.replace(NONCE, "short"),
        TEXT.replace(NONCE, NONCE + "\nnonce: " + NONCE),
        TEXT.replace("2027-01-01", "2027-02-30"),
        TEXT.replace("+08:00", "Z"),
        " " + TEXT,
        '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"></SignedInfo>',
    ],
)
def test_anything_else_is_no_challenge(text: str) -> None:
    """A text that is off by a byte is no challenge."""
    with pytest.raises(LoginRefused) as refused:
        challenge.parsed_challenge(text)
    assert refused.value.rule == "TG-LOG-001"


@pytest.mark.parametrize(
    ("origin", "nonce"), [("127.0.0.1", NONCE), (ORIGIN + "\nx: y", NONCE), (ORIGIN, "x" * 15), (ORIGIN, "a\nb" * 8)]
)
def test_nothing_else_can_be_written(origin: str, nonce: str) -> None:
    """Parts that would make another text are a mistake of the caller."""
    with pytest.raises(ValueError, match="no origin"):
        challenge.challenge_text(origin, nonce, NOW)
    with pytest.raises(ValueError, match="zone"):
        challenge.challenge_text(ORIGIN, NONCE, NOW.replace(tzinfo=None))


def test_it_is_good_for_one_page_and_two_minutes(kit: SigningKit) -> None:
    """Another page's, a stale and a future challenge are refused, each for its reason; clocks may differ a little."""
    assert reasons(TEXT, kit.rsa, kit.trust, origin="http://localhost:8020") == ["TG-LOG-002"]
    assert reasons(TEXT, kit.rsa, kit.trust, now=NOW + timedelta(seconds=121)) == ["TG-LOG-003"]
    assert reasons(TEXT, kit.rsa, kit.trust, now=NOW - timedelta(seconds=31)) == ["TG-LOG-004"]
    assert reasons(TEXT, kit.rsa, kit.trust, now=NOW + timedelta(seconds=120)) == []
    assert reasons(TEXT, kit.rsa, kit.trust, now=NOW - timedelta(seconds=30)) == []


def test_a_signature_under_anything_else_is_refused(kit: SigningKit) -> None:
    """Neither another text's signature nor another key's will do, nor bytes that are none."""
    assert reasons(TEXT, kit.rsa, kit.trust, signed=TEXT.replace(NONCE, NONCE[::-1])) == ["TG-LOG-005"]
    assert reasons(TEXT, kit.ecdsa, kit.trust, signature=b"\x01" * 64) == ["TG-LOG-005"]
    assert reasons(TEXT, kit.ecdsa, kit.trust, signature=b"") == ["TG-LOG-005"]
    other = kit.signer("ecdsa").certificate_der
    assert reasons(TEXT, kit.rsa, kit.trust, certificate_der=other) == ["TG-SIG-040"]
    assert reasons(TEXT, kit.rsa, kit.trust, certificate_der=b"none") == ["TG-SIG-029"]


@pytest.mark.parametrize("algorithm", [RSA_SHA1, SM2_SM3, "http://www.w3.org/2000/09/xmldsig#hmac-sha1", ""])
def test_an_algorithm_that_is_not_allowed_is_refused(kit: SigningKit, algorithm: str) -> None:
    """Only what the policy allows logs anybody in."""
    assert reasons(TEXT, kit.rsa, kit.trust, algorithm=algorithm) == ["TG-LOG-006"]


def test_a_certificate_that_is_not_believed_is_refused(kit: SigningKit) -> None:
    """A foreign CA, no CA at all, an expired, a revoked and an encryption certificate: each is named."""
    stranger = make_ca("Test CA", serial=1, not_before=BEGIN, not_after=END)
    assert reasons(TEXT, kit.rsa, Trust([stranger.certificate_pem])) == ["TG-SIG-032"]
    assert reasons(TEXT, kit.rsa, Trust()) == ["TG-SIG-032"]
    revoked = make_crl(kit.ca, {kit.rsa.certificate.serial_number: BEGIN}, this_update=BEGIN, next_update=END)
    assert reasons(TEXT, kit.rsa, Trust([kit.ca.certificate_pem], crls=[revoked])) == ["TG-SIG-035"]
    key = make_key("ecdsa")
    expired = make_certificate(kit.ca, HOLDER, serial=7, not_before=BEGIN, not_after=NOW - timedelta(days=1), key=key)
    assert reasons(TEXT, expired, kit.trust) == ["TG-SIG-034"]
    encryption = make_certificate(
        kit.ca, HOLDER, serial=8, not_before=BEGIN, not_after=END, key=key, usage=("key_agreement",)
    )
    assert reasons(TEXT, encryption, kit.trust) == ["TG-SIG-037"]
