"""Clients that other people's generators make of both OpenAPI documents compile, and do a round with the running servers.

On demand (``tox -e clients``): the generators come from npm and PyPI, in the versions that ``data/`` names, into a
folder of the test's own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from h2018 import app
from tempgoods_edi.numbers import MessageId
from tests.h2018.http.web import CONFIG
from tests.h2018.tenant import START, fixture, signed
from tests.needed import without
from tests.web.api.served import served

_DATA = Path(__file__).parent / "data"
_MESSAGE = "tmp101-minimal"
#: What openapi-python-client says of what it leaves out and should not.
_LEFT_OUT = ("will not be generated", "Unable to", "Cannot parse response")
_SECONDS = 400


class Server(NamedTuple):
    """A server that runs.

    :ivar document: its OpenAPI document.
    :ivar arguments: what a round with it is given.
    """

    name: str
    document: dict[str, Any]
    arguments: tuple[str, ...]


@pytest.fixture(params=["simulator", "portal"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Each of the two, on a free port."""
    if request.param == "portal":
        with served(tmp_path) as (url, token):
            yield Server("portal", _fetched(f"{url}/api/v1/openapi.json"), (url, token))
        return
    message = tmp_path / "message.xml"
    tree = fixture(_MESSAGE)
    message.write_bytes(signed(tree, 1))
    message_id = str(MessageId(tree["envelope"]["sender_id"], "DXPEDCTMP0000001", START, 1))
    with app.running(replace(CONFIG, port=0)) as url:
        yield Server("simulator", _fetched(f"{url}/openapi.json"), (url, str(message), message_id))


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generator of npm, and the rounds in TypeScript."""
    if shutil.which("npm") is None:
        without("needs node and npm")
    folder = tmp_path_factory.mktemp("npm")
    for each in (*_DATA.glob("*.ts"), *_DATA.glob("package*.json")):
        shutil.copy(each, folder)
    _run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    return folder


@pytest.fixture(scope="module")
def pypi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generator of PyPI in an environment of its own, and the rounds in Python."""
    folder = tmp_path_factory.mktemp("pypi")
    for each in (*_DATA.glob("*_round.py"), _DATA / "client.yaml", _DATA / "mypy.ini"):
        shutil.copy(each, folder)
    _run(folder, sys.executable, "-m", "venv", "env")
    _run(folder, "env/bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", str(_DATA / "requirements.txt"))
    return folder


def test_typescript(server: Server, npm: Path) -> None:
    """openapi-typescript's types compile, strictly, with a round written against them; the round succeeds."""
    name = server.name
    (npm / f"{name}.json").write_text(json.dumps(server.document), "utf-8")
    _run(npm, "npx", "openapi-typescript", f"{name}.json", "-o", f"{name}_api.d.ts")
    options = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "nodenext"]
    _run(npm, "npx", "tsc", "--allowImportingTsExtensions", "--noEmit", *options, f"{name}.ts")
    _run(npm, "npx", "tsc", "--rewriteRelativeImportExtensions", *options, f"{name}.ts")
    assert _run(npm, "node", f"{name}.js", *server.arguments).startswith("ok ")


def test_python(server: Server, pypi: Path) -> None:
    """openapi-python-client leaves nothing out; its modules pass mypy, and a round with them succeeds."""
    name = server.name
    (pypi / f"{name}.json").write_text(json.dumps(_one_file_each(server.document)), "utf-8")
    generate = ["env/bin/openapi-python-client", "generate", "--path", f"{name}.json", "--config", "client.yaml"]
    told = _run(pypi, *generate, "--meta", "none", "--output-path", f"{name}_client", "--overwrite")
    assert not [line for line in told.splitlines() if any(each in line for each in _LEFT_OUT)], told
    _run(pypi, "env/bin/mypy", "--config-file", "mypy.ini", f"{name}_client", f"{name}_round.py")
    assert _run(pypi, "env/bin/python", f"{name}_round.py", *server.arguments).startswith("ok ")


def _one_file_each(document: dict[str, Any]) -> dict[str, Any]:
    """*document* with one kind of file for each body: modules that are made for several cannot be imported.

    What takes JSON too keeps that alone.
    """
    for item in document["paths"].values():
        for told in item.values():
            body = told.get("requestBody") if isinstance(told, dict) else None
            if body is not None:
                media = "application/json" if "application/json" in body["content"] else next(iter(body["content"]))
                body["content"] = {media: body["content"][media]}
    return document


def _fetched(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - http, and our own
        found: dict[str, Any] = json.load(answer)
    return found


def _run(folder: Path, *command: str) -> str:
    """What *command* says, run in *folder*; a failure is told with it."""
    ran = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=_SECONDS, check=False)
    assert ran.returncode == 0, f"{_shown(command)}\n{ran.stdout[-4000:]}\n{ran.stderr[-4000:]}"
    return ran.stdout + ran.stderr


def _shown(command: Sequence[str]) -> str:
    return " ".join(command[:4])
