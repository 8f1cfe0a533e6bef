"""Asks the process of the other engines, with limits on time and memory; a process beyond them is killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from threading import Lock

import msgspec

from tempgoods_edi.extras import need
from tempgoods_edi.second_opinion.worker import Word
from tempgoods_edi.values import Bilingual

#: What the other engines may use for one message (seconds, bytes of address space).
SECONDS = 60.0
MEMORY = 2 * 1024**3
#: So many messages are judged by one process; then another begins.
_MOST_MESSAGES = 500
_LONGEST_ANSWER = 10_000
_WORKER = (sys.executable, "-m", "tempgoods_edi.second_opinion.worker")

#: What is asked → who was asked → what it said.
Said = dict[str, dict[str, Word]]


_WHAT = Bilingual("第二意见", "a second opinion")


class SecondOpinion:
    """The other engines; one message at a time, from any thread.  A context manager that ends the process.

    :param command: starts the process, its memory limit is added; for tests.
    :raises MissingExtra: the extra ``second-opinion`` is not there.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY, command: Sequence[str] = _WORKER) -> None:
        need(_WHAT, "second-opinion")
        self._is_closed = False
        self._seconds, self._command = seconds, (*command, str(memory))
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        self._turn, self._line = Lock(), ThreadPoolExecutor(1, "second-opinion")

    def __enter__(self) -> SecondOpinion:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, data: bytes) -> Said | None:
        """The other engines' results on the XML message *data*; None when they gave no proper answer in time."""
        with self._turn:
            if self._is_closed:
                return None
            if self._asked >= _MOST_MESSAGES:
                self._end()
            try:
                answer = self._line.submit(self._exchange, data).result(self._seconds)
                return msgspec.json.decode(answer, type=Said)
            except (TookTooLong, OSError, msgspec.MsgspecError):
                self._end()
                return None

    def close(self) -> None:
        """End the process; a question under way gets no answer."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._turn:
            self._end()
        self._line.shutdown()

    def _exchange(self, data: bytes) -> bytes:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._asked = 0
        self._asked += 1
        process = self._process
        if process.stdin is None or process.stdout is None:
            return b""
        process.stdin.write(b"%08d" % len(data) + data)
        process.stdin.flush()
        return process.stdout.readline(_LONGEST_ANSWER)

    def _end(self) -> None:
        process, self._process, self._asked = self._process, None, 0
        if process is not None:
            process.kill()  # ends the reading of its answer too
            process.communicate()
