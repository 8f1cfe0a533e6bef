"""Generates the OpenAPI 3.1 document from the routes, so that the document cannot differ from what is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from h2018 import versions
from h2018.http import fault_middleware
from h2018.http.admission import needs_token
from h2018.http.routing import RETRY_AFTER, Refused, Request, Response, ResponseDoc, Route, Webhook
from tempgoods_edi.values import Bilingual

#: Tag of the routes that are pages for browsers.
PAGES = "console"

_REF = "#/components/schemas/{name}"
_TITLE = "H2018 simulator / 海关H2018模拟器"
_TENANT = {"default": "default", "description": "租户 / tenant, as created at /control/tenants"}
_TEXTS = {
    400: Bilingual("请求不符合要求", "the request does not fit"),
    401: Bilingual(
        "需要令牌（以 --token-file 启动时）", "the token is needed (where it was started with --token-file)"
    ),
    403: Bilingual("来自其他网站的请求", "a request from another web site"),
    404: Bilingual("没有此项", "there is no such thing"),
    405: Bilingual("不支持此方法", "the method is not known here"),
    413: Bilingual("内容过大", "the body is too large"),
    415: Bilingual("不接受此内容类型", "the content type is not taken"),
    421: Bilingual("不能以此名称访问本模拟器", "the simulator is not reached by this name"),
    429: Bilingual("请求过多，见 Retry-After", "too many requests; see Retry-After"),
    500: Bilingual("模拟器内部错误", "a fault of the simulator"),
    503: Bilingual("数据库暂不可用，见 Retry-After", "the database is not available; see Retry-After"),
}
_DOWN = Bilingual(
    "数据库暂不可用，或控制接口指定的停机，见 Retry-After",
    "the database is not available, or an outage asked for at /control/outages; see Retry-After",
)
#: Headers that are whole numbers; the others are texts.
_NUMBERS = frozenset({"Retry-After", "X-Attempt", "X-High-Water-Mark", "X-Sequence"})
_TOKEN = Bilingual("以 --token-file 启动时的令牌", "the token, where the simulator was started with --token-file")
_PASSWORD = Bilingual("浏览器：以令牌作密码，用户名任意", "for browsers: the token as password, under any name")
_SCHEMES = {"token": ("bearer", _TOKEN), "password": ("basic", _PASSWORD)}


def routes(
    described: tuple[Route, ...], webhooks: tuple[Webhook, ...] = (), *, with_token: bool = False
) -> tuple[Route, ...]:
    """The route that serves the OpenAPI document of *described*, *webhooks* and itself.

    :param with_token: True when what can be kept by a token is.
    """

    @cache
    def written() -> bytes:
        return msgspec.json.encode(openapi_document((*described, mine), webhooks, with_token=with_token))

    def answer(_: Request) -> Response:
        return Response(200, written())

    mine = Route(
        "server",
        "GET",
        "/openapi.json",
        answer,
        Bilingual("本接口说明", "this description"),
        {200: ResponseDoc(Bilingual("OpenAPI 3.1", "OpenAPI 3.1"), dict[str, Any])},
        tenants=False,
    )
    return (mine,)


def openapi_document(
    described: tuple[Route, ...], webhooks: tuple[Webhook, ...], *, with_token: bool
) -> dict[str, Any]:
    """The OpenAPI document of *described*, without the console's pages, which are for people and change."""
    described = tuple(route for route in described if route.tag != PAGES)
    kinds = [kind for kind in dict.fromkeys(_kinds(described)) if kind not in (None, bytes)]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    by_kind = dict(zip(kinds, schemas, strict=True))
    parameters = {}
    for route in described:
        for kind in (route.names, route.query):
            if kind is not None:
                parameters[kind] = components[by_kind[kind]["$ref"].rpartition("/")[2]]
    paths: dict[str, Any] = {}
    for route in described:
        item = paths.setdefault(route.path, {})
        item[route.method.lower()] = operation = _operation(route, by_kind, parameters)
        if needs_token(route):
            # {}: without --token-file everybody may.
            operation["security"] = [*({name: []} for name in _SCHEMES), *(() if with_token else ({},))]
        if not route.tenants:
            item["servers"] = [{"url": "/"}]
    shown = {
        name: schema for name, schema in components.items() if not any(schema is each for each in parameters.values())
    }
    return _plainly_named(
        {
            "openapi": "3.1.0",
            "info": {"title": _TITLE, "version": versions.installed(), "description": _both(_HONEST)},
            "servers": [{"url": "/"}, {"url": "/t/{tenant}", "variables": {"tenant": _TENANT}}],
            "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in described)],
            "paths": paths,
            "webhooks": {each.name: {each.method.lower(): _webhook(each)} for each in webhooks},
            "components": {
                "schemas": shown,
                "securitySchemes": {
                    name: {"type": "http", "scheme": scheme, "description": _both(text)}
                    for name, (scheme, text) in _SCHEMES.items()
                },
            },
        }
    )


