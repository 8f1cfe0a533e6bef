"""One thread per reader, because cards are slow and take one order at a time: one slow card holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

from tempgoods_edi.card import problems
from tempgoods_edi.card.cards import Card, CardState, Readers
from tempgoods_edi.card.problems import CardError

T = TypeVar("T")

#: Reader, and what lies in it: a card, one that cannot be read, or nothing.
Slot: TypeAlias = tuple[str, CardState | CardError | None]

_MOST_WAITING = 8


class Turns:
    """Runs orders to the cards in *readers*, from one event loop.

    :param patience: seconds after which a card that does not answer is given up on; its thread is left to it.
    """

    def __init__(self, readers: Readers, patience: float = 60.0) -> None:
        self._readers = readers
        self._patience = patience
        self._threads: dict[str | None, ThreadPoolExecutor] = {}
        self._waiting: dict[str | None, int] = {}
        self._seen: dict[str, CardState] = {}

    async def slots(self) -> tuple[Slot, ...]:
        """Every reader with the card in it."""
        names = await self._in_thread(None, self._readers.names)
        for gone in set(self._threads) - {None, *names}:
            self._threads.pop(gone).shutdown(wait=False)
            self._seen.pop(str(gone), None)
        return tuple(zip(names, await asyncio.gather(*map(self._looked, names)), strict=True))

    async def reader_of(self, card_id: str) -> str:
        """The reader with the card *card_id*; with the only card when that is empty.

        :raises CardError: no reader, no card, not this card, or a choice to be made.
        """
        slots = await self.slots()
        if not slots:
            raise CardError(problems.NO_READER)
        found = [(reader, lies) for reader, lies in slots if isinstance(lies, CardState)]
        named = [reader for reader, state in found if not card_id or state.is_named(card_id)]
        if len(named) == 1:
            return named[0]
        if named:
            raise CardError(problems.CHOOSE_CARD, count=len(named))
        if found:
            raise CardError(problems.WRONG_CARD, card=card_id)
        raise next((lies for _, lies in slots if isinstance(lies, CardError)), CardError(problems.NO_CARD))

    async def at(self, reader: str, order: Callable[[Card], T]) -> T:
        """Run *order* with the card in *reader*, and return its result.

        :raises CardError: there is none, it has too much to do, or the order failed.
        """

        def carry_out() -> T:
            card = self._readers.card(reader)
            if card is None:
                raise CardError(problems.NO_CARD)
            return order(card)

        return await self._in_thread(reader, carry_out)

    def close(self) -> None:
        """Stop the threads; work under way is finished."""
        for thread in self._threads.values():
            thread.shutdown(wait=False)
        self._threads.clear()

    async def _looked(self, reader: str) -> CardState | CardError | None:
        if reader in self._seen and reader in self._waiting:
            # It is at work: as it was before.  Whoever orders something of it looks again when its turn has come.
            return self._seen[reader]
        self._seen.pop(reader, None)
        try:
            state = self._seen[reader] = await self.at(reader, lambda card: card.state())
            return state
        except CardError as error:
            return None if error.trouble in (problems.NO_CARD, problems.PULLED_OUT) else error

    async def _in_thread(self, reader: str | None, work: Callable[[], T]) -> T:
        if self._waiting.get(reader, 0) >= _MOST_WAITING:
            raise CardError(problems.BUSY)
        thread = self._threads.get(reader)
        if thread is None:
            thread = self._threads[reader] = ThreadPoolExecutor(1, thread_name_prefix=f"reader {reader or 'list'}")
        self._waiting[reader] = self._waiting.get(reader, 0) + 1
        done = asyncio.get_running_loop().run_in_executor(thread, work)
        done.add_done_callback(lambda _: self._left(reader))
        try:
            # Shielded: a card that is given up on still counts as busy until it answers.
            return await asyncio.wait_for(asyncio.shield(done), self._patience)
        except CardError:
            raise
        except TimeoutError:
            raise CardError(problems.BUSY) from None
        except Exception as error:  # noqa: BLE001 - as the comment below says
            # The kind alone: a text of some library might hold what was handed in.
            raise CardError(problems.FAILED, reason=type(error).__name__) from None

    def _left(self, reader: str | None) -> None:
        self._waiting[reader] -= 1
        if not self._waiting[reader]:
            del self._waiting[reader]
