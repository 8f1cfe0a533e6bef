"""Mutants with one fault in the signature of an otherwise valid message."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.x509.oid import NameOID
from msgspec import structs

from tempgoods_edi.demo_ca import Holder, make_ca, make_certificate, make_crl, make_key
from tempgoods_edi.desk import Policy
from tempgoods_edi.schema.problems import STRAY_ATTRIBUTE
from tempgoods_edi.signing import SignaturePolicy, Trust, certificate_problems, signature_problems
from tempgoods_edi.signing.key_pairs import KeyPair, PrivateKey
from tempgoods_edi.signing.policy import DSIG, ECDSA_SHA256, RSA_SHA1, RSA_SHA256, SHA1, SM2_SM3
from tempgoods_edi.signing.profile import read_signature
from tempgoods_edi.testing import sample
from tempgoods_edi.testing.cases import OBJECT_ID, Case
from tempgoods_edi.testing.mutants import NOW, Mutant
from tempgoods_edi.values import Problem

_METHOD = "SignedInfo/SignatureMethod"
_CERTIFICATE = "KeyInfo/X509Certificate"
_RSA_SHA256 = RSA_SHA256.encode()
_DEEP = 80
_DAY = timedelta(days=1)


def signature_mutants(code: str = "TMP151") -> Iterator[Mutant]:
    """Every signature mutant of a message of type *code*."""
    data, made = sample.signed_sample(code)
    yield from _not_signed(made)
    for name, problem, path, faulty in (
        *_structure(data),
        *_references(data),
        *_algorithms(data),
        *_values(data),
        *_object(data),
    ):
        yield _mutant(made, name, problem, path, faulty)
    yield from _policies(made, data)
    for name, problem, path, pair in _cards():
        yield _mutant(made, name, problem, path, _with_card(data, pair))
    if made.spec.root.at("Head/InputEtpsNo") is not None:
        nobodys = _with_card(data, _nobodys_card())
        yield _mutant(
            made, "certificate of no enterprise", certificate_problems.NO_ENTERPRISE, "KeyInfo/KeyName", nobodys
        )


def _mutant(made: Case, name: str, problem: Problem, path: str, data: bytes, policy: Policy | None = None) -> Mutant:
    return Mutant(
        name=f"signature: {name}",
        rule=problem.id,
        path=path,
        data=data,
        facts=made.facts,
        policy=policy or sample.policy(NOW),
        others=_OTHERS.get(problem.id, ()),
    )


#: The schema cannot but refuse the attribute that doubles an Id.
_OTHERS = {signature_problems.DUPLICATE_ID.id: ((STRAY_ATTRIBUTE.id, ""),)}

#: Name, problem, path, faulty message.
_Fault = tuple[str, Problem, str, bytes]


def _not_signed(made: Case) -> Iterator[Mutant]:
    yield _mutant(made, "draft", signature_problems.UNSIGNED_DRAFT, "Signature", made.data)


def _structure(data: bytes) -> Iterator[_Fault]:
    """Elements missing, doubled, unknown, misplaced."""
    value, key_info = _element(data, "SignatureValue"), _element(data, "KeyInfo")
    method, reference = _element(data, "SignatureMethod"), _element(data, "Reference")
    yield (
        "in another namespace",
        signature_problems.NO_SIGNATURE,
        "",
        data.replace(DSIG.encode(), b"urn:example:other", 1),
    )
    yield (
        "unknown element",
        signature_problems.UNEXPECTED,
        "KeyInfo",
        data.replace(b"</KeyInfo>", b"<KeyValue></KeyValue></KeyInfo>"),
    )
    yield (
        "unknown attribute",
        signature_problems.UNEXPECTED,
        "SignatureValue",
        data.replace(b"<SignatureValue>", b'<SignatureValue Id="v">'),
    )
    yield "SignatureMethod missing", signature_problems.MISSING, _METHOD, data.replace(method, b"")
    yield "Reference missing", signature_problems.MISSING, "SignedInfo/Reference", data.replace(reference, b"")
    yield "SignatureValue missing", signature_problems.MISSING, "SignatureValue", data.replace(value, b"")
    yield "KeyInfo missing", certificate_problems.NO_KEY_INFO, "KeyInfo", data.replace(key_info, b"")
    yield "SignatureValue twice", signature_problems.DOUBLED, "SignatureValue[2]", data.replace(value, value * 2)
    yield (
        "KeyInfo before SignatureValue",
        signature_problems.ORDER,
        "KeyInfo",
        data.replace(value + key_info, key_info + value),
    )
    yield "comment", signature_problems.LOOSE_CONTENT, "KeyInfo", data.replace(b"<KeyName>", b"<!-- x --><KeyName>")
    yield "text", signature_problems.LOOSE_CONTENT, "Signature", data.replace(b"<KeyInfo>", b"x<KeyInfo>")


def _references(data: bytes) -> Iterator[_Fault]:
    """What is signed, and where it stands."""
    at, reference = "SignedInfo/Reference", _element(data, "Reference")
    here = f'URI="#{OBJECT_ID}"'.encode()
    transforms = (
        b'<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></Transform></Transforms>'
    )
    yield "two References", signature_problems.TWO_REFERENCES, f"{at}[2]", data.replace(reference, reference * 2)
    for uri in (b"http://example.org/a.xml", b"file:///etc/passwd"):
        name = f"Reference to {uri.decode()}"
        yield name, signature_problems.EXTERNAL_URI, at, data.replace(here, b'URI="' + uri + b'"')
    for uri in (b"", b"#other", b"#xpointer(/)", b"#"):
        name = f"Reference to {uri.decode()!r}"
        yield name, signature_problems.URI_NOT_OBJECT, at, data.replace(here, b'URI="' + uri + b'"')
    yield (
        "Transform",
        signature_problems.TRANSFORMS,
        f"{at}/Transforms",
        data.replace(b"<DigestMethod", transforms + b"<DigestMethod"),
    )
    yield (
        "exclusive C14N",
        signature_problems.C14N_REFUSED,
        "SignedInfo/CanonicalizationMethod",
        re.sub(rb'(<CanonicalizationMethod Algorithm=")[^"]*', rb"\1http://www.w3.org/2001/10/xml-exc-c14n#", data),
    )


def _algorithms(data: bytes) -> Iterator[_Fault]:
    for name, problem, uri in (
        ("unknown algorithm", signature_problems.ALGORITHM_UNKNOWN, "http://example.org/rot13"),
        ("rsa-sha1", signature_problems.ALGORITHM_LEGACY, RSA_SHA1),
        ("HMAC", signature_problems.HMAC_REFUSED, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("sm2", signature_problems.ALGORITHM_NOT_ALLOWED, SM2_SM3),
    ):
        yield name, problem, _METHOD, data.replace(_RSA_SHA256, uri.encode())
    yield (
        "truncated",
        signature_problems.TRUNCATED,
        f"{_METHOD}/HMACOutputLength",
        data.replace(b"</SignatureMethod>", b"<HMACOutputLength>8</HMACOutputLength></SignatureMethod>"),
    )
    weak = re.sub(rb'(<DigestMethod Algorithm=")[^"]*', rb"\1" + SHA1.encode(), data)
    yield "digest by SHA-1", signature_problems.DIGEST_ALGORITHM, "SignedInfo/Reference/DigestMethod", _resigned(weak)


def _values(data: bytes) -> Iterator[_Fault]:
    """Digest, value and key name."""
    at = "SignedInfo/Reference/DigestValue"
    yield "DigestValue empty", signature_problems.HALF_SIGNED, at, _with_text(data, "DigestValue", b"")
    yield (
        "SignatureValue empty",
        signature_problems.HALF_SIGNED,
        "SignatureValue",
        _with_text(data, "SignatureValue", b""),
    )
    yield "KeyName empty", signature_problems.HALF_SIGNED, "KeyInfo/KeyName", _with_text(data, "KeyName", b"")
    yield "not base64", signature_problems.NOT_BASE64, "SignatureValue", _with_text(data, "SignatureValue", b"@@@@")
    yield "Object changed", signature_problems.DIGEST_WRONG, at, _with_text(data, "version", b"9.99")
    other = b64encode(sample.signer().sign(b"something else"))
    yield (
        "value of something else",
        signature_problems.SIGNATURE_WRONG,
        "SignatureValue",
        _with_text(data, "SignatureValue", other),
    )
    yield (
        "KeyName of another",
        certificate_problems.KEY_NAME_DIFFERS,
        "KeyInfo/KeyName",
        _with_text(data, "KeyName", b"BADC0DE"),
    )
    yield (
        "certificate unreadable",
        certificate_problems.CERTIFICATE_UNREADABLE,
        _CERTIFICATE,
        _with_text(data, "X509Certificate", b"AAAA"),
    )
    yield (
        "certificate not sent",
        certificate_problems.CERTIFICATE_NOT_KNOWN,
        "KeyInfo/KeyName",
        data.replace(_element(data, "X509Data"), b""),
    )


def _object(data: bytes) -> Iterator[_Fault]:
    """The Object, and what stands around it."""
    held = _element(data, "Object")
    second = held.replace(f'Id="{OBJECT_ID}"'.encode(), b'Id="Object-2"')
    yield "two Objects", signature_problems.TWO_OBJECTS, "Object[2]", data.replace(held, held + second)
    yield (
        "Id twice",
        signature_problems.DUPLICATE_ID,
        "Object",
        data.replace(b"<Package>", f'<Package Id="{OBJECT_ID}">'.encode()),
    )
    yield (
        "relative namespace",
        signature_problems.NOT_CANONICAL,
        "Signature",
        data.replace(b"<Signature ", b'<Signature xmlns:r="relative" ', 1),
    )
    yield (
        "nested too deeply",
        signature_problems.TOO_DEEP,
        "",
        data.replace(b"</Package>", b"<a>" * _DEEP + b"</a>" * _DEEP + b"</Package>"),
    )


def _policies(made: Case, data: bytes) -> Iterator[Mutant]:
    """A right signature that the desk's policy or trust does not take."""
    usual = sample.policy(NOW)
    only_ecdsa = SignaturePolicy(algorithms=(ECDSA_SHA256,))
    crls = _revocation_lists()
    own = sample.authority().certificate_pem
    for name, problem, path, policy in (
        ("algorithm not allowed", signature_problems.ALGORITHM_NOT_ALLOWED, _METHOD, {"signature": only_ecdsa}),
        (
            "key too short",
            certificate_problems.WEAK_KEY,
            _CERTIFICATE,
            {"signature": SignaturePolicy(min_rsa_bits=3072)},
        ),
        ("no CA known", certificate_problems.NOT_CHECKED, _CERTIFICATE, {"trust": None}),
        (
            "CA not trusted",
            certificate_problems.UNTRUSTED,
            _CERTIFICATE,
            {"trust": Trust([_other_authority().certificate_pem])},
        ),
        (
            "CA of yesterday",
            certificate_problems.AUTHORITY_NOT_IN_FORCE,
            _CERTIFICATE,
            {"trust": Trust([_run_out().certificate_pem])},
        ),
        ("revoked", certificate_problems.REVOKED, _CERTIFICATE, {"trust": Trust([own], crls=[crls[0]])}),
        (
            "revocation list out of date",
            certificate_problems.CRL_STALE,
            _CERTIFICATE,
            {"trust": Trust([own], crls=[crls[1]])},
        ),
    ):
        yield _mutant(made, name, problem, path, data, structs.replace(usual, **policy))


