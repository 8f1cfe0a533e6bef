"""Other engines beside ours at customs: where they differ a message is undecided, at every door, and may come again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from h2018 import app
from h2018.config import Config
from h2018.tenant.tenants import Customs, Tenant
from h2018.transports.folders import FAIL_BOX, IN_BOX, OUT_BOX, SENT_BOX
from h2018.workers.preparation import PreparationQueue, PreparedMessage, Second
from tempgoods_edi.desk import Policy
from tempgoods_edi.envelope.archive import pack
from tempgoods_edi.extras import MissingExtra
from tempgoods_edi.second_opinion import SecondOpinion
from tests.doors.measuring import until
from tests.h2018.http.web import CONFIG
from tests.h2018.reactor_thread import on_reactor
from tests.h2018.server import started
from tests.h2018.sftp.material import make_key
from tests.h2018.sftp.test_round import client_of, opened
from tests.h2018.tenant import REGISTRY, START, changed, fixture, signed, text_of, to_close, trust
from tests.h2018.test_preparation import Eyes, from_sender, heard, nowhere
from tests.second_opinion.planting import lying_while, planted, silent_until

TREE = fixture("tmp101-minimal")
GOOD = signed(TREE, 1)
UNFIT = signed(changed(TREE, {"Head/HallNm": "5"}), 2).replace(b"<DclTypeCd>", b"<DclTypeCd>9", 1)


def customs(opinion: SecondOpinion) -> Tenant:
    """A customs in memory, whose time stands still, with these engines beside ours."""
    config = Config(clock="manual", starts_at=START, registry=REGISTRY)
    return to_close(Customs(config, Clock(), trust=trust(), opinion=opinion)).tenant()


@pytest.fixture
def lies(tmp_path: Path) -> Path:
    """While this file is there, an engine lies."""
    path = tmp_path / "lies"
    path.touch()
    return path


@pytest.mark.parametrize(("asked", "name"), [("schema", "xmlschema"), ("signature", "signxml")])
@pytest.mark.parametrize("zipped", [False, True], ids=["xml", "zip"])
def test_where_engines_differ_a_message_is_undecided_and_may_come_again(
    lies: Path, asked: str, name: str, *, zipped: bool
) -> None:
    """Kept, answered with who says what in both languages, not declared; the same bytes are taken once all agree."""
    tenant = customs(planted(asked, name, lying_while(lies)))
    data = pack("message", GOOD, {}) if zipped else GOOD
    reply = tenant.intake(data, "http")
    told = text_of(reply.data, "CheckInfo")
    assert (reply.outcome, text_of(reply.data, "DealFlag"), reply.rules) == ("undecided", "-1", ("TG-XML-040",))
    for words in ("[TG-XML-040]", "tempgoods-edi 正确", f"{name} 不正确", "tempgoods-edi right", f"{name} wrong"):
        assert words in told
    assert tenant.store.cases() == ()
    received, answered = tenant.store.journal()
    assert (received.what, received.data, answered.data) == ("received", data, reply.data)
    assert [why.rule for why in answered.why] == ["TG-XML-040"]
    lies.unlink()
    assert tenant.intake(data, "http").outcome == "accepted"
    assert len(tenant.store.cases()) == 1


def test_what_we_refuse_and_another_takes_is_undecided_too(lies: Path) -> None:
    """One of the two is wrong, whichever; without the lie it is refused as ever."""
    tenant = customs(planted("schema", "xmlschema", lying_while(lies)))
    assert tenant.intake(UNFIT, "http").rules[0] == "TG-XML-040"
    lies.unlink()
    reply = tenant.intake(UNFIT, "http")
    assert (reply.outcome, {rule[:7] for rule in reply.rules}) == ("refused", {"TG-SIG-", "TG-XSD-"})


@pytest.mark.parametrize(
    "data", [b"<no", b"", b"PK\3\4", b"<x>" * 2_000_000], ids=["no XML", "nothing", "no ZIP", "too large"]
)
def test_what_nobody_could_read_is_refused_without_asking(data: bytes) -> None:
    """An engine that would never answer is not asked."""
    reply = customs(planted("schema", "xmlschema", "while True: pass")).intake(data, "http")
    assert (reply.outcome, reply.rules[0][:7]) == ("refused", "TG-XML-")


def test_no_answer_is_undecided_and_the_next_message_has_one(tmp_path: Path) -> None:
    """An engine that dies takes nothing with it: TG-XML-041, and then the same message is taken."""
    body = f"if not os.path.exists({str(tmp_path / 'died')!r}): open({str(tmp_path / 'died')!r}, 'w'); os._exit(1)\n    return true(data)"
    tenant = customs(planted("schema", "xmlschema", body))
    assert tenant.intake(GOOD, "http").rules == ("TG-XML-041",)
    assert tenant.intake(GOOD, "http").outcome == "accepted"


def test_a_server_that_is_told_to_asks_the_engines_as_they_are(tmp_path: Path) -> None:
    """By its configuration: who agree with us about a good message and about one that was changed."""
    changed_after = GOOD.replace(b"<EndDate>20270313<", b"<EndDate>20270314<")
    assert changed_after != GOOD
    with started(replace(CONFIG, port=0, keys=tmp_path, second_opinion=True), tmp_path) as server:
        assert server.ask("POST", "/v1/messages", changed_after)[0] == 422
        assert server.ask("POST", "/v1/messages", GOOD)[0] == 200


def test_without_the_engines_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install; nothing is judged half."""
    monkeypatch.setitem(sys.modules, "signxml", None)
    with pytest.raises(MissingExtra, match=r"tempgoods-edi\[second-opinion\]"):
        app.make_customs(Config(second_opinion=True), Clock())


