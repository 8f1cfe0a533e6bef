"""The messages between pages and the card control over the WebSocket, in the manner of the real control.

Asked::   {"_method": "cus-sec_SpcSignDataAsPEM", "_id": 1, "args": {"inData": "…", "passwd": "…"}}
Answered: {"_id": 1, "_method": "…", "_status": "00", "_args": {"Result": true, "Data": ["…"], "Error": []}}

``_status`` is ``00`` when it was done and the trouble's code when it was not; ``Error`` holds the trouble as an
object.  Names that begin with ``tempgoods_`` are our own: the real control signs whatever it is handed, this one
signs a login challenge or a message, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct, field

from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.card import problems
from tempgoods_edi.card.cards import CardState, Pin
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.values import Bilingual

GET_CERTIFICATE = "cus-sec_SpcGetSignCertAsPEM"
SIGN_LOGIN = "cus-sec_SpcSignDataAsPEM"
VERIFY_PIN = "cus-sec_SpcVerifyPIN"
LIST_CARDS = "tempgoods_ListCards"
SIGN_MESSAGE = "tempgoods_SignMessage"

_DONE = "00"


class Args(Struct, frozen=True, kw_only=True):
    """The arguments of a request.

    :ivar in_data: the login challenge.
    :ivar card: id of the card; empty where only one is inserted.
    :ivar nonce: what `LIST_CARDS` answered last on this connection; good for one signature.
    """

    in_data: str = field(name="inData", default="")
    passwd: Pin | None = None
    card: str = ""
    object_id: str = field(name="objectId", default="")
    package: str = ""
    nonce: str = ""

    @property
    def pin(self) -> Pin:
        """The PIN in the request.

        :raises CardError: there is none.
        """
        if self.passwd is None:
            raise CardError(problems.BAD_REQUEST, reason="passwd")
        return self.passwd


class Request(Struct, frozen=True, kw_only=True):
    """One request; each ``_id`` is used once on a connection."""

    method: str = field(name="_method")
    id: int | str = field(name="_id")
    args: Args = Args()


class Signed(Struct, frozen=True):
    """A signature with what is needed to verify it, as pages get it."""

    algorithm: str
    signature: bytes
    card: CardState

    @property
    def value(self) -> str:
        """The signature value in base64."""
        return b64encode(self.signature).decode()

    @property
    def certificate(self) -> str:
        """The certificate (DER) in base64."""
        return b64encode(self.card.certificate_der).decode()


def _pin(wanted: type, given: object) -> object:
    if wanted is Pin and isinstance(given, str):
        return Pin(given)
    raise TypeError("not a text")


def parsed_request(text: str) -> Request:
    """Parse a request; raises `CardError`.

    :raises CardError: there is none in it; the text of the error holds nothing of what was sent.
    """
    try:
        return msgspec.convert(single(text), Request, dec_hook=_pin)
    except (msgspec.MsgspecError, Unfit):
        pass
    raise CardError(problems.BAD_REQUEST, reason=Bilingual("格式不符", "not of the form agreed on"))


def answer(request: Request, data: list[Any]) -> str:
    """The answer to a request that succeeded."""
    return _written(request.id, request.method, _DONE, {"Result": True, "Data": data, "Error": []})


def refusal(request: Request | None, error: CardError) -> str:
    """The answer to a request that failed; also for a text that is no request."""
    body = {"Result": False, "Data": [], "Error": [error_json(error)]}
    if request is None:
        return _written(None, "", error.code, body)
    return _written(request.id, request.method, error.code, body)


def error_json(error: CardError) -> dict[str, Any]:
    """A card error as pages get it."""
    return {
        "code": error.code,
        "text": {"zh": error.text.zh, "en": error.text.en},
        "fix": {"zh": error.fix.zh, "en": error.fix.en},
        "tries_left": error.tries_left,
    }


def _written(id_: int | str | None, method: str, status: str, body: dict[str, Any]) -> str:
    return msgspec.json.encode({"_id": id_, "_method": method, "_status": status, "_args": body}).decode()


def described(state: CardState) -> dict[str, Any]:
    """A card as pages get it."""
    who = state.identity
    return {
        "id": state.card_id,
        "reader": state.reader,
        "kind": state.kind,
        "algorithm": state.algorithm,
        "tries_left": state.tries_left,
        "operator": who.operator_name,
        "enterprise": who.enterprise_name,
        "enterprise_code": who.enterprise_code,
        "uscc": who.uscc,
        "ic_card_no": who.ic_card_no,
        "not_before": who.not_before.isoformat(),
        "not_after": who.not_after.isoformat(),
    }


def pem(state: CardState) -> str:
    """The card's certificate as PEM."""
    return x509.load_der_x509_certificate(state.certificate_der).public_bytes(Encoding.PEM).decode()
