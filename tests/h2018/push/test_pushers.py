"""Pushing for many tenants: each by itself, also those made and dropped while the server runs."""

from __future__ import annotations

from datetime import timedelta

from twisted.internet.task import Clock

from h2018.config import Config
from h2018.push.callbacks import Callback
from h2018.push.pushers import Pushers
from h2018.tenant.tenants import Customs
from tests.h2018.push.material import PLAIN, Receiver, answering
from tests.h2018.reactor_thread import on_reactor, reactor
from tests.h2018.tenant import REGISTRY, START, fixture, signed, snapshot_of, to_close, trust

ONE = Callback(name="one", url="http://127.0.0.1:1/", recipient="DXPENT0000012345")


def make_customs() -> Customs:
    """A customs whose clock stands still."""
    config = Config(clock="manual", starts_at=START, registry=REGISTRY, progression="immediate")
    return to_close(Customs(config, Clock(), trust=trust()))


def test_a_tenant_made_of_a_snapshot_brings_its_callbacks_along() -> None:
    """Within a second; a reset forgets them; nothing is left to do for a tenant that was dropped."""
    time = Clock()
    customs = make_customs()
    pushers = Pushers(customs, time, lambda: START + timedelta(seconds=time.seconds()), PLAIN)
    pushers.start()
    pushers.of(customs.tenant()).register(ONE)
    customs.create("b", snapshot=snapshot_of(customs.tenant()))
    time.advance(1)
    assert [view.callback for view in pushers.of(customs.tenant("b")).views()] == [ONE]
    customs.tenant().reset()
    assert pushers.of(customs.tenant()).views() == ()
    customs.tenant("b").intake(signed(fixture("tmp101-minimal"), 1), "http")
    customs.drop("b")
    time.advance(1)
    pushers.stop()
    assert time.getDelayedCalls() == []
    customs.close()


def test_a_receiver_that_hangs_holds_up_neither_another_tenant_nor_intake() -> None:
    """One tenant's receiver says nothing; the other tenant's gets its receipts, and messages are taken at once."""
    held: list[object] = []
    with Receiver(lambda line, _: held.append(line)) as hangs, Receiver(answering(b"HTTP/1.1 204 N\r\n\r\n")) as good:
        customs: Customs = on_reactor(make_customs)
        pushers = Pushers(customs, reactor, lambda: START, PLAIN)
        on_reactor(customs.create, "b")
        on_reactor(pushers.start)
        for name, receiver in (("default", hangs), ("b", good)):
            callback = Callback(name="one", url=receiver.url, recipient=ONE.recipient)
            on_reactor(lambda name=name, callback=callback: pushers.of(customs.tenant(name)).register(callback))
        for name in ("default", "b"):
            reply = on_reactor(customs.tenant(name).intake, signed(fixture("tmp101-minimal"), 1), "http")
            assert reply.outcome == "accepted"
        assert hangs.seen.get(timeout=10)
        assert good.seen.get(timeout=10)
        assert good.seen.get(timeout=10)
        assert hangs.seen.empty()
        on_reactor(pushers.stop)
        on_reactor(customs.close)
