"""A declaration as a bug report: everything another person needs to see what happened and to reproduce it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
import twisted
from twisted.internet.defer import Deferred, inlineCallbacks

from h2018 import versions
from h2018.cases import Case
from h2018.faults.plan_file import as_data
from h2018.store import JournalLine, JournalPage
from h2018.tenant.tenants import Tenant
from tempgoods_edi.looks import is_archive

_README = """一份申报的全部往来，由海关H2018模拟器导出（不是海关签发）。
Everything about one declaration, exported by the H2018 simulator (not issued by customs).

case.json        how it stands; why.json  each step and its reason
messages/        bytes as received and answered, by journal line; receipts/  bytes as sent
world.json       versions, seed, settings, business time; scenarios and faults in force: scenarios.*, faults.json

重现 / to make it happen again: start the simulator with this seed and clock, put scenarios.* to /control/scenarios,
then post the files in messages/ that end in -received in their order.
"""


@inlineCallbacks
def report(tenant: Tenant, case: Case) -> Generator[Deferred[Any], Any, BinaryIO]:
    """Pack the ZIP of *case* in a thread, piece by piece, into a file of its own; the same case gives the same bytes."""
    file: Any = TemporaryFile()  # noqa: SIM115 - it is handed on, to be read
    try:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for name, pieces in _files(tenant, case):
                with archive.open(_entry(name, case), "w") as entry:
                    for piece in pieces:
                        yield tenant.workers.in_thread(entry.write, piece)
    except BaseException:
        file.close()
        raise
    return file  # type: ignore[no-any-return]  # typeshed has a wrapper for it that is no BinaryIO


def _files(tenant: Tenant, case: Case) -> Iterator[tuple[str, Iterable[bytes]]]:
    """What is in it, by name."""
    lines, store = _lines(tenant, case), tenant.store
    yield "README.txt", [_README.encode()]
    document = msgspec.to_builtins(case.document, str_keys=True)
    yield "case.json", [_json(msgspec.structs.asdict(case) | {"document": document})]
    yield "why.json", [_json([_step(line) for line in lines])]
    yield "world.json", [_json(_tenant(tenant))]
    yield "faults.json", [_json(as_data(tenant.faults.get()))]
    written = tenant.overrides.written
    if written.text:
        yield f"scenarios.{written.form}", [written.text.encode()]
    for line in lines:
        if line.size and line.what in ("received", "answered", "repeated"):
            ending = "zip" if is_archive(next(store.pieces(line.sequence), b"")) else "xml"
            yield f"messages/{line.sequence:09d}-{line.what}.{ending}", store.pieces(line.sequence)
    for receipt in store.receipts_of(case.seq_no):
        yield f"receipts/{receipt.sequence:09d}-{receipt.name}", [receipt.data]


def _lines(tenant: Tenant, case: Case) -> tuple[JournalLine, ...]:
    """The lines about the case, and those at which its messages were received, before they had its number."""
    found = {line.sequence: line for line in _all(partial(tenant.store.page, seq_no=case.seq_no))}
    for trace_id in {line.trace_id for line in found.values() if line.trace_id}:
        found.update({line.sequence: line for line in tenant.store.traced(trace_id).lines})
    return tuple(line for _, line in sorted(found.items()))


def _all(page: Callable[..., JournalPage]) -> Iterator[JournalLine]:
    """The lines of every page."""
    found, after = page(), 0
    while found.lines:
        yield from found.lines
        after = found.lines[-1].sequence
        found = page(after=after) if found.more else JournalPage(())


def _step(line: JournalLine) -> dict[str, Any]:
    return {
        "sequence": line.sequence,
        "at": line.at,
        "what": line.what,
        "trace_id": line.trace_id,
        "message_id": line.message_id,
        "sha256": line.hash,
        "why": line.why,
    }


def _tenant(tenant: Tenant) -> dict[str, Any]:
    config = tenant.config
    return {
        "tenant": tenant.name,
        "versions": {
            "tempgoods-edi": versions.installed(),
            "python": platform.python_version(),
            "twisted": twisted.__version__,
        },
        "seed": config.seed,
        "business_time": tenant.clock.now(),
        "manual_clock": tenant.clock.manual,
        "progression": config.progression,
        "polls": config.polls,
        "seconds": {"store": config.store_seconds, "review": config.review_seconds, "answer": config.answer_seconds},
        "control": tenant.overrides.control,
    }


def _json(content: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=2)


def _entry(name: str, case: Case) -> ZipInfo:
    at = case.received
    entry = ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = ZIP_DEFLATED
    return entry
