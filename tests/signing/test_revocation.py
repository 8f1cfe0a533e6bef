"""No list, whatever it says or leaves unsaid, un-revokes a certificate; no extension is passed over."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import structs

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import Trust, sign_object, verify
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.values import Verdict, verdict_of
from tests.signing.material import BEGIN, END, INNER, NOW, POLICY, SERIAL, ids, signer_of
from tests.signing.pki import (
    DAY,
    UNKNOWN,
    Extension,
    authority,
    certificate,
    declarant,
    holder,
    openssl_verifies,
    point,
    revocation_list,
)

KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
CA = authority(key=KEYS[0])
HERE, ELSEWHERE = (x509.UniformResourceIdentifier(f"http://ca.example/{name}.crl") for name in ("1", "2"))
LEAF = declarant(CA, key=KEYS[1])
REVOKING = revocation_list(CA, [SERIAL], since=NOW - 9 * DAY)

#: Lists that say nothing of the declarant's certificate and may not speak for it, by what is the matter with them.
MAY_NOT_SPEAK: dict[str, Callable[[], bytes]] = {
    "delta": lambda: revocation_list(CA, [], (x509.DeltaCRLIndicator(1), True), since=NOW - DAY, number=2),
    "delta that says so in passing": lambda: revocation_list(
        CA, [], (x509.DeltaCRLIndicator(1), False), since=NOW - DAY, number=2
    ),
    "for CA certificates": lambda: revocation_list(
        CA, [], point(only_contains_ca_certs=True), since=NOW - DAY, number=2
    ),
    "for attribute certificates": lambda: revocation_list(
        CA, [], point(only_contains_attribute_certs=True), since=NOW - DAY, number=2
    ),
    "for some reasons": lambda: revocation_list(
        CA, [], point(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})), since=NOW - DAY, number=2
    ),
    "indirect": lambda: revocation_list(CA, [], point(indirect_crl=True), since=NOW - DAY, number=2),
    "an extension that nobody knows": lambda: revocation_list(CA, [], (UNKNOWN, True), since=NOW - DAY, number=2),
    "of another place": lambda: revocation_list(CA, [], point(full_name=[ELSEWHERE]), since=NOW - DAY, number=2),
    "dated tomorrow": lambda: revocation_list(CA, [], since=NOW + DAY, number=2),
    "of a CA that may not": lambda: revocation_list(
        authority(key=KEYS[0], crl_sign=False), [], since=NOW - DAY, number=2
    ),
    "another key's": lambda: revocation_list(authority(key=KEYS[1]), [], since=NOW - DAY, number=2),
}


def _judged(ca: KeyPair, leaf: KeyPair, crls: list[bytes]) -> Verdict | None:
    """The verdict on a message signed with *leaf*; None when the set-up is refused."""
    message = sign_object("O1", INNER, signer_of(leaf), POLICY)
    try:
        trust = Trust([ca.certificate_pem], crls=crls)
    except KeySourceError:
        return None
    return verdict_of(verify(message, POLICY, trust, NOW).findings)


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("what", MAY_NOT_SPEAK)
def test_no_list_un_revokes_by_its_silence(what: str, tmp_path: Path) -> None:
    """A revoked certificate stays so beside a newer list that may not speak for it; that list alone clears nobody.

    OpenSSL, asked the same, says so too; but it takes a delta list for a complete one, and is not asked about those.
    """
    ca = CA if what != "of a CA that may not" else authority(key=KEYS[0], crl_sign=False)
    silent = MAY_NOT_SPEAK[what]()
    for crls in ([REVOKING, silent], [silent, REVOKING]):
        assert _judged(ca, LEAF, crls) in (Verdict.INVALID, None)
        assert what.startswith("delta") or not openssl_verifies(tmp_path, ca, LEAF, crls, NOW)
    assert _judged(ca, LEAF, [silent]) in (Verdict.UNDECIDED, None)


@pytest.mark.needs("openssl")
def test_a_list_that_may_speak_is_believed(tmp_path: Path) -> None:
    """A newer complete list that has the certificate no more releases it (a hold was lifted); one for users may speak."""
    for more in ([], [point(only_contains_user_certs=True)]):
        newer = revocation_list(CA, [], *more, since=NOW - DAY, number=2)
        assert _judged(CA, LEAF, [REVOKING, newer]) is Verdict.VALID
        assert openssl_verifies(tmp_path, CA, LEAF, [newer], NOW)
    named = x509.CRLDistributionPoints([x509.DistributionPoint([HERE], None, None, None)])
    leaf = declarant(CA, (named, False), key=KEYS[1])
    of_its_place = revocation_list(CA, [], point(full_name=[HERE]), since=NOW - DAY)
    assert _judged(CA, leaf, [of_its_place]) is Verdict.VALID
    assert openssl_verifies(tmp_path, CA, leaf, [of_its_place], NOW)


def test_uncertain_is_undecided_or_by_policy_a_warning() -> None:
    """A list that has run out, or is not in force yet, or lacks for one of the CAs, leaves it undecided who may sign."""
    other = certificate(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "另一CA")]), None,
        [(x509.BasicConstraints(ca=True, path_length=0), True)], key=KEYS[1], serial=2,
    )  # fmt: skip
    message = sign_object("O1", INNER, signer_of(LEAF), POLICY)
    lenient = structs.replace(POLICY, takes_stale_crl=True)
    cases = {
        "036": [revocation_list(CA, [], since=BEGIN, until=NOW - DAY)],
        "047": [revocation_list(other, [], since=BEGIN)],
    }
    for number, crls in cases.items():
        trust = Trust([CA.certificate_pem, other.certificate_pem], crls=crls)
        strict, mild = (verify(message, policy, trust, NOW) for policy in (POLICY, lenient))
        assert ids(strict.findings) == ids(mild.findings) == [number]
        assert verdict_of(strict.findings) is Verdict.UNDECIDED
        assert verdict_of(mild.findings) is Verdict.VALID
        assert not strict.trusted
    stale_and_on_it = Trust([CA.certificate_pem], crls=[revocation_list(CA, [SERIAL], since=BEGIN, until=NOW - DAY)])
    assert verdict_of(verify(message, lenient, stale_and_on_it, NOW).findings) is Verdict.INVALID


def _tree(country: str) -> list[x509.GeneralName]:
    return [x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, country)]))]


def _names(permitted: list[x509.GeneralName] | None, excluded: list[x509.GeneralName] | None = None) -> Extension:
    return x509.NameConstraints(permitted, excluded), True


_MAIL = (x509.SubjectAlternativeName([x509.RFC822Name("a@b.example")]), False)
_SERVER = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), True)
_CLIENT = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), True)
_POLICIES = (x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.156.1"), None)]), True)
_EXPLICIT = (x509.PolicyConstraints(0, None), True)

#: What the CA's certificate has more, what the declarant's has more, its country, and what is found.
EXTENSIONS: dict[str, tuple[list[Extension], list[Extension], str, list[str] | None]] = {
    "nothing more": ([], [], "CN", []),
    "unknown and critical": ([], [(UNKNOWN, True)], "CN", ["048"]),
    "unknown, not critical": ([], [(UNKNOWN, False)], "CN", []),
    "unknown and critical at the CA": ([(UNKNOWN, True)], [], "CN", None),
    "policy constraints at the CA": ([_EXPLICIT], [], "CN", None),
    "name constraints at a declarant": ([], [_names(_tree("CN"))], "CN", ["048"]),
    "policies": ([_POLICIES], [_POLICIES], "CN", []),
    "for servers only": ([], [_SERVER], "CN", ["049"]),
    "for clients too": ([], [_CLIENT], "CN", []),
    "a CA of servers": ([_SERVER], [], "CN", None),
    "permitted name": ([_names(_tree("cn"))], [], "CN", []),
    "another country's name": ([_names(_tree("CN"))], [], "DE", ["050"]),
    "excluded name": ([_names(None, _tree("CN"))], [], "CN", ["050"]),
    "excluded but in capitals": ([_names(None, _tree("cn"))], [], "CN", ["050"]),
    "another name excluded": ([_names(None, _tree("DE"))], [], "CN", []),
    "addresses limited, none there": ([_names([x509.RFC822Name("c.example")])], [], "CN", []),
    "addresses limited, one there": ([_names([x509.RFC822Name("c.example")])], [_MAIL], "CN", ["050"]),
}


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("what", EXTENSIONS)
def test_extensions_are_honoured_or_refused(what: str, tmp_path: Path) -> None:
    """Critical extensions, extended key usage and name constraints: told by their own rule, or at the set-up for a CA.

    Whatever OpenSSL refuses is not taken here either.
    """
    of_ca, of_leaf, country, expected = EXTENSIONS[what]
    ca = authority(*of_ca, key=KEYS[0])
    leaf = declarant(ca, *of_leaf, key=KEYS[1], subject=holder(country))
    if expected is None:
        with pytest.raises(KeySourceError):
            Trust([ca.certificate_pem])
        return
    message = sign_object("O1", INNER, signer_of(leaf), POLICY)
    found = verify(message, POLICY, Trust([ca.certificate_pem]), NOW)
    assert ids(found.findings) == expected
    assert found.trusted is (not expected)
    assert b64encode(leaf.certificate_der) in message
    if not openssl_verifies(tmp_path, ca, leaf, [], NOW):
        assert expected


def test_revoked_before_the_list_ends_is_told_at_its_time() -> None:
    """At each time the list of that time counts: before the revoking list was made the certificate was in force."""
    early = revocation_list(CA, [], since=BEGIN, until=END)
    trust = Trust([CA.certificate_pem], crls=[early, REVOKING])
    message = sign_object("O1", INNER, signer_of(LEAF), POLICY)
    assert ids(verify(message, POLICY, trust, NOW - 10 * DAY).findings) == []
    assert ids(verify(message, POLICY, trust, NOW).findings) == ["035"]
