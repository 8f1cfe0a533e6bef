"""TenantWorkers at what came and went: however much it is, it is read in pieces or by a thread, and others are served meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from msgspec.structs import replace
from twisted.internet.defer import Deferred

from h2018.config import Config
from h2018.faults.plan import FaultPlan, Rule
from h2018.transports.folders import OUT_BOX, SENT_BOX, Folders
from h2018.workers.per_tenant import EACH, TenantWorkers, WorkerPool
from h2018.workers.threads import ImmediateExecutor
from tempgoods_edi.apart.line import WaitingLine as Waiting
from tempgoods_edi.envelope.archive import glance, pack
from tests.costs import only_linux
from tests.h2018.http.web import CONFIG, Web, serving
from tests.h2018.server import started
from tests.h2018.tenant import ENTRY, REGISTRY, START, fixture, make_tenant, signed

XML = signed(fixture("tmp101-minimal"), 1)
#: More than is kept, or sent, in one piece.
LARGE = pack("message", XML, {f"{name}.pdf": b"%PDF-1.7" + os.urandom(3 * 1024 * 1024) for name in "ab"})
MESSAGE_ID = XML.partition(b"<message_id>")[2].partition(b"<")[0].decode()
PIECE = 1024 * 1024


class Held(ImmediateExecutor):
    """ThreadExecutor that do what they are told when the test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[[], Any], Deferred[Any]]] = []

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Remember it."""
        done: Deferred[Any] = Deferred()
        self.calls.append((lambda: call(*arguments), done))
        return done

    def go_on(self) -> None:
        """The call that was made first is done."""
        call, done = self.calls.pop(0)
        done.callback(call())


@contextmanager
def held(web: Web) -> Iterator[Held]:
    """What is looked into by *web* waits for the test."""
    hands = Held()
    web.tenant.workers = TenantWorkers("default", web.tenant.store, WorkerPool(hands, Waiting(16, EACH)))
    yield hands
    assert hands.calls == []


def answered(transport: Any) -> bool:
    """True when all is well with what was asked there."""
    return bool(transport.value().startswith(b"HTTP/1.1 200"))


def test_bytes_are_sent_in_pieces_and_others_are_served_between_them() -> None:
    """Of a large body one piece goes out in a turn; who asks meanwhile is answered; in the end it is whole."""
    with serving() as web:
        web.ask("POST", "/v1/messages", LARGE, media="application/zip")
        fetching = web.begin("GET", "/control/journal/1/data")
        sizes = [0]
        while not fetching.disconnecting:
            web.turn()
            sizes.append(len(fetching.value()))
            assert answered(web.begin("GET", "/healthz"))
        assert max(after - before for before, after in pairwise(sizes)) < PIECE + 1000
        assert len(sizes) > len(LARGE) // PIECE
        head, _, body = fetching.value().partition(b"\r\n\r\n")
        assert body == LARGE
        assert f"X-Sha256: {sha256(LARGE).hexdigest()}".lower().encode() in head.lower()
        assert web.ask("HEAD", "/control/journal/1/data").headers["content-length"] == str(len(LARGE))


def test_who_does_not_read_is_sent_no_more() -> None:
    """While the client's side is full nothing is read from the store; then it goes on where it was."""
    with serving() as web:
        web.ask("POST", "/v1/messages", LARGE, media="application/zip")
        fetching = web.begin("GET", "/control/journal/1/data")
        web.turn()
        fetching.protocol.pauseProducing()
        web.time.advance(0)
        assert len(fetching.value()) < 2 * PIECE
        fetching.protocol.resumeProducing()
        web.time.advance(0)
        assert fetching.value().endswith(LARGE[-100:])


