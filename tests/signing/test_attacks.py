"""Attacks on XML signatures, each refused for its own reason.

Wherever it matters the cryptography of the attack is right: libxmlsec made the digests and values.
"""

from __future__ import annotations

import hmac
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tempgoods_edi.signing import SignaturePolicy, sign_object
from tempgoods_edi.signing.policy import C14N, DSIG, ECDSA_SHA256, RSA_SHA1, RSA_SHA256, SHA1, SHA256
from tempgoods_edi.testing.wrapping import wrappings
from tests.signing.material import INNER, POLICY, SigningKit, refused, signed_by_xmlsec, template

EVIL = b"<Package><Nm>evil</Nm></Package>"


#: What each arrangement is refused for.
WRAPPINGS = {
    "same-id-before-the-original": ("042",),
    "same-id-after-the-original": ("042",),
    "other-id-before-the-original": ("042",),
    "original-inside-an-object-of-other-id": ("013",),
    "original-inside-an-object-of-the-same-id": ("015",),
    "original-in-keyinfo-other-id-in-its-place": ("007", "013"),
    "original-in-keyinfo-same-id-in-its-place": ("007", "015"),
    "whole-original-inside-the-object": ("013",),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_signature_wrapping(kit: SigningKit, name: str) -> None:
    """Each of the eight arrangements is refused with the finding that names it."""
    refused(kit.verified(wrappings(kit.message(), EVIL)[name]), *WRAPPINGS[name])


def test_signature_under_another_root(kit: SigningKit) -> None:
    """A rightly signed message inside another root element is no signed message."""
    refused(kit.verified(b"<Evil>" + kit.message() + EVIL + b"</Evil>"), "002")


def test_second_object_without_id(kit: SigningKit) -> None:
    """Unsigned content beside the signed Object is refused."""
    refused(kit.verified(kit.message().replace(b"</Signature>", b"<Object>" + EVIL + b"</Object></Signature>")), "042")


@pytest.mark.parametrize("attribute", ["Id", "ID", "id", "xml:id"])
def test_id_must_be_unique(kit: SigningKit, attribute: str) -> None:
    """The Object's Id on any other element, in any spelling, is refused though the digest is right."""
    inner = f'<Package {attribute}="O1"></Package>'.encode()
    refused(kit.verified(kit.message(inner)), "015")


def test_two_references(kit: SigningKit) -> None:
    """Two right References are refused."""
    reference = template()[template().index(b"<Reference") : template().index(b"</SignedInfo>")]
    refused(kit.verified(signed_by_xmlsec(template().replace(reference, reference * 2), kit.rsa)), "011")


def test_no_reference(kit: SigningKit) -> None:
    """A signature over nothing is refused."""
    message = kit.message()
    reference = message[message.index(b"<Reference") : message.index(b"</SignedInfo>")]
    refused(kit.verified(message.replace(reference, b"")), "008")


@pytest.mark.parametrize(
    "transform",
    [
        C14N,
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        DSIG + "enveloped-signature",
        DSIG + "base64",
    ],
)
def test_transforms_are_refused(kit: SigningKit, transform: str) -> None:
    """Any transform, even a harmless one under a right signature, is refused."""
    written = f'<Transforms><Transform Algorithm="{transform}"/></Transforms>'.encode()
    source = template().replace(b"<DigestMethod", written + b"<DigestMethod")
    inner = INNER if transform != DSIG + "base64" else b"QUJD"
    refused(kit.verified(signed_by_xmlsec(source.replace(INNER, inner), kit.rsa)), "014")


def test_xslt_and_xpath_transforms_are_never_run(kit: SigningKit) -> None:
    """XSLT and XPath transforms are refused by shape alone."""
    for name in ("http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116"):
        transform = f'<Transforms><Transform Algorithm="{name}"><XPath>1</XPath></Transform></Transforms>'.encode()
        refused(kit.verified(kit.message().replace(b"<DigestMethod", transform + b"<DigestMethod")), "014")


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("http://example.org/evil.xml", "012"),
        ("file:///etc/passwd", "012"),
        ("evil.xml#O1", "012"),
        ("", "013"),
        ("#", "013"),
        ("#O2", "013"),
        ("#xpointer(/)", "013"),
        ("#xpointer(id('O1'))", "013"),
        ("#xmlns(a=b)xpointer(//a:c)", "013"),
    ],
)
def test_only_the_object_may_be_referenced(kit: SigningKit, uri: str, number: str) -> None:
    """Outside documents, the whole document and XPointers are refused; nothing is fetched."""
    refused(kit.verified(kit.message().replace(b'URI="#O1"', f'URI="{uri}"'.encode())), number)


