"""Descriptions of the API's routes: summaries in two languages, the values of bodies and responses."""

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
    answers.Listing, answers.ReceiptList, answers.DocumentList, answers.PrintList,
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
    421: Bilingual("不能以此名称访问", "Not reached by this name"),
    422: Bilingual("数据不符合要求", "The data is not what is needed"),
    429: Bilingual("请求过于频繁，见 Retry-After", "Too many requests; see Retry-After"),
    500: Bilingual("内部错误，已记录", "A fault of ours; it was logged"),
    503: Bilingual("暂时不能办理，见 Retry-After", "Not available just now; see Retry-After"),
}
_ALWAYS = (400, 401, 403, 404, 413, 421, 422, 429, 500, 503)
_SECONDS = Bilingual("秒", "seconds")
_RETRY_AFTER = {
    "Retry-After": {"description": f"{_SECONDS.zh} / {_SECONDS.en}", "schema": {"type": "integer", "minimum": 0}}
}


def components() -> dict[str, Any]:
    """The JSON schemas of all values of the API."""
    return dict(json.schema_components(_STRUCTS, ref_template=REFERENCE)[1])


def described(
    zh: str,
    en: str,
    done: Mapping[int, Any],
    *,
    body: Sequence[tuple[str, Any]] = (),
    fails: Sequence[int] = (),
) -> dict[str, Any]:
    """The description arguments for a route's decorator.

    :param done: what is answered when it works: a value's type, a media type, or None for nothing, by status.
    :param body: media types of the body, each with the type of its value, or None for bytes.
    :param fails: statuses beside those every route can have.
    """
    responses: dict[int | str, dict[str, Any]] = {status: _answer(what) for status, what in done.items()}
    for status in sorted({*_ALWAYS, *fails, *((409, 415) if body else ())}):
        responses[status] = _failure(status)
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


def _failure(status: int) -> dict[str, Any]:
    text, content = _FAILURES[status], {JSON: {"schema": _ref(answers.Failure)}}
    found = {"description": f"{text.zh} / {text.en}", "content": content}
    if status == 503:
        # Where too many are served at once, nothing is read of a request.
        content["text/plain"] = {"schema": {"type": "string"}}
    return {**found, "headers": _RETRY_AFTER} if status in (429, 503) else found


def _answer(what: Any) -> dict[str, Any]:
    if what is None:
        return {"description": "完成 / Done"}
    if isinstance(what, str):
        return {"description": "文件 / The file", "content": {what: {"schema": _bytes()}}}
    return {"description": f"{what.__name__}", "content": {JSON: {"schema": _ref(what)}}}


def _ref(kind: type) -> dict[str, str]:
    return {"$ref": REFERENCE.format(name=kind.__name__)}


def _bytes() -> dict[str, str]:
    """A file; of XML too it is the bytes that were signed, not the characters."""
    return {"type": "string", "format": "binary"}
