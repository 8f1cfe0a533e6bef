"""Metrics for Prometheus: messages in, their results and the rules that decided, receipts out, durations.

What happened is counted from the journal as it is written; what there is now is read when it is asked for.  Labels hold
rule ids, message types, channel and tenant names only: never a value from a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from h2018.store.values import Record

if TYPE_CHECKING:
    from h2018.tenant.tenants import Customs, Tenant

#: Seconds; the promise of the first receipt (50 ms) is one of them.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_TAKEN = b"<DealFlag>0</DealFlag>"
#: Declarations that wait for somebody; more than so many are not counted, so that asking stays cheap.
_MOST_COUNTED = 1000
_STATES = ("stored", "manual_review")


class Metrics(Struct, frozen=True):
    """The metrics of one server, and the Prometheus registry that holds them.

    :ivar registry: one of its own, so that several servers in one process do not add up.
    """

    registry: CollectorRegistry
    messages: Counter
    size: Counter
    answers: Counter
    reasons: Counter
    receipts: Counter
    deliveries: Counter
    waiting: Gauge
    faults: Counter
    seconds: Histogram
    requests: Counter


def make_metrics() -> Metrics:
    """Make metrics that have counted nothing yet."""
    registry = CollectorRegistry()

    def counter(name: str, text: str, *labels: str) -> Counter:
        return Counter(f"h2018_{name}", text, labels, registry=registry)

    return Metrics(
        registry=registry,
        messages=counter("messages", "Messages that came in", "world", "repeated"),
        size=counter("message_bytes", "Bytes of the messages that came in", "world"),
        answers=counter("answers", "Technical answers by outcome: accepted, refused, conflict", "world", "outcome"),
        reasons=counter("decisions", "Reasons of answers and decisions", "world", "plane", "stage", "rule"),
        receipts=counter("receipts", "Receipts and answers to queries that were made", "world"),
        deliveries=counter("delivery_attempts", "Tries to hand a receipt out", "world", "channel", "outcome"),
        waiting=Gauge(
            "h2018_channel_waiting",
            "Receipts that a channel has not delivered yet",
            ("world", "channel"),
            registry=registry,
        ),
        faults=counter("failures", "Faults of the simulator itself, as the journal has them", "world"),
        seconds=Histogram(
            "h2018_request_seconds",
            "Time to answer a request",
            ("method", "route"),
            registry=registry,
            buckets=_BUCKETS,
        ),
        requests=counter("requests", "Requests by status", "method", "route", "status"),
    )


def count(metrics: Metrics, tenant: str, record: Record) -> None:
    """Count one line of a tenant's journal."""
    match record.what:
        case "received" | "repeated":
            metrics.messages.labels(tenant, str(record.what == "repeated").lower()).inc()
            metrics.size.labels(tenant).inc(len(record.data))
        case "answered":
            metrics.answers.labels(tenant, outcome_of(record)).inc()
        case "sent":
            metrics.receipts.labels(tenant).inc()
        case "failed":
            metrics.faults.labels(tenant).inc()
    for why in record.why:
        metrics.reasons.labels(tenant, why.plane, why.stage, why.rule or "").inc()


def outcome_of(record: Record) -> str:
    """The outcome of the technical answer in a journal line: ``accepted``, ``conflict`` or ``refused``."""
    if _TAKEN in record.data:
        return "accepted"
    return "conflict" if any(why.stage == "idempotency" for why in record.why) else "refused"


def forget(metrics: Metrics, tenant: str) -> None:
    """Remove the metrics of a deleted tenant, so that a server for many short-lived tenants does not grow."""
    for each in (
        metrics.messages, metrics.size, metrics.answers, metrics.reasons, metrics.receipts, metrics.deliveries,
        metrics.faults, metrics.waiting,
    ):  # fmt: skip
        each.remove_by_labels({"world": tenant})


def exposition(metrics: Metrics) -> bytes:
    """The metrics as text that Prometheus reads (version 0.0.4)."""
    return generate_latest(metrics.registry)


class Present(Collector):
    """Metrics of the present state, read when Prometheus asks.

    :param wall: the machine's time, seconds since 1970.
    """

    __slots__ = ("_customs", "_wall")

    def __init__(self, customs: Customs, wall: Callable[[], float]) -> None:
        self._customs, self._wall = customs, wall

    def collect(self) -> Iterator[Metric]:
        """One metric family after the other, with a sample per tenant."""
        tenants = [self._customs.tenant(name) for name in self._customs.names()]
        for name, text, value in (
            ("clock_offset_seconds", "Business time less the machine's time", self._offset),
            ("clock_manual", "1 where business time stands still until it is moved", _manual),
            ("receipts_last_sequence", "Number of the last receipt", _last),
            (
                "declarations_waiting",
                f"Declarations that wait for a decision, at most {_MOST_COUNTED} counted",
                _waiting,
            ),
        ):
            family = GaugeMetricFamily(f"h2018_{name}", text, labels=("world",))
            for tenant in tenants:
                family.add_metric((tenant.name,), value(tenant))
            yield family
        yield GaugeMetricFamily("h2018_worlds", "Tenants there are", value=len(tenants))

    def _offset(self, tenant: Tenant) -> float:
        return tenant.clock.now().timestamp() - self._wall()


def _manual(tenant: Tenant) -> float:
    return float(tenant.clock.manual)


def _last(tenant: Tenant) -> float:
    return float(tenant.store.next_sequence - 1)


def _waiting(tenant: Tenant) -> float:
    return float(sum(len(tenant.store.cases(state=state, limit=_MOST_COUNTED)) for state in _STATES))
