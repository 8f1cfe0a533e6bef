"""A customs with something on every page, in a process of its own, for a real browser to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from h2018.app import running
from h2018.config import Config
from tests.h2018.console.desk import many_lines
from tests.h2018.tenant import FIXTURES, REGISTRY, START, Tree, case, changed, fixture, signed

_SCENARIOS = """\
[[scenario]]
name = "浦东的展览会转人工"
match = {message = "TMP101", field = {"Head/EtpsPreentNo" = {like = "MANUAL*"}}}
action = {outcome = "manual"}
"""
_FAULTS: Mapping[str, Any] = {
    "fault": [
        {"name": "入库回执偶尔丢失", "kind": "lost", "steps": ["receipt_Y"], "probability": 0.2, "on": False},
        {"name": "slow-1", "kind": "slow", "steps": ["pull"], "probability": 0.5, "on": False},
    ]
}


@contextmanager
def serving() -> Iterator[str]:
    """A server whose time stands still; gives its URL."""
    config = Config(
        port=0, clock="manual", starts_at=START, registry=REGISTRY, trust=(FIXTURES / "keys" / "ca.pem",)
    )
    with running(config) as url:
        yield url.rstrip("/")


def ask(url: str, method: str = "GET", body: bytes | None = None, media: str = "application/json") -> bytes:
    """One request; an answer that refuses is an answer."""
    request = Request(url, data=body, method=method, headers={"Content-Type": media})  # noqa: S310 - http only, ours
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()


def advance(url: str, seconds: int) -> None:
    """Let time pass."""
    ask(f"{url}/control/clock/advance", "POST", json.dumps({"seconds": seconds}).encode())


def send(url: str, data: bytes) -> None:
    """Hand a message in and let customs come to it."""
    ask(f"{url}/v1/messages", "POST", data, "application/xml")
    advance(url, 60)


def told(url: str) -> None:
    """The story: an approved exhibition, one that waits with many lines, a returned one, a refused message, switches."""
    ask(f"{url}/control/scenarios", "PUT", _SCENARIOS.encode(), "application/toml")
    ask(f"{url}/control/faults", "PUT", json.dumps(_FAULTS).encode())
    send(url, signed(case("machine-tool-show"), 1))
    send(url, numbered(many_lines(230), "MANUAL-2026-0007", 2))
    send(url, numbered(fixture("tmp101-full"), "MANUAL-2026-0008", 3))
    send(url, numbered(fixture("tmp101-full"), "T-REJECT-0001", 4))
    send(url, signed(fixture("tmp101-minimal"), 5))
    send(url, signed(fixture("tmp131-full"), 6))
    send(url, numbered(fixture("tmp101-full"), "BAD", 7).replace(b"</SignatureValue>", b"AAAA</SignatureValue>"))
    send(url, b"<no message at all")
    send(url, numbered(fixture("tmp101-full"), "MANUAL-2026-0009", 8))
    ask(f"{url}/control/tenants", "POST", b'{"name": "ci-job-42"}')


def numbered(tree: Tree, number: str, serial: int) -> bytes:
    """*tree* as a filing of its own, under an in-house number."""
    return signed(changed(tree, {"Head/SeqNo": None, "Head/EtpsPreentNo": number}), serial)


def cases(url: str, state: str) -> list[str]:
    """Pre-entry numbers of the declarations in that state, the latest change first."""
    found = json.loads(ask(f"{url}/control/cases?state={state}"))
    listed = found if isinstance(found, list) else found["cases"]
    return [each["seq_no"] for each in listed]
