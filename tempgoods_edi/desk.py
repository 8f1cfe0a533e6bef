"""The desk: bytes, facts and policy in; every finding, the record and a verdict out.  Pure, no I/O.

Stages: parse → identify → verify the signature → XSD → bind → rules → verdict; all but the rules are `reading`'s.  A fault
in one stage does not hide those of the next as long as there is something to judge (of what the schema refuses, the rest: see
`partial_judging`); but what was read from unsigned bytes is never valid.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.envelope.judging import info_findings, pocket_findings
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.reading import MAX_BYTES, Opened, Policy, Read, Stage, fault, opened, read
from tempgoods_edi.rules import Card, Facts, Judged, judge
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.signing.certificate_problems import NO_ENTERPRISE
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.verify import SignatureState
from tempgoods_edi.values import Bilingual, Finding, Severity, Verdict, bounded_findings, verdict_of

__all__ = ["MAX_BYTES", "Checked", "Opened", "Policy", "Read", "Stage", "check", "judged", "opened", "read"]


class Checked(Struct, frozen=True, kw_only=True):
    """The result of a check of one message.

    :ivar spec: which message it is; None when that could not be told.
    :ivar message: envelope and record, only when the schema accepts them.
    :ivar certificate: what the signer's certificate says; only claimed unless `trusted`.
    :ivar trusted: a trusted CA issued it and nothing speaks against it.
    :ivar stages: the stages that ran to their end.
    :ivar not_judged: rules that would need facts nobody handed in, or a value that the schema refuses.
    :ivar reason: why the verdict is undecided.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    spec: MessageSpec | None = None
    message: Message | None = None
    signature: SignatureState | None = None
    certificate: CertificateIdentity | None = None
    trusted: bool = False
    stages: tuple[Stage, ...] = ()
    not_judged: tuple[str, ...] = ()
    reason: Bilingual | None = None


def check(data: bytes | Opened, facts: Facts, policy: Policy) -> Checked:
    """Check *data*: a signed message, a receipt, a technical answer, or a ZIP with one message and its attachments.

    Never raises on any bytes: a stage that fails makes the verdict undecided.
    """
    return judged(read(data, policy), facts)


def judged(found: Read, facts: Facts) -> Checked:
    """Judge a parsed message by *facts*."""
    findings, stages = list(found.findings), list(found.stages)
    failed, not_judged = found.failed, tuple[str, ...]()
    if (found.message is not None or found.around is not None) and failed is None:
        try:
            judgement = _judged(found, _with_what_came(found, facts))
            findings += [*judgement.findings, *_signed_for_nobody(found), *found.strange]
            not_judged = judgement.not_judged
            if found.message is not None:
                stages.append(Stage.RULES)
        except Exception as error:  # noqa: BLE001 - the last resort that keeps a fault of ours from looking like a verdict
            failed = fault(found, error)
    if failed is not None:
        findings.append(failed)
    verdict = Verdict.UNDECIDED if failed is not None else verdict_of(findings)
    reason = None if failed is None else failed.text
    if verdict is Verdict.UNDECIDED and reason is None:
        reason = next(f.text for f in findings if f.severity is Severity.UNDECIDED)
    return Checked(
        verdict=verdict,
        findings=_placed(found, findings) if findings else (),
        spec=found.spec,
        message=found.message,
        signature=found.signature,
        certificate=found.certificate,
        trusted=found.trusted,
        stages=tuple(s for s in Stage if s in stages),
        not_judged=not_judged,
        reason=reason,
    )


def _with_what_came(found: Read, facts: Facts) -> Facts:
    """*facts* with those that came with the message: the card that signed it, and the files beside it."""
    if found.files is not None:
        facts = structs.replace(facts, attachments=found.files)
    if found.certificate is not None and facts.card is None:
        facts = structs.replace(facts, card=_card(found.certificate))
    return facts


def _judged(found: Read, facts: Facts) -> Judged:
    """What envelope and rules say; of what the schema refuses in places, what they say of the rest."""
    message = found.message
    if message is None:
        from tempgoods_edi.partial_judging import judged_around

        return Judged((), ()) if found.around is None else judged_around(found.around, facts)
    of_envelope = (*info_findings(message.spec, message.info, facts), *pocket_findings(message.pocket))
    declaration = BY_CODE.get(message.spec.code)
    if declaration is None:
        return Judged(of_envelope, ())
    by_rules = judge(declaration.rules, message.document, facts, declared=message.flag == "1")
    return Judged((*of_envelope, *by_rules.findings), by_rules.not_judged)


#: Where a declaration names who enters it; a query names nobody.
_ENTERING_UNIT = "Head/InputEtpsNo"


def _signed_for_nobody(found: Read) -> Iterator[Finding]:
    """A declaration is signed by its enterprise's card; a certificate that names no enterprise may ask, not declare."""
    certificate, spec = found.certificate, found.spec
    if certificate is None or certificate.enterprise_code is not None or spec is None:
        return
    if spec.root.at(_ENTERING_UNIT) is not None:
        yield NO_ENTERPRISE.at("KeyInfo/KeyName", value=certificate.serial)


def _card(certificate: CertificateIdentity) -> Card | None:
    if certificate.enterprise_code is None:
        return None
    return Card(
        enterprise_no=certificate.enterprise_code,
        uscc=certificate.uscc,
        operator=certificate.operator_name,
        ic_card_no=certificate.ic_card_no,
    )


def _placed(found: Read, findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings with field label, line and column, as far as they can be told."""
    from tempgoods_edi.envelope.places import placed

    spec = found.spec
    direction = "out" if found.signature is not None else "in" if spec is None else spec.direction
    return placed(bounded_findings(findings), found.data, spec, direction)
