"""The exchange folders of the import client: OutBox, SentBox, InBox, FailBox (published: 导入客户端手册 4.2).

A sender writes ``name.Temp`` into OutBox and renames it to ``.xml`` or ``.zip``; anything else there is not looked
at.  What was sent goes to SentBox; what could not be read at all, to FailBox.  Technical answers come into InBox
as ``Successed_…`` [sic] or ``Failed_…``, receipts as ``Receipt_…``, each written as ``.tmp`` and renamed.

Each tenant has folders of its own: the default one at the root, the others below ``tenants/<name>``.  Receipts are written
from a mark that the world keeps: none is missed by a restart.
"""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from h2018 import outgoing, wording
from h2018.cases import Answer
from h2018.store import Receipt, Reply
from h2018.worlds import DEFAULT, Customs, World
from tempgoods_edi.envelope.problems import STAGE_FAILED, TOO_BIG
from tempgoods_edi.values import Finding

OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX = "OutBox", "SentBox", "InBox", "FailBox"

#: Folder below the root that holds the other tenants'.
TENANTS = "tenants"

_TAKEN_SUFFIXES = frozenset({".xml", ".zip"})
#: Files dealt with in one look, so that a full folder does not keep others waiting.
_MOST_AT_ONCE = 20
#: Receipts that are read from the store at once.
_MOST_READ = 500
#: Longest part of a file name that is kept (bytes), leaving room for prefix, time and suffix.
_LONGEST_STEM = 160
#: Reasons for which a file cannot be read as a message at all.
_UNREADABLE = "TG-XML-"

_log = Logger()


class Folders:
    """The exchange folder of one world.

    :param root: the folder that holds the four boxes; made when missing.
    :ivar source: what its messages are said to have come by, and its receipts leave by.
    """

    __slots__ = ("_loop", "_world", "root", "source")

    def __init__(self, world: World, root: Path) -> None:
        self.root = root
        self.source = f"folder:{root}"
        self._world = world
        self._loop: LoopingCall | None = None
        for box in (OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX):
            (root / box).mkdir(parents=True, exist_ok=True)
        world.subscribe(self._received, self.source)
        self.catch_up(started=True)

    def start(self, reactor: IReactorTime, seconds: float) -> None:
        """Look into OutBox now and every so many *seconds* of the machine's time."""
        self._loop = LoopingCall(self.poll)
        self._loop.clock = reactor
        self._loop.start(seconds, now=True)

    def stop(self) -> None:
        """Look no more."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()

    def catch_up(self, *, started: bool = False) -> int:
        """Write the receipts that are not in InBox yet; how many those were.

        :param started: a run before this one may have broken off between writing a receipt and saying so.
        """
        store, written = self._world.store, 0
        mark, last = store.mark(self.source), store.next_sequence - 1
        # Beyond the last: the world was put back to an earlier time, and numbers begin again from there.
        after = 0 if mark > last else mark
        while after < last:
            found = store.receipts(after=after, limit=_MOST_READ)
            if not found:
                break
            for receipt in found:
                if receipt.source == self.source and not (started and self._is_there(receipt)):
                    self._write(IN_BOX, _receipt_stem(receipt), receipt.data, receipt.at)
                    written += 1
            after = found[-1].sequence
        if mark != last:
            store.set_mark(self.source, last)
        return written

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
        limit = self._world.config.max_body
        size = path.stat().st_size
        if size > limit:
            return _failed(TOO_BIG.at(size=size, limit=limit))
        try:
            return self._world.intake(path.read_bytes(), self.source)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the exchange
            _log.failure("{path} made the service fail", path=str(path))
            return _failed(STAGE_FAILED.at(value=type(error).__name__))

    def _received(self, _receipt: Receipt) -> None:
        self.catch_up()

    def _is_there(self, receipt: Receipt) -> bool:
        path = self.root / IN_BOX / f"{_receipt_stem(receipt)}_{_moment(receipt.at)}.xml"
        return _is_file(path) and path.read_bytes() == receipt.data

    def _write(self, box: str, stem: str, data: bytes, at: datetime | None = None) -> None:
        path = self._free(box, stem, ".xml", at)
        partial = path.with_suffix(".tmp")
        partial.write_bytes(data)
        partial.replace(path)

    def _free(self, box: str, stem: str, suffix: str, at: datetime | None = None) -> Path:
        """A name nobody has: ``<stem>_<17 digits>``, with further digits only when that is taken."""
        moment = _moment(self._world.clock.now() if at is None else at)
        path, again = self.root / box / f"{stem}_{moment}{suffix}", 0
        while path.exists():
            again += 1
            path = self.root / box / f"{stem}_{moment}{again:04d}{suffix}"
        return path


class Exchange:
    """The exchange folders of a whole server: one per tenant, also for those that are made while it runs.

    :param root: the default tenant's folder, and above all others'.
    """

    __slots__ = ("_customs", "_folders", "_loop", "root")

    def __init__(self, customs: Customs, root: Path) -> None:
        self.root = root
        self._customs = customs
        self._folders: dict[str, tuple[World, Folders]] = {}
        self._loop: LoopingCall | None = None
        self._follow()

    def root_of(self, tenant: str) -> Path:
        """The folder of a tenant, made when missing; raises `worlds.NoSuchWorld`."""
        return self._of(tenant).root

    def poll(self) -> int:
        """Deal with what lies in every OutBox; how many files that were."""
        self._follow()
        return sum(folders.poll() for _, folders in self._folders.values())

    def start(self, reactor: IReactorTime, seconds: float) -> None:
        """Look into every OutBox now and every so many *seconds* of the machine's time."""
        self._loop = LoopingCall(self.poll)
        self._loop.clock = reactor
        self._loop.start(seconds, now=True)

    def stop(self) -> None:
        """Look no more."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()

    def _follow(self) -> None:
        names = self._customs.names()
        for name in names:
            self._of(name)
        for name in set(self._folders).difference(names):
            del self._folders[name]

    def _of(self, name: str) -> Folders:
        world, known = self._customs.world(name), self._folders.get(name)
        if known is not None and known[0] is world:
            return known[1]
        folders = Folders(world, self.root if name == DEFAULT else self.root / TENANTS / name)
        self._folders[name] = world, folders
        return folders


def _failed(finding: Finding) -> Reply:
    answer = Answer(outcome="refused", check_info=wording.check_info((finding,)))
    return Reply(outcome="refused", data=outgoing.technical(answer), trace_id="", rules=(finding.rule,))


def _receipt_stem(receipt: Receipt) -> str:
    return f"Receipt_{receipt.message_id}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S%f")[:17]


def _is_file(path: Path) -> bool:
    """True for an ordinary file; a link could lead anywhere."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _shortened(stem: str) -> str:
    return os.fsdecode(os.fsencode(stem)[:_LONGEST_STEM]).encode("utf-8", "ignore").decode("utf-8")
