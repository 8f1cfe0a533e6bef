"""The JSON report of a check, for programs.  Its shape is documented in ``docs/cli.md`` and only ever added to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tempgoods_edi.cli.version import version
from tempgoods_edi.desk import Checked
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.values import Bilingual, Finding, Verdict
from tempgoods_edi.visible import strange, visible


def whole_report(results: Sequence[Mapping[str, object]], counts: Mapping[Verdict, int]) -> str:
    """The whole JSON report."""
    tree = {
        "tool": "tempgoods-edi",
        "version": version(),
        "results": results,
        "summary": {verdict.value: count for verdict, count in counts.items()},
    }
    return escaped(json.dumps(tree, ensure_ascii=False, indent=1))


def escaped(text: str) -> str:
    r"""JSON with invisible characters as ``\uXXXX``: the same data, and no control codes for a terminal."""
    return (
        "".join(json.dumps(sign)[1:-1] if sign != "\n" and visible(sign) != sign else sign for sign in text)
        if strange(text)
        else text
    )


def result(name: str, checked: Checked) -> dict[str, object]:
    """The report's entry for one message."""
    message = checked.message
    return {
        "file": name,
        "verdict": checked.verdict.value,
        "message": checked.spec and checked.spec.code,
        "message_id": message and message.info.message_id,
        "stages": [stage.value for stage in checked.stages],
        "findings": [finding_tree(finding) for finding in checked.findings],
        "not_judged": list(checked.not_judged),
        "reason": _both(checked.reason),
        "signature": checked.signature and checked.signature.value,
        # Who signed, only where a trusted CA vouches for it; else what the certificate says is a claim of the message's.
        "signed_by": certificate_tree(checked.certificate) if checked.certificate and checked.trusted else None,
        "certificate_claims": checked.certificate and certificate_tree(checked.certificate),
    }


def finding_tree(finding: Finding) -> dict[str, object]:
    """The report's entry for one finding, in both languages."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "label": _both(finding.label),
        "line": finding.line,
        "column": finding.column,
        "text": _both(finding.text),
        "value": finding.value,
        "expected": _both(finding.expected),
        "fix": _both(finding.fix),
    }


def certificate_tree(certificate: CertificateIdentity) -> dict[str, object]:
    """The report's entry for the signer's certificate."""
    return {
        "serial": certificate.serial,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "operator_name": certificate.operator_name,
        "enterprise_name": certificate.enterprise_name,
        "enterprise_code": certificate.enterprise_code,
        "uscc": certificate.uscc,
        "ic_card_no": certificate.ic_card_no,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
    }


def _both(text: Bilingual | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}
