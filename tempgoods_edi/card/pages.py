"""The card control's own pages: the message to be signed, the PIN, and the way back; all without scripts.

A site posts its form to ``/login`` or ``/sign``; our page shows what that is and asks for the PIN; the PIN goes to
``/pin`` with the secret of that very page; the last page leads back to the site by a GET form that carries the
signature.  The PIN never leaves this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import Response

from tempgoods_edi.card import problems, shown
from tempgoods_edi.card.cards import CardState, Pin
from tempgoods_edi.card.control import CardControl
from tempgoods_edi.card.local_only import return_url
from tempgoods_edi.card.pending import Pending, PendingRequests
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.card.rendering import page
from tempgoods_edi.desk import MAX_BYTES
from tempgoods_edi.pages.language import preferred
from tempgoods_edi.values import Bilingual, Lang

#: Largest form: a message in which every byte is written as three, and what goes with it.
MAX_FORM = 3 * MAX_BYTES + 65536

_MOST_FIELDS = 16
_WRONG_RETURN = Bilingual("返回地址不属于提交的网站", "the address to return to is not one of the site that asks")
_NOT_OUR_FORM = Bilingual("不是本页的表单，或已过期", "not the form of this page, or it has run out")
_NO_FIELD = Bilingual("缺少 {name}", "{name} is missing")
_NOT_URLENCODED = Bilingual("表单须以 urlencoded 提交", "the form must be sent urlencoded")


class Pages:
    """The pages of one card control, for sites in *origins*."""

    def __init__(
        self,
        control: CardControl,
        origins: frozenset[str],
        token: Callable[[int], bytes],
        seconds: Callable[[], float],
    ) -> None:
        self._control = control
        self._origins = origins
        self._waiting = PendingRequests(seconds, token)

    async def home(self, request: Request) -> Response:
        """The status page: readers, cards, their holders, tries and validity."""
        lang = preferred(request.headers.get("accept-language", ""), request.query_params.get("lang", ""))
        slots = await self._control.slots()
        rows = [
            (reader, lies if isinstance(lies, CardState) else None, lies if isinstance(lies, CardError) else None)
            for reader, lies in slots
        ]
        return page(
            "home.html",
            lang,
            rows=rows,
            no_reader=problems.NO_READER,
            no_card=problems.NO_CARD,
            origins=sorted(self._origins),
        )

    async def login(self, request: Request) -> Response:
        """Handle a site's request to log in."""
        return await self._asked(request, "login")

    async def sign(self, request: Request) -> Response:
        """Handle a site's request to sign a message."""
        return await self._asked(request, "sign")

    async def pin(self, request: Request) -> Response:
        """Handle the PIN typed on our own page, or another of its buttons."""
        lang = preferred(request.headers.get("accept-language", ""))
        try:
            # Scheme and host of our own: no other site can post a PIN here, nor guess one by way of its visitors.
            if request.headers.get("origin") != f"http://{request.headers['host'].lower()}":
                raise CardError(problems.BAD_REQUEST, reason=_NOT_OUR_FORM)
            fields = await _form(request)
            name = fields.get("id", "")
            pending = self._waiting.find(name, fields.get("secret", ""))
            if pending is None:
                raise CardError(problems.BAD_REQUEST, reason=_NOT_OUR_FORM)
        except CardError as error:
            return _told(error, lang, 403)
        lang = preferred(pending.lang, fields.get("lang", ""))
        action = fields.get("action", "")
        if action == "cancel":
            self._waiting.drop(name)
            return page("back.html", lang, back=pending.return_url)
        if action in ("zh", "en"):
            return await self._ask(name, pending, preferred("", action))
        return await self._signed(name, pending, fields, lang)

    async def _asked(self, request: Request, kind: Literal["login", "sign"]) -> Response:
        lang = preferred(request.headers.get("accept-language", ""))
        origin = request.headers.get("origin", "")
        try:
            if origin not in self._origins:
                raise CardError(problems.REFUSED_ORIGIN, origin=origin[:200])
            fields = await _form(request)
            lang = preferred(lang, fields.get("lang", ""))
            back = return_url(_field(fields, "return_url"), origin)
            if back is None:
                raise CardError(problems.BAD_REQUEST, reason=_WRONG_RETURN)
            what = self._login(fields, origin) if kind == "login" else _message(fields)
            name = self._waiting.put(what, origin, back, lang)
        except CardError as error:
            return _told(error, lang, 403 if error.trouble is problems.REFUSED_ORIGIN else 400)
        return await self._ask(name, self._waiting.named(name), lang)

    def _login(self, fields: Mapping[str, str], origin: str) -> str:
        text = _field(fields, "challenge")
        self._control.challenge(text, origin)
        return text

    async def _ask(
        self, name: str, pending: Pending, lang: Lang, error: CardError | None = None, chosen: str = ""
    ) -> Response:
        """The page with what is to be signed and the field for the PIN."""
        cards: tuple[CardState, ...] = ()
        try:
            cards = await self._control.cards()
        except CardError as missing:
            error = error or missing
        return page(
            "ask.html",
            lang,
            status=200 if error is None else 409,
            name=name,
            pending=pending,
            message=pending.what if not isinstance(pending.what, str) else None,
            cards=cards,
            chosen=chosen,
            error=error,
        )

    async def _signed(self, name: str, pending: Pending, fields: Mapping[str, str], lang: Lang) -> Response:
        pin, chosen = Pin(fields.get("pin", "")), fields.get("card", "")
        try:
            if isinstance(pending.what, str):
                signed = await self._control.login(pending.what, pending.origin, pin, chosen)
            else:
                signed = await self._control.sign_shown(pending.what, pin, chosen)
        except CardError as error:
            return await self._ask(name, pending, lang, error, chosen)
        self._waiting.drop(name)
        parts = urlsplit(pending.return_url)
        return page(
            "done.html",
            lang,
            returning_to=pending.origin,
            action=urlunsplit(parts._replace(query="")),
            # A GET form replaces the query of its address: what the site had there goes along as fields.
            kept=parse_qsl(parts.query, keep_blank_values=True),
            signed=signed,
            login=isinstance(pending.what, str),
        )


def _message(fields: Mapping[str, str]) -> shown.ShownMessage:
    return shown.read_package(_field(fields, "object_id"), _field(fields, "package"))


def _told(error: CardError, lang: Lang, status: int) -> Response:
    return page("trouble.html", lang, status=status, error=error)


def _field(fields: Mapping[str, str], name: str) -> str:
    try:
        # Forms turn line ends into CR LF.  Canonical XML holds no bare CR, and a challenge has LF only.
        return fields[name].replace("\r\n", "\n")
    except KeyError:
        raise CardError(problems.BAD_REQUEST, reason=_NO_FIELD.format(name=name)) from None


async def _form(request: Request) -> dict[str, str]:
    """The fields of the form.

    :raises CardError: it is too big, or no such form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise CardError(problems.BAD_REQUEST, reason=_NOT_URLENCODED)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_FORM:
            raise CardError(problems.TOO_BIG, size=f"> {MAX_FORM}", limit=MAX_FORM)
    try:
        return dict(
            parse_qsl(data.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        )
    except ValueError:
        raise CardError(problems.BAD_REQUEST, reason=_NOT_URLENCODED) from None
