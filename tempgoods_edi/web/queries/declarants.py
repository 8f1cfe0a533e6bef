"""The pages of an enterprise's declarants (报关员), whom loan lists choose from (W15)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from tempgoods_edi.declarant.errors import NotFound
from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tempgoods_edi.declarant.store.sessions import Session
from tempgoods_edi.drafting import assess_field
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Facts
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.queries import texts
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.flash import flash
from tempgoods_edi.web.shell.pages import page
from tempgoods_edi.web.shell.sessions import require

router = APIRouter()
LoggedIn = Annotated[Session, Depends(require)]
#: Where the two stand in a declaration that names a declarant, whose schema says what they may be.
_FIELDS = {"no": "Head/DeclarantNo", "name": "Head/DeclarantNm"}
_LABELS = {"no": texts.DECLARANT_NO, "name": texts.DECLARANT_NAME}
_NAMING = next(kind.spec for kind in KINDS if all(kind.spec.root.at(path) for path in _FIELDS.values()))


@router.get("/declarants")
def show_declarants(request: Request, session: LoggedIn) -> Response:
    """The page that lists all declarants, with a form to add one."""
    return _shown(request, session, {})


@router.post("/declarants")
def add_declarant(request: Request, session: LoggedIn, fields: Fields) -> Response:
    """Add a declarant to the list."""
    services = context(request)
    typed = {name: str(fields.get(name) or "").strip() for name in ("no", "name")}
    wrong = {name: said for name, text in typed.items() if (said := _wrong(name, text, services.now())) is not None}
    if wrong:
        return _shown(request, session, typed, wrong)
    services.filing.add_declarant(session.actor, DeclarantPerson(typed["no"], typed["name"]))
    response = RedirectResponse("/declarants", 303)
    flash(response, texts.DECLARANT_ADDED.format(name=typed["name"]), secure=services.settings.secure)
    return response


@router.post("/declarants/{no}/remove")
def remove_declarant(request: Request, session: LoggedIn, no: str) -> Response:
    """Remove a declarant from the list; declarations that name the person stay as they are."""
    services = context(request)
    known = next((each for each in services.filing.declarants(session.actor) if each.no == no), None)
    if known is None:
        raise NotFound(texts.NO_SUCH_DECLARANT)
    services.filing.remove_declarant(session.actor, no)
    response = RedirectResponse("/declarants", 303)
    flash(response, texts.DECLARANT_REMOVED.format(name=known.name), secure=services.settings.secure)
    return response


def _shown(
    request: Request,
    session: Session,
    typed: dict[str, str],
    wrong: dict[str, Bilingual] | None = None,
) -> Response:
    return page(
        request,
        "queries/declarants.html",
        status=422 if wrong else 200,
        texts=texts,
        declarants=context(request).filing.declarants(session.actor),
        typed=typed,
        wrong=wrong or {},
    )


def _wrong(name: str, text: str, now: datetime) -> Bilingual | None:
    """What a declaration would have against it."""
    if not text:
        return texts.NEEDED.format(label=_LABELS[name])
    path = _FIELDS[name]
    head, tag = path.split("/")
    found = assess_field(_NAMING, {head: {tag: text}}, path, Facts(today=now.astimezone(CHINA_TIME).date()))
    return next((each.text for each in found if each.is_error), None)
