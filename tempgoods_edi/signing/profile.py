"""Reads a signature by the strict profile, element by element, and names everything that does not belong to it.

This is the slow way in, for messages that were not written in our exact form: pretty-printed, prefixed, with
CDATA, or wrong.  Everything it hands on is taken from canonical bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Element, Malformed, MalformedKind, parse
from tempgoods_edi.signing import certificate_problems, signature_problems
from tempgoods_edi.signing.canonical import canonical
from tempgoods_edi.signing.policy import C14N, DSIG
from tempgoods_edi.values import Bilingual, Finding, Problem, bounded_findings, shortened

MAX_DEPTH = 64

_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_LOOSE = etree.XPath("boolean(comment() | processing-instruction() | text()[preceding-sibling::*][normalize-space()])")
_LOOSE_TEXT = etree.XPath("boolean(text()[normalize-space()])")
_SAME_ID = etree.XPath("count(//@*[translate(local-name(), 'ID', 'id') = 'id'][. = $id])")

# The whole profile: what each element holds, in this order (? = may be left out), and its attributes.
_CHILDREN: dict[str, tuple[str, ...]] = {
    "Signature": ("SignedInfo", "SignatureValue", "KeyInfo", "Object"),
    "SignedInfo": ("CanonicalizationMethod", "SignatureMethod", "Reference"),
    "Reference": ("DigestMethod", "DigestValue"),
    "KeyInfo": ("KeyName", "X509Data?"),
    "X509Data": ("X509Certificate",),
}
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "CanonicalizationMethod": ("Algorithm",),
    "SignatureMethod": ("Algorithm",),
    "DigestMethod": ("Algorithm",),
    "Reference": ("URI",),
    "Object": ("Id",),
}
_TEXT = ("DigestValue", "SignatureValue", "KeyName", "X509Certificate")
_UNEXPECTED: dict[tuple[str, str], Problem] = {
    ("Reference", "Transforms"): signature_problems.TRANSFORMS,
    ("SignatureMethod", "HMACOutputLength"): signature_problems.TRUNCATED,
}
_MISSING: dict[str, Problem] = {"KeyInfo": certificate_problems.NO_KEY_INFO}
_DOUBLED: dict[str, Problem] = {
    "Reference": signature_problems.TWO_REFERENCES,
    "Object": signature_problems.TWO_OBJECTS,
}


class Parts(Struct, frozen=True):
    """The parts of a message that verification needs.

    :ivar signed_info: canonical bytes of SignedInfo, as the signature covers them.
    :ivar object: canonical bytes of Object, as the digest covers them.
    :ivar certificate: base64 text of X509Certificate; None when left out.
    :ivar offset: where the Object's content begins in the bytes received; None when it was canonicalized.
    """

    signed_info: bytes
    signature_method: str
    digest_method: str
    digest_value: bytes
    signature_value: bytes
    key_name: str
    certificate: bytes | None
    object_id: str
    object: bytes
    offset: int | None


class Reading(Struct, frozen=True):
    """A message read by the profile: its parts, or the findings that explain why there are none.

    :ivar object: canonical bytes of the one Object, also when the rest is wrong.
    """

    parts: Parts | None = None
    findings: tuple[Finding, ...] = ()
    object: bytes | None = None
    object_id: str | None = None
    malformed: Malformed | None = None
    is_signature: bool = True


def read_signature(data: bytes) -> Reading:
    """Read the signature in *data* by the profile.  Never raises, whatever the bytes."""
    root = parse(data)
    if isinstance(root, Malformed):
        problem = (
            signature_problems.DOCTYPE if root.kind is MalformedKind.DOCTYPE else signature_problems.NOT_WELL_FORMED
        )
        finding = problem.at("", value=root.message).placed(line=root.line, column=root.column, label=None)
        return Reading(findings=(finding,), malformed=root)
    if root.tag != f"{{{DSIG}}}Signature":
        return Reading(
            findings=(signature_problems.NO_SIGNATURE.at("", value=_name(root), space=_space(root)),),
            is_signature=False,
        )
    if _TOO_DEEP(root):
        return Reading(findings=(signature_problems.TOO_DEEP.at("", limit=MAX_DEPTH),))
    found: dict[str, Element] = {}
    findings = [*bounded_findings(_outline(root, "Signature", "Signature", found))]
    return _reading(root, found, findings)


def _reading(root: Element, found: dict[str, Element], findings: list[Finding]) -> Reading:
    objects = root.findall(f"{{{DSIG}}}Object")
    held = objects[0] if len(objects) == 1 else None
    object_id = None if held is None else held.get("Id")
    # An attribute of Signature (xml:lang, say) would be handed down to the Object by C14N; it is a finding anyway.
    written = None if held is None or root.attrib else canonical(held)
    if object_id is not None and _SAME_ID(root, id=object_id) != 1:
        findings.append(signature_problems.DUPLICATE_ID.at("Object", value=object_id))
    if "Reference" in found:
        findings += _points_at(found["Reference"].get("URI"), object_id)
    if "CanonicalizationMethod" in found:
        method = found["CanonicalizationMethod"].get("Algorithm", "")
        if method != C14N:
            findings.append(signature_problems.C14N_REFUSED.at("SignedInfo/CanonicalizationMethod", value=method))
    signed_info = canonical(found["SignedInfo"]) if not findings else None
    if not findings and (signed_info is None or written is None):
        findings.append(signature_problems.NOT_CANONICAL.at("Signature", value="Signature"))
    if findings or signed_info is None or written is None or object_id is None:
        return Reading(findings=tuple(findings), object=written, object_id=object_id)
    return Reading(parts=_parts(found, signed_info, written, object_id), object=written, object_id=object_id)


def _parts(found: dict[str, Element], signed_info: bytes, written: bytes, object_id: str) -> Parts:
    certificate = found.get("X509Certificate")
    return Parts(
        signed_info=signed_info,
        signature_method=found["SignatureMethod"].get("Algorithm", ""),
        digest_method=found["DigestMethod"].get("Algorithm", ""),
        digest_value=_text(found["DigestValue"]).encode(),
        signature_value=_text(found["SignatureValue"]).encode(),
        key_name=_text(found["KeyName"]).strip(),
        certificate=None if certificate is None else _text(certificate).encode(),
        object_id=object_id,
        object=written,
        offset=None,
    )


def _points_at(uri: str | None, object_id: str | None) -> Iterator[Finding]:
    """Reference/@URI must be ``#`` and the Object's Id; no XPointer, no other document, no whole document."""
    at = "SignedInfo/Reference"
    if uri and not uri.startswith("#"):
        yield signature_problems.EXTERNAL_URI.at(at, value=uri)
    elif object_id is not None and uri != "#" + object_id:
        yield signature_problems.URI_NOT_OBJECT.at(at, value=uri or "", object_id=object_id)


