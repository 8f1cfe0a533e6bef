"""Reads a request's path, query and body into the types that a route declares; what does not fit raises `HttpError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from h2018.http.routing import HttpError, Route
from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.misfit import misfit
from tempgoods_edi.values import Bilingual

#: What curl and browsers say when nobody told them what they send.
_ANY_MEDIA = frozenset({"", "application/octet-stream", "application/x-www-form-urlencoded"})

_NO_MEDIA = Bilingual("不接受此内容类型，应为 {media}", "this content type is not taken; send {media}")
_COMPRESSED = Bilingual(
    "不接受 Content-Encoding: {encoding}，请不压缩发送（或发送ZIP文件）",
    "Content-Encoding: {encoding} is not taken: send it as it is, or as a ZIP file",
)
_NO_BODY = Bilingual("缺少内容", "a body is needed")
_TWICE = Bilingual("参数 {name} 重复", "{name} is given twice")
_NO_VALUE = Bilingual("{name} 的值不可用", "unusable value for {name}")
_UNFIT = Bilingual("{where}：{why}", "{where}: {why}")


def body(data: bytes, route: Route, media: str) -> Any:
    """Read the body as *route* declares: bytes, or decoded JSON; None when an optional body is absent."""
    if not data:
        if route.needs_body:
            raise HttpError(400, _NO_BODY)
        return b"" if route.body is bytes else None
    if media not in route.media and not (route.body is bytes and media in _ANY_MEDIA):
        raise HttpError(415, _NO_MEDIA.format(media=", ".join(route.media)))
    return data if route.body is bytes else decoded(data, route.body)


def plain(encoding: str | None) -> None:
    """Refuse a compressed body (``Content-Encoding``): its size would not be what arrives."""
    if (encoding or "identity").strip().lower() != "identity":
        raise HttpError(415, _COMPRESSED.format(encoding=(encoding or "")[:60]))


def decoded(data: bytes, wanted: Any) -> Any:
    """Decode JSON into the type *wanted*."""
    if b"\\u0000" in data:
        # PostgreSQL takes no text with it.
        raise HttpError(400, _NO_VALUE.format(name="\\u0000"))
    try:
        return msgspec.convert(whole(single(data)), wanted)
    except Unfit as error:
        raise HttpError(400, _UNFIT.format(where="body", why=error.text)) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _unfit("body", error, single(data), wanted) from error


def query(args: Mapping[bytes, list[bytes]], wanted: Any) -> Any:
    """Decode the query parameters into the type *wanted*."""
    given: dict[str, str] = {}
    for name, values in args.items():
        if len(values) > 1:
            raise HttpError(400, _TWICE.format(name=name.decode("utf-8", "replace")))
        text = values[0].decode("utf-8", "replace")
        if text.lower() == "null":
            # It would be read as left out; what is left out is left out, never spelt.
            raise HttpError(400, _NO_VALUE.format(name=name.decode("utf-8", "replace")))
        given[name.decode("utf-8", "replace")] = text
    return fitted(given, wanted, "query")


def whole(value: Any) -> Any:
    """*value* with numbers such as 1.0 turned into integers, which they are to JSON Schema."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [whole(each) for each in value]
    return {name: whole(each) for name, each in value.items()} if isinstance(value, dict) else value


def fitted(given: Mapping[str, str], wanted: Any, where: str, code: int = 400) -> Any:
    """Convert named texts into the type *wanted*; *code* is the status of the refusal when they do not fit."""
    for name, text in given.items():
        if "\0" in text:
            raise HttpError(code, _NO_VALUE.format(name=name))
    try:
        return msgspec.convert(given, wanted, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise _unfit(where, error, given, wanted, code) from error


def _unfit(where: str, error: Exception, given: Any, wanted: Any, code: int = 400) -> HttpError:
    return HttpError(code, _UNFIT.format(where=where, why=misfit(error, given, wanted)))