@cache
def _other_authority() -> KeyPair:
    return make_ca("some other CA", serial=1, not_before=sample.FROM, not_after=sample.UNTIL)


def _run_out() -> KeyPair:
    """The sample's own CA, under a certificate that ran out."""
    own = sample.authority()
    name = str(own.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    return make_ca(name, serial=2, not_before=sample.FROM, not_after=NOW - _DAY, key=own.key)


@cache
def _revocation_lists() -> tuple[bytes, bytes]:
    """One that revokes the sample card, one that ran out."""
    serial = sample.key_pair().certificate.serial_number
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        make_crl(sample.authority(), {serial: begin}, this_update=begin, next_update=NOW + _DAY),
        make_crl(sample.authority(), {}, this_update=begin, next_update=NOW - _DAY),
    )


@cache
def _cards() -> tuple[tuple[str, Problem, str, KeyPair], ...]:
    """Certificates for the sample's own key, or another kind of key, with something wrong about them."""

    def card(
        serial: int,
        not_before: datetime = sample.FROM,
        not_after: datetime = sample.UNTIL,
        *,
        key: PrivateKey | None = None,
        usage: tuple[str, ...] = ("digital_signature",),
    ) -> KeyPair:
        return make_certificate(
            sample.authority(),
            sample.HOLDER,
            serial=serial,
            not_before=not_before,
            not_after=not_after,
            key=key or sample.key_pair().key,
            usage=usage,
        )

    return (
        ("certificate of tomorrow", certificate_problems.NOT_YET_VALID, _CERTIFICATE, card(0x71, not_before=NOW + _DAY)),
        ("certificate of yesterday", certificate_problems.EXPIRED, _CERTIFICATE, card(0x72, not_after=NOW - _DAY)),
        (
            "certificate for encryption", certificate_problems.KEY_USAGE, _CERTIFICATE,
            card(0x73, usage=("key_encipherment",)),
        ),
        (
            "certificate of another kind of key", certificate_problems.KEY_KIND, _CERTIFICATE,
            card(0x74, key=make_key("ecdsa")),
        ),
    )  # fmt: skip


