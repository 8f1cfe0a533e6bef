"""The exchange folders of the import client: OutBox, SentBox, InBox, FailBox (published: 导入客户端手册 4.2).

A sender writes ``name.Temp`` into OutBox and renames it to ``.xml`` or ``.zip``; anything else there is not looked
at.  What was sent goes to SentBox; what could not be read at all, to FailBox.  Technical answers come into InBox
as ``Successed_…`` [sic] or ``Failed_…``, receipts as ``Receipt_…``, each written as ``.tmp`` and renamed.

Each tenant has folders of its own: the default one at the root, the others below ``tenants/<name>``.  Receipts are written
from a mark that the tenant keeps: none is missed by a restart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Generator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from h2018.cases import Answer
from h2018.decisions import messages, receipt_texts
from h2018.store import Reply, StoredReceipt
from h2018.tenant.tenants import DEFAULT, Customs, Tenant
from h2018.transports.whole_files import Inode, inode, is_file, read_file, shortened, state
from h2018.workers.loop import every
from h2018.workers.preparation import PreparedMessage
from tempgoods_edi.apart.line import Busy
from tempgoods_edi.databases import trouble
from tempgoods_edi.envelope.problems import STAGE_FAILED, TOO_BIG
from tempgoods_edi.values import Finding

OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX = "OutBox", "SentBox", "InBox", "FailBox"

#: Folder below the root that holds the other tenants'.
TENANTS = "tenants"

#: What is looked at in OutBox.
TAKEN_SUFFIXES = frozenset({".xml", ".zip"})
#: Files dealt with in one look, so that a full folder does not keep others waiting.
_MOST_AT_ONCE = 20
#: Receipts that are read from the store at once.
_MOST_READ = 500
#: Reasons for which a file cannot be read as a message at all.
_UNREADABLE = "TG-XML-"

_log = Logger()


class Folders:
    """The exchange folder of one tenant.

    :param root: the folder that holds the four boxes; made when missing.
    :param being_written: the files that SFTP's users have open, by device and inode; they wait.
    :ivar source: what its messages are said to have come by, and its receipts leave by.
    """

    __slots__ = ("_dealt_with", "_is_busy", "_loop", "_tenant", "being_written", "root", "source")

    def __init__(self, tenant: Tenant, root: Path, being_written: Collection[Inode] = ()) -> None:
        self.root, self.being_written = root, being_written
        self.source = f"folder:{root}"
        self._tenant = tenant
        self._loop: LoopingCall | None = None
        self._is_busy, self._dealt_with = False, 0
        for box in (OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX):
            (root / box).mkdir(parents=True, exist_ok=True)
        tenant.subscribe(self._received, self.source)
        self.catch_up(started=True)

    def start(self, reactor: IReactorTime, seconds: float) -> None:
        """Scan OutBox now and every *seconds* of the machine's time."""
        self._loop = every(seconds, self.poll, reactor)

    def stop(self) -> None:
        """Stop the scans of OutBox."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()

    def catch_up(self, *, started: bool = False) -> int:
        """Write the receipts that are not in InBox yet, and return their number.

        :param started: a run before this one may have broken off between writing a receipt and saying so.
        """
        store, written = self._tenant.store, 0
        mark, last = store.mark(self.source), store.next_sequence - 1
        # Beyond the last: the tenant was put back to an earlier time, and numbers begin again from there.
        after = 0 if mark > last else mark
        while after < last:
            found = store.laid(after=after, limit=_MOST_READ)
            if not found:
                break
            for laid in found:
                receipt = store.receipt(laid.sequence) if laid.source == self.source else None
                if receipt is not None and not (started and self._is_there(receipt)):
                    self._write(IN_BOX, _receipt_stem(receipt), receipt.data, receipt.at)
                    written += 1
            after = found[-1].sequence
        if mark != last:
            store.set_mark(self.source, last)
        return written

    def poll(self) -> int:
        """Submit the files in OutBox and return their number; one that fails never stops the others.

        While one is being read, or opened, those behind it wait.
        """
        before = self._dealt_with
        if not self._is_busy:
            self._deal_with()
        return self._dealt_with - before

    @inlineCallbacks
    def _deal_with(self) -> Generator[Deferred[Any], Any, None]:
        self._is_busy = True
        try:
            for path in (yield self._waiting()):
                try:
                    yield self._send(path)
                except Busy:
                    return
                except CancelledError:
                    return  # the tenant is gone
                except OSError as error:
                    _log.warn("{path} could not be dealt with: {error}", path=path.name, error=error)
                except Exception as error:  # noqa: BLE001 - the file stays, and is tried again; the others come first
                    away = trouble(error)
                    if away is not None:
                        _log.warn("{path} waits: {why}", path=path.name, why=away.en)
                        return
                    _log.failure("{path} could not be dealt with", path=path.name)
                else:
                    self._dealt_with += 1
        finally:
            self._is_busy = False

    @inlineCallbacks
    def _waiting(self) -> Generator[Deferred[Any], Any, list[Path]]:
        """The files that are to be sent next."""
        try:
            found: list[Path] = yield self._apart(_whole_ones, self.root / OUT_BOX, frozenset(self.being_written))
        except (Busy, CancelledError):
            return []
        except OSError as error:
            _log.warn("OutBox cannot be read: {error}", error=error)
            return []
        return found

    def _apart(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        return self._tenant.workers.in_thread(call, *arguments)

    @inlineCallbacks
    def _send(self, path: Path) -> Generator[Deferred[Any], Any, None]:
        if inode(path) in (None, *self.being_written):
            return
        before = state(path)
        reply = yield self._intake(path)
        if state(path) != before:
            _log.warn("{path} was written anew while it was dealt with; it will be sent again", path=path.name)
            return
        readable = reply.outcome != "undecided" and not any(rule.startswith(_UNREADABLE) for rule in reply.rules)
        prefix = "Successed" if reply.outcome == "accepted" else "Failed"
        stem = shortened(path.stem)
        self._write(IN_BOX, f"{prefix}_{stem}", reply.data)
        path.replace(self._free(SENT_BOX if readable else FAIL_BOX, stem, path.suffix.lower()))

    @inlineCallbacks
    def _intake(self, path: Path) -> Generator[Deferred[Any], Any, Reply]:
        limit = self._tenant.config.max_body
        data: bytes = yield self._apart(read_file, path, limit)
        if len(data) > limit:
            return _failed(TOO_BIG.at(size=path.stat().st_size, limit=limit))
        try:
            prepared: PreparedMessage = yield self._tenant.prepared(data)
            return self._tenant.take(prepared, self.source)
        except (Busy, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the exchange
            _log.failure("{path} made the service fail", path=path.name)
            return _failed(STAGE_FAILED.at(value=type(error).__name__))

    def _received(self, _receipt: StoredReceipt) -> None:
        self.catch_up()

    def _is_there(self, receipt: StoredReceipt) -> bool:
        path = self.root / IN_BOX / f"{_receipt_stem(receipt)}_{_moment(receipt.at)}.xml"
        return is_file(path) and read_file(path, len(receipt.data)) == receipt.data

    def _write(self, box: str, stem: str, data: bytes, at: datetime | None = None) -> None:
        path = self._free(box, stem, ".xml", at)
        partial = path.with_suffix(".tmp")
        partial.write_bytes(data)
        partial.replace(path)

    def _free(self, box: str, stem: str, suffix: str, at: datetime | None = None) -> Path:
        """A name nobody has: ``<stem>_<17 digits>``, with further digits only when that is taken."""
        moment = _moment(self._tenant.clock.now() if at is None else at)
        path, again = self.root / box / f"{stem}_{moment}{suffix}", 0
        while path.exists():
            again += 1
            path = self.root / box / f"{stem}_{moment}{again:04d}{suffix}"
        return path


class Exchange:
    """The exchange folders of a whole server: one per tenant, also for tenants created while the server runs.

    :param root: the default tenant's folder, and above all others'.
    :ivar being_written: files that are still open for writing, which the one who opens them says; they wait.
    """

    __slots__ = ("_customs", "_folders", "_loop", "being_written", "root")

    def __init__(self, customs: Customs, root: Path) -> None:
        self.root = root
        self.being_written: Counter[Inode] = Counter()
        self._customs = customs
        self._folders: dict[str, tuple[Tenant, Folders]] = {}
        self._loop: LoopingCall | None = None
        self._follow()

    def root_of(self, tenant: str) -> Path:
        """The exchange folder of a tenant, created when missing; raises `NoSuchTenant`."""
        return self._of(tenant).root

    def poll(self) -> int:
        """Submit the files in every OutBox and return their number."""
        self._follow()
        return sum(folders.poll() for _, folders in self._folders.values())

    def start(self, reactor: IReactorTime, seconds: float) -> None:
        """Scan every OutBox now and every *seconds* of the machine's time."""
        self._loop = every(seconds, self.poll, reactor)

    def stop(self) -> None:
        """Stop the scans of all folders."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()

    def _follow(self) -> None:
        names = self._customs.names()
        for name in names:
            self._of(name)
        for name in set(self._folders).difference(names):
            del self._folders[name]

    def _of(self, name: str) -> Folders:
        tenant, known = self._customs.tenant(name), self._folders.get(name)
        if known is not None and known[0] is tenant:
            return known[1]
        folders = Folders(tenant, self.root if name == DEFAULT else self.root / TENANTS / name, self.being_written)
        self._folders[name] = tenant, folders
        return folders


def _whole_ones(folder: Path, being_written: Collection[Inode]) -> list[Path]:
    """The first files in *folder* by their names, ordinary ones that nobody writes."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in TAKEN_SUFFIXES)
    whole = (path for path in paths if inode(path) not in (None, *being_written))
    return list(islice(whole, _MOST_AT_ONCE))


def _failed(finding: Finding) -> Reply:
    answer = Answer(outcome="refused", check_info=receipt_texts.check_info((finding,)))
    return Reply(outcome="refused", data=messages.technical(answer), trace_id="", rules=(finding.rule,))


def _receipt_stem(receipt: StoredReceipt) -> str:
    return f"Receipt_{receipt.message_id}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S%f")[:17]
