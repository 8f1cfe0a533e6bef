"""Live states: one reader of the store for all pages of a process, each enterprise its own, ending when it should."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from msgspec import Struct

from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.web.shell import live
from tempgoods_edi.web.shell.live import Live


class Change(Struct, frozen=True):
    """A change as `filing` tells it."""

    id: int
    seq_no: str
    state: State
    customs_no: str | None = None


class FakeStore:
    """What the store would tell, how often it was asked, which sessions live, and whether the server ends."""

    def __init__(self) -> None:
        self.changes: dict[str, list[Change]] = {}
        self.asked = 0
        self.dead: set[str] = set()
        self.ends = False
        self.live = Live(self._since, lambda secret: secret not in self.dead, lambda: self.ends)

    def _since(self, enterprise_no: str, after: int) -> tuple[tuple[Change, ...], int]:
        self.asked += 1
        known = self.changes.get(enterprise_no, [])
        last = known[-1].id if known else 0
        return (() if after < 0 else tuple(each for each in known if each.id > after)), last


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No half seconds in a test."""
    monkeypatch.setattr(live, "LOOK", 0.01)
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)


def run(scene: Callable[[FakeStore], Coroutine[Any, Any, None]]) -> None:
    """Run *scene* in a loop of its own."""

    async def bounded() -> None:
        await asyncio.wait_for(scene(FakeStore()), 10)

    # In a thread of its own: browser tests of the same process keep a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(bounded())).result()


async def told(stream: AsyncIterator[bytes]) -> dict[str, Any]:
    """The next state that a page is told."""
    async for event in stream:
        if event.startswith(b"id:"):
            found: dict[str, Any] = json.loads(event.partition(b"data: ")[2])
            return found
    raise AssertionError("the stream has ended")


@pytest.mark.requirement("W9")
def test_a_page_is_told_what_changes_after_it_was_made() -> None:
    """Nothing from before, everything from then on, with number, state and its name in the page's language."""

    async def scene(store: FakeStore) -> None:
        store.changes["A"] = [Change(7, "1", State.DECLARED)]
        stream = store.live.stream("A", "s", "en", 7)
        store.changes["A"].append(Change(8, "1", State.APPROVED, "ZH1"))
        expected = {"id": 8, "seq_no": "1", "state": "approved", "label": "approved", "customs_no": "ZH1"}
        assert await told(stream) == expected

    run(scene)


def test_a_page_that_comes_back_catches_up() -> None:
    """Whatever came after the last it knows."""

    async def scene(store: FakeStore) -> None:
        store.changes["A"] = [Change(n, str(n), State.SENT) for n in range(1, 4)]
        stream = store.live.stream("A", "s", "zh", 1)
        assert [(await told(stream))["id"], (await told(stream))["id"]] == [2, 3]

    run(scene)


@pytest.mark.requirement("W28")
def test_no_enterprise_hears_of_another() -> None:
    """Changes of B reach pages of B alone."""

    async def scene(store: FakeStore) -> None:
        ours, theirs = store.live.stream("A", "s", "zh", 0), store.live.stream("B", "t", "zh", 0)
        await anext(ours)
        await anext(theirs)
        store.changes["B"] = [Change(1, "b", State.SENT)]
        assert (await told(theirs))["seq_no"] == "b"
        store.changes["A"] = [Change(2, "a", State.SENT)]
        assert (await told(ours))["seq_no"] == "a"

    run(scene)


def test_many_pages_ask_the_store_no_more_often_than_one() -> None:
    """A hundred pages of an enterprise, one question at a time."""

    async def scene(store: FakeStore) -> None:
        streams = [store.live.stream("A", f"s{number}", "zh", 0) for number in range(100)]
        for stream in streams:
            await anext(stream)
        before = store.asked
        store.changes["A"] = [Change(1, "1", State.SENT)]
        for stream in streams:
            assert (await told(stream))["id"] == 1
        assert store.asked - before < 20

    run(scene)


def test_one_session_does_not_take_every_place() -> None:
    """Of very many pages of one session only the newest listen; another session's page stays."""

    async def scene(store: FakeStore) -> None:
        other = store.live.stream("A", "t", "zh", 0)
        await anext(other)
        streams = [store.live.stream("A", "s", "zh", 0) for _ in range(50)]
        for stream in streams:
            await anext(stream)
        for stream in streams[:-12]:
            assert [event async for event in stream if event.startswith(b"id:")] == []
        store.changes["A"] = [Change(1, "1", State.SENT)]
        for stream in (other, *streams[-12:]):
            assert (await told(stream))["id"] == 1

    run(scene)


@pytest.mark.requirement("W2")
def test_log_out_and_expiry_end_a_page() -> None:
    """The pages of the session are told to go; another session's stay.  One that has expired goes at its heartbeat."""

    async def scene(store: FakeStore) -> None:
        gone, stays = store.live.stream("A", "s", "zh", 0), store.live.stream("A", "t", "zh", 0)
        await anext(gone)
        await anext(stays)
        store.live.ended("s")
        assert [each async for each in gone][-1].startswith(b"event: bye")
        assert (await anext(stays)).startswith(b":")
        store.dead.add("t")
        assert [each async for each in stays][-1].startswith(b"event: bye")

    run(scene)


def test_the_servers_end_ends_all() -> None:
    """A server that is told to stop does not wait for pages that stay open."""

    async def scene(store: FakeStore) -> None:
        stream = store.live.stream("A", "s", "zh", 0)
        await anext(stream)
        store.ends = True
        assert [each async for each in stream if not each.startswith(b":")] == []

    run(scene)


def test_a_store_that_fails_once_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The next look goes on."""

    async def scene(store: FakeStore) -> None:
        stream = store.live.stream("A", "s", "zh", 0)
        await anext(stream)
        store.changes["A"] = [None]  # type: ignore[list-item]  # what no store tells
        before = store.asked
        async for _ in stream:  # heartbeats, while the looks into the store fail
            if caplog.records and store.asked > before:
                break
        store.changes["A"] = [Change(1, "1", State.SENT)]
        assert (await told(stream))["id"] == 1

    run(scene)
