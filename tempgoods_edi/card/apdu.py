"""Commands to a card and its answers (ISO/IEC 7816-4), on any wire: long commands in pieces, answers fetched to the end."""

from __future__ import annotations

import logging
from collections.abc import Callable

from msgspec import Struct

from tempgoods_edi.card import problems
from tempgoods_edi.card.problems import CardError

OK = 0x9000
NOT_FOUND = 0x6A82
BLOCKED = 0x6983
BAD_DATA = 0x6A80

_MORE = 0x61
_OTHER_LENGTH = 0x6C
_GET_RESPONSE = 0xC0
_CHAINED = 0x10
_LONGEST_PIECE = 255
LONGEST_ANSWER = 1 << 16
#: Of an answer that is fetched: pieces may be as small as a slow reader likes, but not empty for ever.
MOST_PIECES = 1000

#: At level DEBUG it shows what goes to and fro, but for PINs and PUKs.
log = logging.getLogger(__name__)


class CardAnswer(Struct, frozen=True):
    """The answer of a card to one command.

    :ivar status: SW1 and SW2.
    """

    data: bytes
    status: int

    @property
    def tries_left(self) -> int | None:
        """How many tries a status of 63Cx or 6983 leaves; None for any other status."""
        if self.status == BLOCKED:
            return 0
        return self.status & 0xF if self.status & 0xFFF0 == 0x63C0 else None


class CardChannel:
    """The connection to an inserted card.

    :param exchange: brings one command to the card and back its answer with the status; raises `CardError` only.
    :param counts_lengths: the wire is T=0, where a command that has data cannot say that it wants some.
    :ivar knows_pin: a PIN was sent, so that the card must not be left to others as it is.
    """

    def __init__(self, exchange: Callable[[bytes], bytes], *, counts_lengths: bool = False) -> None:
        self._exchange = exchange
        self._counts_lengths = counts_lengths
        self.knows_pin = False

    def send(
        self, ins: int, p1: int, p2: int, data: bytes = b"", *, answers: bool = False, secret: bool = False
    ) -> CardAnswer:
        """Send one command and return the answer.

        :param answers: the card answers it with data.
        :param secret: *data* is a PIN or PUK.
        :raises CardError: nothing was answered.
        """
        self.knows_pin |= secret and bool(data)
        while len(data) > _LONGEST_PIECE:
            piece, data = data[:_LONGEST_PIECE], data[_LONGEST_PIECE:]
            answer = self._sent(bytes((_CHAINED, ins, p1, p2, len(piece))) + piece)
            if answer.status != OK:
                return answer
        command = bytes((0, ins, p1, p2)) + (bytes((len(data),)) + data if data else b"")
        if answers and not (data and self._counts_lengths):
            command += b"\0"
        answer = self._sent(command, secret=secret)
        if answer.status >> 8 == _OTHER_LENGTH and not data:
            answer = self._sent(command[:4] + bytes((answer.status & 0xFF,)))
        return self._whole(answer)

    def _whole(self, answer: CardAnswer) -> CardAnswer:
        data = answer.data
        for _ in range(MOST_PIECES):
            if answer.status >> 8 != _MORE or len(data) >= LONGEST_ANSWER:
                break
            answer = self._sent(bytes((0, _GET_RESPONSE, 0, 0, answer.status & 0xFF)))
            if answer.status >> 8 == _OTHER_LENGTH:
                answer = self._sent(bytes((0, _GET_RESPONSE, 0, 0, answer.status & 0xFF)))
            data += answer.data
        return CardAnswer(data, answer.status)

    def _sent(self, command: bytes, *, secret: bool = False) -> CardAnswer:
        if log.isEnabledFor(logging.DEBUG):
            hidden = f"… {len(command) - 5} bytes not shown" if secret and len(command) > 5 else command[5:].hex()
            log.debug("> %s %s", command[:5].hex(), hidden)
        answered = self._exchange(command)
        if len(answered) < 2:
            # Some readers' drivers report a card that went away while it worked as an answer without a status.
            raise CardError(problems.PULLED_OUT)
        log.debug("< %s", answered.hex())
        return CardAnswer(answered[:-2], int.from_bytes(answered[-2:]))
