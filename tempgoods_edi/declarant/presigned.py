"""Declares a message that an enterprise's own program signed, just as if the portal's page had made it."""

from __future__ import annotations

from msgspec.structs import replace

from tempgoods_edi import codec
from tempgoods_edi.declarant import facts
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.declaring import DECLARING, checked, enqueue
from tempgoods_edi.declarant.dependencies import Dependencies, load_own, require_allowed
from tempgoods_edi.declarant.errors import Conflict, RefusedContents, no_declaration
from tempgoods_edi.declarant.kinds import by_code
from tempgoods_edi.declarant.store import Connection, attachments, outgoing
from tempgoods_edi.declarant.store.declarations import content_of
from tempgoods_edi.declarant.stored import Stored, stored
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.archive import Archive, unpack
from tempgoods_edi.envelope.content import content_identity, digests_of
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.envelope.problems import REPLAYED, UNKNOWN_MESSAGE
from tempgoods_edi.lifecycle.states import Action
from tempgoods_edi.looks import is_archive
from tempgoods_edi.rules import Facts
from tempgoods_edi.values import Bilingual

_NO_NUMBER = Bilingual(
    "报文没有预录入编号：请先暂存取得编号，再用该编号签名申报",
    "the message has no pre-entry number: save a draft first, then sign it with the number that gives",
)
_NOT_DECLARED = Bilingual("报文的申报标志不是1（申报）", "DelcareFlag of the message is not 1 (declare)")
_OTHER_VERSION = Bilingual(
    "报文的申报类型和变更次数应为 {kind} 和 {version}", "declaration type and version must be {kind} and {version}"
)
_OTHER_NUMBER = Bilingual("报文的海关编号应为 {number}", "customs' number in the message must be {number}")


def declare_signed(deps: Dependencies, actor: Actor, data: bytes) -> Stored:
    """Declare *data*, a signed message or a ZIP of one with its files; repeating the same content changes nothing.

    It must bear the pre-entry number of a draft of this enterprise's, which saving gives.

    :raises Refused: customs would not take it.
    :raises Conflict: its message_id was used for other content.
    :raises NotFound: its pre-entry number is none of this enterprise's.
    :raises apart.line.Busy: too many files are being opened.
    """
    archive = _opened(data, deps)
    if archive.findings:
        raise RefusedContents(archive.findings, DECLARING)
    message = _message(deps, archive.message)
    kind, head = by_code(message.spec.code), getattr(message.document, "head", None)
    if kind is None or head is None:
        raise RefusedContents([UNKNOWN_MESSAGE.at(value=message.spec.code, known="")], DECLARING)
    if message.flag != "1":
        raise RefusedContents((), DECLARING, _NOT_DECLARED)
    if head.seq_no is None:
        raise RefusedContents((), DECLARING, _NO_NUMBER)
    seq_no: str = head.seq_no
    tree = codec.to_tree(message.spec.root, message.document)
    files = deps.inspect(actor.enterprise_no, archive.files)
    with deps.store.reading() as connection:
        held = load_own(connection, actor, seq_no)
        if held.kind is not kind:
            raise no_declaration(seq_no)
        if _again(connection, deps, actor, message, archive):
            return stored(connection, held)
        require_allowed(Action.DECLARE, held)
        known = facts.known(connection, actor, kind, tree, deps.today(), held)
    current = held.declaration.current
    if (head.dcl_type_cd, head.chg_tms_cnt) != (current.kind.value, current.number):
        raise RefusedContents((), DECLARING, _OTHER_VERSION.format(kind=current.kind.value, version=current.number))
    if tree["Head"].get(kind.number_tag) != (held.customs_no if current.number else None):
        raise RefusedContents((), DECLARING, _OTHER_NUMBER.format(number=held.customs_no or "–"))
    # The files as they came with it, not as the portal has them; the card as the certificate says, not as the token does.
    checked(deps, actor, archive.message, replace(known, attachments=files, card=None))
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        if _again(connection, deps, actor, message, archive):
            return stored(connection, held)  # another portal on this database was quicker
        require_allowed(Action.DECLARE, held)
        for name, found in files.items():
            attachments.put(connection, seq_no, found, archive.files[name], deps.now())
        return enqueue(connection, deps, actor, held, content_of(tree), message.info.message_id, data)


def _again(connection: Connection, deps: Dependencies, actor: Actor, message: Message, archive: Archive) -> bool:
    """Whether this very content was declared before; raises `Conflict` when its message_id stands for another."""
    before = outgoing.in_envelope(connection, message.info.message_id)
    if before is None:
        return False
    theirs = _opened(before.data, deps)
    then = content_identity(_message(deps, theirs.message), digests_of(theirs.files))
    same = then == content_identity(message, digests_of(archive.files))
    if same and before.enterprise_no == actor.enterprise_no:
        return True
    raise Conflict([REPLAYED.at("EnvelopInfo/message_id", value=message.info.message_id)], DECLARING)


def _opened(data: bytes, deps: Dependencies) -> Archive:
    return unpack(data, Policy(now=deps.now()).max_bytes) if is_archive(data) else Archive(data, {})


def _message(deps: Dependencies, data: bytes) -> Message:
    """What *data* holds, whatever the rules may say of it; raises `RefusedContents` when the schema does not take it."""
    found = check(data, Facts(today=deps.today()), Policy(now=deps.now(), signature=deps.signature))
    if found.message is None:
        raise RefusedContents([each for each in found.findings if each.is_in_the_way], DECLARING, found.reason)
    return found.message
