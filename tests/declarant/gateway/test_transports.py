"""What holds for every way to customs: HTTP, folders, SFTP, and the one in memory that other tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tempgoods_edi.customs_channel.technical_answer import read_answer
from tempgoods_edi.declarant.gateway.transports import Arrival
from tempgoods_edi.declarant.platform import SENDER_ID
from tempgoods_edi.envelope.archive import pack
from tests.declarant.gateway.channels import WAYS, Channel
from tests.h2018.tenant import changed, fixture, signed, text_of

TEN_MINUTES = 600


@pytest.fixture(scope="module", params=WAYS)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    """A way to a customs that lives as long as these tests."""
    with WAYS[request.param](tmp_path_factory.mktemp(request.param)) as channel:
        yield channel


@pytest.fixture
def channel(served: Channel) -> Channel:
    """The same, with nothing in it."""
    served.until(lambda _: True)
    served.customs.control.reset()
    served.customs.control.set_clock("manual")
    return served


def message(serial: int = 1, **values: str) -> tuple[str, bytes]:
    """A declaration, and the name it is handed over by."""
    tree = changed(fixture("tmp101-minimal"), {path.replace("__", "/"): value for path, value in values.items()})
    data = signed(tree, serial, sender=SENDER_ID)
    return text_of(data, "message_id"), data


def answers(arrivals: list[Arrival]) -> list[Arrival]:
    """The technical answers among *arrivals*."""
    return [each for each in arrivals if each.about is not None]


def results(arrivals: list[Arrival]) -> list[str]:
    """The manageResult of each receipt, in the order they came."""
    return [text_of(each.data, "manageResult") for each in arrivals if each.about is None]


def answer_of(channel: Channel, name: str, data: bytes) -> bytes:
    """The technical answer to a message, however it comes."""
    answer = channel.transport.hand_over(name, data)
    if answer is not None:
        return answer.data
    (arrival,) = answers(channel.until(lambda came: bool(answers(came))))
    assert arrival.about == name
    assert arrival.taken is (text_of(arrival.data, "DealFlag") == "0")
    return arrival.data


def test_a_declaration_goes_out_and_its_receipts_come_back(channel: Channel) -> None:
    """Technical answer first, then Y and 1, in order."""
    taken = read_answer(answer_of(channel, *message()))
    assert taken is not None
    assert taken.taken
    channel.customs.control.advance(TEN_MINUTES)
    assert results(channel.until(lambda came: len(results(came)) >= 2)) == ["Y", "1"]


def test_what_is_handed_over_again_is_registered_once(channel: Channel) -> None:
    """The same name and bytes, as after a kill: the same answer, one case, one set of receipts."""
    name, data = message()
    first = answer_of(channel, name, data)
    assert answer_of(channel, name, data) == first
    channel.customs.control.advance(TEN_MINUTES)
    assert results(channel.until(lambda came: len(results(came)) >= 2)) == ["Y", "1"]
    assert len(channel.customs.control.cases()) == 1


def test_a_message_that_is_not_taken_says_why(channel: Channel) -> None:
    """DealFlag -1 with the reason."""
    said = read_answer(answer_of(channel, *message(Head__InputEtpsNo="310196K27X")))
    assert said is not None
    assert not said.taken
    assert "TG-HEAD" in said.check_info


def test_a_message_travels_with_its_attachments(channel: Channel) -> None:
    """A ZIP is handed over as one."""
    name, data = message()
    assert text_of(answer_of(channel, name, pack(name, data, {})), "DealFlag") == "0"


def test_what_was_settled_does_not_come_again(channel: Channel) -> None:
    """Asked once more with the mark, there is nothing."""
    answer_of(channel, *message())
    channel.customs.control.advance(TEN_MINUTES)
    mark = 0
    got: list[Arrival] = []
    while len(results(got)) < 2:
        pulled = channel.transport.receipts(mark)
        mark = pulled.mark
        got += pulled.arrivals
        for arrival in pulled.arrivals:
            channel.transport.settle(arrival)
    assert channel.transport.receipts(mark).arrivals == ()


def test_what_was_not_settled_comes_again(channel: Channel) -> None:
    """Killed before it was kept: fetched once more, the same bytes in the same order."""
    answer_of(channel, *message())
    channel.customs.control.advance(TEN_MINUTES)
    first: tuple[Arrival, ...] = ()
    while len(results(list(first))) < 2:
        first = channel.transport.receipts(0).arrivals
    assert [each.data for each in channel.transport.receipts(0).arrivals] == [each.data for each in first]


def test_the_destination_is_named_without_secrets(channel: Channel) -> None:
    """What people are told of a way holds no password."""
    assert channel.transport.where
    assert "secret" not in channel.transport.where + repr(channel.transport)


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, channel: Channel) -> None:
    """Folders take plain names only; HTTP has no use for the name."""
    if "http" in channel.transport.where:
        assert channel.transport.hand_over("../x", message()[1]) is not None
        return
    with pytest.raises(ValueError, match="no name for a file"):
        channel.transport.hand_over("../x", b"")
