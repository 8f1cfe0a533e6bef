"""The API's documentation: the OpenAPI document, and a page made from it that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response
from msgspec import Struct

from tempgoods_edi.web.api import routes, texts
from tempgoods_edi.web.api.describing import components
from tempgoods_edi.web.shell.pages import page

router = APIRouter(include_in_schema=False)
VERSION = "1"


class Named(Struct, frozen=True):
    """A parameter, or a field of a value, as the page shows it."""

    name: str
    needed: bool
    text: str


class Value(Struct, frozen=True):
    """A request or response value as the page shows it."""

    name: str
    text: str
    fields: tuple[Named, ...]


class Operation(Struct, frozen=True, kw_only=True):
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Named, ...]
    body: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, str], ...]


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document of this API."""
    return JSONResponse(document())


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """The documentation page of this API."""
    known = list(values())
    names = {each.name for each in known}
    return page(request, "queries/api.html", texts=texts, operations=list(operations()), values=known, names=names)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made once and cached."""
    made = get_openapi(
        title=f"{texts.TITLE.zh} / {texts.TITLE.en}",
        version=VERSION,
        description=f"{texts.ABOUT.zh}\n\n{texts.ABOUT.en}",
        routes=routes.router.routes,
        openapi_version="3.1.0",
    )
    found = made.setdefault("components", {})
    found["schemas"] = {**found.get("schemas", {}), **components()}
    return made


def operations() -> Iterator[Operation]:
    """The API's operations in the order of the document."""
    for path, item in document()["paths"].items():
        for method, told in item.items():
            content = told.get("requestBody", {}).get("content", {})
            yield Operation(
                method=method.upper(),
                path=path,
                summary=told["summary"],
                description=told.get("description", ""),
                parameters=tuple(_parameter(each) for each in told.get("parameters", ())),
                body=tuple((media, _named(each.get("schema", {}))) for media, each in content.items()),
                answers=tuple(_answers(told["responses"])),
            )


def values() -> Iterator[Value]:
    """The values of requests and responses, by name."""
    for name, schema in document()["components"]["schemas"].items():
        needed = schema.get("required", ())
        fields = schema.get("properties", {}).items()
        yield Value(
            name,
            schema.get("description", ""),
            tuple(Named(field, field in needed, _told(told)) for field, told in fields),
        )


def _parameter(told: dict[str, Any]) -> Named:
    return Named(told["name"], told.get("required", False), told.get("description") or _told(told.get("schema", {})))


def _told(schema: dict[str, Any]) -> str:
    kinds = [_named(each) for each in schema.get("anyOf", ())] or [_named(schema)]
    if schema.get("type") == "array":
        kinds = [f"{_named(schema.get('items', {}))} []"]
    return " · ".join(filter(None, (schema.get("description"), " | ".join(kinds))))


def _answers(responses: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, told in responses.items():
        content = told.get("content", {})
        media = next(iter(content), "")
        yield (
            status,
            told["description"],
            _named(content[media].get("schema", {})) if media == "application/json" else media,
        )


def _named(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2] or str(schema.get("format", schema.get("type", "")))