def test_reference_without_uri(kit: SigningKit) -> None:
    """A Reference that leaves its URI to the application is refused."""
    refused(kit.verified(kit.message().replace(b' URI="#O1"', b"")), "008", "013")


@pytest.mark.parametrize(
    "method",
    [
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2006/12/xml-c14n11",
        C14N + "#WithComments",
    ],
)
def test_other_canonicalization_is_refused(kit: SigningKit, method: str) -> None:
    """Exclusive C14N, C14N 1.1 and C14N with comments are refused under right signatures."""
    source = template().replace(C14N.encode(), method.encode())
    refused(kit.verified(signed_by_xmlsec(source, kit.rsa)), "016")


@pytest.mark.parametrize(
    ("algorithm", "digest", "numbers"),
    [
        (RSA_SHA1, SHA1, ("019",)),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", SHA256, ("017",)),
        (RSA_SHA256, SHA1, ("023",)),
        (RSA_SHA256, "http://www.w3.org/2001/04/xmlenc#sha512", ("023",)),
    ],
)
def test_algorithm_downgrade(kit: SigningKit, algorithm: str, digest: str, numbers: tuple[str, ...]) -> None:
    """Algorithms and digests outside the policy are refused though the signature is right under them."""
    source = template().replace(RSA_SHA256.encode(), algorithm.encode()).replace(SHA256.encode(), digest.encode())
    refused(kit.verified(signed_by_xmlsec(source, kit.rsa)), *numbers)


@pytest.mark.parametrize(
    ("algorithm", "number"),
    [
        ("http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3", "018"),
        (DSIG + "sm2-sm3", "018"),
        (DSIG + "dsa-sha1", "017"),
        ("", "017"),
        ("none", "017"),
    ],
)
def test_algorithm_named_but_not_taken(kit: SigningKit, algorithm: str, number: str) -> None:
    """A national algorithm is known but not of this policy; nonsense is unknown."""
    message = kit.message().replace(RSA_SHA256.encode(), algorithm.encode())
    refused(kit.verified(message), number)


def test_policy_can_leave_an_algorithm_out(kit: SigningKit) -> None:
    """An algorithm that is known and not legacy is refused when the policy does not list it."""
    only = SignaturePolicy(algorithms=(ECDSA_SHA256,))
    refused(kit.verified(kit.message(), only), "018")


@pytest.mark.parametrize("name", ["hmac-sha256", "hmac-sha1"])
def test_hmac_with_the_public_key_as_secret(kit: SigningKit, name: str) -> None:
    """A MAC keyed with the public certificate proves nothing and is refused, under every policy."""
    space = "http://www.w3.org/2001/04/xmldsig-more#" if name == "hmac-sha256" else DSIG
    message = kit.message().replace(RSA_SHA256.encode(), (space + name).encode())
    info = message[message.index(b"<SignedInfo>") : message.index(b"<SignatureValue>")]
    secret = kit.rsa.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    covered = info.replace(b"<SignedInfo>", f'<SignedInfo xmlns="{DSIG}">'.encode())
    value = b64encode(hmac.new(secret, covered, name.removeprefix("hmac-")).digest())
    own = message.partition(b"<SignatureValue>")[2].partition(b"<")[0]
    for policy in (POLICY, SignaturePolicy.legacy(), SignaturePolicy(algorithms=(space + name, RSA_SHA256))):
        refused(kit.verified(message.replace(own, value), policy))
    refused(kit.verified(message.replace(own, value)), "020")


def test_truncated_hmac(kit: SigningKit) -> None:
    """HMACOutputLength (CVE-2009-0217) is refused."""
    method = f'Algorithm="{RSA_SHA256}"></SignatureMethod>'.encode()
    short = method.replace(b"></", b"><HMACOutputLength>1</HMACOutputLength></")
    verified = kit.verified(kit.message().replace(method, short))
    refused(verified, "022")
    assert verified.findings[0].path == "SignedInfo/SignatureMethod/HMACOutputLength"


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_algorithm_and_key_of_different_kinds(kit: SigningKit, kind: str) -> None:
    """rsa-sha256 with an ECDSA certificate, and the other way round, is refused before any verification."""
    one, two = (RSA_SHA256, ECDSA_SHA256) if kind == "rsa" else (ECDSA_SHA256, RSA_SHA256)
    refused(kit.verified(kit.message(kind=kind).replace(one.encode(), two.encode())), "040")


