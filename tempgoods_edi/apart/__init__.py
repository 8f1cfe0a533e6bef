"""Reads untrusted files in a separate process with little time and memory, so that they cannot harm ours."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class ProcessLimits(Struct, frozen=True, kw_only=True):
    """The limits of one process: time, memory, output.

    :ivar seconds: of the processor's time: a busy machine does not make it fewer.
    :ivar patience: seconds until it is ended, whatever it does.
    :ivar memory: bytes; where the system cannot bound it, it is not.
    :ivar answer: bytes of its answer.
    """

    seconds: int
    patience: int
    memory: int
    answer: int


class ProcessOutcome(Enum):
    """The ways in which a separate process can end."""

    DONE = "done"
    TOO_LONG = "too long"
    DIED = "died"


class Ended(Struct, frozen=True):
    """The result of a separate process.

    :ivar answer: as far as it came.
    """

    outcome: ProcessOutcome
    answer: bytes
