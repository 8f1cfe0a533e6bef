"""The exchange folders of the import client: OutBox, SentBox, InBox, FailBox (published: 导入客户端手册 4.2).

A sender writes ``name.Temp`` into OutBox and renames it to ``.xml`` or ``.zip``; anything else there is not looked
at.  What was sent goes to SentBox; what could not be read at all, to FailBox.  Technical answers come into InBox
as ``Successed_…`` [sic] or ``Failed_…``, receipts as ``Receipt_…``, each written as ``.tmp`` and renamed.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from h2018 import outgoing, wording
from h2018.cases import Answer
from h2018.service import Service
from h2018.store import Receipt, Reply
from tempgoods_edi.envelope.problems import STAGE_FAILED, TOO_BIG
from tempgoods_edi.values import Finding

OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX = "OutBox", "SentBox", "InBox", "FailBox"

_TAKEN_SUFFIXES = frozenset({".xml", ".zip"})
#: Files dealt with in one look, so that a full folder does not keep others waiting.
_MOST_AT_ONCE = 20
#: Longest part of a file name that is kept (bytes), leaving room for prefix, time and suffix.
_LONGEST_STEM = 160
#: Reasons for which a file cannot be read as a message at all.
_UNREADABLE = "TG-XML-"

_log = Logger()


class Folders:
    """One exchange folder of one service.

    :param root: the folder that holds the four boxes; made when missing.
    """

    __slots__ = ("_loop", "_service", "root", "source")

    def __init__(self, service: Service, root: Path) -> None:
        self.root = root
        self.source = f"folder:{root}"
        self._service = service
        self._loop: LoopingCall | None = None
        for box in (OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX):
            (root / box).mkdir(parents=True, exist_ok=True)
        service.subscribe(self._received, self.source)

    def start(self, reactor: IReactorTime, seconds: float) -> None:
        """Look into OutBox now and every so many *seconds* of the machine's time."""
        self._loop = LoopingCall(self.poll)
        self._loop.clock = reactor
        self._loop.start(seconds, now=True)

    def stop(self) -> None:
        """Look no more."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()

    def poll(self) -> int:
        """Deal with what lies in OutBox; how many files that were.  A file that fails never stops the others."""
        done = 0
        for path in self._waiting()[:_MOST_AT_ONCE]:
            try:
                self._send(path)
                done += 1
            except OSError as error:
                _log.warn("{path} could not be dealt with: {error}", path=str(path), error=error)
        return done

    def _waiting(self) -> list[Path]:
        try:
            paths = sorted((self.root / OUT_BOX).iterdir())
        except OSError as error:
            _log.warn("OutBox cannot be read: {error}", error=error)
            return []
        return [path for path in paths if path.suffix.lower() in _TAKEN_SUFFIXES and _is_file(path)]

    def _send(self, path: Path) -> None:
        reply = self._intake(path)
        readable = reply.outcome != "undecided" and not any(rule.startswith(_UNREADABLE) for rule in reply.rules)
        prefix = "Successed" if reply.outcome == "accepted" else "Failed"
        stem = _shortened(path.stem)
        self._write(IN_BOX, f"{prefix}_{stem}", reply.data)
        path.replace(self._free(SENT_BOX if readable else FAIL_BOX, stem, path.suffix.lower()))

    def _intake(self, path: Path) -> Reply:
        limit = self._service.config.max_body
        size = path.stat().st_size
        if size > limit:
            return _failed(TOO_BIG.at(size=size, limit=limit))
        try:
            return self._service.intake(path.read_bytes(), self.source)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the exchange
            _log.failure("{path} made the service fail", path=str(path))
            return _failed(STAGE_FAILED.at(value=type(error).__name__))

    def _received(self, receipt: Receipt) -> None:
        self._write(IN_BOX, f"Receipt_{receipt.message_id}", receipt.data)

    def _write(self, box: str, stem: str, data: bytes) -> None:
        path = self._free(box, stem, ".xml")
        partial = path.with_suffix(".tmp")
        partial.write_bytes(data)
        partial.replace(path)

    def _free(self, box: str, stem: str, suffix: str) -> Path:
        """A name nobody has: ``<stem>_<17 digits>``, with further digits only when that is taken."""
        moment = self._service.clock.now().strftime("%Y%m%d%H%M%S%f")[:17]
        path, again = self.root / box / f"{stem}_{moment}{suffix}", 0
        while path.exists():
            again += 1
            path = self.root / box / f"{stem}_{moment}{again:04d}{suffix}"
        return path


def _failed(finding: Finding) -> Reply:
    answer = Answer(outcome="refused", check_info=wording.check_info((finding,)))
    return Reply(outcome="refused", data=outgoing.technical(answer), trace_id="", rules=(finding.rule,))


def _is_file(path: Path) -> bool:
    """True for an ordinary file; a link could lead anywhere."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _shortened(stem: str) -> str:
    return os.fsdecode(os.fsencode(stem)[:_LONGEST_STEM]).encode("utf-8", "ignore").decode("utf-8")
