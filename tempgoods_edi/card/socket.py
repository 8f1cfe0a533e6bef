"""The WebSocket: requests of pages in order, each answered with its result or the reason of a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from tempgoods_edi.card import problems, protocol
from tempgoods_edi.card.cards import CardState
from tempgoods_edi.card.control import CardControl
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.protocol import Request, Signed

#: Seconds a connection may say nothing.
IDLE = 120.0

_FOREIGN = 4403
_POLICY_VIOLATION = 1008
_TOO_MANY_IDS = 1000


class Conversation:
    """One WebSocket connection of one page.

    :param confirm: messages are signed on the control's own page only.
    :param release: our version, for whoever looks for trouble.
    """

    def __init__(
        self, control: CardControl, origin: str, token: Callable[[int], bytes], confirm: bool, release: str
    ) -> None:
        self._control = control
        self._origin = origin
        self._token = token
        self._confirm = confirm
        self._release = release
        self._nonce = ""
        self._used: set[int | str] = set()
        self._methods: dict[str, Callable[[Request], Awaitable[list[Any]]]] = {
            protocol.GET_CERTIFICATE: self._certificate,
            protocol.VERIFY_PIN: self._verify,
            protocol.SIGN_LOGIN: self._login,
            protocol.LIST_CARDS: self._list,
            protocol.SIGN_MESSAGE: self._sign,
        }

    async def answered(self, text: str) -> str:
        """The answer to the request in *text*.  Never raises, whatever the text."""
        request: Request | None = None
        try:
            request = protocol.parsed_request(text)
            if request.id in self._used or len(self._used) >= _TOO_MANY_IDS:
                raise CardError(problems.REPLAYED)
            self._used.add(request.id)
            method = self._methods.get(request.method)
            if method is None:
                raise CardError(problems.UNKNOWN_METHOD, method=request.method[:80])
            return protocol.answer(request, await method(request))
        except CardError as error:
            return protocol.refusal(request, error)
        except Exception as error:  # noqa: BLE001 - a page is told; a traceback might show what was handed in
            return protocol.refusal(request, CardError(problems.FAILED, reason=type(error).__name__))

    async def _certificate(self, request: Request) -> list[Any]:
        return [protocol.pem(await self._control.state(request.args.card))]

    async def _verify(self, request: Request) -> list[Any]:
        await self._control.verify(request.args.pin, request.args.card)
        return []

    async def _login(self, request: Request) -> list[Any]:
        args = request.args
        return _data(await self._control.login(args.in_data, self._origin, args.pin, args.card))

    async def _list(self, request: Request) -> list[Any]:
        slots = await self._control.slots()
        self._nonce = self._token(16).hex()
        return [
            {
                "version": self._release,
                "nonce": self._nonce,
                "confirm": self._confirm,
                "readers": [reader for reader, _ in slots],
                "cards": [protocol.described(lies) for _, lies in slots if isinstance(lies, CardState)],
                "troubles": [
                    {"reader": reader, **protocol.error_json(lies)}
                    for reader, lies in slots
                    if isinstance(lies, CardError)
                ],
            }
        ]

    async def _sign(self, request: Request) -> list[Any]:
        args = request.args
        if self._confirm:
            raise CardError(problems.CONFIRM)
        # Good once, and on this connection: a request that somebody recorded is worth nothing.
        expected, self._nonce = self._nonce, ""
        if not expected or args.nonce != expected:
            raise CardError(problems.REPLAYED)
        return _data(await self._control.sign(args.object_id, args.package, args.pin, args.card))


def _data(signed: Signed) -> list[Any]:
    """Signature and certificate number, as the real control answers; then algorithm and certificate."""
    return [signed.value, signed.card.card_id, signed.algorithm, signed.certificate]


async def converse(socket: WebSocket, control: CardControl, origins: frozenset[str], **how: Any) -> None:
    """Serve one connection until the page closes it, or is silent for too long.

    A page of a site that is not allowed is told so, and nothing that it sends is read.
    """
    origin = socket.headers.get("origin", "")
    await socket.accept()
    if origin not in origins:
        await socket.send_text(protocol.refusal(None, CardError(problems.REFUSED_ORIGIN, origin=origin[:200])))
        await socket.close(_FOREIGN)
        return
    conversation = Conversation(control, origin, **how)
    try:
        while True:
            text = await asyncio.wait_for(socket.receive_text(), IDLE)
            await socket.send_text(await conversation.answered(text))
    except TimeoutError:
        await socket.close()
    except KeyError:  # bytes where text is due
        await socket.close(_POLICY_VIOLATION)
    except (WebSocketDisconnect, RuntimeError):
        pass  # the page is gone, perhaps before it had its answer
