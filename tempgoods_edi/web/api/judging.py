"""API routes that judge a message or a document, build a package, and give the schemas of documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from msgspec import json

from tempgoods_edi.declarant import api_services
from tempgoods_edi.interchange.json_form import json_schema
from tempgoods_edi.values import verdict_of
from tempgoods_edi.web.api import answers, bodies
from tempgoods_edi.web.api.access import Caller
from tempgoods_edi.web.api.answering import answered
from tempgoods_edi.web.api.describing import JSON, XML, ZIP, described
from tempgoods_edi.web.shell.context import context

router = APIRouter(tags=["messages"])


@router.post(
    "/check",
    **described(
        "检查报文或单证内容",
        "Judge a message or a document",
        {200: answers.Verdict},
        body=((JSON, bodies.Check), (XML, None), (ZIP, None)),
    ),
)
def check(
    request: Request,
    actor: Caller,
    data: bodies.Raw,
    unsigned: Annotated[bool, Query(description="未签名只作提示 / a missing signature is only a warning")] = False,
) -> Response:
    """XML or ZIP: judges the whole message as customs do.  JSON: judges a document as the forms do."""
    services = context(request)
    if bodies.media_type(request, JSON, XML, ZIP) == JSON:
        asked = bodies.decoded_body(request, data, bodies.Check)
        kind = bodies.kind_named(asked.kind)
        tree = services.filing.complete(actor, kind, api_services.tree_read(kind, asked.document))
        assessed = services.filing.judge(actor, kind, tree, declared=asked.declared)
        verdict = verdict_of(assessed.findings).value
        return answered(
            answers.Verdict(
                verdict=verdict, message=kind.code, findings=assessed.findings, not_judged=assessed.not_judged
            )
        )
    found = api_services.checked(data, actor, services.now(), services.trust, allow_unsigned=unsigned)
    return answered(
        answers.Verdict(
            verdict=found.verdict.value,
            message=None if found.spec is None else found.spec.code,
            findings=found.findings,
            not_judged=found.not_judged,
        )
    )


@router.post(
    "/build",
    **described(
        "生成待签名的报文", "Build a message to be signed", {200: answers.Package}, body=((JSON, bodies.Build),)
    ),
)
def build(request: Request, actor: Caller, data: bodies.Raw) -> Response:
    """The canonical package and the unsigned message, with the findings of schema and rules."""
    bodies.decoded_body(request, data, bodies.Build)
    services = context(request)
    built = api_services.build(data, actor, services.now(), services.token)
    return answered(
        answers.Package(
            message=built.message,
            message_id=built.message_id,
            object_id=built.object_id,
            package=built.package,
            unsigned=built.unsigned,
            verdict=built.verdict.value,
            findings=built.findings,
        )
    )


@router.get(
    "/schemas/{kind}",
    **described("单证内容的 JSON Schema", "JSON Schema of a kind's document", {200: "application/schema+json"}),
)
def schema(actor: Caller, kind: Annotated[str, Path(description=bodies.KIND_NAMES)]) -> Response:
    """The document's schema: tags, labels in both languages, lengths, patterns."""
    found = json_schema(bodies.kind_named(kind).spec)
    return Response(json.encode(found), media_type="application/schema+json")
