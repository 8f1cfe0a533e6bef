"""What an OpenAPI document must be, whoever's it is: valid, with names that generators can use, and honest about waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, item in document["paths"].items():
        for method, told in item.items():
            if method in _METHODS:
                yield method.upper(), path, told


def objections(document: dict[str, Any]) -> list[str]:
    """What the specification has against *document*: its meta-schema, references, defaults, names of operations."""
    return [f"{list(each.path)}: {each.message}" for each in OpenAPIV31SpecValidator(document).iter_errors()]


def awkward(document: dict[str, Any]) -> list[str]:
    """Names that make no classes or functions, that two things share, or that hide a field within their class."""
    schemas = document["components"]["schemas"]
    wrong = [name for name in schemas if not _NAME.fullmatch(name)]
    wrong += [name for name, schema in schemas.items() if schema.get("title", name) != name]
    wrong += [
        name
        for name, schema in schemas.items()
        if schema.get("properties", {}).get(name.lower(), {}).get("type") == "array"
    ]
    ids = [told["operationId"] for _, _, told in operations(document)]
    wrong += [each for each in ids if not each.isidentifier() or ids.count(each) > 1]
    return wrong


def untold_waits(document: dict[str, Any]) -> list[str]:
    """Operations that may ask to come again later and do not say when: 429 and 503 need ``Retry-After`` in whole seconds."""
    hooks = ((method, name, told) for name, item in document.get("webhooks", {}).items() for method, told in item.items())
    return [
        f"{method} {path} {status}"
        for method, path, told in chain(operations(document), hooks)
        for status, reply in told["responses"].items()
        if status in ("429", "503") and reply.get("headers", {}).get("Retry-After", {}).get("schema", {}).get("type") != "integer"
    ]


def optional_bodies(document: dict[str, Any]) -> list[str]:
    """Operations whose body may be left out, or has a content type without a schema."""
    return [
        f"{method} {path}"
        for method, path, told in operations(document)
        if "requestBody" in told
        and not (told["requestBody"]["required"] and all("schema" in each for each in told["requestBody"]["content"].values()))
    ]