def _outline(element: Element, name: str, path: str, found: dict[str, Element]) -> Iterator[Finding]:
    """Compare *element* with the profile, downwards; right elements are put into *found* by local name."""
    found[name] = element
    for attribute in element.attrib:
        if attribute not in _ATTRIBUTES.get(name, ()):
            yield signature_problems.UNEXPECTED.at(path, value=f"@{etree.QName(attribute).localname}")
    for attribute in _ATTRIBUTES.get(name, ()):
        if element.get(attribute) is None:
            yield signature_problems.MISSING.at(path, value=f"@{attribute}")
    if name == "Object":
        return
    if _loose(element, name):
        yield signature_problems.LOOSE_CONTENT.at(path, value=name)
    yield from _children(element, name, path, found)


def _children(element: Element, name: str, path: str, found: dict[str, Element]) -> Iterator[Finding]:
    wanted = [part.rstrip("?") for part in _CHILDREN.get(name, ())]
    seen: dict[str, int] = {}
    order = []
    for child in element.iterchildren("*"):
        local = _name(child)
        if child.tag != f"{{{DSIG}}}{local}" or local not in wanted:
            problem = _UNEXPECTED.get((name, local), signature_problems.UNEXPECTED)
            yield problem.at(_below(path, local) if problem is not signature_problems.UNEXPECTED else path, value=local)
            continue
        seen[local] = seen.get(local, 0) + 1
        if seen[local] == 1:
            order.append(local)
            yield from _outline(child, local, _below(path, local), found)
        else:
            yield _DOUBLED.get(local, signature_problems.DOUBLED).at(
                f"{_below(path, local)}[{seen[local]}]", value=local
            )
    for part in _CHILDREN.get(name, ()):
        if not part.endswith("?") and part not in seen:
            yield _MISSING.get(part, signature_problems.MISSING).at(_below(path, part), value=part)
    for is_, right in zip(order, [part for part in wanted if part in seen], strict=True):
        if is_ != right:
            yield signature_problems.ORDER.at(_below(path, is_), value=is_)
            break


def _loose(element: Element, name: str) -> bool:
    """True for comments, processing instructions and text where the profile has none."""
    return bool(_LOOSE(element)) or (name not in _TEXT and bool(_LOOSE_TEXT(element)))


def _space(root: Element) -> Bilingual:
    """The namespace of *root*, where its name alone would look right."""
    name = etree.QName(root)
    if name.localname != "Signature":
        return Bilingual("", "")
    if not name.namespace:
        return Bilingual("（无命名空间）", " in no namespace")
    return Bilingual(f"（命名空间 {shortened(name.namespace)}）", f" in the namespace {shortened(name.namespace)}")


def _below(path: str, name: str) -> str:
    return name if path == "Signature" else f"{path}/{name}"


def _name(element: Element) -> str:
    return etree.QName(element).localname


def _text(element: Element) -> str:
    return element.text or ""
