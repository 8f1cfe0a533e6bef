"""The history page of a declaration: its versions, receipts and messages, and who did what when (W30)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.differences import differences
from tempgoods_edi.declarant.store.audit import CUSTOMS, GATEWAY
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.lifecycle.receipts import EVENTS
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.versions import Version
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms.form_pages import Compared, compared, shape_of
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

router = APIRouter()
#: Differences between two versions that are listed; five thousand new lines would be read by nobody.
_MOST_DIFFERENCES = 200


class ShownVersion(Struct, frozen=True):
    """One version, with its differences from the one before."""

    number: int
    kind: Bilingual
    state: State
    current: bool
    differences: tuple[Compared, ...]
    more: int
    compared: bool


class Step(Struct, frozen=True):
    """One event in the history.

    :ivar by_customs: customs or the gateway did it, nobody here.
    """

    at: datetime
    who: Bilingual
    event: Bilingual
    from_state: State
    to_state: State
    why: Bilingual | None
    version: int
    by_customs: bool
    receipt: int | None


@router.get("/declarations/{seq_no}/history")
def show_history(request: Request, seq_no: str, session: Annotated[Session, Depends(require)]) -> HTMLResponse:
    """The history page of a declaration."""
    history = context(request).filing.history(session.actor, seq_no)
    return page(
        request,
        "queries/history.html",
        texts=texts,
        stored=history.stored,
        open=history.stored.state is not State.DISCARDED,
        steps=[_step(line) for line in history.audit],
        versions=[_version(history.stored, at) for at in range(len(history.versions))],
        receipts=history.receipts,
        messages=history.messages,
        result_of=result_of,
        message_state=lambda state: texts.MESSAGE_STATES.get(state, Bilingual(state, state)),
    )


def who_did(who: str) -> Bilingual:
    """The person or party that an audit line names."""
    return {CUSTOMS: texts.CUSTOMS, GATEWAY: texts.GATEWAY}.get(who) or Bilingual(who, who)


def version_kind(version: Version[Any]) -> Bilingual:
    """The kind of a version: a first filing, a change or a deletion."""
    return texts.VERSION_KINDS[version.kind.value].format(n=version.number)


def result_of(result: str | None) -> Bilingual:
    """The result in a receipt; an unknown code is shown as it stands."""
    event = EVENTS.get(result or "")
    return Bilingual(result or "", result or "") if event is None else event.label


def _step(line: Any) -> Step:
    return Step(
        at=line.at,
        who=who_did(line.who),
        event=line.event.label,
        from_state=line.from_state,
        to_state=line.to_state,
        why=line.why,
        version=line.version,
        by_customs=line.who in (CUSTOMS, GATEWAY),
        receipt=line.receipt,
    )


def _version(stored: Stored, at: int) -> ShownVersion:
    version = stored.declaration.versions[at]
    shape = shape_of(stored.kind, stored, {})
    found = differences(stored.kind.spec.root, _before(stored, at), version.content) if at else ()
    return ShownVersion(
        number=version.number,
        kind=version_kind(version),
        state=version.state,
        current=version is stored.version,
        differences=tuple(compared(shape, each.path, each.before, each.after) for each in found[:_MOST_DIFFERENCES]),
        more=max(0, len(found) - _MOST_DIFFERENCES),
        compared=at > 0,
    )


def _before(stored: Stored, at: int) -> Tree:
    """The content that version *at* was begun with: of the last one before it that was not laid aside."""
    earlier = stored.declaration.versions[:at]
    kept = [version for version in earlier if version.state is not State.DISCARDED]
    return (kept or list(earlier))[-1].content
