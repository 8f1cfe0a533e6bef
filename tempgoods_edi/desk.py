"""The desk: bytes, facts and policy in; every finding, the record and a verdict out.  Pure, no I/O.

Stages: parse → identify → verify the signature → XSD → bind → rules → verdict.  A fault in one stage does not
hide those of the next as long as there is something to judge; but what was read from unsigned bytes is never valid.
What only a ZIP or a wrong message needs is imported where it is needed: most are neither, and a check is to start quickly.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi._xml import Malformed, parse, root_name
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.envelope import problems
from tempgoods_edi.envelope.message import (
    DSIG,
    Message,
    address,
    by_root,
    document_element,
    from_element,
    info_group,
    package_group,
    recognise,
)
from tempgoods_edi.envelope.problems import malformed, not_a_message
from tempgoods_edi.looks import is_archive, what_is
from tempgoods_edi.numbers import read_message_id
from tempgoods_edi.rules import Attachment, Card, Facts, judge
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.schema.problems import REFUSED
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.schema.strange import strange_values
from tempgoods_edi.signing.certificates import CertificateIdentity, Trust
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.problems import NO_ENTERPRISE
from tempgoods_edi.signing.verify import SignatureState, verify
from tempgoods_edi.values import Bilingual, Finding, Severity, Verdict, told, verdict_of
from tempgoods_edi.visible import strange

#: Largest message that customs' platform carries (bytes of XML).
MAX_BYTES = 4 * 1024 * 1024


class Stage(Enum):
    """The stages, in order."""

    PARSE = "parse"
    IDENTIFY = "identify"
    SIGNATURE = "signature"
    SCHEMA = "schema"
    BIND = "bind"
    RULES = "rules"


class Policy(Struct, frozen=True, kw_only=True):
    """How strictly to judge.

    :ivar now: aware time at which certificates are judged.
    :ivar trust: CAs and revocation lists; None leaves every signed message undecided, for nobody knows who signed it.
    :ivar allow_unsigned: a missing signature is a warning only (for looking at drafts).
    :ivar max_bytes: larger messages are refused unread.
    """

    now: datetime
    trust: Trust | None = None
    signature: SignaturePolicy = SignaturePolicy()
    allow_unsigned: bool = False
    max_bytes: int = MAX_BYTES


class Checked(Struct, frozen=True, kw_only=True):
    """What the desk says of one message.

    :ivar spec: which message it is; None when that could not be told.
    :ivar message: envelope and record, only when the schema accepts them.
    :ivar certificate: what the signer's certificate says; only claimed unless `trusted`.
    :ivar trusted: a trusted CA issued it and nothing speaks against it.
    :ivar stages: the stages that ran to their end.
    :ivar not_judged: rules that would need facts nobody handed in.
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


class _Draft(Struct):
    """What is known so far; lives only while one message passes the stages."""

    data: bytes
    stages: list[Stage]
    findings: list[Finding]
    content: bytes | None = None
    element: etree._Element | None = None
    spec: MessageSpec | None = None
    message: Message | None = None
    signature: SignatureState | None = None
    certificate: CertificateIdentity | None = None
    trusted: bool = False
    not_judged: tuple[str, ...] = ()


class Opened(Struct, frozen=True):
    """A ZIP that was unpacked, and its files looked into.

    :ivar files: by name.
    """

    message: bytes
    files: Mapping[str, Attachment]
    findings: tuple[Finding, ...] = ()


def opened(data: bytes, max_bytes: int = MAX_BYTES) -> Opened:
    """What is in the ZIP *data*; its files are opened by a process of its own, which this waits for.

    What `check` does to begin with, for those who must not wait there.
    """
    from tempgoods_edi.attachments import inspect_apart
    from tempgoods_edi.envelope.archive import unpack

    archive = unpack(data, max_bytes)
    looks = what_is(data) if archive.findings else None
    if looks is not None:
        return Opened(b"", {}, (not_a_message(looks),))
    return Opened(archive.message, inspect_apart(archive.files), archive.findings)


