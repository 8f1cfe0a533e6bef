"""The process in which the other engines judge messages: ``python -m tempgoods_edi.second_opinion.worker MEMORY``.

Reads from standard input, again and again, eight digits (bytes) and so many bytes; writes one line of JSON for each.
"""

from __future__ import annotations

import sys
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from functools import cache
from typing import BinaryIO, Literal

import msgspec
from lxml import etree

from tempgoods_edi._resources import xsd_dir

DSIG = "http://www.w3.org/2000/09/xmldsig#"
#: What an engine says.  ``abstains``: this is nothing for it; ``failed``: it could not tell.
Word = Literal["right", "wrong", "abstains", "failed"]
Engine = Callable[[bytes], Word]

_SCHEMAS = {"Signature": "signed.xsd", "Package": "plain.xsd", "CommonResponeMessage": "common_response.xsd"}
_MOST = 8 * 1024 * 1024


def _root(data: bytes) -> etree._Element:
    """The document, read as everywhere: without DTD, entities or network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(data, parser)


def _schema_of(data: bytes) -> str | None:
    return _SCHEMAS.get(etree.QName(_root(data)).localname)


def by_libxml2(data: bytes) -> Word:
    """Validate against the schema with libxml2."""
    name = _schema_of(data)
    if name is None:
        return "abstains"
    return "right" if _compiled(name).validate(_root(data)) else "wrong"


@cache
def _compiled(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(xsd_dir() / name)))


def by_xmlschema(data: bytes) -> Word:
    """Validate against the schema with xmlschema and Python's own parser."""
    name = _schema_of(data)
    if name is None:
        return "abstains"
    from xmlschema import XMLResource

    resource_ = XMLResource(data, defuse="always", allow="none")
    return "right" if _read(name).is_valid(resource_) else "wrong"


@cache
def _read(name: str):  # type: ignore[no-untyped-def]  # the class is imported only where it is used
    from xmlschema import XMLSchema

    return XMLSchema(str(xsd_dir() / name))


def by_signxml(data: bytes) -> Word:
    """Verify digest and signature value with signxml."""
    certificate = _certificate(data)
    if certificate is None:
        return "abstains"
    from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
    from signxml.exceptions import InvalidDigest, InvalidSignature
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    verifier = XMLVerifier()
    verifier.excise_empty_xmlns_declarations = True  # libxml2's C14N of sub-elements is wrong otherwise
    expected = SignatureConfiguration(
        location="./",
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    try:
        verifier.verify(data, x509_cert=_pem(certificate).decode(), id_attribute="Id", expect_config=expected)
    except (InvalidDigest, InvalidSignature):
        return "wrong"
    return "right"


def by_xmlsec(data: bytes) -> Word:
    """Verify digest and signature value with libxmlsec."""
    certificate = _certificate(data)
    if certificate is None:
        return "abstains"
    try:
        import xmlsec
    except ImportError:
        return "abstains"
    root = _root(data)
    held = root.find(f"{{{DSIG}}}Object")
    if held is None or held.get("Id") is None:
        return "abstains"
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(_pem(certificate), xmlsec.constants.KeyDataFormatCertPem)
    context.register_id(held, "Id")
    try:
        context.verify(root)
    except xmlsec.VerificationError:
        return "wrong"
    return "right"


def _certificate(data: bytes) -> bytes | None:
    """The certificate that a message carries, when others can know what to do with its signature."""
    root = _root(data)
    method = root.find(f"{{{DSIG}}}SignedInfo/{{{DSIG}}}SignatureMethod")
    text = root.findtext(f"{{{DSIG}}}KeyInfo/{{{DSIG}}}X509Data/{{{DSIG}}}X509Certificate")
    value = root.findtext(f"{{{DSIG}}}SignatureValue")
    if method is None or "sm2" in (method.get("Algorithm") or "") or not text or not (value or "").strip():
        return None
    try:
        return a2b_base64("".join(text.split()))
    except NotBase64:
        return None


def _pem(der: bytes) -> bytes:
    from ssl import DER_cert_to_PEM_cert

    return DER_cert_to_PEM_cert(der).encode()


#: What is asked → who is asked → how.
ENGINES: Mapping[str, Mapping[str, Engine]] = {
    "schema": {"libxml2": by_libxml2, "xmlschema": by_xmlschema},
    "signature": {"signxml": by_signxml, "xmlsec": by_xmlsec},
}


def judged(data: bytes, engines: Mapping[str, Mapping[str, Engine]] = ENGINES) -> dict[str, dict[str, Word]]:
    """The result of each engine on *data*."""
    return {asked: {name: _said(engine, data) for name, engine in each.items()} for asked, each in engines.items()}


def _said(engine: Engine, data: bytes) -> Word:
    try:
        return engine(data)
    except Exception:  # noqa: BLE001 - whatever a foreign engine stumbles over, it has not told
        return "failed"


def answer_questions(source: BinaryIO, out: BinaryIO, engines: Mapping[str, Mapping[str, Engine]] = ENGINES) -> None:
    """Answer questions until *source* ends."""
    while len(head := source.read(8)) == 8:
        size = int(head)
        data = source.read(min(size, _MOST))
        if len(data) != size:
            return
        out.write(msgspec.json.encode(judged(data, engines)) + b"\n")
        out.flush()


if __name__ == "__main__":
    _limit = int(sys.argv[1])
    import resource  # only the process itself is bounded; who loads this for its names need not be able to

    resource.setrlimit(resource.RLIMIT_AS, (_limit, _limit))
    answer_questions(sys.stdin.buffer, sys.stdout.buffer)
