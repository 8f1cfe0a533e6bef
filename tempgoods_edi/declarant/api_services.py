"""Services for programs beside the buttons: check a whole message, build a package that a card signs elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import inspecting
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import RefusedContents
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.platform import RECEIVER_ID, SENDER_ID
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.drafting import assess, with_rules
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.interchange import json_form
from tempgoods_edi.looks import is_archive
from tempgoods_edi.numbers import CHINA_TIME, MessageId
from tempgoods_edi.outbound import seal
from tempgoods_edi.rules import Facts, judge
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.values import Bilingual, Finding, Verdict, verdict_of

#: Name of the signed Object; by custom of the family a short one.
_OBJECT_ID = "M001"
_SERIALS = 10**11
_BUILDING = Bilingual("生成报文", "build the message")
#: Twice what the longest list may have: that many too many are still judged, each at its place.
_MOST_LINES = 10_000
_TOO_MANY = Bilingual(
    "商品有 {count} 行，超过 {limit} 行，未处理", "{count} goods lines are more than {limit}: not looked at"
)
_NOT_OUTWARD = Bilingual("“{code}”不是向海关发送的报文", "{code} is not sent to customs")


class NotBuilt(RefusedContents):
    """No message could be built; the findings say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings, _BUILDING)


class TooManyLines(TempgoodsError):
    """There are far more goods lines than a document may have."""


class NotOutward(TempgoodsError):
    """The message is of a type that only customs send."""


class Package(Struct, frozen=True, kw_only=True):
    """A message that is ready to be signed.

    :ivar package: canonical XML text; the content of the Object to be signed is exactly its UTF-8 bytes.
    :ivar unsigned: the whole message with DigestValue, SignatureValue and KeyName still empty.
    :ivar verdict: what schema and rules say of it.
    """

    message: str
    message_id: str
    object_id: str
    package: str
    unsigned: str
    verdict: Verdict
    findings: tuple[Finding, ...]


def checked(data: bytes, actor: Actor, now: datetime, trust: Trust, *, allow_unsigned: bool = False) -> Checked:
    """Check a whole message, or a ZIP of one with its files, at the desk; another process opens the files.

    :raises apart.line.Busy: too many files are being opened.
    """
    policy = Policy(now=now, trust=trust, allow_unsigned=allow_unsigned)
    facts = Facts(today=now.astimezone(CHINA_TIME).date())
    if not is_archive(data):
        return check(data, facts, policy)
    with inspecting.LINE.place(actor.enterprise_no):
        return check(data, facts, policy)


def build(data: bytes, actor: Actor, now: datetime, token: Callable[[int], bytes]) -> Package:
    """Build the package to be signed from a message in its JSON form (`interchange.json_form`).

    What the JSON does not say of the envelope is filled in: sender, receiver, number and time.

    :raises NotBuilt: the JSON is none of ours, or the schema refuses what it says.
    :raises NotOutward: it is a message that customs send.
    """
    serial = int.from_bytes(token(8)) % _SERIALS
    message_id = str(MessageId(SENDER_ID, RECEIVER_ID, now, serial))
    sheet = json_form.read(
        data,
        {
            "message_id": message_id,
            "file_name": f"{message_id}.xml",
            "sender_id": SENDER_ID,
            "receiver_id": RECEIVER_ID,
            "send_time": now.astimezone(CHINA_TIME).isoformat("T", "seconds")[:19],
        },
    )
    if sheet.spec is None or sheet.document is None:
        raise NotBuilt(sheet.findings)
    if sheet.spec.direction != "out":
        raise NotOutward(_NOT_OUTWARD.format(code=sheet.spec.code))
    policy = SignaturePolicy()
    sealed = None if sheet.package is None else seal(sheet.spec, sheet.package, _OBJECT_ID, None, policy)
    if sheet.package is None or sealed is None or sealed.data is None:
        refused = sheet.findings if sealed is None else sealed.findings
        raise NotBuilt(with_rules(sheet.spec, sheet.document, _facts(actor, now), refused, declared=sheet.declared))
    findings = _judged(sheet.spec, sheet.document, actor, now, declared=sheet.declared)
    return Package(
        message=sheet.spec.code,
        message_id=sheet.message_id,
        object_id=_OBJECT_ID,
        package=sheet.package,
        unsigned=sealed.data.decode(),
        verdict=verdict_of(findings),
        findings=findings,
    )


def tree_read(kind: Kind, document: Mapping[str, object]) -> Tree:
    """*document* as a form's tree: only texts, groups and lists where the schema has them; null counts as absent.

    :raises NotBuilt: it has another shape.
    :raises TooManyLines: to look at them all would only take time.
    """
    lines = document.get(kind.goods.tag)
    if isinstance(lines, list) and len(lines) > _MOST_LINES:
        raise TooManyLines(_TOO_MANY.format(count=len(lines), limit=_MOST_LINES))
    sheet = json_form.read_tree({"message": kind.code, "document": dict(document)}, {})
    if sheet.findings:
        raise NotBuilt(sheet.findings)
    found: Tree = _without_nothing(document)
    return found


def _without_nothing(node: Any) -> Any:
    if isinstance(node, Mapping):
        kept = {tag: _without_nothing(value) for tag, value in node.items()}
        return {tag: value for tag, value in kept.items() if value not in (None, "")}
    return [_without_nothing(each) for each in node] if isinstance(node, list) else node


def _judged(spec: MessageSpec, document: Tree, actor: Actor, now: datetime, *, declared: bool) -> tuple[Finding, ...]:
    facts = _facts(actor, now)
    if spec.root.at("Head") is not None:
        return assess(spec, document, facts, declared=declared).findings
    return judge(BY_CODE[spec.code].rules, codec.from_tree(spec.root, document), facts, declared=declared).findings


def _facts(actor: Actor, now: datetime) -> Facts:
    return Facts(today=now.astimezone(CHINA_TIME).date(), card=actor.card)
