"""Declaring (申报): a package is prepared, the card signs it elsewhere, and only a message that customs would take is sent."""

from __future__ import annotations

from binascii import b2a_base64
from datetime import timedelta

from msgspec import Struct, structs

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import facts
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.dependencies import Dependencies, load_own, require_allowed
from tempgoods_edi.declarant.errors import NotYourCard, RefusedContents, Stale
from tempgoods_edi.declarant.platform import RECEIVER_ID, SENDER_ID
from tempgoods_edi.declarant.saving import draft_of
from tempgoods_edi.declarant.store import Connection, attachments, counters, outgoing, prepared
from tempgoods_edi.declarant.store.audit import Cause
from tempgoods_edi.declarant.store.declarations import Bytes, Held, content_of, tree_of
from tempgoods_edi.declarant.store.hashes import readable
from tempgoods_edi.declarant.store.prepared import PreparedPackage
from tempgoods_edi.declarant.store.transition import transition
from tempgoods_edi.declarant.stored import Stored, stored
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.drafting import assess
from tempgoods_edi.envelope.archive import pack
from tempgoods_edi.envelope.message import Message, package
from tempgoods_edi.lifecycle.states import Action, Event
from tempgoods_edi.lifecycle.versions import happened, saved
from tempgoods_edi.outbound import seal
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing.certificate_problems import CERTIFICATE_UNREADABLE
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.values import Bilingual, Finding, Verdict

DECLARING = Action.DECLARE.label
#: Name of the signed Object; by custom of the family a short one.
_OBJECT_ID = "M001"
_ID_BYTES = 16
#: A package that nobody signed by then is not signed any more.
_LIFETIME = timedelta(days=1)
#: Packages of one declaration that wait at the same time, as in several windows; the oldest give way.
_MOST_PREPARED = 5

_NOT_YOURS = Bilingual(
    "签名的卡属于“{theirs}”，与登录单位“{ours}”不符，未申报",
    "signed with the card of {theirs}, but {ours} is logged in: nothing was declared",
)


class Prepared(Struct, frozen=True, kw_only=True):
    """A package prepared for a signature.

    :ivar id: to be given back with the signature.
    :ivar object_id: Id of the Object that is signed.
    :ivar package: its content, canonical XML text: the bytes to be signed are exactly these in UTF-8.
    :ivar findings: warnings; with an error there is no package.
    """

    id: str
    object_id: str
    package: str
    findings: tuple[Finding, ...] = ()


class _Signed(Struct, frozen=True):
    """A signature that a card made elsewhere, as whoever puts a message together wants it."""

    algorithm: str
    key_name: str
    certificate_der: bytes
    value: bytes

    def sign(self, data: bytes) -> bytes:
        """What the card said; whether it is right is checked afterwards."""
        return self.value


def prepare(deps: Dependencies, actor: Actor, seq_no: str) -> Prepared:
    """Prepare the package that the card is to sign; nothing is declared yet.

    :raises Refused: customs would not take it, as far as can be known here.
    :raises NotAllowed: its state does not let it be declared.
    """
    now = deps.now()
    with deps.store.reading() as connection:
        held = load_own(connection, actor, seq_no)
        require_allowed(Action.DECLARE, held)
        spec = held.kind.spec
        draft = draft_of(connection, deps, actor, held.kind, tree_of(held.declaration.current.content), held)
    judged = assess(spec, draft.tree, draft.known, declared=True)
    errors = [found for found in judged.findings if found.is_error]
    if errors or judged.record is None:
        raise RefusedContents(errors or judged.findings, DECLARING)
    with deps.store.writing() as connection:
        message_id = counters.next_message_id(connection, SENDER_ID, RECEIVER_ID, now)
        info = EnvelopInfo(
            version="1.0",
            message_id=message_id,
            file_name=f"{message_id}.xml",
            message_type=spec.code,
            sender_id=SENDER_ID,
            receiver_id=RECEIVER_ID,
            send_time=now,
        )
        pocket = PocketInfo(pocket_id=message_id, total_pocket_qty=1, cur_pocket_no=1)
        text = package(Message(spec=spec, info=info, pocket=pocket, document=judged.record, flag="1"))
        waiting = PreparedPackage(
            id=readable(deps.token(_ID_BYTES)),
            seq_no=seq_no,
            revision=held.revision,
            message_id=message_id,
            object_id=_OBJECT_ID,
            package=text.encode(),
            content=content_of(draft.tree),
        )
        prepared.forget_older(connection, now - _LIFETIME)
        prepared.forget_all_but(connection, seq_no, _MOST_PREPARED - 1)
        prepared.put(connection, waiting, now)
    return Prepared(id=waiting.id, object_id=_OBJECT_ID, package=text, findings=judged.findings)


