"""Messages with files: opened elsewhere, taken in their order; the others are served meanwhile, and few may wait."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
from msgspec.structs import replace
from twisted.internet.defer import CancelledError, Deferred, succeed

from h2018 import app
from h2018.transports.folders import FAIL_BOX, IN_BOX, OUT_BOX, SENT_BOX, Folders
from h2018.workers.preparation import (
    APART,
    EACH_READ,
    PreparationQueue,
    PreparationThreads,
    PreparedMessage,
    as_read,
    prepare_message,
)
from tempgoods_edi.apart.line import Busy
from tempgoods_edi.desk import Policy
from tempgoods_edi.envelope.archive import pack
from tests.h2018.console.desk import many_lines
from tests.h2018.http.web import CONFIG
from tests.h2018.tenant import START, changed, fixture, make_tenant, signed

XML = signed(fixture("tmp101-minimal"), 1)


def archive(serial: int) -> bytes:
    """A message with a file."""
    return pack("message", signed(fixture("tmp101-minimal"), serial), {"a.pdf": b"%PDF-1.7"})


class Hands(PreparationThreads):
    """ThreadExecutor that do what they are told when the test says so."""

    def __init__(self) -> None:
        super().__init__(None)
        self.calls: list[tuple[Callable[[], Any], Deferred[Any]]] = []

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Remember it."""
        done: Deferred[Any] = Deferred()
        self.calls.append((lambda: call(*arguments), done))
        return done

    def reading(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Have it read at once."""
        return succeed(call(*arguments))

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """All of them now."""
        return succeed(list(steps))

    def finish(self, position: int) -> None:
        """The call at *position* is done."""
        call, done = self.calls[position]
        done.callback(call())

    def finish_all(self) -> None:
        """Every call that is not, and those that come of them."""
        for call, done in self.calls:
            if not done.called:
                done.callback(call())


class Eyes(Hands):
    """Likewise, and what is read waits too."""

    def reading(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Remember it."""
        return self.in_thread(call, *arguments)


def nowhere(_digest: bytes, _data: bytes) -> Iterator[None]:
    """Keeps nothing."""
    return iter(())


def heard(waiting: Deferred[PreparedMessage], into: list[object]) -> None:
    """Write down when a message is ready."""
    waiting.addCallbacks(lambda prepared: into.append(prepared.data), lambda failure: into.append(failure.type))


def test_archives_are_ready_in_the_order_in_which_they_came() -> None:
    """One that is opened sooner waits for those before it; a message without files waits for nobody."""
    hands, ready = Hands(), list[object]()
    doorway = PreparationQueue("default", hands, nowhere)
    sent = [archive(serial) for serial in range(3)]
    for data in sent:
        heard(doorway.prepared(data), ready)
    heard(doorway.prepared(XML), ready)
    assert ready == [XML]
    hands.finish(2)
    hands.finish(1)
    assert ready == [XML]
    hands.finish(0)
    assert ready == [XML, *sent]


def from_sender(name: str, lines: int = 1) -> bytes:
    """What begins as a message of that sender does, with so many lines."""
    return f"<x><sender_id>{name}</sender_id>".encode() + b"<a/>" * lines + b"</x>"


def test_large_messages_of_one_sender_keep_their_order() -> None:
    """One that is being read keeps back what its sender sends after it, large or small, and nobody else."""
    hands, ready = Eyes(), list[object]()
    doorway = PreparationQueue("default", hands, nowhere)
    policy = Policy(now=START)
    large, small, other = from_sender("S1", APART), from_sender("S1"), from_sender("S2", APART)
    for data in (large, small, from_sender("S2"), other, from_sender("S3"), large + b" "):
        heard(doorway.prepared(data, policy), ready)
    assert ready == [from_sender("S2"), from_sender("S3")]
    hands.finish(1)  # the other sender's is hashed
    hands.finish(3)  # and read
    assert ready[2:] == [other]
    hands.finish_all()
    assert ready[3:] == [large, small, large + b" "]


def test_a_large_message_is_taken_as_if_it_were_read_at_once() -> None:
    """Read by a thread or not: the same answer, journal and receipts, for right ones, wrong ones, repeated ones."""
    made, other = make_tenant(), make_tenant()
    policy = other.tenant.intake_service.policy()
    tree = many_lines(300)
    for data in (
        signed(tree, 1),
        signed(tree, 1) + b"\n",
        signed(changed(tree, {"Head/HallNm": "9"}), 1),
        b"<a>" * APART,
    ):
        assert len(data) > APART
        assert made.tenant.take(as_read(prepare_message(data), policy), "http") == other.tenant.intake(data, "http")
    assert [line.data for line in made.tenant.store.journal()] == [line.data for line in other.tenant.store.journal()]


def test_one_tenant_does_not_fill_the_line() -> None:
    """Beyond its places a tenant is told to come back; another is served; a place that is left can be taken."""
    reading, policy = PreparationQueue("mine", Eyes(), nowhere), Policy(now=START)
    for number in range(EACH_READ):
        reading.prepared(from_sender(f"S{number}", APART), policy)
    with pytest.raises(Busy):
        reading.prepared(from_sender("S", APART), policy)
    hands = Hands()
    mine, other = PreparationQueue("mine", hands, nowhere), PreparationQueue("other", hands, nowhere)
    for serial in range(8):
        mine.prepared(archive(serial))
    with pytest.raises(Busy):
        mine.prepared(archive(8))
    other.prepared(archive(9))
    hands.finish(0)
    mine.prepared(archive(8))


def test_what_waits_when_a_tenant_goes_is_not_taken() -> None:
    """Its senders hear so; what the threads find then is nobody's."""
    hands, ready = Hands(), list[object]()
    doorway = PreparationQueue("default", hands, nowhere)
    heard(doorway.prepared(archive(1)), ready)
    doorway.close()
    assert ready == [CancelledError]
    hands.finish(0)
    assert ready == [CancelledError]


def test_prepared_or_not_the_same_comes_of_it() -> None:
    """The answer, the journal and the receipts of a message with files do not depend on where they were opened."""
    made, other = make_tenant(), make_tenant()
    for serial in range(3):
        data = archive(serial)
        assert made.tenant.take(prepare_message(data), "http") == other.tenant.intake(data, "http")
    assert [line.data for line in made.tenant.store.journal()] == [line.data for line in other.tenant.store.journal()]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Folders, Hands]:
    """A tenant's folders, its archives opened by hand."""
    tenant, hands = make_tenant().tenant, Hands()
    tenant._queue = PreparationQueue("default", hands, tenant.store.bodies.putting)
    return Folders(tenant, tmp_path), hands


