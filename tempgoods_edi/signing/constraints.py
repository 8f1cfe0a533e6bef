"""Certificate extensions that restrict use (RFC 5280 §4.2): each is honoured, or the certificate is refused."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

#: Extensions that are honoured here, of declarants' certificates and of CAs'.  Policies: every one is taken.
_HONOURED: tuple[type[x509.ExtensionType], ...] = (
    x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.SubjectAlternativeName, x509.CertificatePolicies,
)  # fmt: skip
_HONOURED_OF_CAS: tuple[type[x509.ExtensionType], ...] = (*_HONOURED, x509.NameConstraints)

#: Uses of a key that signing a message may be: documents (RFC 9336, and Microsoft's), e-mail, showing who one is, any.
_SIGNING_USES = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
    }
)

def not_honoured(certificate: x509.Certificate, *, authority: bool = False) -> str | None:
    """The first critical extension (dotted OID) that is not honoured here; None when all are."""
    honoured = _HONOURED_OF_CAS if authority else _HONOURED
    unknown = (e for e in certificate.extensions if e.critical and not isinstance(e.value, honoured))
    return next((each.oid.dotted_string for each in unknown), None)


def signs_messages(certificate: x509.Certificate) -> bool:
    """True when the extended key usage is absent or allows signing messages (§4.2.1.12)."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return not _SIGNING_USES.isdisjoint(uses)


def within(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    """True when the name constraints of *authority* allow the names of *certificate* (§4.2.1.10).

    Constraints are compared for directory names; of other kinds, a certificate that has a name of the kind is refused.
    """
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return True
    permitted, excluded = _by_kind(limits.permitted_subtrees), _by_kind(limits.excluded_subtrees)
    for kind, name in _names(certificate):
        allowed, forbidden = permitted.get(kind), excluded.get(kind)
        if allowed is None and forbidden is None:
            continue
        if name is None:
            return False
        if allowed is not None and not any(_below(name, each) for each in allowed):
            return False
        if any(_below(name, each) for each in forbidden or ()):
            return False
    return True


def _by_kind(trees: list[x509.GeneralName] | None) -> dict[type[x509.GeneralName], list[x509.GeneralName]]:
    found: dict[type[x509.GeneralName], list[x509.GeneralName]] = {}
    for tree in trees or ():
        found.setdefault(type(tree), []).append(tree)
    return found


def _names(certificate: x509.Certificate) -> Iterator[tuple[type[x509.GeneralName], x509.Name | None]]:
    """Every name of a certificate by its kind: its subject, addresses in it, and the alternative ones."""
    if certificate.subject.rdns:
        yield x509.DirectoryName, certificate.subject
    if certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        yield x509.RFC822Name, None
    try:
        others = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    for each in others:
        yield type(each), each.value if isinstance(each, x509.DirectoryName) else None


def _below(name: x509.Name, tree: x509.GeneralName) -> bool:
    """Whether a directory name begins with all the parts of another."""
    if not isinstance(tree, x509.DirectoryName):
        return False
    ours, theirs = _folded(name), _folded(tree.value)
    return ours[: len(theirs)] == theirs


def _folded(name: x509.Name) -> list[frozenset[tuple[str, str]]]:
    """The parts of a name as they are compared: without regard to case and repeated spaces (RFC 4518, shortly)."""
    return [
        frozenset((each.oid.dotted_string, " ".join(str(each.value).casefold().split())) for each in part)
        for part in name.rdns
    ]
