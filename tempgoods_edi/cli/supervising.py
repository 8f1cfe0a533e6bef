"""Supervises several processes: starts them, restarts one that dies or hangs, stops all in order."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from tempgoods_edi import steady
from tempgoods_edi.cli.bell import Bell
from tempgoods_edi.cli.pulse import Part, Pulse, answers
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.values import Bilingual

#: Seconds before the first restart of a part, and before the last; each is twice the one before.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
#: A part that ran so long starts again as if it had never died.
_SOUND_AFTER = 60.0
_START_SECONDS, _STOP_SECONDS = 60.0, 15.0
_LOOK = 0.1
#: Seconds that a part may be without a sign of life.
PATIENCE = 60.0
_TAIL = 12
_DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG

_DIED = Bilingual(
    "{name}已退出（{code}），{seconds:g} 秒后重启；日志 {log}",
    "{name} ended ({code}); it starts again in {seconds:g} s; log {log}",
)
_HANGS = Bilingual(
    "{name}已 {seconds:g} 秒没有响应，将其结束并重启；日志 {log}",
    "{name} has not answered for {seconds:g} s; it is ended and starts again; log {log}",
)
_BACK = Bilingual("{name}已恢复", "{name} is up again")
_ENDED = Bilingual("{name}未完成（{code}）：\n{log}", "{name} did not get done ({code}):\n{log}")
_DONE = Bilingual("{name}已就绪", "{name}: done")
_NOT_UP = Bilingual("{name}未能启动（{why}）：\n{log}", "{name} did not start ({why}):\n{log}")
_EXIT, _TOO_LONG = Bilingual("退出码 {code}", "exit code {code}"), Bilingual("超时", "too long")

Say = Callable[[Bilingual], None]


class Stopped(Exception):
    """The supervisor was told to stop while it waited for something."""


class Supervisor:
    """Starts, watches and stops the processes.

    :param parts: in the order they start in; they stop in the reverse order.
    :param say: told what happens to them.
    :param patience: seconds that a part may be without a sign of life.
    """

    def __init__(self, parts: Sequence[Part], say: Say, patience: float = PATIENCE) -> None:
        self._parts, self._say = parts, say
        self._pulse = Pulse(parts, patience)
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._since: dict[int, float] = {}
        self._waits: dict[int, float] = {}
        self._due: dict[int, float] = {}
        self._once: tuple[Part, subprocess.Popen[bytes]] | None = None
        self._stop = Bell()
        self._at_once = Bell()

    def listen_to_signals(self) -> None:
        """Stop everything in order on SIGINT and SIGTERM; a second signal kills the rest."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._signalled)

    def start(self) -> None:
        """Start all processes, and wait until they are ready.

        :raises CommandError: one did not become ready.
        :raises Stopped: a signal came meanwhile.
        """
        for wave in sorted({part.wave for part in self._parts}):
            members = [(number, part) for number, part in enumerate(self._parts) if part.wave == wave]
            for number, _ in members:
                self._begin(number)
            for number, part in members:
                self._await(number, part)

    def once(self, part: Part) -> None:
        """Start a process that ends by itself; a failure is only reported."""
        self._once = (part, _started(part, "wb"))

    def watch(self) -> None:
        """Restart processes that die or hang, until a signal says to stop."""
        while not self._stop.wait(_LOOK * 3):
            now = steady.seconds()
            for number, part in enumerate(self._parts):
                if number in self._due:
                    if now >= self._due[number]:
                        del self._due[number]
                        self._begin(number)
                        self._say(_BACK.format(name=part.name))
                elif self._running[number].poll() is not None:
                    self._lost(number, part, now)
            hangs = self._pulse.lost(now)
            if hangs is not None and self._running[hangs].poll() is None and hangs not in self._due:
                self._end_hanging(hangs)
            self._look_once()

    def stop(self) -> None:
        """Stop all processes, the last one first, asking before killing; a second signal kills the rest at once."""
        first = [] if self._once is None else [self._once[1]]
        for process in [*first, *(self._running[number] for number in reversed(self._running))]:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            until = steady.seconds() + _STOP_SECONDS
            while process.poll() is None and steady.seconds() < until and not self._at_once.wait(_LOOK / 2):
                pass
            if process.poll() is None:
                process.kill()
            process.wait()

    def _end_hanging(self, number: int) -> None:
        part, process = self._parts[number], self._running[number]
        self._say(_HANGS.format(name=part.name, seconds=self._pulse.patience, log=part.log))
        # What hangs may not hear either: it was given its time.
        process.kill()
        process.wait()

    def _look_once(self) -> None:
        """Pass on what that which ends by itself has said, when it did."""
        if self._once is not None and self._once[1].poll() is not None:
            (part, process), self._once = self._once, None
            if process.returncode:
                self._say(_ENDED.format(name=part.name, code=process.returncode, log=tail(part.log)))
            else:
                self._say(_DONE.format(name=part.name))

    def _signalled(self, *_: object) -> None:
        if self._stop.rung():
            self._at_once.ring()
        self._stop.ring()

    def _begin(self, number: int) -> None:
        part = self._parts[number]
        self._running[number] = _started(part, "ab" if number in self._running else "wb")
        self._since[number] = steady.seconds()
        self._pulse.begun(number, self._since[number])

    def _await(self, number: int, part: Part) -> None:
        until = steady.seconds() + _START_SECONDS
        while not _ready(part):
            if self._stop.wait(_LOOK):
                raise Stopped
            code = self._running[number].poll()
            if code is not None or steady.seconds() > until:
                why = _TOO_LONG if code is None else _EXIT.format(code=code)
                raise CommandError(_NOT_UP.format(name=part.name, why=why, log=tail(part.log)))

    def _lost(self, number: int, part: Part, now: float) -> None:
        if now - self._since[number] > _SOUND_AFTER:
            self._waits.pop(number, None)
        seconds = self._waits.get(number, _FIRST_WAIT)
        self._waits[number] = min(2 * seconds, _LONGEST_WAIT)
        self._due[number] = now + seconds
        code = self._running[number].returncode
        self._say(_DIED.format(name=part.name, code=code, seconds=seconds, log=part.log))


def _started(part: Part, mode: Literal["ab", "wb"]) -> subprocess.Popen[bytes]:
    part.log.parent.mkdir(parents=True, exist_ok=True)
    with part.log.open(mode) as log:
        # A session of its own: Ctrl-C at the terminal reaches us alone, and we stop the parts in order.
        return subprocess.Popen(
            part.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=_end_with_us if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread of ours holds a lock
        )  # fmt: skip


def tail(log: Path, lines: int = _TAIL) -> str:
    """The last *lines* of *log*."""
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:])


def _ready(part: Part) -> bool:
    if part.health is None:
        return part.ready in part.log.read_text("utf-8", errors="replace")
    return answers(part.health)


def _end_with_us() -> None:
    """Should we be killed, the parts are told to end: nothing is left behind that holds the ports."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