@cache
def _nobodys_card() -> KeyPair:
    """A platform's own certificate, for the sample's key: it names no enterprise, no operator's card."""
    return make_certificate(
        sample.authority(),
        Holder("tempgoods-edi", "tempgoods-edi", "", "", ""),
        serial=0x75,
        not_before=sample.FROM,
        not_after=sample.UNTIL,
        key=sample.key_pair().key,
    )


def _with_card(data: bytes, pair: KeyPair) -> bytes:
    named = _with_text(data, "KeyName", f"{pair.certificate.serial_number:X}".encode())
    return _with_text(named, "X509Certificate", b64encode(pair.certificate_der))


def _element(data: bytes, tag: str) -> bytes:
    """The first element *tag* of *data*, which is in compact form."""
    name = tag.encode()
    found = re.search(rb"<" + name + rb"[ >].*?</" + name + rb">", data, re.DOTALL)
    assert found is not None
    return found[0]


def _with_text(data: bytes, tag: str, text: bytes) -> bytes:
    name = tag.encode()
    return re.sub(rb"(<" + name + rb">)[^<]*", lambda found: found[1] + text, data, count=1)


def _resigned(data: bytes) -> bytes:
    """*data* with the right value for the SignedInfo it has."""
    parts = read_signature(data).parts
    assert parts is not None
    return _with_text(data, "SignatureValue", b64encode(sample.signer().sign(parts.signed_info)))
