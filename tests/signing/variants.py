"""Signed messages as other people's software may write them: named variants of one message, signed by libxmlsec.

``PRE`` changes the draft before it is signed; ``POST`` rewrites what was signed without changing its canonical form;
`methods` are the algorithms that libxmlsec knows.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import xmlsec
from lxml import etree
from msgspec import Struct

from tempgoods_edi.signing import object_parts, unsigned
from tempgoods_edi.signing.key_pairs import KeyPair, to_pem
from tempgoods_edi.signing.policy import C14N, DSIG, ECDSA_SHA256, RSA_SHA256, SHA256
from tempgoods_edi.testing import sample

Rewrite = Callable[[bytes], bytes]
MORE, ENC, PSS = (
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2007/05/xmldsig-more#",
)
XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class Methods(Struct, frozen=True):
    """The algorithms of one variant."""

    signature: str = RSA_SHA256
    digest: str = SHA256
    c14n: str = C14N
    kind: sample.KeyKind = "rsa"


def _replaced(old: bytes, new: bytes, count: int = 1) -> Rewrite:
    def rewrite(data: bytes) -> bytes:
        assert old in data, old
        return data.replace(old, new, count)

    return rewrite


def _prefixed(data: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1ds:", data).replace(b" xmlns=", b" xmlns:ds=")


def _indented(data: bytes) -> bytes:
    """Line breaks and indents wherever an element holds elements only."""
    root = etree.fromstring(data)
    etree.indent(root, "  ")
    return etree.tostring(root)


def _named(name: str) -> Rewrite:
    return lambda data: data.replace(b'"#M001"', f'"#{name}"'.encode()).replace(b'Id="M001"', f'Id="{name}"'.encode())


def _after(tag: bytes, what: bytes) -> Rewrite:
    return _replaced(b"</" + tag + b">", b"</" + tag + b">" + what)


#: Changes of the draft; what the signature then covers is part of the variant.
PRE: Mapping[str, Rewrite] = {
    "as it is": lambda data: data,
    "prefix": _prefixed,
    "indents": _indented,
    "line breaks between all tags": lambda data: data.replace(b"><", b">\n<"),
    "Windows line ends": lambda data: data.replace(b"><", b">\r\n<"),
    "tabs": lambda data: data.replace(b"><", b">\t<"),
    "a namespace nobody uses": _replaced(b"<Signature ", b'<Signature xmlns:p="http://example.org/p" '),
    "a namespace on Object": _replaced(b"<Object ", b'<Object xmlns:p="http://example.org/p" '),
    "a namespace in the content": _replaced(b"<Package>", b'<Package xmlns:p="http://example.org/p">'),
    "a relative namespace": _replaced(b"<Package>", b'<Package xmlns:p="relative">'),
    "schema location": _replaced(b"<Signature ", b"<Signature" + XSI + b' xsi:schemaLocation="a b" '),
    "schema location on Package": _replaced(b"<Package>", b"<Package" + XSI + b' xsi:schemaLocation="a b">'),
    "schema location on SignedInfo": _replaced(b"<SignedInfo>", b"<SignedInfo" + XSI + b' xsi:schemaLocation="a b">'),
    "Id with dots and hyphens": _named("a.b-c_1"),
    "Id in Chinese": _named("报文一"),
    "Id of one letter": _named("x"),
    "Id of 300 letters": _named("x" * 300),
    "URI by XPointer": _replaced(b'URI="#M001"', b"URI=\"#xpointer(id('M001'))\""),
    "comment in the content": _replaced(b"<Package>", b"<Package><!-- a -->"),
    "comment in a value": lambda data: re.sub(rb"(<message_id>.)", rb"\1<!-- -->", data, count=1),
    "comment in SignedInfo": _replaced(b"<SignedInfo>", b"<SignedInfo><!-- a -->"),
    "comment in KeyInfo": _replaced(b"<KeyInfo>", b"<KeyInfo><!-- a -->"),
    "comment before the root": lambda data: b"<!-- a -->\n" + data,
    "instruction in the content": _replaced(b"<Package>", b"<Package><?a b?>"),
    "instruction in SignedInfo": _replaced(b"<SignedInfo>", b"<SignedInfo><?a b?>"),
    "instruction before the root": lambda data: b"<?xml-stylesheet href='a.xsl'?>" + data,
    "KeyName in lower case": lambda data: re.sub(rb"(?<=<KeyName>)\w+", lambda m: m[0].lower(), data),
    "KeyName with leading zeros": _replaced(b"<KeyName>", b"<KeyName>00"),
    "KeyName with blanks around": _replaced(b"<KeyName>", b"<KeyName>\n  "),
    "KeyName of another": lambda data: re.sub(rb"(?<=<KeyName>)\w+", b"0123", data),
    "KeyName that names the holder": lambda data: re.sub(rb"(?<=<KeyName>)\w+", "沈佳怡".encode(), data),
    "Transforms, empty": _replaced(b"<DigestMethod", b"<Transforms></Transforms><DigestMethod"),
    "Transform of C14N": _replaced(
        b"<DigestMethod", f'<Transforms><Transform Algorithm="{C14N}"></Transform></Transforms><DigestMethod'.encode()
    ),
    "Reference with Id": _replaced(b"<Reference ", b'<Reference Id="r" '),
    "Reference with Type": _replaced(b"<Reference ", b'<Reference Type="http://www.w3.org/2000/09/xmldsig#Object" '),
    "Signature with Id": _replaced(b"<Signature ", b'<Signature Id="s" '),
    "Object with MimeType": _replaced(b"<Object ", b'<Object MimeType="text/xml" '),
    "issuer and serial": _replaced(b"<X509Data>", b"<X509Data><X509IssuerSerial></X509IssuerSerial>"),
    "subject name": _replaced(b"<X509Data>", b"<X509Data><X509SubjectName></X509SubjectName>"),
    "key identifier": _replaced(b"<X509Data>", b"<X509Data><X509SKI></X509SKI>"),
    "key value": _after(b"KeyName", b"<KeyValue></KeyValue>"),
    "no X509Data": _replaced(b"<X509Data></X509Data>", b""),
}

#: Rewritings of the signed bytes that leave the canonical form as it is, or are not covered at all.
POST: Mapping[str, Rewrite] = {
    "as signed": lambda data: data,
    "XML declaration": lambda data: b'<?xml version="1.0" encoding="UTF-8"?>\n' + data,
    "declaration of a standalone document": lambda data: b"<?xml version='1.0' standalone='yes'?>" + data,
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "GB18030": lambda data: b'<?xml version="1.0" encoding="GB18030"?>' + data.decode().encode("gb18030"),
    "XML 1.1": lambda data: b'<?xml version="1.1"?>' + data,
    "a document type": lambda data: b"<!DOCTYPE Signature [<!ELEMENT Signature ANY>]>" + data,
    "a line break at the end": lambda data: data + b"\r\n",
    "a comment at the end": lambda data: data + b"<!-- a -->",
    "apostrophes": lambda data: re.sub(rb'="([^"\']*)"', rb"='\1'", data),
    "blanks in tags": lambda data: re.sub(rb"(</?[A-Za-z:_]+)>", rb"\1 >", data),
    "CDATA": lambda data: re.sub(rb"(?<=message_id>)([^<]+)", rb"<![CDATA[\1]]>", data, count=1),
    "CDATA in DigestValue": lambda data: re.sub(rb"(?<=DigestValue>)([^<]+)", rb"<![CDATA[\1]]>", data, count=1),
    "character references": lambda data: re.sub(rb"(?<=message_id>)(.)", lambda m: b"&#x%X;" % m[1][0], data, count=1),
    "empty tags": lambda data: re.sub(rb"<([A-Za-z:]+Method [^<>]*)></[A-Za-z:]+>", rb"<\1/>", data),
    "value in one line": lambda data: re.sub(rb"(?<=SignatureValue>)[^<]+", lambda m: b"".join(m[0].split()), data),
    "value in short lines": lambda data: re.sub(
        rb"(?<=SignatureValue>)[^<]+", lambda m: b"\n".join(re.findall(rb".{1,16}", b"".join(m[0].split()))), data
    ),
    "certificate in short lines": lambda data: re.sub(
        rb"(?<=X509Certificate>)[^<]+", lambda m: b" ".join(re.findall(rb".{1,64}", b"".join(m[0].split()))), data
    ),
}

RSA = ("rsa-sha256", "rsa-sha384", "rsa-sha512", "rsa-sha224")
METHODS: tuple[Methods, ...] = (
    *(Methods(signature=MORE + name) for name in RSA),
    Methods(signature=DSIG + "rsa-sha1"),
    *(Methods(signature=f"{PSS}sha{bits}-rsa-MGF1") for bits in (256, 384, 512)),
    Methods(signature=ECDSA_SHA256, kind="ecdsa"),
    *(Methods(signature=f"{MORE}ecdsa-sha{bits}", kind="ecdsa") for bits in (1, 224, 384, 512)),
    *(Methods(digest=uri) for uri in (ENC + "sha512", MORE + "sha384", MORE + "sha224", DSIG + "sha1", PSS + "sha3-256")),
    Methods(signature=MORE + "rsa-sha512", digest=ENC + "sha512"),
    *(Methods(c14n=uri) for uri in (
        C14N + "#WithComments", "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    )),
)  # fmt: skip


def draft(methods: Methods) -> bytes:
    """The sample message with these methods named, ready to be signed by others."""
    data, _ = sample.signed_sample("TMP101")
    from tempgoods_edi.signing import verify

    read = verify(data, sample.policy().signature, sample.trust(), sample.policy().now)
    assert read.signed is not None
    parts = object_parts(read.signed)
    assert parts is not None
    serial = f"{sample.key_pair(methods.kind).certificate.serial_number:X}"
    text = unsigned("M001", parts[1]).replace(
        b"<KeyName></KeyName>", f"<KeyName>{serial}</KeyName><X509Data></X509Data>".encode()
    )
    for tag, uri in (
        ("CanonicalizationMethod", methods.c14n), ("SignatureMethod", methods.signature), ("DigestMethod", methods.digest),
    ):  # fmt: skip
        text = re.sub(rf'(?<=<{tag} Algorithm=")[^"]+'.encode(), uri.encode(), text)
    return text


def signed(source: bytes, pair: KeyPair) -> bytes | None:
    """*source* signed by libxmlsec; None when it knows no such signature."""
    root = etree.fromstring(source)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(to_pem(pair, None), xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(pair.certificate_pem, xmlsec.constants.KeyDataFormatPem)
    held = root.find(f"{{{DSIG}}}Object")
    assert held is not None
    context.register_id(held, "Id")
    try:
        context.sign(root)
    except xmlsec.Error:
        return None
    # The whole document: what stands before the root too.
    return etree.tostring(root.getroottree())


def variant(pre: Iterable[str], post: Iterable[str], methods: Methods) -> bytes | None:
    """One message; None when libxmlsec cannot make it, or a rewriting finds nothing to do."""
    data = draft(methods)
    for name in pre:
        data = PRE[name](data)
    made = signed(data, sample.key_pair(methods.kind))
    for name in post:
        made = None if made is None else POST[name](made)
    return made


def xmlsec1_verifies(folder: Path, data: bytes, methods: Methods) -> bool:
    """Whether the program ``xmlsec1`` takes the signature under the sender's certificate."""
    (folder / "ca.pem").write_bytes(sample.authority().certificate_pem)
    (folder / "cert.pem").write_bytes(sample.key_pair(methods.kind).certificate_pem)
    (folder / "message.xml").write_bytes(data)
    command = ["xmlsec1", "--verify", "--id-attr:Id", f"{DSIG}:Object", "--trusted-pem", "ca.pem",
               "--pubkey-cert-pem", "cert.pem", "--verification-time", "2027-03-01 00:00:00", "message.xml"]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
