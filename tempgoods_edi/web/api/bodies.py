"""The request bodies of the API, decoded strictly: a wrong name or type is reported and never guessed at."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, Request
from msgspec import Meta, Struct

from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.declarant.kinds import KINDS, Kind, by_code, by_slug
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.misfit import misfit
from tempgoods_edi.values import shortened
from tempgoods_edi.web.api import texts

Body = TypeVar("Body")
#: What a kind can be called, for descriptions.
KIND_NAMES = " · ".join(kind.slug for kind in KINDS)
KindName = Annotated[str, Meta(description=f"{KIND_NAMES} ({' · '.join(kind.code for kind in KINDS)})")]
Content = Annotated[
    dict[str, Any], Meta(description="tags → texts, as messages carry them; its JSON Schema is at /schemas/{kind}")
]


class BadBody(TempgoodsError):
    """The request body is not what the route takes."""


class Unsupported(TempgoodsError):
    """The content type is not one that the route takes."""

    status = 415


class Check(Struct, frozen=True, forbid_unknown_fields=True):
    """A document to be judged as in a form."""

    kind: KindName
    document: Content
    declared: bool = True


class Build(Struct, frozen=True, forbid_unknown_fields=True):
    """A message in its JSON form."""

    message: str
    document: Content
    flag: str = "1"
    envelope: dict[str, Any] | None = None


class New(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a new draft."""

    kind: KindName
    document: Content


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """The new content of a draft, with the `revision` that was edited, so that nobody else's edit is lost."""

    document: Content
    revision: int | None = None


class Deletion(Struct, frozen=True, forbid_unknown_fields=True):
    """The reason why an approved declaration is to be deleted."""

    reason: str


class Signed(Struct, frozen=True, forbid_unknown_fields=True):
    """The card's signature over a prepared package (Base64), and the card's certificate (DER, Base64)."""

    prepared: str
    algorithm: Annotated[str, Meta(description="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 …")]
    signature: str
    certificate: str


async def raw(request: Request) -> bytes:
    """Dependency: the body's bytes; raises `Unsupported` for a compressed body."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise Unsupported(texts.COMPRESSED.format(encoding=encoding[:60]))
    return await request.body()


Raw = Annotated[bytes, Depends(raw)]


def media_type(request: Request, *known: str) -> str:
    """The request's content type, one of *known*; raises `Unsupported`."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in known:
        raise Unsupported(texts.WRONG_TYPE.format(given=given[:60] or "–", known=", ".join(known)))
    return given


def decoded_body(request: Request, data: bytes, kind: type[Body]) -> Body:
    """Decode a JSON body as *kind*; raises `BadBody`, `Unsupported`."""
    media_type(request, "application/json")
    try:
        given = single(data, halves="document" in getattr(kind, "__struct_fields__", ()))
    except Unfit as error:
        raise BadBody(texts.BAD_JSON.format(why=error.text)) from None
    try:
        return msgspec.convert(given, kind)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise BadBody(texts.BAD_JSON.format(why=misfit(error, given, kind))) from None


def kind_named(name: str) -> Kind:
    """The kind called *name*, by its slug or its message's code; raises `BadBody`."""
    found = by_slug(name) or by_code(name)
    if found is None:
        known = ", ".join(kind.slug for kind in KINDS)
        raise BadBody(texts.UNKNOWN_KIND.format(value=shortened(name, 40), known=known))
    return found


def from_base64(name: str, text: str) -> bytes:
    """Decode *text* from Base64; raises `BadBody`."""
    try:
        found = b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        raise BadBody(texts.BAD_BASE64.format(name=name))
    return found
