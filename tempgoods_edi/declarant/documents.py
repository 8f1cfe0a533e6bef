"""Attached documents (随附单证): files of a declaration, listed in it by name and digest; their type is judged by content."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import facts
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.dependencies import Dependencies, load_own, require_allowed
from tempgoods_edi.declarant.errors import RefusedContents, no_document
from tempgoods_edi.declarant.store import Connection, attachments, prepared
from tempgoods_edi.declarant.store.audit import Cause
from tempgoods_edi.declarant.store.declarations import Held, content_of, load, tree_of
from tempgoods_edi.declarant.store.transition import transition
from tempgoods_edi.declarant.stored import Stored, stored
from tempgoods_edi.drafting import assess
from tempgoods_edi.lifecycle.states import Action, Event
from tempgoods_edi.lifecycle.versions import saved
from tempgoods_edi.rules import Attachment
from tempgoods_edi.values import Bilingual

_UPLOADING = Bilingual("上传", "upload")
_FILE_RULES = ("TG-DOC-", "TG-XSD-")


def attach(deps: Dependencies, actor: Actor, seq_no: str, name: str, doc_type: str, data: bytes) -> Stored:
    """Attach a file to the declaration.

    :param doc_type: of the code list ``attachment_types``.
    :raises Refused: the file, its name or its type is none that customs would take; nothing was kept.
    :raises apart.line.Busy: too many files are being opened.
    """
    with deps.store.reading() as connection:
        require_allowed(Action.SAVE, load_own(connection, actor, seq_no))
    found = deps.inspect(actor.enterprise_no, {name: data})[name]
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        require_allowed(Action.SAVE, held)
        tree = _with_file(held, found, doc_type)
        _judge(connection, deps, actor, held, tree, found)
        attachments.put(connection, seq_no, found, data, deps.now())
        return _listed(connection, deps, actor, held, tree)


def detach(deps: Dependencies, actor: Actor, seq_no: str, doc_seq_no: int) -> Stored:
    """Remove an attached file; the others are renumbered."""
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        require_allowed(Action.SAVE, held)
        tree = tree_of(held.declaration.current.content)
        gone = _document(tree, doc_seq_no)
        left = _numbered([document for document in tree["Documents"] if document is not gone])
        tree = {
            **{tag: value for tag, value in tree.items() if tag != "Documents"},
            **({"Documents": left} if left else {}),
        }
        after = _listed(connection, deps, actor, held, tree)
        _clear(connection, seq_no, str(gone.get("DocHash")))
        return after


def attachment(deps: Dependencies, actor: Actor, seq_no: str, doc_seq_no: int) -> tuple[str, bytes]:
    """Name and content of an attached file; raises `NotFound`."""
    with deps.store.reading() as connection:
        held = load_own(connection, actor, seq_no)
        document = _document(tree_of(held.declaration.current.content), doc_seq_no)
        data = attachments.data_of(connection, seq_no, document.get("DocHash"))
    if data is None:
        raise no_document(doc_seq_no)
    return str(document["DocNm"]), data


def _with_file(held: Held, found: Attachment, doc_type: str) -> Tree:
    tree = tree_of(held.declaration.current.content)
    document = {"DocTypeCd": doc_type, "DocNm": found.name, "DocSize": str(found.size)}
    document |= {"DocHashAlg": attachments.ALGORITHM, "DocHash": found.hashes[attachments.ALGORITHM]}
    return {**tree, "Documents": _numbered([*tree.get("Documents", ()), document])}


def _numbered(documents: Sequence[Tree]) -> list[Tree]:
    return [{"DocSeqNo": str(number), **_without_number(each)} for number, each in enumerate(documents, 1)]


def _without_number(document: Tree) -> Tree:
    return {tag: value for tag, value in document.items() if tag != "DocSeqNo"}


def _document(tree: Tree, number: int) -> Tree:
    for document in tree.get("Documents", ()):
        if document.get("DocSeqNo") == str(number):
            found: Tree = document
            return found
    raise no_document(number)


def _judge(connection: Connection, deps: Dependencies, actor: Actor, held: Held, tree: Tree, found: Attachment) -> None:
    """Raise `RefusedContents` for what is wrong with the last of the documents; the rest of the form is not asked about here."""
    known = facts.known(connection, actor, held.kind, tree, deps.today(), held)
    known = msgspec.structs.replace(known, attachments={**(known.attachments or {}), found.name: found})
    # The goods do not matter to the rules on files, and five thousand lines take their time.
    alone = {tag: value for tag, value in tree.items() if tag != held.kind.goods.tag}
    judged = assess(held.kind.spec, alone, known, declared=True)
    place = f"Documents[{len(tree['Documents'])}]"
    wrong = [
        each
        for each in judged.findings
        if each.is_error and each.path.startswith(place) and each.rule.startswith(_FILE_RULES)
    ]
    if wrong:
        raise RefusedContents(wrong, _UPLOADING)


def _listed(connection: Connection, deps: Dependencies, actor: Actor, held: Held, tree: Tree) -> Stored:
    prepared.forget(connection, held.seq_no)
    after, cause = saved(held.declaration, content_of(tree)), Cause(who=actor.operator_nm)
    return stored(connection, transition(connection, held, after, Event.SAVE, deps.now(), cause, written=True))


def _clear(connection: Connection, seq_no: str, digest: str) -> None:
    """Delete a file that no version lists any more."""
    held = load(connection, seq_no)
    contents = [] if held is None else [version.content for version in held.declaration.versions]
    contents += [] if held is None else list(held.declared.values())
    listed = {document.get("DocHash") for content in contents for document in tree_of(content).get("Documents", ())}
    if digest not in listed:
        attachments.remove(connection, seq_no, digest)
