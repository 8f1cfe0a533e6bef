"""The declaration of signature problems, and the sources that several of them rest on."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Bilingual, Problem, Severity, Source

FAMILY = Source(
    Basis.PUBLISHED, "Signed messages of the sibling systems: Signature/Object/Package, C14N 1.0, no transforms"
)
POLICY = Source(
    Basis.ASSUMED, "Signature policy: rsa-sha256 and ecdsa-sha256; rsa-sha1 only when the policy says legacy"
)


def signature_problem(
    number: int, zh: str, en: str, fix: Bilingual, source: Source, severity: Severity = Severity.ERROR
) -> Problem:
    """Make the problem TG-SIG with this number."""
    return Problem(
        id=f"TG-SIG-{number:03d}", text=Bilingual(zh, en), fix=fix, source=source, severity=severity,
        retriable=False,
    )  # fmt: skip
