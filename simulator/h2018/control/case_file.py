"""A declaration as a bug report: everything somebody else needs to see what happened, and to make it happen again."""

from __future__ import annotations

import platform
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
import twisted

from h2018 import versions
from h2018.cases import Case
from h2018.faults.plan_file import as_data
from h2018.store import Record
from h2018.worlds import World
from tempgoods_edi.envelope.archive import is_archive

_README = """一份申报的全部往来，由海关H2018模拟器导出（不是海关签发）。
Everything about one declaration, exported by the H2018 simulator (not issued by customs).

case.json        how it stands; why.json  each step and its reason
messages/        bytes as received and answered, by journal line; receipts/  bytes as sent
world.json       versions, seed, settings, business time; scenarios and faults in force: scenarios.*, faults.json

重现 / to make it happen again: start the simulator with this seed and clock, put scenarios.* to /control/scenarios,
then post the files in messages/ that end in -received in their order.
"""


def report(world: World, case: Case) -> bytes:
    """The ZIP of *case*; the same case gives the same bytes."""
    records = _records(world, case)
    files: dict[str, bytes] = {
        "README.txt": _README.encode(),
        "case.json": _json(msgspec.structs.asdict(case) | {"document": msgspec.to_builtins(case.document, str_keys=True)}),
        "why.json": _json([_step(record) for record in records]),
        "world.json": _json(_world(world)),
        "faults.json": _json(as_data(world.faults.get())),
    }
    written = world.orders.written
    if written.text:
        files[f"scenarios.{written.form}"] = written.text.encode()
    for record in records:
        if record.data and record.what in ("received", "answered", "repeated"):
            ending = "zip" if is_archive(record.data) else "xml"
            files[f"messages/{record.sequence:09d}-{record.what}.{ending}"] = record.data
    for receipt in world.store.receipts_of(case.seq_no):
        files[f"receipts/{receipt.sequence:09d}-{receipt.name}"] = receipt.data
    return _zip(files, case)


def _records(world: World, case: Case) -> tuple[Record, ...]:
    """The lines about the case, and those at which its messages were received, before they had its number."""
    found = {record.sequence: record for record in world.store.journal(seq_no=case.seq_no)}
    for trace_id in {record.trace_id for record in found.values() if record.trace_id}:
        found.update({record.sequence: record for record in world.store.journal(trace_id=trace_id)})
    return tuple(record for _, record in sorted(found.items()))


def _step(record: Record) -> dict[str, Any]:
    return {
        "sequence": record.sequence,
        "at": record.at,
        "what": record.what,
        "trace_id": record.trace_id,
        "message_id": record.message_id,
        "sha256": record.hash,
        "why": record.why,
    }


def _world(world: World) -> dict[str, Any]:
    config = world.config
    return {
        "tenant": world.name,
        "versions": {
            "tempgoods-edi": versions.installed(),
            "python": platform.python_version(),
            "twisted": twisted.__version__,
        },
        "seed": config.seed,
        "business_time": world.clock.now(),
        "manual_clock": world.clock.manual,
        "progression": config.progression,
        "polls": config.polls,
        "seconds": {"store": config.store_seconds, "review": config.review_seconds, "answer": config.answer_seconds},
        "control": world.orders.control,
    }


def _json(content: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=2)


def _zip(files: dict[str, bytes], case: Case) -> bytes:
    whole, at = BytesIO(), case.received
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, data)
    return whole.getvalue()
