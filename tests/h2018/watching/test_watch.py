"""Figures of a whole server: every tenant is followed, every request counted, a channel that gets nothing through is seen."""

from __future__ import annotations

import json
import socket
from typing import Any

from h2018.client import Customs
from h2018.testing import running_customs
from tests.h2018.tenant import FIXTURES, REGISTRY, START, fixture, signed

MORE: dict[str, Any] = {"starts_at": START, "trust": (FIXTURES / "keys" / "ca.pem",), "registry": REGISTRY}


def figure(customs: Customs, name: str) -> float | None:
    """The value of one sample, by its name and labels; None when it is not there."""
    lines = [line for line in customs.metrics().splitlines() if line.startswith(f"h2018_{name} ")]
    return float(lines[0].split()[-1]) if lines else None


def test_a_tenant_is_counted_from_its_first_request_and_forgotten_when_dropped() -> None:
    """Also one made while the server runs; requests by route and status; business time beside the machine's."""
    with running_customs(in_memory=True, clock="manual", **MORE) as customs:
        customs.control.create("team-a")
        assert customs.of("team-a").submit(signed(fixture("tmp101-minimal"), 1)).accepted
        customs.of("team-a").submit(b"<no")
        assert figure(customs, 'answers_total{outcome="accepted",world="team-a"}') == 1
        assert figure(customs, 'receipts_total{world="team-a"}') == 2
        assert figure(customs, 'receipts_last_sequence{world="team-a"}') == 2
        assert figure(customs, 'requests_total{method="POST",route="/v1/messages",status="422"}') == 1
        assert figure(customs, 'request_seconds_count{method="POST",route="/v1/messages"}') == 2
        assert figure(customs, 'clock_manual{world="team-a"}') == 1
        assert figure(customs, "worlds") == 2
        customs.control.drop("team-a")
        assert 'world="team-a"' not in customs.metrics()


def test_no_figure_holds_a_value_from_a_message() -> None:
    """Neither names nor numbers of a declaration come up, nor its message_id."""
    with running_customs(in_memory=True, **MORE) as customs:
        answer = customs.submit(signed(fixture("tmp101-minimal"), 1))
        text = customs.metrics()
    head = fixture("tmp101-minimal")["document"]["Head"]
    assert [value for value in (*head.values(), answer.seq_no, answer.trace_id) if len(value or "") > 8 and str(value) in text] == []


def test_a_channel_that_gets_nothing_through_is_seen() -> None:
    """Over a real socket: tries are counted by outcome, what waits is a figure; nothing is counted twice."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with running_customs(**MORE) as customs:
        body = {"url": f"http://127.0.0.1:{port}/", "recipient": fixture("tmp101-minimal")["envelope"]["sender_id"]}
        customs.ask("PUT", "/v1/callbacks/erp", bytes, body=body)
        customs.submit(signed(fixture("tmp101-minimal"), 1))
        blocked = 'delivery_attempts_total{channel="erp",outcome="blocking",world="default"}'
        seen = next(value for _ in range(1000) if (value := figure(customs, blocked)) is not None)
        assert seen >= 1
        assert figure(customs, 'channel_waiting{channel="erp",world="default"}') == 2
        again = figure(customs, blocked)
        rows = json.loads(customs.ask("GET", "/v1/callbacks/erp/attempts", bytes))
        assert again is not None
        assert again <= len(rows)