def _plainly_named(made: dict[str, Any]) -> dict[str, Any]:
    """*made* with schemas that go by the names of their types; of two that share one, with the module's last word before it.

    Generators make classes of these names, or of the titles where there are any: a path of modules makes none.
    """
    schemas = made["components"]["schemas"]
    names = {name: "".join(word.title() for word in re.split(r"[._]", name)[-2:]) for name in schemas if "." in name}

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {key: renamed(each) for key, each in value.items()}
        name = str(found.get("$ref", "")).rpartition("/")[2]
        return {**found, "$ref": _REF.format(name=names[name])} if name in names else found

    changed = renamed(made)
    named = {names.get(name, name): schema for name, schema in changed["components"]["schemas"].items()}
    changed["components"]["schemas"] = {
        name: {**schema, "title": name} if "title" in schema else schema for name, schema in named.items()
    }
    return dict(changed)


def _webhook(webhook: Webhook) -> dict[str, Any]:
    headers = [(name, text, True) for name, text in webhook.headers.items()]
    headers += [(name, text, False) for name, text in webhook.optional_headers.items()]
    return {
        "operationId": f"push_{webhook.name}",
        "tags": [webhook.tag],
        "summary": _both(webhook.summary),
        "x-basis": webhook.basis.value,
        "parameters": [
            {"name": name, "in": "header", "required": always, **_header(name, text)} for name, text, always in headers
        ],
        "requestBody": {"required": True, "content": {media: {"schema": _bytes(media)} for media in webhook.media}},
        "responses": {code: _reply(reply, {}) for code, reply in webhook.responses.items()},
    }


_HONEST = Bilingual(
    "这是模拟器，不是海关；x-basis 说明各项行为的依据",
    "a simulator, not customs; x-basis says what each behaviour rests on",
)


def _kinds(described: tuple[Route, ...]) -> Iterator[Any]:
    yield Refused
    for route in described:
        yield from (route.names, route.query, route.body, *route.forms.values())
        for reply in route.responses.values():
            yield reply.kind


def _operation(route: Route, schemas: dict[Any, Any], parameters: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": _operation_id(route),
        "tags": [route.tag],
        "summary": _both(route.summary),
        "x-basis": route.basis.value,
        "responses": {str(code): reply for code, reply in sorted(_replies(route, schemas).items())},
    }
    if route.step_names or route.query is not None:
        found["parameters"] = [*_in_path(route, parameters), *_in_query(route, parameters)]
    if route.body is not None:
        content = {media: {"schema": _body(route, media, schemas)} for media in route.media}
        # An empty message gets a technical answer of its own, but nobody means to send one.
        required = route.needs_body or route.too_large is not None
        found["requestBody"] = {"required": required, "content": content}
    return found


def _bytes(media: str) -> dict[str, Any]:
    """A body that is handed on as it is; of XML too it is the bytes that were signed, not the characters."""
    text = media.startswith("text/") and media != "text/xml"
    return {"type": "string"} if text else {"type": "string", "format": "binary"}


def _body(route: Route, media: str, schemas: dict[Any, Any]) -> Any:
    kind = route.forms.get(media, route.body)
    if kind is not bytes:
        return schemas[kind]
    if media == "application/json":
        return {}
    return {**_bytes(media), "minLength": 1} if route.needs_body else _bytes(media)


def _operation_id(route: Route) -> str:
    words = (f"by_{step[1:-1]}" if step.startswith("{") else step or "index" for step in route.steps)
    return "_".join((route.method.lower(), *words)).replace(".", "_").replace("-", "_")


def _in_path(route: Route, parameters: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    properties = {} if route.names is None else parameters[route.names]["properties"]
    for name in route.step_names:
        schema = properties.get(name, {"type": "string", "minLength": 1})
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(route: Route, parameters: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    if route.query is None:
        return
    schema = parameters[route.query]
    for name, each in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _written(each)}


def _written(schema: dict[str, Any]) -> dict[str, Any]:
    """A value as it stands in a query: left out where JSON would say null."""
    options = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    if len(options) == 1:
        return {**rest, **options[0]}
    return {**rest, "anyOf": options} if options else rest


def _replies(route: Route, schemas: dict[Any, Any]) -> dict[int, Any]:
    found = {code: _reply(reply, schemas) for code, reply in route.responses.items()}
    codes = [405, 421, 500, 503]
    if route.query is not None or route.body is not None:
        codes.append(400)
    if route.step_names or route.tenants:
        codes.append(404)
    if route.method != "GET":
        codes.append(403)
    if needs_token(route):
        codes.append(401)
    if route.body is not None:
        codes += [413, 415]
    if (route.method, route.path) in fault_middleware.STEPS:
        codes.append(429)
    for code in codes:
        text = _DOWN if code == 503 and route.gated else _TEXTS[code]
        headers = RETRY_AFTER if code in (429, 503) else {}
        found.setdefault(code, _reply(ResponseDoc(text, Refused, headers=headers), schemas))
    return found


def _reply(reply: ResponseDoc, schemas: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _both(reply.text)}
    if reply.kind is not None:
        found["content"] = {
            media: {"schema": _bytes(media) if reply.kind is bytes else schemas[reply.kind]} for media in reply.media
        }
    if reply.headers:
        found["headers"] = {name: _header(name, text) for name, text in reply.headers.items()}
    return found


def _header(name: str, text: Bilingual) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if name in _NUMBERS else {"type": "string"}
    return {"description": _both(text), "schema": schema}


def _both(text: Bilingual) -> str:
    return f"{text.zh} / {text.en}"
