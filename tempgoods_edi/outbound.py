"""Turns a message into the bytes that are sent: written, validated against its schema, signed.

Nothing leaves that the schema refuses.  Business rules are the desk's: judge before, or check what was built.
"""

from __future__ import annotations

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi import recogniser
from tempgoods_edi.envelope.message import DSIG, Message, address, package, package_group, unescaped_package
from tempgoods_edi.schema import validator
from tempgoods_edi.schema.faults import faults
from tempgoods_edi.schema.problems import REFUSED
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.shorthand import END
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.signing.xmldsig import sign_object, unsigned
from tempgoods_edi.values import Finding, bounded_findings


class Built(Struct, frozen=True):
    """The result of building a message: the bytes to send, or why there are none."""

    data: bytes | None
    findings: tuple[Finding, ...] = ()


def build(message: Message, object_id: str, signer: Signer | None, policy: SignaturePolicy) -> Built:
    """Build *message* as signed bytes; without a *signer*, as an unsigned draft for a client to sign.

    :param object_id: value of ``Object/@Id``; by custom of the family a short name such as ``M001``.
    :raises KeySourceError: *policy* refuses the signer's algorithm or key.
    """
    text, values, count = unescaped_package(message)
    if recogniser.shorthand_matcher(package_group(message.spec))(values) and values.count(END) == count:
        return _sealed(text, object_id, signer, policy)
    return seal(message.spec, package(message), object_id, signer, policy)


def seal(spec: MessageSpec, text: str, object_id: str, signer: Signer | None, policy: SignaturePolicy) -> Built:
    """Build signed bytes from a package already written as canonical XML text."""
    if not recogniser.matcher(package_group(spec))(text):
        findings = tuple(_refused(spec, text))
        if findings:
            return Built(None, findings)
    return _sealed(text, object_id, signer, policy)


def _sealed(text: str, object_id: str, signer: Signer | None, policy: SignaturePolicy) -> Built:
    inner = text.encode()
    data = unsigned(object_id, inner, policy) if signer is None else sign_object(object_id, inner, signer, policy)
    return Built(data)


def _refused(spec: MessageSpec, text: str) -> list[Finding]:
    """What libxml2 has against the package; empty when it is valid after all."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(text.replace("<Package>", f'<Package xmlns="{DSIG}">', 1), parser)
    except etree.XMLSyntaxError as error:
        return [REFUSED.at(message=error.msg)]
    refused = validator.refusal("signed.xsd", root)
    if refused is None:
        return []
    found = bounded_findings(
        structs.replace(f, path=address(spec, f.path)) for f in faults(package_group(spec), root, DSIG)
    )
    return list(found) or [REFUSED.at(message=refused)]
