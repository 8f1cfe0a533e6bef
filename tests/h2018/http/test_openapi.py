"""The OpenAPI document and the server agree: schemathesis, all its checks, finds nothing between them."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from h2018 import app
from h2018.push import request
from h2018.push.callbacks import Callback
from tests import described
from tests.h2018.http.web import CONFIG, serving
from tests.h2018.push.material import lay, make_store
from tests.h2018.tenant import TOP

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
    """Every schema that is named is there, every body that has a type has it said, a message is asked for."""
    with serving() as web:
        made = web.ask("GET", "/openapi.json").json
    names = set(made["components"]["schemas"])
    assert set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(made))) <= names
    operations = [each for item in made["paths"].values() for each in item.values() if "responses" in each]
    contents = [reply.get("content", {}) for each in operations for reply in each["responses"].values()]
    assert all(told["schema"] for content in contents for told in content.values())
    assert made["paths"]["/v1/messages"]["post"]["requestBody"]["required"]


def test_the_description_is_what_the_specification_asks_for() -> None:
    """Valid OpenAPI 3.1 throughout; names are names; who is told to come later is told when; bodies are asked for."""
    with serving() as web:
        made = web.ask("GET", "/openapi.json").json
    assert described.objections(made) == []
    assert described.awkward(made) == []
    assert described.untold_waits(made) == []
    assert all("503" in told["responses"] for _, _, told in described.operations(made))
    limited = {(method, path) for method, path, told in described.operations(made) if "429" in told["responses"]}
    assert {("POST", "/v1/messages"), ("GET", "/v1/receipts")} <= limited
    # Where it may be left out, something is done without it.
    assert described.optional_bodies(made) == ["POST /control/journal/{sequence}/reprocess"]


def test_what_needs_the_token_is_described_so(tmp_path: Path) -> None:
    """Without the token exactly the operations answer 401 that name the security schemes; the description says whether it is a must."""
    path = tmp_path / "token"
    path.write_text("a-token-of-a-test-0123456789", "ascii")
    with serving(CONFIG, token_file=path) as locked, serving() as free:
        made, open_ = (web.ask("GET", "/openapi.json").json for web in (locked, free))
        for method, address, told in described.operations(made):
            code = locked.ask(method, re.sub(r"{[^}]*}", "1", address)).code
            assert (code == 401) == ("security" in told), (method, address)
    assert {scheme for _, _, told in described.operations(made) for each in told.get("security", ()) for scheme in each} == set(
        made["components"]["securitySchemes"]
    )
    optional = [{} in told["security"] for _, _, told in described.operations(open_) if "security" in told]
    assert optional
    assert all(optional)
    assert not any({} in told.get("security", ()) for _, _, told in described.operations(made))


def test_the_push_is_described_as_it_comes() -> None:
    """The webhook has exactly the headers of a push: those that always come, and the signature where there is a secret."""
    with serving() as web:
        made = web.ask("GET", "/openapi.json").json
    told = made["webhooks"]["receipt"]["post"]["parameters"]
    (receipt,) = lay(make_store())
    plain = Callback(name="one", url="http://127.0.0.1:1/in", recipient="R1")
    # OpenAPI tells the type of the body elsewhere; the browser's name is nobody's business.
    common = {"content-type", "user-agent"}
    sent, signed = (
        {name.decode().lower() for name, _ in request.head(each, receipt, 1).getAllRawHeaders()} - common
        for each in (plain, replace(plain, secret="s"))
    )
    assert {each["name"].lower() for each in told if each["required"]} == sent
    assert {each["name"].lower() for each in told} == signed


def test_a_body_that_is_compressed_on_the_way_is_not_taken() -> None:
    """415, whatever it would have been."""
    with serving() as web:
        gzipped: Any = {"Content-Encoding": "gzip"}
        answer = web.ask("POST", "/v1/messages", gzip.compress(b"<x/>"), **gzipped)
        assert answer.code == 415
        assert "gzip" in answer.body.decode()
