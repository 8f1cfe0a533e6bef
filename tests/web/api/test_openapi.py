"""The OpenAPI document and the API agree: schemathesis, all its checks, finds nothing between them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from tempgoods_edi.declarant.store import tokens
from tempgoods_edi.web.api import access
from tests.declarant import desk
from tests.web.portal import portal
from tests.web.queries.filled import Filled
from tests.web.stack import TOP, free_port

_CONFIG = TOP / "tests" / "web" / "api" / "schemathesis.toml"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Address and token of a portal that answers on a socket."""
    # The clock stands still there, and would never let the pace pass.
    monkeypatch.setattr(access, "MOST", 10**9)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with portal(tmp_path, origin=address) as made:
        made.now = desk.START
        filled = Filled(made)
        filled.approved()
        plain = tokens.make(filled.store, filled.actor(), "x", made.now, made.app.state.context.token)
        server = uvicorn.Server(uvicorn.Config(made.app, port=port, log_config=None, lifespan="off"))
        running = threading.Thread(target=server.run)
        running.start()
        pause = threading.Event()
        while not server.started:
            pause.wait(0.05)
        yield address, plain
        server.should_exit = True
        running.join()


def test_every_operation_does_what_its_description_says(served: tuple[str, str]) -> None:
    """No server error; status, content type, headers and schema as described; what does not fit is refused."""
    address, plain = served
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIG)]
    command += ["run", f"{address}/api/v1/openapi.json", "--url", address, "-H", f"Authorization: Bearer {plain}"]
    # Files are no matter for a generator: what is done with them is tried in `test_api`.
    options = ["--checks", "all", "--exclude-path-regex", "/documents$", "-n", "5", "--seed", "1", "--generation-deterministic"]
    ran = subprocess.run([*command, *options], capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
