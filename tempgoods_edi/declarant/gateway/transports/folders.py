"""Transport by exchange folders: writes into OutBox, reads from InBox, moves settled files to Done."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tempgoods_edi.customs_channel import failures
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer
from tempgoods_edi.declarant.gateway.transports import MOST_BYTES, Arrival, Pulled
from tempgoods_edi.declarant.gateway.transports.boxes import (
    DONE,
    IN_BOX,
    OUT_BOX,
    PARTIAL,
    arrival,
    file_name,
    is_ready,
)

#: Files dealt with in one look.
_MOST_AT_ONCE = 200


class Folders:
    """The transport through exchange folders below *root*, which customs' client makes.

    :param done: where files from InBox go once they are kept; ``Done`` below *root* when left out.
    """

    def __init__(self, root: Path, done: Path | None = None) -> None:
        self.where = str(root)
        self._out, self._in, self._done = root / OUT_BOX, root / IN_BOX, done or root / DONE

    def hand_over(self, name: str, data: bytes) -> TechnicalAnswer | None:
        """Write the message into OutBox, whole or not at all; its answer comes later.  See `Transport.hand_over`."""
        path = self._out / file_name(name, data)
        partial = path.with_name(path.name + PARTIAL)
        try:
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise failures.unreachable(self.where, error.strerror or error) from None
        return None

    def receipts(self, after: int) -> Pulled:
        """The files in InBox, oldest first; a file that cannot be read stays there and holds up nothing."""
        try:
            names = sorted((entry.name for entry in os.scandir(self._in) if is_ready(entry.name)), key=_moment)
        except OSError as error:
            raise failures.unreachable(self.where, error.strerror or error) from None
        found = tuple(arrival(name, data) for name in names[:_MOST_AT_ONCE] if (data := self._read(name)) is not None)
        return Pulled(found, after, len(names) > _MOST_AT_ONCE)

    def settle(self, arrival: Arrival) -> None:
        """Move the file to Done, under a free name; when that fails the file comes again, which is harmless."""
        source, target, again = self._in / arrival.place, self._done / arrival.place, 0
        try:
            self._done.mkdir(exist_ok=True)
            while target.exists():
                again += 1
                target = self._done / f"{source.stem}.{again}{source.suffix}"
            source.replace(target)
        except OSError:
            return

    def close(self) -> None:
        """Nothing to close: no file is held open."""

    def _read(self, name: str) -> bytes | None:
        path = self._in / name
        try:
            status = path.lstat()
            # A link could lead anywhere.
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
                return None
            return path.read_bytes()
        except OSError:
            return None


def _moment(name: str) -> tuple[str, str]:
    """By the moment at the end of a name: what came first is dealt with first."""
    return name.rpartition("_")[2], name
