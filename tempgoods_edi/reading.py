"""Reads a message by its bytes alone: parsed, identified, signature verified, validated against the schema, made a record.

What `desk` begins with.  It needs no facts, so it can be done in another thread than the one that has them.  What only a ZIP
or a wrong message needs is imported where it is needed: most are neither, and a check is to start quickly.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi._xml import Malformed, parse, root_name
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
from tempgoods_edi.rules import Attachment
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.schema.problems import REFUSED
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.schema.strange import strange_values
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.verify import SignatureState, verify
from tempgoods_edi.values import MOST_FINDINGS, Finding, Severity, bounded_findings
from tempgoods_edi.visible import holds_strange

if TYPE_CHECKING:
    from tempgoods_edi.partial_judging import Around
    from tempgoods_edi.records.envelope import EnvelopInfo

#: Largest message that customs' platform carries (bytes of XML).
MAX_BYTES = 4 * 1024 * 1024


class Stage(Enum):
    """The stages of reading, in order."""

    PARSE = "parse"
    IDENTIFY = "identify"
    SIGNATURE = "signature"
    SCHEMA = "schema"
    BIND = "bind"
    RULES = "rules"


class Policy(Struct, frozen=True, kw_only=True):
    """The policy of reading: how strictly to judge.

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


class Read(Struct):
    """The result of reading one message; each stage adds to it.

    :ivar data: the XML.
    :ivar around: what can be read of a package that the schema refuses in places.
    :ivar strange: what is told of characters in its values that nobody sees.
    :ivar files: the attachments by name; None for a message that came without an archive.
    :ivar failed: why it could not be read to its end, by a fault of ours.
    """

    data: bytes
    stages: list[Stage]
    findings: list[Finding]
    content: bytes | None = None
    element: etree._Element | None = None
    spec: MessageSpec | None = None
    message: Message | None = None
    around: Around | None = None
    signature: SignatureState | None = None
    certificate: CertificateIdentity | None = None
    trusted: bool = False
    strange: tuple[Finding, ...] = ()
    files: Mapping[str, Attachment] | None = None
    failed: Finding | None = None


class Opened(Struct, frozen=True):
    """A ZIP that was unpacked, with its files inspected.

    :ivar files: by name.
    """

    message: bytes
    files: Mapping[str, Attachment]
    findings: tuple[Finding, ...] = ()


def opened(data: bytes, max_bytes: int = MAX_BYTES) -> Opened:
    """Unpack the ZIP *data*; a separate process, which this call waits for, inspects its files.

    What `check` does to begin with, for those who must not wait there.
    """
    from tempgoods_edi.attachments import inspect_apart
    from tempgoods_edi.envelope.archive import unpack

    archive = unpack(data, max_bytes)
    looks = what_is(data) if archive.findings else None
    if looks is not None:
        return Opened(b"", {}, (not_a_message(looks),))
    return Opened(archive.message, inspect_apart(archive.files), archive.findings)


def read(data: bytes | Opened, policy: Policy) -> Read:
    """Read *data*: a signed message, a receipt, a technical answer, or a ZIP with one message and its files.

    Never raises on any bytes: what failed is told by `Read.failed`.
    """
    draft = Read(data=data if isinstance(data, bytes) else data.message, stages=[], findings=[])
    given = data
    try:
        if isinstance(data, bytes) and is_archive(data):
            data = opened(data, policy.max_bytes)
        if isinstance(data, Opened):
            draft.data, draft.files = data.message, data.files
            draft.findings.extend(data.findings)
        if not draft.findings:
            _run(draft, policy)
        if draft.spec is None and draft.findings and isinstance(given, bytes):
            looks = what_is(given)
            if looks is not None:
                draft.findings = [not_a_message(looks)]
    except Exception as error:  # noqa: BLE001 - the last resort that keeps a fault of ours from looking like a verdict
        draft.failed = fault(draft, error)
    return draft


def fault(draft: Read, error: Exception) -> Finding:
    """The finding that a stage failed by a fault of ours."""
    stage = next((stage.value for stage in Stage if stage not in draft.stages), Stage.RULES.value)
    return problems.STAGE_FAILED.at(value=f"{stage}: {type(error).__name__}")


def _run(draft: Read, policy: Policy) -> None:
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
    if draft.message is not None:
        _done(draft, Stage.PARSE, Stage.IDENTIFY, Stage.SCHEMA, Stage.BIND)
    found = draft.message or draft.around
    if found is not None and holds_strange(draft.content or b""):
        draft.strange = tuple(_strange(found.spec, found.info, found.document))


def _strange(spec: MessageSpec, info: EnvelopInfo | None, document: Any) -> Iterator[Finding]:
    if info is not None:
        yield from strange_values(info_group(), info, "EnvelopInfo/")
    if document is not None:
        yield from strange_values(spec.root, document)


_XML_1_1 = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s+version\s*=\s*["']1\.1["']""")


def _done(draft: Read, *stages: Stage) -> None:
    draft.stages.extend(stages)


def _signature(draft: Read, policy: Policy) -> None:
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


def _read(draft: Read) -> None:
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


def _recognised(draft: Read, content: bytes) -> bool:
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


def _validated(draft: Read, spec: MessageSpec, root: etree._Element) -> None:
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
        from tempgoods_edi.partial_judging import read_around
        from tempgoods_edi.schema.faults import faults

        found = bounded_findings(structs.replace(f, path=address(spec, f.path)) for f in faults(group, root, namespace))
        draft.findings.extend(found or [REFUSED.at(message=refused)])
        _done(draft, Stage.SCHEMA)
        # Of too many faults the first are told, and nothing besides.
        if group is not spec.root and 0 < len(found) <= MOST_FINDINGS:
            draft.around = read_around(spec, root, namespace, {each.path for each in found})
        return
    _done(draft, Stage.SCHEMA)
    if spec.direction != "answer":
        draft.message = from_element(spec, root)


def _known() -> str:
    return ", ".join(spec.root.tag for spec in by_root().values())
