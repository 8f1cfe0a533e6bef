"""The same message in other XML forms: taken through canonicalization, never misread."""

from __future__ import annotations

import pytest
from lxml import etree

from tempgoods_edi.signing import SignatureState, unsigned
from tempgoods_edi.signing.policy import DSIG
from tests.signing.material import INNER, SigningKit, ids, refused, signed_by_xmlsec, template


def _signed(kit: SigningKit, data: bytes) -> bytes:
    verified = kit.verified(data)
    assert verified.findings == ()
    assert verified.state is SignatureState.SIGNED
    assert verified.signed is not None
    return verified.signed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"\n"),
        (b'<?xml version="1.0" encoding="UTF-8"?>', b""),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n', b"\n"),
        (b"<?xml version='1.0' encoding='utf-8' ?>\r\n", b"\r\n"),
        (b"\xef\xbb\xbf", b""),
        (b"<!-- sent by gateway -->", b"<!-- end -->"),
    ],
)
def test_what_stands_around_does_not_matter(kit: SigningKit, before: bytes, after: bytes) -> None:
    """XML declaration, BOM, final newline and comments outside the root change nothing."""
    assert _signed(kit, before + kit.message() + after) == kit.verified(kit.message()).signed


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (b"<Rmk></Rmk>", b"<Rmk/>"),
        (b"<Rmk></Rmk>", b"<Rmk ></Rmk >"),
        (b"&gt;", b">"),
        (b"1.50000", b"<![CDATA[1.50000]]>"),
        (b"1.50000", b"1&#46;50000"),
        (b"1.50000", b"1.5<!-- comment -->0000"),
        (b'<Object Id="O1">', b"<Object  Id='O1'>"),
        (b"<Package>", b'<Package xmlns="http://www.w3.org/2000/09/xmldsig#">'),
        (b"<KeyInfo>", b"\n <KeyInfo>\n"),
        (b"</DigestMethod>", b"</DigestMethod>"),
    ],
)
def test_other_writings_of_the_same_content(kit: SigningKit, ours: bytes, theirs: bytes) -> None:
    """What C14N holds for the same is the same, and the canonical bytes come back, not the received ones."""
    assert _signed(kit, kit.message().replace(ours, theirs)) == kit.verified(kit.message()).signed


def test_places_carry_over_only_byte_for_byte(kit: SigningKit) -> None:
    """`offset` is given when the content is as received, and None when it was canonicalized."""
    message = kit.message()
    assert kit.verified(message).offset == message.index(b"<Package>")
    assert kit.verified(message.replace(b"<Rmk></Rmk>", b"<Rmk/>")).offset is None


def test_pretty_message_signed_by_another_tool(kit: SigningKit) -> None:
    """A pretty-printed message is taken with its whitespace, which the signature covers."""
    pretty = template().replace(b"><", b">\n  <")
    signed = _signed(kit, signed_by_xmlsec(pretty, kit.rsa))
    assert b"<Package>\n" in signed


def test_prefixed_message(kit: SigningKit) -> None:
    """A prefix instead of the default namespace is taken; the content is what the prefix says."""
    prefixed = (
        template(b"")
        .replace(b"</", b"</ds:")
        .replace(b"<", b"<ds:")
        .replace(b"<ds:/ds:", b"</ds:")
        .replace(b"xmlns=", b"xmlns:ds=")
    )
    signed = _signed(kit, signed_by_xmlsec(prefixed, kit.rsa))
    assert signed == f'<ds:Object xmlns:ds="{DSIG}" Id="O1"></ds:Object>'.encode()


def test_namespaces_in_scope_are_signed_along(kit: SigningKit) -> None:
    """Declarations on Signature belong to the canonical Object, as inclusive C14N says."""
    source = template(b'<Package><p:x/><y xmlns=""><z/></y></Package>').replace(
        b"<Signature ", b'<Signature xmlns:p="http://example.org/p" '
    )
    signed = _signed(kit, signed_by_xmlsec(source, kit.rsa))
    assert (
        signed
        == (
            f'<Object xmlns="{DSIG}" xmlns:p="http://example.org/p" Id="O1">'
            '<Package><p:x></p:x><y xmlns=""><z></z></y></Package></Object>'
        ).encode()
    )