def check(data: bytes | Opened, facts: Facts, policy: Policy) -> Checked:
    """Judge *data*: a signed message, a receipt, a technical answer, or a ZIP with one message and its attachments.

    Never raises on any bytes: a stage that fails makes the verdict undecided.
    """
    draft = _Draft(data=data if isinstance(data, bytes) else data.message, stages=[], findings=[])
    given = data
    reason: Bilingual | None = None
    try:
        if isinstance(data, bytes) and is_archive(data):
            data = opened(data, policy.max_bytes)
        if isinstance(data, Opened):
            draft.data = data.message
            draft.findings.extend(data.findings)
            facts = structs.replace(facts, attachments=data.files)
        if not draft.findings:
            _run(draft, facts, policy)
        if draft.spec is None and draft.findings and isinstance(given, bytes):
            looks = what_is(given)
            if looks is not None:
                draft.findings = [not_a_message(looks)]
    except Exception as error:  # noqa: BLE001 - the last resort that keeps a fault of ours from looking like a verdict
        failed = problems.STAGE_FAILED.at(value=f"{_next_stage(draft)}: {type(error).__name__}")
        draft.findings.append(failed)
        reason = failed.text
    verdict = Verdict.UNDECIDED if reason else verdict_of(draft.findings)
    if verdict is Verdict.UNDECIDED and reason is None:
        reason = next(f.text for f in draft.findings if f.severity is Severity.UNDECIDED)
    return Checked(
        verdict=verdict,
        findings=_placed(draft) if draft.findings else (),
        spec=draft.spec,
        message=draft.message,
        signature=draft.signature,
        certificate=draft.certificate,
        trusted=draft.trusted,
        stages=tuple(s for s in Stage if s in draft.stages),
        not_judged=draft.not_judged,
        reason=reason,
    )


def _next_stage(draft: _Draft) -> str:
    return next((s.value for s in Stage if s not in draft.stages), Stage.RULES.value)


def _run(draft: _Draft, facts: Facts, policy: Policy) -> None:
    if len(draft.data) > policy.max_bytes:
        draft.findings.append(problems.TOO_BIG.at(size=len(draft.data), limit=policy.max_bytes))
        return
    if _XML_1_1.match(draft.data, 0, 100) is not None:
        draft.findings.append(problems.XML_1_1.at(value="1.1"))
    signed = root_name(draft.data) == "Signature"
    if signed:
        _signature(draft, policy)
    else:
        draft.content = draft.data
    _read(draft)
    if not signed and draft.spec is not None and draft.spec.direction == "out":
        draft.findings.append(problems.NO_ENVELOPE.at(value=draft.spec.root.tag))
    if draft.message is None:
        return
    _done(draft, Stage.PARSE, Stage.IDENTIFY, Stage.SCHEMA, Stage.BIND)
    draft.findings.extend(_envelope(draft.message, facts))
    draft.findings.extend(_signed_for_nobody(draft))
    if draft.certificate is not None and facts.card is None:
        facts = structs.replace(facts, card=_card(draft.certificate))
    if strange((draft.content or b"").decode("utf-8", "replace")):
        draft.findings.extend(strange_values(info_group(), draft.message.info, "EnvelopInfo/"))
        draft.findings.extend(strange_values(draft.message.spec.root, draft.message.document))
    declaration = BY_CODE.get(draft.message.spec.code)
    if declaration is not None:
        judged = judge(declaration.rules, draft.message.document, facts, declared=draft.message.flag == "1")
        draft.findings.extend(judged.findings)
        draft.not_judged = judged.not_judged
    _done(draft, Stage.RULES)


