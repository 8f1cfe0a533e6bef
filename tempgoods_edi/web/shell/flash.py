"""Flash messages: a text on the next page about the last action, kept in a cookie and shown once."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from tempgoods_edi.pages.cookies import Cookie
from tempgoods_edi.values import Bilingual

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

COOKIE = "tempgoods_flash"
#: How a flash looks: done, to be minded, failed.
Mood = Literal["success", "warning", "danger"]
_LONGEST = 600


class Flash(Struct, frozen=True):
    """One flash message with its mood."""

    mood: Mood
    text: Bilingual


def flash(response: Response, text: Bilingual, mood: Mood = "success", *, secure: bool = False) -> None:
    """Set the flash message for the next page."""
    short = Flash(mood, Bilingual(text.zh[:_LONGEST], text.en[:_LONGEST]))
    value = urlsafe_b64encode(msgspec.json.encode(short)).decode()
    response.headers.append("set-cookie", Cookie(name=COOKIE, seconds=60, secure=secure).header(value))


def flashed(request: HTTPConnection) -> Flash | None:
    """The flash message that the last response set; None when there is none that can be read."""
    value = request.cookies.get(COOKIE)
    if not value:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(value), type=Flash)
    except (ValueError, msgspec.MsgspecError):
        return None
