"""The figures: counted from the journal, by tenant, never with content in a label."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from h2018.cases import Answer, Why
from h2018.decisions import messages
from h2018.store import Record
from h2018.watching import metrics
from tempgoods_edi.values import Bilingual

AT = datetime.fromisoformat("2027-01-10T09:00:00+08:00")


def record(what: Any, data: bytes = b"", *why: Why) -> Record:
    """A journal line."""
    return Record(
        sequence=1, at=AT, what=what, trace_id="t", message_id="m", seq_no=None, size=len(data), data=data, hash="", why=why
    )  # fmt: skip


def why(stage: str, rule: str | None = None, plane: Any = "rules") -> Why:
    """A reason."""
    return Why(stage=stage, rule=rule, plane=plane, text=Bilingual("", ""))


def answer(outcome: Any) -> bytes:
    """A technical answer's bytes."""
    return messages.technical(Answer(outcome=outcome, check_info="x"))


def samples(instruments: metrics.Metrics) -> dict[tuple[str, ...], float]:
    """Every sample as a Prometheus would read it, by its name, its tenant, and its other labels' values by their names."""
    families = text_string_to_metric_families(metrics.exposition(instruments).decode())
    return {
        (sample.name.removeprefix("h2018_"), sample.labels.pop("world"), *_values(sample.labels)): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def _values(labels: dict[str, str]) -> list[str]:
    return [value for _, value in sorted(labels.items())]


def test_a_journal_is_counted_by_what_happened() -> None:
    """Messages and their size, answers by outcome, reasons by rule and plane, receipts, faults of ours."""
    instruments = metrics.make_metrics()
    for line in (
        record("received", b"12345"),
        record("answered", answer("accepted"), why("intake")),
        record("repeated", b"12345"),
        record("received", b"1"),
        record("answered", answer("refused"), why("rules", "TG-EXH-001"), why("rules", "TG-EXH-002")),
        record("answered", answer("conflict"), why("idempotency", "TG-ENV-001")),
        record("decided", b"", why("store", plane="scenario")),
        record("sent", b"<Package/>"),
        record("failed"),
    ):
        metrics.count(instruments, "team-a", line)
    assert samples(instruments) == {
        ("messages_total", "team-a", "false"): 2,
        ("messages_total", "team-a", "true"): 1,
        ("message_bytes_total", "team-a"): 11,
        ("answers_total", "team-a", "accepted"): 1,
        ("answers_total", "team-a", "refused"): 1,
        ("answers_total", "team-a", "conflict"): 1,
        ("decisions_total", "team-a", "rules", "", "intake"): 1,
        ("decisions_total", "team-a", "rules", "TG-EXH-001", "rules"): 1,
        ("decisions_total", "team-a", "rules", "TG-EXH-002", "rules"): 1,
        ("decisions_total", "team-a", "rules", "TG-ENV-001", "idempotency"): 1,
        ("decisions_total", "team-a", "scenario", "", "store"): 1,
        ("receipts_total", "team-a"): 1,
        ("failures_total", "team-a"): 1,
    }


def test_a_dropped_tenant_leaves_no_figures() -> None:
    """A server for many short-lived tenants does not grow; the others keep theirs."""
    instruments = metrics.make_metrics()
    for tenant in ("a", "b"):
        metrics.count(instruments, tenant, record("answered", answer("accepted"), why("intake")))
        metrics.count(instruments, tenant, record("received", b"1"))
    metrics.forget(instruments, "a")
    assert {key[1] for key in samples(instruments)} == {"b"}