_XML_1_1 = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s+version\s*=\s*["']1\.1["']""")


def _done(draft: _Draft, *stages: Stage) -> None:
    draft.stages.extend(stages)


def _signature(draft: _Draft, policy: Policy) -> None:
    verified = verify(draft.data, policy.signature, policy.trust, policy.now)
    draft.signature = verified.state
    if verified.malformed is not None:
        draft.findings.append(malformed(verified.malformed, len(draft.data), policy.max_bytes))
        return
    findings: Iterable[Finding] = verified.findings
    if verified.state is SignatureState.UNSIGNED and policy.allow_unsigned:
        findings = (structs.replace(f, severity=Severity.WARNING) for f in findings)
    draft.findings.extend(findings)
    if verified.state is SignatureState.SIGNED:
        draft.certificate, draft.trusted = verified.certificate, verified.trusted
    # Bytes that are not covered by a right signature are read on for diagnosis: there is an error already.
    draft.content = verified.signed if verified.signed is not None else verified.untrusted
    _done(draft, Stage.PARSE, Stage.SIGNATURE)


_DECLARATION = re.compile(
    r'<\?xml version="1\.0" encoding="(?:UTF|utf)-8"\?>\n?|<Object xmlns="[^"<>]*" Id="[^"<>&]*">'
)


def _read(draft: _Draft) -> None:
    """Read the content: fast when it is canonical and valid, else by libxml2, which has the last word."""
    if draft.content is None:
        return
    if _recognised(draft, draft.content):
        return
    root = parse(draft.content)
    if isinstance(root, Malformed):
        draft.findings.append(malformed(root, len(draft.content), MAX_BYTES))
        return
    _done(draft, Stage.PARSE)
    if draft.signature is not None:
        packages = [e for e in root if isinstance(e.tag, str)]
        root = packages[0] if packages else root
    draft.element = root
    document = root
    if etree.QName(root).localname == "Package":
        found = document_element(root)
        if found is None:
            draft.findings.append(problems.UNKNOWN_MESSAGE.at("BussinessData", value="", known=_known()))
            return
        document = found
    tag = etree.QName(document).localname
    draft.spec = reader.rooted(tag)
    if draft.spec is None:
        draft.findings.append(problems.UNKNOWN_MESSAGE.at(value=tag, known=_known()))
        return
    _done(draft, Stage.IDENTIFY)
    _validated(draft, draft.spec, root)


#: Counts the messages read in this process.
_met = itertools.count()
#: Bytes.  Making the recogniser costs a process as much as libxml2 takes for some twenty messages of this size.
_WORTH_IT = 65_536


def _recognised(draft: _Draft, content: bytes) -> bool:
    """Read *content* by the recogniser; False for *don't know*, and for a small message that may stay the only one."""
    if next(_met) == 0 and len(content) < _WORTH_IT:
        return False
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    head = _DECLARATION.match(text)
    at = head.end() if head else 0
    if draft.signature is None and text.startswith("<CommonResponeMessage>", at):
        return False
    end = len(text) if draft.signature is None else len(text) - len("</Object>")
    message = recognise(text, at, end)
    if message is None or (message.spec.direction == "out") is not (draft.signature is not None):
        return False
    draft.spec, draft.message = message.spec, message
    return True


def _validated(draft: _Draft, spec: MessageSpec, root: etree._Element) -> None:
    if spec.direction == "answer":
        schema, group, namespace = spec.schema, spec.root, ""
    else:
        schema = "plain.xsd" if draft.signature is None else "signed.xsd"
        group, namespace = package_group(spec), "" if draft.signature is None else DSIG
        if (spec.direction == "out") is (draft.signature is None):
            if spec.direction == "in":
                draft.findings.append(problems.WRONG_DIRECTION.at(value=spec.code))
            group, namespace, schema = spec.root, etree.QName(root).namespace or "", ""
    if not schema:
        return
    refused = validator.refusal(schema, root)
    if refused is not None:
        from tempgoods_edi.schema.faults import faults

        found = told(structs.replace(f, path=address(spec, f.path)) for f in faults(group, root, namespace))
        draft.findings.extend(found or [REFUSED.at(message=refused)])
        _done(draft, Stage.SCHEMA)
        return
    _done(draft, Stage.SCHEMA)
    if spec.direction != "answer":
        draft.message = from_element(spec, root)


def _known() -> str:
    return ", ".join(spec.root.tag for spec in by_root().values())


def _envelope(message: Message, facts: Facts) -> Iterator[Finding]:
    info, pocket, code = message.info, message.pocket, message.spec.code
    if info.message_type != code:
        yield problems.TYPE_DIFFERS.at("EnvelopInfo/message_type", value=info.message_type, code=code)
    if pocket.total_pocket_qty != 1:
        yield problems.NOT_ONE_POCKET.at("PocketInfo/total_pocket_qty", value=pocket.total_pocket_qty)
    if pocket.cur_pocket_no != 1:
        yield problems.WRONG_POCKET.at("PocketInfo/cur_pocket_no", value=pocket.cur_pocket_no)
    if pocket.is_unstructured is not None:
        yield problems.UNSTRUCTURED.at("PocketInfo/is_unstructured", value=pocket.is_unstructured)
    if facts.seen_message_ids is not None and info.message_id in facts.seen_message_ids:
        yield problems.REPLAYED.at("EnvelopInfo/message_id", value=info.message_id)
    if message.flag is not None and read_message_id(info.message_id) is None:
        yield problems.MESSAGE_ID_FORM.at("EnvelopInfo/message_id", value=info.message_id)


#: Where a declaration names who enters it; a query names nobody.
_ENTERING_UNIT = "Head/InputEtpsNo"


def _signed_for_nobody(draft: _Draft) -> Iterator[Finding]:
    """A declaration is signed by its enterprise's card; a certificate that names no enterprise may ask, not declare."""
    certificate, spec = draft.certificate, draft.spec
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


def _placed(draft: _Draft) -> tuple[Finding, ...]:
    """The findings with field label, line and column, as far as they can be told."""
    from tempgoods_edi.envelope.places import placed

    spec = draft.spec
    direction = "out" if draft.signature is not None else "in" if spec is None else spec.direction
    return placed(told(draft.findings), draft.data, spec, direction)
