"""The OpenAPI document and the server agree: schemathesis, all its checks, finds nothing between them."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from h2018 import app
from tests.h2018.http.web import CONFIG, serving
from tests.h2018.world import TOP

_CONFIG = TOP / "tests" / "h2018" / "http" / "schemathesis.toml"
#: What makes other requests fail on purpose is tried by itself.
_UPSETTING = "^/control/(outages|next|decide|rate-limit)"


@pytest.fixture
def url() -> Iterator[str]:
    """A server of its own, in a process of its own."""
    with app.running(replace(CONFIG, port=0, max_body=2_000_000)) as running:
        yield running


@pytest.mark.parametrize("which", ["--exclude-path-regex", "--include-path-regex"])
def test_every_operation_does_what_its_description_says(url: str, which: str) -> None:
    """No server error; status, content type, headers and schema as described; what does not fit is refused, what was
    deleted is gone: examples, coverage, fuzzing and sequences of requests."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIG), "run", f"{url}/openapi.json"]
    options = ["--checks", "all", which, _UPSETTING, "-n", "5", "--seed", "1", "--generation-deterministic"]
    ran = subprocess.run([*command, *options], capture_output=True, encoding="utf-8", timeout=300)
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-2000:]


def test_every_route_is_described() -> None:
    """Each address with its summary in two languages and what it rests on."""
    with serving() as web:
        document = web.ask("GET", "/openapi.json").json
    assert document["openapi"] == "3.1.0"
    operations = [operation for item in document["paths"].values() for key, operation in item.items() if key != "servers"]
    assert len(operations) > 50
    assert all(" / " in operation["summary"] and operation["x-basis"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_generators_can_use_the_description() -> None:
    """Schemas have names of classes, every body that has a type has it said, a message is asked for."""
    with serving() as web:
        made = web.ask("GET", "/openapi.json").json
    names = set(made["components"]["schemas"])
    assert all(name.isidentifier() for name in names)
    assert set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(made))) <= names
    operations = [each for item in made["paths"].values() for each in item.values() if "responses" in each]
    contents = [reply.get("content", {}) for each in operations for reply in each["responses"].values()]
    assert all(told["schema"] for content in contents for told in content.values())
    assert made["paths"]["/v1/messages"]["post"]["requestBody"]["required"]


def test_a_body_that_is_compressed_on_the_way_is_not_taken() -> None:
    """415, whatever it would have been."""
    with serving() as web:
        gzipped: Any = {"Content-Encoding": "gzip"}
        answer = web.ask("POST", "/v1/messages", gzip.compress(b"<x/>"), **gzipped)
        assert answer.code == 415
        assert "gzip" in answer.body.decode()