def test_files_in_a_folder_keep_their_order(folders: tuple[Folders, Hands]) -> None:
    """What lies behind an archive waits for it, and looking again meanwhile changes nothing."""
    box, hands = folders
    (box.root / OUT_BOX / "1.zip").write_bytes(archive(1))
    (box.root / OUT_BOX / "2.xml").write_bytes(b"<no")
    assert [box.poll(), box.poll()] == [0, 0]
    assert len(list((box.root / OUT_BOX).iterdir())) == 2
    hands.finish(0)
    assert list((box.root / OUT_BOX).iterdir()) == []
    assert [path.name[:2] for path in (box.root / SENT_BOX).iterdir()] == ["1_"]
    assert [path.name[:2] for path in (box.root / FAIL_BOX).iterdir()] == ["2_"]


def test_a_file_that_was_written_anew_meanwhile_is_not_taken_for_the_one_that_was_read(
    folders: tuple[Folders, Hands],
) -> None:
    """It stays where it is, and is sent at the next look."""
    box, hands = folders
    path = box.root / OUT_BOX / "1.zip"
    path.write_bytes(archive(1))
    box.poll()
    path.write_bytes(archive(2) + b" ")
    hands.finish(0)
    assert path.is_file()
    box.poll()
    hands.finish(1)
    assert not path.exists()
    assert len([name for name in (box.root / IN_BOX).iterdir() if name.name.startswith(("Succ", "Fail"))]) == 1


def slow_archive(serial: int) -> bytes:
    """Some kilobytes that keep a reader busy for seconds."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.Root.A = pdf.make_indirect(pikepdf.Array([pikepdf.Array() for _ in range(100_000)]))
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return pack("message", signed(fixture("tmp101-minimal"), serial), {f"{n}.pdf": out.getvalue() for n in range(1)})


def post(url: str, data: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers of the answer."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=300)
    try:
        connection.request("POST", "/v1/messages", data, {"Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_others_are_served_while_hostile_files_are_opened(tmp_path: Path) -> None:
    """A dozen slow archives at once: some are told to come back, and every plain message is answered before the rest."""
    config = replace(CONFIG, port=0, database=str(tmp_path / "x.db"), clock="live", keys=tmp_path)
    slow = [slow_archive(serial) for serial in range(12)]
    assert max(map(len, slow)) < 20_000
    plain = [signed(fixture("tmp101-minimal"), serial) for serial in range(100, 110)]
    with app.running(config) as url, ThreadPoolExecutor(30) as pool:
        sent = {pool.submit(post, url, data): "slow" for data in slow}
        sent |= {pool.submit(post, url, data): "plain" for data in plain}
        ended = [(sent[each], each.result()) for each in as_completed(sent)]
    answered = [(kind, status) for kind, (status, _) in ended if status != 429]
    assert [kind for kind, _ in answered[: len(plain)]] == ["plain"] * len(plain)
    assert {status for kind, status in answered if kind == "plain"} == {200}
    assert {status for kind, status in answered if kind == "slow"} == {200}
    refused = [headers for _, (status, headers) in ended if status == 429]
    assert len(refused) == len(slow) - 8
    assert all(int(headers["retry-after"]) > 0 for headers in refused)
