"""`submit`: a message goes to customs and its receipts come back, as one exit code."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from h2018.app import running
from h2018.config import Config
from tempgoods_edi.numbers import CHINA_TIME
from tests.cli.conftest import FIXTURES, VALID, Line

TECHNICAL = (
    "<CommonResponeMessage><SeqNo>202600000000000001</SeqNo><CheckInfo>处理成功</CheckInfo>"
    "<DealFlag>{flag}</DealFlag></CommonResponeMessage>"
)
#: Starts a customs that gives these answers, and tells its URL.
Customs = Callable[..., str]


@pytest.fixture
def customs() -> Iterator[Customs]:
    """A customs that says what it is told to say, by the simulator's HTTP interface."""
    servers: list[ThreadingHTTPServer] = []

    def start(
        posted: bytes, receipts: Sequence[Mapping[str, object]] = (), status: int = 200, mark: str | None = None
    ) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(status, posted, {"X-Trace-Id": "t1", "Content-Type": "application/xml"})

            def do_GET(self) -> None:
                body = receipts if "after=0" in self.path else []
                self._answer(
                    200,
                    json.dumps(body).encode(),
                    {"X-High-Water-Mark": mark or str(len(receipts)), "Content-Type": "application/json"},
                )

            def _answer(self, code: int, body: bytes, headers: Mapping[str, str]) -> None:
                self.send_response(code)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def receipt(name: str, trace_id: str = "t1") -> dict[str, object]:
    """A receipt of the fixtures as the list gives it."""
    return {"trace_id": trace_id, "seq_no": "", "xml": (FIXTURES / "valid" / f"{name}.xml").read_text("utf-8")}


def test_a_filing_is_followed_to_its_approval(line: Line) -> None:
    """The whole way with simulated customs: taken, stored, approved, the issued number told; exit 0."""
    config = Config(
        port=0,
        progression="immediate",
        starts_at=datetime(2026, 11, 22, 9, 30, tzinfo=CHINA_TIME),
        trust=(FIXTURES / "keys" / "ca.pem",),
    )
    with running(config) as url:
        ran = line("submit", VALID, "--to", url, "--wait", "--lang", "zh")
        assert (ran.code, ran.err) == (0, "")
        heads = [text for text in ran.out.splitlines() if not text.startswith(" ")]
        assert heads == [
            "COMMON 技术回执: 已接收",
            "TMP201 展览会备案回执: Y 海关入库成功",
            "TMP201 展览会备案回执: 1 审核通过 ZH222826000001",
        ]
        refused = line("submit", FIXTURES / "evil" / "value-changed-after-signing.xml", "--to", url, "--wait")
        assert (refused.code, "TG-SIG-025" in refused.out) == (1, True)


def test_a_returned_filing_is_exit_1(line: Line, customs: Customs) -> None:
    """A receipt 3 ends the waiting; its notes are shown."""
    url = customs(TECHNICAL.format(flag=0).encode(), [receipt("tmp201-returned")])
    ran = line("submit", VALID, "--to", url, "--wait")
    assert ran.code == 1
    assert "TMP201 Exhibition receipt: 3 rejected" in ran.out


def test_receipts_of_others_do_not_count(line: Line, customs: Customs) -> None:
    """What belongs to another message is not shown, and without a decision in time the exit code is 2."""
    url = customs(TECHNICAL.format(flag=0).encode(), [receipt("tmp201-full", trace_id="t2")])
    ran = line("submit", VALID, "--to", url, "--wait", "--timeout", "0")
    assert ran.code == 2
    assert "TMP201" not in ran.out
    assert "no decision within 0 seconds" in ran.out


def test_what_is_not_taken_is_exit_1(line: Line, customs: Customs) -> None:
    """A technical refusal ends it, whatever the HTTP status."""
    url = customs(TECHNICAL.format(flag=-1).encode(), status=422)
    ran = line("submit", VALID, "--to", url, "--wait")
    assert ran.code == 1
    assert "COMMON Technical answer: not taken" in ran.out


def test_without_wait_the_technical_answer_is_all(line: Line, customs: Customs) -> None:
    """Exit 0 as soon as the message is taken."""
    ran = line("submit", VALID, "--to", customs(TECHNICAL.format(flag=0).encode(), [receipt("tmp201-returned")]))
    assert (ran.code, "TMP201" in ran.out) == (0, False)


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"\xff\xfe"])
def test_an_answer_that_is_none_is_told(line: Line, customs: Customs, body: bytes) -> None:
    """Garbage from the other side is undecided, with what came."""
    ran = line("submit", VALID, "--to", customs(body, status=502))
    assert ran.code == 2
    assert "has a fault (HTTP 502)" in ran.err


def test_a_list_that_is_none_is_told(line: Line, customs: Customs) -> None:
    """So is garbage instead of receipts."""
    ran = line("submit", VALID, "--to", customs(TECHNICAL.format(flag=0).encode(), mark="much"), "--wait")
    assert (ran.code, "not a list of receipts" in ran.err) == (2, True)


def test_where_nobody_listens_the_way_to_start_customs_is_told(line: Line) -> None:
    """A refused connection is exit 2, in both languages."""
    for lang in ("zh", "en"):
        ran = line("submit", VALID, "--to", "http://127.0.0.1:9", "--lang", lang)
        assert (ran.code, "tempgoods-edi simulate" in ran.err) == (2, True)


def test_only_http_is_spoken(line: Line, tmp_path: Path) -> None:
    """No file or other scheme is opened by mistake."""
    assert line("submit", VALID, "--to", f"file://{tmp_path}").code == 2
