"""The chip of a virtual card: its answer to each command (SP 800-73-4 part 2), and its state between commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from tempcard.commands import OK, Command, CommandChain, parse_command
from tempcard.folder import Chance, Folder, Secret
from tempcard.keys import CODES, Material, Sm2Signer, computed
from tempcard.objects import STANDARD, Model, objects, template
from tempgoods_edi.card.kinds.piv import (
    CHALLENGE,
    CHANGE,
    GENERAL_AUTHENTICATE,
    RESET_RETRIES,
    RESPONSE,
    SELECT,
    TEMPLATE,
    VERIFY,
)
from tempgoods_edi.card.kinds.piv_data import AID, GET_DATA, GLOBAL_PIN, GLOBAL_REFERENCE, PIN_REFERENCE, TAG_LIST
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.tlv import encoded, found

#: T=1 only; "tempgoods" in its historical bytes.
ATR = bytes.fromhex("3b8901") + b"tempgoods" + b"\xf4"

GET_CHALLENGE = 0x84
#: Not in SP 800-73: Yubico's programs (from 2.7 on) take no card that does not say its version.
GET_VERSION = 0xFD
VERSION = bytes((1, 0, 0))

NO_PIN, BLOCKED, BAD_DATA, NOT_FOUND, WRONG_P1P2, NO_REFERENCE, NO_INS = (
    0x6982, 0x6983, 0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6D00,
)  # fmt: skip

#: The key that wants a PIN right before every signature.
_ALWAYS = 0x9C
_SECRET_LENGTH = 8
_PUK_REFERENCE = 0x81

#: What the chip is about to do: a slow one waits here, and one that is pulled out raises `Pulled`.
Step = Literal["command", "pin", "signature"]

Reply = tuple[bytes, int]


class Pulled(Exception):
    """The card was pulled out; it answers nothing more."""


class VirtualCard:
    """A virtual PIV card stored in *folder*, powered on.

    :param chance: random bytes.
    :param sm2: what computes SM2 signatures, on a card that has such a key.
    :param before: called before each step.
    :param model: what it is like where the standard leaves that open.
    """

    atr = ATR

    def __init__(
        self,
        folder: Path,
        chance: Chance,
        *,
        sm2: Sm2Signer | None = None,
        before: Callable[[Step], None] | None = None,
        model: Model = STANDARD,
    ) -> None:
        self._folder = Folder(folder, chance)
        self._chance = chance
        self._sm2 = sm2
        self._before = before or (lambda _: None)
        self._model = model
        self._pins: dict[int, Secret] = {PIN_REFERENCE: "pin"}
        if model.policy[0] & GLOBAL_PIN:
            self._pins[GLOBAL_REFERENCE] = "shared"
        self._commands: Mapping[int, Callable[[Command], Reply]] = {
            SELECT: self._select,
            VERIFY: self._verify,
            CHANGE: self._change,
            RESET_RETRIES: self._unblock,
            GET_DATA: self._data,
            GENERAL_AUTHENTICATE: self._authenticate,
            GET_CHALLENGE: self._challenge,
            GET_VERSION: self._version,
        }
        self.reset()

    def reset(self) -> None:
        """Reset the card: everything is forgotten except what is on disk."""
        self._line = CommandChain()
        self._selected = False
        self._keys: dict[int, Material] | None = None
        self._fresh = False

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to *apdu*, including its status word.

        :raises Pulled: the card is gone.
        """
        try:
            self._before("command")
            return self._answered(apdu)
        except (OSError, CardError):
            raise Pulled from None

    def _answered(self, apdu: bytes) -> bytes:
        command = parse_command(apdu)
        if isinstance(command, int):
            return command.to_bytes(2)
        piece = self._line.fetched(command)
        if piece is not None:
            return piece
        whole = self._line.whole(command)
        if isinstance(whole, int):
            return whole.to_bytes(2)
        work = self._commands.get(whole.ins)
        if work is None or not (self._selected or whole.ins == SELECT):
            data, status = b"", NO_INS
        else:
            data, status = work(whole)
        if whole.ins != VERIFY:
            self._fresh = False  # "always" is: right before
        return self._line.answer(data, status, whole.most)

    def _select(self, command: Command) -> Reply:
        if command.p1 != 4:
            return b"", NOT_FOUND
        if not (command.data and len(command.data) >= self._model.shortest_aid and AID.startswith(command.data)):
            return b"", NOT_FOUND
        self._selected, self._keys = True, None
        return template(self._model), OK

    def _verify(self, command: Command) -> Reply:
        self._fresh = False
        of = self._pins.get(command.p2)
        if of is None:
            return b"", NO_REFERENCE
        if command.p1 == 0xFF and not command.data:
            self._keys = None
            return b"", OK
        if command.p1:
            return b"", WRONG_P1P2
        if not command.data:
            return b"", OK if self._keys is not None else self._left(of, 0x63C0)
        if len(command.data) != _SECRET_LENGTH:
            return b"", BAD_DATA
        self._before("pin")
        if not self._folder.tries(of):
            self._keys = None
            return b"", BLOCKED
        self._keys = self._folder.opened(of, command.data)
        self._fresh = self._keys is not None
        return b"", OK if self._fresh else self._left(of, 0x63C0)

    def _change(self, command: Command) -> Reply:
        of: Secret | None = "puk" if command.p2 == _PUK_REFERENCE else self._pins.get(command.p2)
        return (b"", NO_REFERENCE) if of is None else self._changed(command, of, of)

    def _unblock(self, command: Command) -> Reply:
        return (b"", NO_REFERENCE) if command.p2 != PIN_REFERENCE else self._changed(command, "puk", "pin")

    def _changed(self, command: Command, of: Secret, what: Secret) -> Reply:
        old, new = command.data[:_SECRET_LENGTH], command.data[_SECRET_LENGTH:]
        if command.p1:
            return b"", WRONG_P1P2
        if len(new) != _SECRET_LENGTH or len(new.rstrip(b"\xff")) < 6:
            return b"", BAD_DATA
        self._keys = None
        self._before("pin")
        if not self._folder.tries(of):
            return b"", BLOCKED
        return b"", OK if self._folder.changed(of, old, what, new) else self._left(of, 0x63C0)

    def _left(self, of: Secret, status: int) -> int:
        left = self._folder.tries(of)
        return status | left if left else BLOCKED

    def _data(self, command: Command) -> Reply:
        if (command.p1, command.p2) != (0x3F, 0xFF):
            return b"", WRONG_P1P2
        tag = _inner(command.data, TAG_LIST)
        if not tag:
            return b"", BAD_DATA
        state = self._folder.state()
        content = objects(bytes.fromhex(state.number), self._folder.certificates(), self._model).get(
            int.from_bytes(tag)
        )
        return (b"", NOT_FOUND) if content is None else (content, OK)

    def _authenticate(self, command: Command) -> Reply:
        """A signature with the key in place P2 by algorithm P1 (part 2, §3.2.4)."""
        asked = _inner(command.data, TEMPLATE)
        block = None if asked is None else _inner(asked, CHALLENGE)
        if block is None or _inner(asked or b"", RESPONSE) != b"":
            return b"", BAD_DATA
        if command.p2 not in self._folder.certificates():
            return b"", NO_REFERENCE
        if self._keys is None or (command.p2 == _ALWAYS and not self._fresh):
            return b"", NO_PIN
        own = self._keys[command.p2]
        if CODES.get(command.p1) != own.algorithm:
            return b"", WRONG_P1P2
        self._before("signature")
        try:
            value = computed(own, block, self._sm2)
        except ValueError:
            return b"", BAD_DATA
        self._folder.state()  # gone: it was pulled out, and signed nothing
        return encoded(TEMPLATE, encoded(RESPONSE, value)), OK

    def _challenge(self, command: Command) -> Reply:
        return self._chance(min(command.most, 256)), OK

    def _version(self, command: Command) -> Reply:
        return (b"", WRONG_P1P2) if command.p1 or command.p2 else (VERSION, OK)


def _inner(data: bytes, tag: int) -> bytes | None:
    try:
        return found(data, tag)
    except ValueError:
        return None