def test_comment_cannot_split_a_value(kit: SigningKit) -> None:
    """A comment put into a signed value does not cut it: the value read from the signed bytes is whole."""
    message = kit.message().replace(b"1.50000", b"1.50<!-- -->000")
    signed = _signed(kit, message)
    assert etree.fromstring(signed).findtext(".//{*}Qty") == "1.50000"


def test_raw_digest_of_uncanonical_bytes_is_refused(kit: SigningKit) -> None:
    """Bytes hashed as they stand, though their canonical form differs, are no right signature for anybody."""
    for inner in (b"<Package><Rmk/></Package>", b"<Package><Rmk>></Rmk></Package>", b"<Package >x</Package>"):
        refused(kit.verified(kit.message(inner)), "025")


@pytest.mark.parametrize(
    "draft",
    [
        unsigned("O1", INNER),
        unsigned("O1", INNER).replace(b"></DigestValue>", b"/>").replace(b"<DigestValue/>", b"<DigestValue/>"),
        unsigned("O1", INNER).replace(b"<KeyName></KeyName>", b"<KeyName/>"),
        unsigned("O1", INNER).replace(b"><", b">\n<"),
        unsigned("O1", INNER).replace(b"</KeyName>", b"</KeyName><X509Data><X509Certificate/></X509Data>"),
    ],
)
def test_draft_is_unsigned_in_every_form(kit: SigningKit, draft: bytes) -> None:
    """A draft is UNSIGNED with its one finding, and its Object can be looked at."""
    verified = kit.verified(draft)
    refused(verified, "001")
    assert verified.state is SignatureState.UNSIGNED
    assert verified.untrusted is not None


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        (b"DigestValue", "SignedInfo/Reference/DigestValue"),
        (b"SignatureValue", "SignatureValue"),
        (b"KeyName", "KeyInfo/KeyName"),
    ],
)
def test_one_empty_value_is_no_draft(kit: SigningKit, tag: bytes, path: str) -> None:
    """Emptying one value of a signed message (stripping the signature) makes it BROKEN, not a draft."""
    message = kit.message()
    begin = message.index(b"<" + tag + b">") + len(tag) + 2
    verified = kit.verified(message[:begin] + message[message.index(b"</" + tag) :])
    refused(verified, "003")
    assert verified.findings[0].path == path
    assert verified.state is SignatureState.BROKEN


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (b"<Package></Package>", "002"),
        (b'<Signature xmlns="http://example.org/"></Signature>', "002"),
        (b"<Signature></Signature>", "002"),
        (b"", "004"),
        (b"not xml", "004"),
        (b"\xff\xfe<\0", "004"),
        (b"<a>\xff</a>", "004"),
        (b'<?xml version="1.0" encoding="gb2312"?><a/>', "004"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "005"),
    ],
)
def test_what_is_no_signed_message_at_all(kit: SigningKit, data: bytes, number: str) -> None:
    """No signature, no XML, a DOCTYPE: each is told in its own words."""
    verified = kit.verified(data)
    refused(verified, number)
    assert (verified.malformed is None) == (number == "002")


def test_doctype_in_a_signed_message(kit: SigningKit) -> None:
    """A DOCTYPE before a rightly signed message is refused: entities could change what is read."""
    message = b'<!DOCTYPE Signature [<!ENTITY a "b"><!ATTLIST Object Id CDATA "O1">]>\n' + kit.message()
    verified = kit.verified(message)
    refused(verified, "005")
    assert (verified.findings[0].line, verified.findings[0].column) == (1, 1)


def test_nesting_is_bounded(kit: SigningKit) -> None:
    """Sixty-four levels are enough for every message; more is refused, even when rightly signed."""
    deep = b"<a>" * 70 + b"<b/>" + b"</a>" * 70
    assert ids(kit.verified(kit.message(deep)).findings) == ["006"]
