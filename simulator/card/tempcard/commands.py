"""Card commands on the wire: short and extended, chained in pieces; and answers that are fetched in pieces."""

from __future__ import annotations

from msgspec import Struct

_CHAINED = 0x10
_GET_RESPONSE = 0xC0
_SHORT = 256
_LONGEST = 1 << 14

WRONG_LENGTH = 0x6700
CLASS_UNKNOWN = 0x6E00
OK = 0x9000


class Command(Struct, frozen=True):
    """One command APDU with its parts.

    :ivar most: how much answer is wanted at once.
    """

    ins: int
    p1: int
    p2: int
    data: bytes
    most: int
    chained: bool = False


def parse_command(apdu: bytes) -> Command | int:
    """The command in *apdu* (ISO/IEC 7816-3, §12.1), or the status that refuses it."""
    if len(apdu) < 4:
        return WRONG_LENGTH
    cla, ins, p1, p2 = apdu[:4]
    if cla & ~_CHAINED:
        return CLASS_UNKNOWN
    body = apdu[4:]
    extended = len(body) > 2 and body[0] == 0
    width = 2 if extended else 1
    rest = body[1:] if extended else body
    data = b""
    if len(rest) > width:
        size = int.from_bytes(rest[:width])
        data, rest = rest[width : width + size], rest[width + size :]
        if len(data) != size or not size or len(rest) not in (0, width):
            return WRONG_LENGTH
    most = (int.from_bytes(rest) or (1 << 8 * width)) if rest else (1 << 16 if extended else _SHORT)
    return Command(ins, p1, p2, data, most, bool(cla & _CHAINED))


class CommandChain:
    """Command chaining: collects the pieces of commands, and hands out answers in pieces."""

    def __init__(self) -> None:
        self._pieces: Command | None = None
        self._left = b""

    def whole(self, command: Command) -> Command | int:
        """Add *command* to its chain: the whole command after the last piece; before that, or if it does not fit, a status."""
        before, self._pieces = self._pieces, None
        if before is not None:
            if (before.ins, before.p1, before.p2) != (command.ins, command.p1, command.p2):
                before = None  # another command: the pieces are forgotten
            elif len(before.data) + len(command.data) > _LONGEST:
                return WRONG_LENGTH
        data = (before.data if before is not None else b"") + command.data
        grown = Command(command.ins, command.p1, command.p2, data, command.most)
        if command.chained:
            self._pieces = grown
            return OK
        return grown

    def fetched(self, command: Command) -> bytes | None:
        """The next piece of the answer if *command* is GET RESPONSE; for another command None, and the rest is dropped."""
        if command.ins != _GET_RESPONSE:
            self._left = b""
            return None
        return self._piece(command.most) if self._left else (0x6F00).to_bytes(2)

    def answer(self, data: bytes, status: int, most: int) -> bytes:
        """The first piece of an answer; the rest waits to be fetched."""
        if status != OK:
            return data + status.to_bytes(2)
        self._left = data
        return self._piece(most)

    def _piece(self, most: int) -> bytes:
        piece, self._left = self._left[:most], self._left[most:]
        status = 0x6100 | min(len(self._left), 0xFF) if self._left else OK
        if len(self._left) >= _SHORT:
            status = 0x6100
        return piece + status.to_bytes(2)
