"""API routes for declarations, from draft to declared: the same services as the form's buttons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import api_services
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.differences import differences
from tempgoods_edi.declarant.errors import Conflict
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.store.listing import Search
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import Action
from tempgoods_edi.web.api import answers, bodies, texts
from tempgoods_edi.web.api.access import Caller
from tempgoods_edi.web.api.answering import answered, nothing
from tempgoods_edi.web.api.describing import JSON, XML, ZIP, described
from tempgoods_edi.web.shell.context import context

router = APIRouter(prefix="/declarations", tags=["declarations"])
SeqNo = Annotated[str, Path(description="预录入编号 / pre-entry number")]


class NumberTaken(TempgoodsError):
    """The in-house number belongs to another declaration."""

    status = 409


@router.post(
    "",
    **described(
        "暂存新单证",
        "Save a new draft",
        {201: answers.Declaration, 200: answers.Declaration},
        body=((JSON, bodies.New),),
    ),
)
def new(request: Request, actor: Caller, data: bodies.Raw) -> Response:
    """201 with the new pre-entry number; the same document with the same in-house number again: 200 with the saved draft."""
    asked = bodies.decoded_body(request, data, bodies.New)
    kind, filing = bodies.kind_named(asked.kind), context(request).filing
    tree = api_services.tree_read(kind, asked.document)
    known = _with_number(filing, actor, kind, tree)
    if known is None:
        try:
            return answered(_whole(filing, actor, filing.save(actor, kind, tree)), 201)
        except Conflict:
            # Somebody was quicker, perhaps through another portal: with the same document it is the same declaration.
            known = _with_number(filing, actor, kind, tree)
            if known is None:
                raise
    return answered(_whole(filing, actor, known))


@router.post(
    "/signed",
    **described(
        "提交已签名的报文或 ZIP",
        "Declare with a whole signed message or ZIP",
        {202: answers.State},
        body=((XML, None), (ZIP, None)),
    ),
)
def declare_signed(request: Request, actor: Caller, data: bodies.Raw) -> Response:
    """The message must bear the pre-entry number of one of your drafts; the same message again changes nothing."""
    bodies.media_type(request, XML, ZIP)
    return answered(answers.state_of(context(request).filing.declare_signed(actor, data)), 202)


@router.get("/{seq_no}", **described("单证内容与状态", "A declaration", {200: answers.Declaration}))
def get(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """The declaration's content and state, the reasons if it came back, and the findings of schema and rules."""
    filing = context(request).filing
    return answered(_whole(filing, actor, filing.get(actor, seq_no)))


@router.put("/{seq_no}", **described("修改", "Edit", {200: answers.Declaration}, body=((JSON, bodies.Edit),)))
def edit(request: Request, actor: Caller, data: bodies.Raw, seq_no: SeqNo) -> Response:
    """Replaces the draft's content; 409 when somebody changed it since `revision`, or its state does not allow it."""
    filing = context(request).filing
    stored = filing.get(actor, seq_no)
    asked = bodies.decoded_body(request, data, bodies.Edit)
    tree = api_services.tree_read(stored.kind, asked.document)
    saved = filing.save(actor, stored.kind, tree, seq_no=seq_no, revision=asked.revision)
    return answered(_whole(filing, actor, saved))


@router.delete("/{seq_no}", **described("删除草稿", "Delete a draft", {204: None}, fails=(409,)))
def delete(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """Deletes a declaration that customs never approved."""
    context(request).filing.delete(actor, seq_no)
    return nothing()


@router.get("/{seq_no}/status", **described("状态", "State", {200: answers.State}))
def status(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """The state of the declaration, without its content."""
    filing = context(request).filing
    stored = filing.get(actor, seq_no)
    return answered(answers.state_of(stored, filing.reasons(stored)))


@router.post("/{seq_no}/prepare", **described("生成待签名的申报", "Prepare for signing", {200: answers.Prepared}, fails=(409,)))
def prepare(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """The package that a card is to sign: the Object with this Id and exactly these bytes; nothing is declared yet."""
    found = context(request).filing.prepare(actor, seq_no)
    return answered(
        answers.Prepared(id=found.id, object_id=found.object_id, package=found.package, findings=found.findings)
    )


@router.post(
    "/{seq_no}/declare",
    **described("申报（提交签名）", "Declare with a signature", {202: answers.State}, body=((JSON, bodies.Signed),)),
)
def declare(request: Request, actor: Caller, data: bodies.Raw, seq_no: SeqNo) -> Response:
    """Declares with the signature of the SignedInfo over the prepared package; sent only if customs would take it."""
    filing = context(request).filing
    filing.get(actor, seq_no)
    asked = bodies.decoded_body(request, data, bodies.Signed)
    stored = filing.declare(
        actor,
        seq_no,
        asked.prepared,
        asked.algorithm,
        bodies.from_base64("signature", asked.signature),
        bodies.from_base64("certificate", asked.certificate),
    )
    return answered(answers.state_of(stored), 202)


@router.post("/{seq_no}/change", **described("变更", "Begin a change", {200: answers.Declaration}, fails=(409,)))
def change(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """Begins the next version of an approved exhibition, as a draft."""
    filing = context(request).filing
    return answered(_whole(filing, actor, filing.change(actor, seq_no)))


@router.post(
    "/{seq_no}/deletion",
    **described("备案删除", "Apply for deletion", {200: answers.Declaration}, body=((JSON, bodies.Deletion),)),
)
def deletion(request: Request, actor: Caller, data: bodies.Raw, seq_no: SeqNo) -> Response:
    """Begins the deletion of an approved, unused exhibition, to be declared; 409 gives the reason against it."""
    filing = context(request).filing
    filing.get(actor, seq_no)
    asked = bodies.decoded_body(request, data, bodies.Deletion)
    return answered(_whole(filing, actor, filing.apply_deletion(actor, seq_no, asked.reason)))


@router.post("/{seq_no}/withdraw", **described("撤回变更或删除", "Take back a change", {200: answers.Declaration}, fails=(409,)))
def withdraw(request: Request, actor: Caller, seq_no: SeqNo) -> Response:
    """Withdraws a change or deletion that was begun and is not with customs."""
    filing = context(request).filing
    return answered(_whole(filing, actor, filing.withdraw(actor, seq_no)))


def _whole(filing: Filing, actor: Actor, stored: Stored) -> answers.Declaration:
    # What may still be edited is declared by whoever acts now, today.
    open_ = Action.SAVE in stored.actions
    tree = filing.complete(actor, stored.kind, stored.tree, stored.tree) if open_ else stored.tree
    judged = filing.judge(actor, stored.kind, tree, declared=True, seq_no=stored.seq_no)
    return answers.declaration_of(stored, filing.reasons(stored), judged.findings)


def _with_number(filing: Filing, actor: Actor, kind: Kind, tree: Tree) -> Stored | None:
    """What was saved with the same in-house number, when it is the same document; raises `NumberTaken` when another."""
    head = tree.get("Head") or {}
    number = head.get("EtpsPreentNo")
    if not isinstance(number, str) or not number:
        return None
    found = filing.find(actor, Search(kind=kind, conditions={"in_house": number}, size=1000, sort="in_house", descending=False))
    row = next((row for row in found.rows if row.in_house == number), None)
    if row is None:
        return None
    stored = filing.get(actor, row.seq_no)
    if differences(kind.spec.root, stored.tree, filing.complete(actor, kind, tree, stored.tree)):
        raise NumberTaken(texts.SAME_NUMBER.format(number=number, seq_no=row.seq_no))
    return stored
