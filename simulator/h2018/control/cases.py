"""Declarations: listed, shown, decided on by an officer, exported as a bug report."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from twisted.internet.defer import Deferred

from h2018.cases import Case, OfficerDecision
from h2018.control import case_file
from h2018.control.answering import route
from h2018.http.routing import HttpError, Refused, Request, Response, ResponseDoc, Route, json_response
from h2018.http.streaming import of_file
from h2018.operations import officer
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.values import Bilingual, Finding

_ZIP = "application/zip"

_route = partial(route, "cases")


class Which(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query parameters: which declarations to list; *before* pages on, with ``changed`` of the last one listed."""

    state: State | None = None
    code: Annotated[str, Meta(pattern="^TMP[0-9]{3}$")] | None = None
    before: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class Officer(Struct, frozen=True, forbid_unknown_fields=True):
    """Name of the officer who decides."""

    officer: Annotated[str, Meta(max_length=64)] = ""


class Declared(Struct, frozen=True, kw_only=True):
    """JSON form of one declaration."""

    seq_no: str
    code: str
    state: str
    state_text: Bilingual
    version: int
    kind: str
    enterprise_no: str
    in_house_no: str | None
    customs_no: str | None
    message_id: str
    received: datetime
    changed: int
    findings: tuple[Finding, ...]


class Decided(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of an officer's decision; *reasons* only with ``return``, *text* only with ``ask_again``."""

    decision: Literal["approve", "return", "ask_again"]
    note: Annotated[str, Meta(max_length=officer.LONGEST_TEXT)] = ""
    text: Annotated[str, Meta(max_length=officer.LONGEST_TEXT)] = ""
    reasons: Annotated[tuple[Given, ...], Meta(max_length=officer.MOST_REASONS)] = ()


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form of an officer's objection to one field."""

    path: Annotated[str, Meta(max_length=officer.LONGEST_PATH)]
    text: Annotated[str, Meta(min_length=1, max_length=officer.LONGEST_TEXT)]


def routes() -> tuple[Route, ...]:
    """The routes for declarations."""
    none = {404: ResponseDoc(Bilingual("没有此申报", "there is no such declaration"), Refused)}
    unfit = ResponseDoc(Bilingual("现在不能审核", "an officer cannot decide on it now"), Refused)
    one = {200: ResponseDoc(Bilingual("申报", "the declaration"), Declared), **none}
    return (
        _route(
            "GET",
            "/cases",
            _list,
            Bilingual("申报清单，最近变动在前", "declarations, the latest changed first"),
            {200: ResponseDoc(Bilingual("申报", "declarations"), tuple[Declared, ...])},
            query=Which,
        ),
        _route("GET", "/cases/{seq_no}", _one, Bilingual("一份申报", "one declaration"), one),
        _route(
            "POST",
            "/cases/{seq_no}/decision",
            _decide,
            Bilingual("人工审核", "an officer decides"),
            {**one, 409: unfit, 422: unfit},
            query=Officer,
            body=Decided,
        ),
        _route(
            "GET",
            "/cases/{seq_no}/export",
            _export,
            Bilingual("导出为问题报告（ZIP）", "export as a bug report (ZIP)"),
            {200: ResponseDoc(Bilingual("问题报告", "the report"), bytes, media=(_ZIP,)), **none},
        ),
    )


def _list(request: Request) -> Response:
    which: Which = request.query
    state = None if which.state is None else which.state.value
    found = request.tenant.store.cases(state=state, code=which.code, before=which.before, limit=which.limit)
    return json_response([_declared(case) for case in found])


def _one(request: Request) -> Response:
    return json_response(_declared(officer.case_of(request.tenant, request.names["seq_no"])))


def _decide(request: Request) -> Response:
    decision = msgspec.convert(_given(request.body), OfficerDecision)
    case = officer.decide(request.tenant, request.names["seq_no"], decision, request.query.officer)
    return json_response(_declared(case))


def _given(decided: Decided) -> dict[str, Any]:
    """The parts that such a decision has; raises `HttpError` for others."""
    takes = {"approve": {"note"}, "return": {"note", "reasons"}, "ask_again": {"text"}}[decided.decision]
    given = {name: value for name in ("note", "text", "reasons") if (value := getattr(decided, name))}
    wrong = [name for name in given if name not in takes]
    if wrong or (decided.decision == "ask_again" and not decided.text):
        text = Bilingual("“{decision}”应带 {names}", "“{decision}” goes with {names}")
        raise HttpError(422, text.format(decision=decided.decision, names=", ".join(sorted(takes))))
    found: dict[str, Any] = msgspec.to_builtins({"decision": decided.decision, **given})
    return found


def _export(request: Request) -> Deferred[Response]:
    case = officer.case_of(request.tenant, request.names["seq_no"])
    headers = {"Content-Disposition": f'attachment; filename="{case.seq_no}.zip"'}
    making = case_file.report(request.tenant, case)
    return making.addCallback(lambda file: Response(200, b"", _ZIP, headers, pieces=of_file(file)))


def _declared(case: Case) -> Declared:
    return Declared(
        seq_no=case.seq_no,
        code=case.code,
        state=case.state.value,
        state_text=case.state.label,
        version=case.version,
        kind=case.kind,
        enterprise_no=case.enterprise_no,
        in_house_no=case.etps_preent_no,
        customs_no=case.customs_no,
        message_id=case.message_id,
        received=case.received,
        changed=case.changed,
        findings=case.findings,
    )
