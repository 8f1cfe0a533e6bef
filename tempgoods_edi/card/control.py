"""The card control's service for web pages: list cards, log in, sign a message; and what it refuses.

It signs two things only: a login challenge of the very page that asks, fresh and never signed before; and a message
that it can show, of the enterprise that the card is of.  Knows nothing of sockets and pages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tempgoods_edi.card import problems, shown
from tempgoods_edi.card.cards import Card, CardState, Pin, Readers
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.protocol import Signed
from tempgoods_edi.card.shown import ShownMessage
from tempgoods_edi.card.turns import Slot, Turns
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import SignaturePolicy, challenge, sign_object
from tempgoods_edi.signing.challenge import CLOCKS_DIFFER, LIFETIME, LoginRefused


class CardControl:
    """The card control of one machine.

    :param now: the machine's clock; aware.
    """

    def __init__(self, readers: Readers, now: Callable[[], datetime], patience: float = 60.0) -> None:
        self._turns = Turns(readers, patience)
        self._now = now
        self._signed: dict[str, datetime] = {}

    async def slots(self) -> tuple[Slot, ...]:
        """Every reader with the card in it."""
        return await self._turns.slots()

    async def cards(self) -> tuple[CardState, ...]:
        """Every inserted card, at least one; raises `CardError` otherwise.

        :raises CardError: there is no reader, or no card that can be read in any.
        """
        slots = await self._turns.slots()
        found = tuple(lies for _, lies in slots if isinstance(lies, CardState))
        if found:
            return found
        if not slots:
            raise CardError(problems.NO_READER)
        raise next((lies for _, lies in slots if isinstance(lies, CardError)), CardError(problems.NO_CARD))

    async def state(self, card_id: str) -> CardState:
        """The card with the id *card_id*; the only card when that is empty."""
        reader = await self._turns.reader_of(card_id)
        return await self._turns.at(reader, lambda card: _the_one(card, card_id))

    async def verify(self, pin: Pin, card_id: str) -> None:
        """Check *pin* without doing anything else."""

        def order(card: Card) -> None:
            _the_one(card, card_id)
            card.verify(pin)

        await self._turns.at(await self._turns.reader_of(card_id), order)

    async def login(self, text: str, origin: str, pin: Pin, card_id: str) -> Signed:
        """Sign the login challenge *text* of the page at *origin*.

        :raises CardError: it is no such challenge, or was signed before; or whatever the card says.
        """
        nonce = self.challenge(text, origin).nonce
        if nonce in self._signed:
            raise CardError(problems.REPLAYED)
        self._signed[nonce] = self._now()
        try:
            return await self._carried_out(card_id, lambda card, _: card.sign(pin, text.encode()))
        except CardError:
            # Nothing was signed: after a wrong PIN the same challenge may be tried again.
            self._signed.pop(nonce, None)
            raise

    def challenge(self, text: str, origin: str) -> challenge.Challenge:
        """Read the login challenge *text* and check that it is for *origin* and valid now.

        :raises CardError: it is not.
        """
        now = self._now()
        self._signed = {n: at for n, at in self._signed.items() if now - at <= LIFETIME + 2 * CLOCKS_DIFFER}
        try:
            return challenge.current(text, origin, now)
        except LoginRefused as refused:
            raise CardError(problems.NOT_A_CHALLENGE, reason=refused.text) from None

    async def sign(self, object_id: str, package: str, pin: Pin, card_id: str) -> Signed:
        """Sign the message with *package* in its Object.

        :raises CardError: there is no such message, it is another enterprise's; or whatever the card says.
        """
        return await self.sign_shown(shown.read_package(object_id, package), pin, card_id)

    async def sign_shown(self, message: ShownMessage, pin: Pin, card_id: str) -> Signed:
        """Sign a message that was read already; else as `sign`."""

        def order(card: Card, state: CardState) -> bytes:
            owner = state.identity.enterprise_code or ""
            if message.enterprise != owner:
                raise CardError(problems.OTHER_ENTERPRISE, message=message.enterprise, card=owner)
            signer = _CardSigner(card, state, pin)
            try:
                sign_object(message.object_id, message.package, signer, SignaturePolicy.national())
            except KeySourceError as error:
                raise CardError(problems.UNUSABLE, reason=error.text) from None
            return signer.value

        return await self._carried_out(card_id, order)

    def close(self) -> None:
        """Stop the readers' threads."""
        self._turns.close()

    async def _carried_out(self, card_id: str, order: Callable[[Card, CardState], bytes]) -> Signed:
        def all_of_it(card: Card) -> Signed:
            state = _the_one(card, card_id)
            return Signed(state.algorithm, order(card, state), state)

        return await self._turns.at(await self._turns.reader_of(card_id), all_of_it)


def _the_one(card: Card, card_id: str) -> CardState:
    """*card*'s state; it may have been changed for another since it was looked for."""
    state = card.state()
    if card_id and not state.is_named(card_id):
        raise CardError(problems.WRONG_CARD, card=card_id)
    return state


class _CardSigner:
    """A card as `sign_object` wants its signer; keeps the value, which is all that leaves the control."""

    __slots__ = ("_card", "_pin", "algorithm", "certificate_der", "key_name", "value")

    def __init__(self, card: Card, state: CardState, pin: Pin) -> None:
        self._card = card
        self._pin = pin
        self.algorithm = state.algorithm
        self.certificate_der = state.certificate_der
        self.key_name = state.identity.serial
        self.value = b""

    def sign(self, data: bytes) -> bytes:
        """The signature value over *data*."""
        self.value = self._card.sign(self._pin, data)
        return self.value
