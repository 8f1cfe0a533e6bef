"""The structured log: one JSON object per line, from a submission to its last receipt under one trace id.

A line says what happened to which message, never what is in it: of an event only the fields listed here are written,
and an exception is told by its type and where it was, not by its text, which may quote what it met.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from twisted.logger import ILogObserver, Logger, LogLevel, formatEvent
from twisted.python.failure import Failure
from zope.interface import implementer

from h2018.store.values import Record
from tempgoods_edi.errors import TempgoodsError

#: Fields of an event that are written beside time, level, logger and text.
FIELDS = (
    "world", "trace_id", "message_id", "seq_no", "sequence", "what", "business_time", "size", "sha256", "rules", "plane",
    "channel", "outcome", "attempt", "status", "method", "route", "seconds", "reason",
)  # fmt: skip
#: Never shown, not even by a format that asks for them.
SECRET = frozenset({"body", "content", "data", "key", "message", "password", "pin", "secret", "token", "xml"})

_LONGEST = 500
_HIDDEN = "***"
_FRAMES = 12

_log = Logger(namespace="h2018.journal")


def follow(tenant: str, record: Record, log: Logger = _log) -> None:
    """Write one line of a tenant's journal to the structured log."""
    rules = [why.rule for why in record.why if why.rule is not None]
    log.info(
        "{what} {sequence}",
        what=record.what,
        sequence=record.sequence,
        world=tenant,
        trace_id=record.trace_id,
        message_id=record.message_id,
        seq_no=record.seq_no,
        business_time=record.at.isoformat(timespec="milliseconds"),
        size=len(record.data),
        sha256=record.hash if record.data else None,
        rules=rules or None,
        plane=record.why[0].plane if record.why else None,
    )


def json_lines(write: Callable[[str], object], least: LogLevel = LogLevel.info) -> ILogObserver:
    """Make an observer that writes each event of level *least* or above as one line of JSON.

    :param write: takes a line with its end, such as ``sys.stderr.write``.
    """
    levels = list(LogLevel.iterconstants())
    written = frozenset(levels[levels.index(least) :])

    @implementer(ILogObserver)
    def observe(event: Mapping[str, Any]) -> None:
        if event.get("log_level") in written:
            write(line(event))

    observer: ILogObserver = observe
    return observer


def line(event: Mapping[str, Any]) -> str:
    """One event as a line of JSON, newline included."""
    level = event.get("log_level")
    at = datetime.fromtimestamp(event.get("log_time", 0.0), UTC)
    told: dict[str, Any] = {
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": None if level is None else level.name,
        "logger": event.get("log_namespace"),
        "text": formatEvent(_shown(event))[:_LONGEST],
    }
    told.update((name, event[name]) for name in FIELDS if event.get(name) is not None)
    failure = event.get("log_failure")
    if isinstance(failure, Failure):
        told["failure"] = _told(failure)
    return msgspec.json.encode(told, enc_hook=str).decode() + "\n"


def _shown(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _HIDDEN if name in SECRET else value for name, value in event.items()}


def _told(failure: Failure) -> dict[str, Any]:
    error = failure.value
    told: dict[str, Any] = {"type": type(error).__qualname__}
    if isinstance(error, TempgoodsError):
        told["text"] = error.text
    frames = traceback.extract_tb(failure.getTracebackObject())[-_FRAMES:]
    told["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return told
