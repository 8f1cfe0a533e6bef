"""Each fault of the messages, as a client that pulls over HTTP sees it; what customs has on record stays right."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from lxml import etree

from h2018.faults.breaches import STRANGER
from h2018.faults.kinds import CATALOGUE, RECEIPT_STEPS
from h2018.faults.latency import Profile
from tempgoods_edi.envelope.message import DSIG
from tests.h2018.faults_wired.material import Live, customs_on_a_port
from tests.h2018.reactor_thread import on_reactor
from tests.h2018.tenant import START, refusal_of, text_of


@pytest.fixture(scope="module")
def server() -> Iterator[Live]:
    """One server for all of them."""
    with customs_on_a_port() as live:
        yield live


@pytest.fixture
def live(server: Live) -> Live:
    """It, empty again."""
    on_reactor(server.tenant.reset)
    return server


def pulled(live: Live) -> list[bytes]:
    """The receipts as they come over HTTP, in order, as bytes."""
    listed = json.loads(live.pull().body)
    return [live.ask("GET", f"/v1/receipts/{each['sequence']}").body for each in listed]


def results(live: Live) -> list[str]:
    """The manageResult of each receipt that can be pulled."""
    return [text_of(each, "manageResult") for each in pulled(live)]


def test_a_lost_receipt_never_comes(live: Live) -> None:
    """Y is lost, 1 comes; customs has both on record."""
    live.put("lost", "receipt_Y")
    live.post()
    live.pass_by()
    assert results(live) == ["1"]
    (case,) = on_reactor(live.tenant.store.cases)
    made = on_reactor(live.tenant.store.receipts_of, case.seq_no)
    assert [text_of(each.data, "manageResult") for each in made] == ["Y", "1"]


def test_a_late_receipt_comes_later_in_business_time(live: Live) -> None:
    """An hour after the one that should have followed it."""
    live.put("late", "receipt_Y", profile=Profile(seconds=3600))
    live.post()
    live.pass_by()
    assert results(live) == ["1"]
    live.pass_by(3600)
    assert results(live) == ["1", "Y"]


def test_a_duplicated_receipt_comes_three_times(live: Live) -> None:
    """The same bytes under other sequences."""
    live.put("duplicated", "receipt_Y", copies=3)
    live.post()
    live.pass_by()
    found = pulled(live)
    assert [text_of(each, "manageResult") for each in found] == ["Y", "Y", "Y", "1"]
    assert len(set(found)) == 2


def test_a_reordered_receipt_lets_the_next_go_first(live: Live) -> None:
    """1 before Y."""
    live.put("reordered", "receipt_Y", behind=1)
    live.post()
    live.pass_by()
    assert results(live) == ["1", "Y"]


SPOILED = [
    kind.name
    for kind in CATALOGUE.values()
    if kind.level == "message" and kind.name not in ("lost", "late", "duplicated", "reordered")
]


@pytest.mark.parametrize("kind", SPOILED)
def test_a_spoiled_receipt_differs_as_it_should(live: Live, kind: str) -> None:
    """What comes is not what is on record, in the way of its kind; the next receipt is right."""
    live.put(kind, "receipt_Y")
    live.post()
    live.pass_by()
    first, second = pulled(live)
    assert refusal_of(second, "plain.xsd") is None
    (case,) = on_reactor(live.tenant.store.cases)
    right = on_reactor(live.tenant.store.receipts_of, case.seq_no)[0].data
    assert refusal_of(right, "plain.xsd") is None
    assert first != right
    if kind == "misaddressed":
        assert text_of(first, "etpsPreentNo") not in ("", case.seq_no)
    elif kind == "changed":
        assert len(first.decode()) == len(right.decode())
    elif kind == "badly_signed":
        assert etree.fromstring(first).tag == f"{{{DSIG}}}Signature"
    elif kind == "wrong_encoding":
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(first)
    else:
        assert STRANGER.encode() in first
    (line,) = live.log()
    assert (line.done.fault.kind, line.done.before is None, line.done.before == line.done.after) == (kind, False, False)


@pytest.mark.parametrize("result", ["Y", "1"])
def test_each_step_is_struck_by_itself(live: Live, result: str) -> None:
    """A rule for one receipt leaves the other alone."""
    live.put("lost", RECEIPT_STEPS[result])
    live.post()
    live.pass_by()
    assert results(live) == [each for each in ("Y", "1") if each != result]


def test_faults_survive_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The plan, its log and a receipt that is still to come late."""
    database = tmp_path_factory.mktemp("customs") / "customs.sqlite3"
    with customs_on_a_port(database) as live:
        live.put("late", "receipt_Y", profile=Profile(seconds=3600))
        live.post()
        live.pass_by()
        assert results(live) == ["1"]
    with customs_on_a_port(database) as live:
        assert [rule.name for rule in on_reactor(live.tenant.faults.get).rules] == ["late"]
        assert [line.done.at > START for line in live.log()] == [True]
        live.pass_by(3600)
        assert results(live) == ["1", "Y"]
        live.post(2)
        live.pass_by()
        assert results(live)[2:] == ["1"]
