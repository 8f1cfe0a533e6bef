"""What goes wrong in a process that reads a file."""

from __future__ import annotations

import os
import signal
from typing import BinaryIO


def echo(given: BinaryIO, answers: BinaryIO) -> None:
    """Nothing does."""
    answers.write(given.read())


def environment(given: BinaryIO, answers: BinaryIO) -> None:
    """It tells what it knows."""
    answers.write(" ".join(sorted(os.environ)).encode())


def abort(given: BinaryIO, answers: BinaryIO) -> None:
    """It dies."""
    answers.write(b"half")
    answers.flush()
    os.abort()


def fail(given: BinaryIO, answers: BinaryIO) -> None:
    """It gives up."""
    raise SystemExit(1)


def spin(given: BinaryIO, answers: BinaryIO) -> None:
    """It computes for ever."""
    while True:
        pass


def hang(given: BinaryIO, answers: BinaryIO) -> None:
    """It waits for ever."""
    signal.pause()


def eat(given: BinaryIO, answers: BinaryIO) -> None:
    """It takes a gigabyte."""
    answers.write(str(len(b"x" * 2**30)).encode())


def talk(given: BinaryIO, answers: BinaryIO) -> None:
    """It answers without end."""
    while True:
        answers.write(b"x" * 65536)