def declare(
    deps: Dependencies,
    actor: Actor,
    seq_no: str,
    prepared_id: str,
    algorithm: str,
    signature: bytes,
    certificate_der: bytes,
) -> Stored:
    """Combine the prepared package with the card's signature and hand it to the gateway; repeating changes nothing.

    :param algorithm: URI of the signature algorithm.
    :param signature: as XML-DSig writes it: PKCS#1 v1.5 for RSA, r‖s for ECDSA.
    :raises Refused: the signature is not right, the certificate is not believed, or customs would not take it.
    :raises NotYourCard: signed for another enterprise.
    :raises Stale: the declaration was changed since.
    """
    identity = _identity(deps, certificate_der)
    with deps.store.reading() as connection:
        held = load_own(connection, actor, seq_no)
        if prepared.was_declared(connection, prepared_id, seq_no):
            return stored(connection, held)
        require_allowed(Action.DECLARE, held)
        waiting = prepared.find(connection, prepared_id, seq_no)
        if waiting is None or waiting.revision != held.revision:
            raise Stale
        tree = tree_of(waiting.content)
        known = facts.known(connection, actor, held.kind, tree, deps.today(), held)
        files = files_of(connection, seq_no, tree)
    signed = _Signed(algorithm, identity.serial, certificate_der, signature)
    built = seal(held.kind.spec, waiting.package.decode(), waiting.object_id, signed, deps.signature)
    if built.data is None:
        raise RefusedContents(built.findings, DECLARING)
    # The card as the certificate says, not as the session does: a colleague's signature is not the operator's.
    checked(deps, actor, built.data, structs.replace(known, card=None))
    data = pack(waiting.message_id, built.data, files) if files else built.data
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        if prepared.was_declared(connection, prepared_id, seq_no):
            return stored(connection, held)  # another portal on this database was quicker
        require_allowed(Action.DECLARE, held)
        still = prepared.revision_of(connection, prepared_id)
        if still != held.revision or outgoing.in_envelope(connection, waiting.message_id) is not None:
            raise Stale
        prepared.mark_declared(connection, prepared_id, seq_no)
        return enqueue(connection, deps, actor, held, waiting.content, waiting.message_id, data)


def checked(deps: Dependencies, actor: Actor, data: bytes, known: Facts) -> Checked:
    """Check a signed message at the desk, and that the actor's enterprise signed it.

    :raises Refused, NotYourCard: otherwise.
    """
    found = check(data, known, Policy(now=deps.now(), trust=deps.trust, signature=deps.signature))
    if found.certificate is not None and found.certificate.enterprise_code != actor.enterprise_no:
        raise not_yours(found.certificate, actor)
    if found.verdict is not Verdict.VALID:
        raise RefusedContents([each for each in found.findings if each.is_in_the_way], DECLARING, found.reason)
    return found


def not_yours(theirs: CertificateIdentity, actor: Actor) -> NotYourCard:
    """The error that says whose card signed the message."""
    whose = theirs.enterprise_name or theirs.subject
    return NotYourCard(_NOT_YOURS.format(theirs=whose, ours=actor.enterprise_nm))


def enqueue(
    connection: Connection, deps: Dependencies, actor: Actor, held: Held, content: bytes, message_id: str, data: bytes
) -> Stored:
    """Store the declared version and put its message into the gateway's outbox, in one transaction."""
    now, version = deps.now(), held.declaration.current.number
    prepared.forget(connection, held.seq_no)
    number = outgoing.enqueue(
        connection,
        enterprise_no=actor.enterprise_no,
        seq_no=held.seq_no,
        version=version,
        kind=outgoing.DECLARATION,
        message_id=message_id,
        data=data,
        now=now,
    )
    after: Bytes = held.declaration
    if content != after.current.content:
        after = saved(after, content)
    after = happened(after, Event.DECLARE)
    cause = Cause(who=actor.operator_nm, message=number)
    return stored(connection, transition(connection, held, after, Event.DECLARE, now, cause, written=True))


def files_of(connection: Connection, seq_no: str, tree: Tree) -> dict[str, bytes]:
    """The attachments that *tree* lists, by the names in it."""
    found = {}
    for document in tree.get("Documents", ()):
        data = attachments.data_of(connection, seq_no, document.get("DocHash"))
        if data is not None:
            found[str(document["DocNm"])] = data
    return found


def _identity(deps: Dependencies, certificate_der: bytes) -> CertificateIdentity:
    credential = deps.trust.read(b2a_base64(certificate_der, newline=False))
    if credential is None:
        raise RefusedContents([CERTIFICATE_UNREADABLE.at("KeyInfo/X509Certificate")], DECLARING)
    return credential.identity
