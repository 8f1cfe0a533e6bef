"""How routes are described: summaries in two languages, bodies and answers by the values they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response
from msgspec import json

from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.api import answers, bodies

REFERENCE = "#/components/schemas/{name}"
JSON, XML, PDF, ZIP = "application/json", "application/xml", "application/pdf", "application/zip"
_STRUCTS = (
    answers.Failure, answers.Verdict, answers.Package, answers.Prepared, answers.State, answers.Declaration,
    answers.Listing, answers.Receipts, answers.Documents, answers.Prints,
    bodies.Check, bodies.Build, bodies.New, bodies.Edit, bodies.Deletion, bodies.Signed,
)  # fmt: skip

_FAILURES: Mapping[int, Bilingual] = {
    400: Bilingual("请求无法理解", "The request cannot be understood"),
    401: Bilingual("没有有效的令牌", "No valid token"),
    403: Bilingual("请求来自其他网站的页面", "Asked for by a page of another site"),
    404: Bilingual("没有这份数据（或不属于贵单位）", "No such data (or not yours)"),
    409: Bilingual("状态不允许，或已被他人修改", "Its state does not allow it, or somebody changed it meanwhile"),
    413: Bilingual("内容太大", "Too large"),
    415: Bilingual("内容类型不支持", "The content type is not taken"),
    422: Bilingual("数据不符合要求", "The data is not what is needed"),
    429: Bilingual("请求过于频繁", "Too many requests"),
    503: Bilingual("暂时不能办理", "Not available just now"),
}
_ALWAYS = (400, 401, 403, 404, 413, 422, 429, 503)


def components() -> dict[str, Any]:
    """The schemas of all values."""
    return dict(json.schema_components(_STRUCTS, ref_template=REFERENCE)[1])


def described(
    zh: str,
    en: str,
    done: Mapping[int, Any],
    *,
    body: Sequence[tuple[str, Any]] = (),
    fails: Sequence[int] = (),
) -> dict[str, Any]:
    """The arguments for a route's decorator.

    :param done: what is answered when it works: a value's type, a media type, or None for nothing, by status.
    :param body: media types of the body, each with the type of its value, or None for bytes.
    :param fails: statuses beside those every route can have.
    """
    responses: dict[int | str, dict[str, Any]] = {status: _answer(what) for status, what in done.items()}
    for status in sorted({*_ALWAYS, *fails, *((409, 415) if body else ())}):
        text = _FAILURES[status]
        responses[status] = {"description": f"{text.zh} / {text.en}", "content": {JSON: {"schema": _ref(answers.Failure)}}}
    found: dict[str, Any] = {
        "summary": f"{zh} / {en}",
        "responses": responses,
        "status_code": next(iter(done)),
        "response_class": Response,
    }
    if body:
        content = {media: {"schema": _bytes() if kind is None else _ref(kind)} for media, kind in body}
        found["openapi_extra"] = {"requestBody": {"required": True, "content": content}}
    return found


def _answer(what: Any) -> dict[str, Any]:
    if what is None:
        return {"description": "完成 / Done"}
    if isinstance(what, str):
        return {"description": "文件 / The file", "content": {what: {"schema": _bytes()}}}
    return {"description": f"{what.__name__}", "content": {JSON: {"schema": _ref(what)}}}


def _ref(kind: type) -> dict[str, str]:
    return {"$ref": REFERENCE.format(name=kind.__name__)}


def _bytes() -> dict[str, str]:
    return {"type": "string", "format": "binary"}