def test_what_is_taken_away_meanwhile_breaks_off() -> None:
    """A reset while bytes are fetched: the connection ends short of the length it told, which no client takes for all."""
    with serving() as web:
        web.ask("POST", "/v1/messages", LARGE, media="application/zip")
        fetching = web.begin("GET", "/control/journal/1/data")
        web.turn()
        web.tenant.reset()
        web.time.advance(0)
        assert fetching.disconnecting
        assert len(fetching.value()) < 2 * PIECE


@pytest.mark.parametrize(
    "path",
    [f"/console/t/default/messages/{MESSAGE_ID}", "/console/t/default/records/1", "/console/t/default/cases/{seq_no}"],
)
def test_others_are_served_while_a_message_is_looked_into_for_a_page(path: str) -> None:
    """A page is made of what a thread found; nobody waits for that but who asked for the page."""
    with serving() as web:
        web.ask("POST", "/v1/messages", LARGE, media="application/zip")
        seq_no = web.tenant.store.cases()[0].seq_no
        with held(web) as hands:
            looking = web.begin("GET", path.format(seq_no=seq_no))
            while hands.calls:
                assert looking.value() == b""
                assert web.ask("POST", "/v1/messages", signed(fixture("tmp101-minimal"), 2)).code == 200
                hands.go_on()
        page = looking.value().decode()
        assert page.startswith("HTTP/1.1 200")
        assert "a.pdf, b.pdf" in page
        assert f"{len(LARGE) / 1024:.1f} kB" in page


def test_others_are_served_while_a_message_is_hashed_for_a_fault() -> None:
    """A ZIP is known to a plan by its digest, which a thread finds: the same as before, so that the same ones are struck."""
    with serving() as web:
        web.tenant.faults.put(FaultPlan(rules=(Rule(name="x", kind="error", steps=("intake",)),)))
        with held(web) as hands:
            posting = web.begin("POST", "/v1/messages", LARGE, media="application/zip")
            hands.go_on()  # it was read
            assert (posting.value(), web.ask("GET", "/healthz").code) == (b"", 200)
            hands.go_on()
        assert posting.value().startswith(b"HTTP/1.1 500")
        assert [each.done.item.key for each in web.tenant.faults.log()] == [f"sha256:{sha256(LARGE).hexdigest()}"]


def test_others_are_served_while_entries_are_read() -> None:
    """A registry is read by a thread, whatever its form; then it is on file, all of it or none."""
    with serving(registry=None) as web, held(web) as hands:
        adding = web.begin("POST", "/control/entries", REGISTRY.read_bytes(), media="text/csv")
        assert (adding.value(), web.ask("GET", f"/control/entries/{ENTRY}").code) == (b"", 404)
        hands.go_on()
        assert adding.value().startswith(b"HTTP/1.1 201")
        assert web.ask("GET", f"/control/entries/{ENTRY}").code == 200


def test_others_are_served_while_a_file_is_read(tmp_path: Path) -> None:
    """The list of a folder, then each file, is read by a thread; looking again meanwhile changes nothing."""
    made, hands = make_tenant(), Held()
    made.tenant.workers = TenantWorkers("default", made.tenant.store, WorkerPool(hands, Waiting(16, EACH)))
    folders = Folders(made.tenant, tmp_path)
    (tmp_path / OUT_BOX / "a.zip").write_bytes(LARGE)
    assert folders.poll() == 0
    hands.go_on()  # the list
    assert made.send(signed(fixture("tmp101-minimal"), 2)).outcome == "accepted"
    assert (folders.poll(), len(hands.calls)) == (0, 1)
    hands.go_on()  # the file
    assert hands.calls == []
    assert [path.name[:2] for path in (tmp_path / SENT_BOX).iterdir()] == ["a_"]
    assert [line.size for line in made.tenant.store.page().lines if line.what == "received"] == [
        len(signed(fixture("tmp101-minimal"), 2)),
        len(LARGE),
    ]


