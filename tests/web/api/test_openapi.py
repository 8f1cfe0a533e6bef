"""The OpenAPI document and the API agree: schemathesis, all its checks, finds nothing between them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tempgoods_edi.web.api import access
from tests.web.api.served import served
from tests.web.stack import TOP

_CONFIG = TOP / "tests" / "web" / "api" / "schemathesis.toml"


@pytest.fixture
def address_and_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Those of a portal that answers on a socket."""
    # The clock stands still there, and would never let the pace pass.
    monkeypatch.setattr(access, "MOST", 10**9)
    with served(tmp_path) as found:
        yield found


def test_every_operation_does_what_its_description_says(address_and_token: tuple[str, str]) -> None:
    """No server error; status, content type, headers and schema as described; what does not fit is refused."""
    address, plain = address_and_token
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIG)]
    command += ["run", f"{address}/api/v1/openapi.json", "--url", address, "-H", f"Authorization: Bearer {plain}"]
    # Files are no matter for a generator: what is done with them is tried in `test_api`.
    options = ["--checks", "all", "--exclude-path-regex", "/documents$", "-n", "5", "--seed", "1", "--generation-deterministic"]
    ran = subprocess.run([*command, *options], capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