def test_missing_key_info(kit: SigningKit) -> None:
    """Without KeyInfo nothing tells whose key signed."""
    message = kit.message()
    cut = message[: message.index(b"<KeyInfo>")] + message[message.index(b"<Object") :]
    verified = kit.verified(cut)
    refused(verified, "027")
    assert verified.findings[0].path == "KeyInfo"


def test_key_value_is_not_believed(kit: SigningKit) -> None:
    """A bare public key in the message is refused: anybody can bring one."""
    value = b"<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>"
    refused(kit.verified(kit.message().replace(b"<X509Data>", value + b"<X509Data>")), "007")


@pytest.mark.parametrize(
    ("ours", "theirs", "numbers"),
    [
        (b"<KeyInfo>", b"<KeyInfo><!-- x -->", ("041",)),
        (b"<SignatureValue>", b"<SignatureValue><?x y?>", ("041",)),
        (b"<SignatureValue>", b"loose<SignatureValue>", ("041",)),
        (b"<DigestValue>", b"<DigestValue><!-- x -->", ("041",)),
        (b"<KeyInfo>", b'<KeyInfo Id="k">', ("007",)),
        (b'<Object Id="O1">', b'<Object Id="O1" MimeType="text/xml">', ("007",)),
        (b'<Object Id="O1">', b"<Object>", ("008",)),
        (b"<Signature xmlns", b'<Signature xml:lang="zh" xmlns', ("007",)),
        (b"<KeyInfo>", b'<x xmlns="http://example.org/"/><KeyInfo>', ("007",)),
        (b"</KeyName>", b"</KeyName><KeyName>1</KeyName>", ("009",)),
        (b"</X509Certificate>", b"</X509Certificate><X509Certificate>AAAA</X509Certificate>", ("009",)),
        (b"</SignatureValue>", b"</SignatureValue><SignatureValue>AAAA</SignatureValue>", ("009",)),
        (b"</DigestValue>", b"</DigestValue><DigestValue>AAAA</DigestValue>", ("009",)),
    ],
)
def test_nothing_besides_the_profile(kit: SigningKit, ours: bytes, theirs: bytes, numbers: tuple[str, ...]) -> None:
    """Comments, loose text, foreign and doubled children and attributes outside the Object are each refused."""
    refused(kit.verified(kit.message().replace(ours, theirs, 1)), *numbers)


def test_order_counts(kit: SigningKit) -> None:
    """KeyInfo before SignatureValue is refused."""
    message = kit.message()
    value = message[message.index(b"<SignatureValue>") : message.index(b"<KeyInfo>")]
    refused(kit.verified(message.replace(value, b"").replace(b"</KeyInfo>", b"</KeyInfo>" + value)), "010")


def test_relative_namespace(kit: SigningKit) -> None:
    """Content that has no canonical form is refused."""
    refused(kit.verified(kit.message(b'<Package xmlns:p="relative"></Package>')), "043")


def test_all_faults_are_told_in_one_pass(kit: SigningKit) -> None:
    """Independent faults of structure are all reported at once."""
    message = kit.message().replace(C14N.encode(), b"urn:other").replace(b'URI="#O1"', b'URI="x"')
    refused(kit.verified(message.replace(b"<KeyName>", b"<KeyName>1</KeyName><KeyName>")), "009", "012", "016")


def test_own_key_under_a_stolen_name(kit: SigningKit) -> None:
    """A message signed by one's own key but carrying another's certificate is a wrong signature."""
    message = sign_object("O1", INNER, kit.signer("ecdsa"), POLICY)
    other = kit.message(kind="ecdsa", inner=EVIL)
    assert message != other
    theirs = b64encode(kit.rsa.certificate_der)
    own = b64encode(kit.ecdsa.certificate_der)
    refused(kit.verified(message.replace(own, theirs).replace(b"BC7C02", b"BC7C01")), "040")