def test_a_file_is_read_no_further_than_its_limit(tmp_path: Path) -> None:
    """One that is too large, or a pipe under its name: told, never read to its end, never waited for."""
    made = make_tenant(Config(max_body=1000))
    folders = Folders(made.tenant, tmp_path)
    (tmp_path / OUT_BOX / "a.xml").write_bytes(b"x" * 1001)
    os.mkfifo(tmp_path / OUT_BOX / "b.xml")
    assert folders.poll() == 1
    assert made.tenant.store.page().lines == ()


def test_a_report_is_packed_by_a_thread_piece_by_piece() -> None:
    """The export of a declaration with files: others are served between the pieces; what comes is a ZIP of it all."""
    with serving() as web:
        web.ask("POST", "/v1/messages", LARGE, media="application/zip")
        seq_no = web.tenant.store.cases()[0].seq_no
        with held(web) as hands:
            exporting, calls = web.begin("GET", f"/control/cases/{seq_no}/export"), 0
            while hands.calls:
                assert web.ask("GET", "/healthz").code == 200
                hands.go_on()
                calls += 1
        web.time.advance(0)
        assert calls > len(LARGE) // PIECE
        body = exporting.value().partition(b"\r\n\r\n")[2]
        with ZipFile(BytesIO(body)) as report:
            assert report.testzip() is None
            received = next(name for name in report.namelist() if name.endswith("-received.zip"))
            assert report.read(received) == LARGE


def test_few_look_at_a_time() -> None:
    """Beyond its places a tenant is told to come back, with when; a place that is left can be taken."""
    with serving() as web:
        web.ask("POST", "/v1/messages", XML)
        with held(web) as hands:
            pages = [web.begin("GET", "/console/t/default/records/1") for _ in range(EACH)]
            refused = web.ask("GET", "/console/t/default/records/1")
            assert refused.code == 429
            assert int(refused.headers["retry-after"]) > 0
            hands.go_on()
            pages.append(web.begin("GET", "/console/t/default/records/1"))
            while hands.calls:
                hands.go_on()
        assert {page.value().split()[1] for page in pages} == {b"200"}


def test_the_message_in_a_zip_is_seen_without_unpacking_its_files() -> None:
    """Also where something is wrong with the files: it is shown to people, not judged."""
    found = glance(BytesIO(LARGE), 1 << 20)
    assert (found.message, found.names) == (XML, ("a.pdf", "b.pdf"))
    assert glance(BytesIO(pack("m", XML, {"a/../b.pdf": b""})), 1 << 20).message == XML
    assert glance(BytesIO(b"PK\x03\x04 none"), 1 << 20).message == b""


@only_linux
def test_a_large_message_is_looked_at_in_little_memory(tmp_path: Path) -> None:
    """40 MB in the journal, fetched by many who do not read on, shown, exported, listed: the server grows by little, and answers others."""
    files = {f"{n}.pdf": b"%PDF-1.7" + os.urandom(4 * 1024 * 1024 - 8) for n in range(10)}
    data = pack("message", XML, files)
    config = {"port": 0, "database": str(tmp_path / "x.db"), "keys": tmp_path, "starts_at": START}
    with started(replace(CONFIG, **config), tmp_path) as server, ExitStack() as open_ones:
        assert server.ask("POST", "/v1/messages", data)[0] == 200
        server.costs.forget()
        fetching = []
        for _ in range(5):
            connection = server.connection()
            open_ones.callback(connection.close)
            connection.request("GET", "/control/journal/1/data")
            fetching.append(connection.getresponse())
        assert server.ask("GET", "/healthz")[0] == 200
        assert server.ask("GET", f"/v1/messages/{MESSAGE_ID}/why")[0] == 200
        assert server.ask("GET", "/control/journal?limit=1000")[0] == 200
        assert b"9.pdf" in server.ask("GET", f"/console/t/default/messages/{MESSAGE_ID}")[1]
        for answer in fetching:
            assert sha256(answer.read()).digest() == sha256(data).digest()
        assert server.costs.megabytes < 40