class Held:
    """Engines that answer when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[PreparedMessage, Deferred[PreparedMessage]]] = []

    def seconded(self, prepared: PreparedMessage) -> Deferred[PreparedMessage]:
        """Remember it."""
        done: Deferred[PreparedMessage] = Deferred()
        self.asked.append((prepared, done))
        return done

    def now(self, prepared: PreparedMessage) -> PreparedMessage:
        """Not asked here."""
        return prepared

    def answer(self, position: int) -> None:
        """The one asked about at *position* is answered."""
        prepared, done = self.asked[position]
        done.callback(PreparedMessage(prepared.data, b"", "", second=Second({})))


def test_what_one_sender_sends_keeps_its_order_also_when_it_comes_in_a_zip() -> None:
    """Behind a ZIP all wait until it is open, and then only who sent it; others go by."""
    hands, engines, ready = Eyes(), Held(), list[object]()
    doorway, policy = PreparationQueue("default", hands, nowhere, engines), Policy(now=START)
    first, second, other = pack("m", from_sender("S1"), {}), from_sender("S1"), from_sender("S2")
    for data in (first, second, other):
        heard(doorway.prepared(data, policy), ready)
    hands.calls[1:], held_back = [], hands.calls[1:]
    hands.finish_all()  # the ZIP is open
    hands.calls.extend(held_back)
    hands.finish_all()
    assert [prepared.data for prepared, _ in engines.asked] == [first, second, other]
    engines.answer(2)
    engines.answer(1)
    assert ready == [other]
    engines.answer(0)
    assert ready == [other, first, second]


class Doors(Struct, frozen=True):
    """A customs with all its doors open, and an engine beside it."""

    port: int
    folder: Path
    sftp: Callable[[bytes, str], None]
    customs: Customs

    def post(self, data: bytes) -> tuple[int, bytes]:
        """What is answered by HTTP."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", "/v1/messages", data, {"Content-Type": "application/xml"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def answer_to(self, stem: str) -> tuple[str, bytes]:
        """How the answer to a file is called, and the answer; waits for it."""
        until(lambda: self._answers(stem))
        (path,) = self._answers(stem)
        return path.name.partition("_")[0], path.read_bytes()

    def _answers(self, stem: str) -> list[Path]:
        return [each for each in (self.folder / IN_BOX).iterdir() if f"_{stem}_" in each.name and each.suffix == ".xml"]

    def box(self, name: str, stem: str) -> int:
        """How many files of that stem lie in a box."""
        return len([each for each in (self.folder / name).iterdir() if each.name.startswith(f"{stem}_")])


@contextmanager
def doors(folder: Path, opinion: SecondOpinion) -> Iterator[Doors]:
    """All of them."""
    with opened(folder, make_key(folder), opinion) as server:
        client = client_of(folder, server.sftp)

        def bring(data: bytes, name: str) -> None:
            (folder / "sent.xml").write_bytes(data)
            sent = client.sftp(f"put sent.xml OutBox/{name}.Temp", f"rename OutBox/{name}.Temp OutBox/{name}")
            assert sent.returncode == 0, sent.stderr

        yield Doors(server.http, folder / "exchange", bring, server.customs)


@pytest.mark.needs("ssh")
def test_a_fault_in_an_engine_is_told_at_every_door(tmp_path: Path, lies: Path) -> None:
    """HTTP, folder, SFTP: undecided, who says what, nothing declared; when it is gone, the same files are taken."""
    messages = {
        name: signed(changed(TREE, {"Head/HallNm": name}), serial) for serial, name in enumerate(("1", "2", "3"), 10)
    }
    with doors(tmp_path, planted("signature", "signxml", lying_while(lies))) as made:
        for expected in ("undecided", "accepted"):
            status, answer = made.post(messages["1"])
            (made.folder / OUT_BOX / f"{expected}2.xml").write_bytes(messages["2"])
            made.sftp(messages["3"], f"{expected}3.xml")
            answers = [(str(status), answer), *(made.answer_to(f"{expected}{n}") for n in (2, 3))]
            undecided = expected == "undecided"
            assert [name for name, _ in answers] == (
                ["500", "Failed", "Failed"] if undecided else ["200", "Successed", "Successed"]
            )
            for _, data in answers:
                assert text_of(data, "DealFlag") == ("-1" if undecided else "0")
                assert ("signxml wrong" in text_of(data, "CheckInfo")) is undecided
            assert [made.box(FAIL_BOX if undecided else SENT_BOX, f"{expected}{n}") for n in (2, 3)] == [1, 1]
            assert len(on_reactor(made.customs.tenant().store.cases)) == (0 if undecided else 3)
            lies.unlink(missing_ok=True)


@pytest.mark.needs("ssh")
def test_others_are_served_while_an_engine_takes_its_time(tmp_path: Path) -> None:
    """A message waits for its engines; somebody who asks how it stands is answered meanwhile, and the folder waits too."""
    speaks = tmp_path / "speaks"
    with doors(tmp_path, planted("schema", "xmlschema", silent_until(speaks))) as made, ThreadPoolExecutor(1) as pool:
        posted = pool.submit(made.post, GOOD)
        (made.folder / OUT_BOX / "a.xml").write_bytes(signed(TREE, 2))
        until(lambda: on_reactor(lambda: len(made.customs.tenant()._queue._waiting)) == 2)
        connection = HTTPConnection("127.0.0.1", made.port, timeout=60)
        connection.request("GET", "/v1/receipts")
        assert connection.getresponse().read() == b"[]"
        connection.close()
        assert not posted.done()
        speaks.touch()
        assert posted.result()[0] == 200
        assert made.answer_to("a")[0] == "Successed"
