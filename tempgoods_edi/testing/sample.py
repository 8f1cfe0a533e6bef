"""Signed sample messages from a throw-away CA, for integrators' tests and our own.

Keys are made once per process and are worth nothing outside it.  No clock is read: the certificates are good for as long
as any date in a message can be.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Literal

from tempgoods_edi.demo_ca import Holder, make_ca, make_certificate, make_key
from tempgoods_edi.desk import Policy
from tempgoods_edi.envelope.message import Message, package
from tempgoods_edi.schema import reader
from tempgoods_edi.signing import SignaturePolicy, Trust, sign_object
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.keys import FileSigner
from tempgoods_edi.testing.cases import OBJECT_ID, Case, case
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.trees import Shape

KeyKind = Literal["rsa", "ecdsa"]

FROM, UNTIL = datetime(1999, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)

#: The enterprise whose card the samples are signed with.
SENDER = Enterprise(
    enterprise_no="310173A546",
    uscc="91310000MA1FL0XH23",
    name="上海申展国际物流有限公司",
    operator="沈佳怡",
    ic_card_no="3100000482137",
)
HOLDER = Holder(
    operator_name=SENDER.operator,
    enterprise_name=SENDER.name,
    enterprise_code=SENDER.enterprise_no,
    uscc=SENDER.uscc,
    ic_card_no=SENDER.ic_card_no,
)
_SERIALS: dict[KeyKind, int] = {"rsa": 0x5A4101, "ecdsa": 0x5A4102}


@cache
def authority() -> KeyPair:
    """The CA that issued the samples' certificate."""
    return make_ca("tempgoods-edi sample CA", serial=1, not_before=FROM, not_after=UNTIL)


def key_pair(kind: KeyKind = "rsa") -> KeyPair:
    """Key and certificate of the card that signs the samples."""
    return _key_pair(kind)


@cache
def _key_pair(kind: KeyKind) -> KeyPair:
    return make_certificate(
        authority(), HOLDER, serial=_SERIALS[kind], not_before=FROM, not_after=UNTIL, key=make_key(kind)
    )


def signer(kind: KeyKind = "rsa") -> FileSigner:
    """The signer with the samples' card."""
    return _signer(kind)


@cache
def _signer(kind: KeyKind) -> FileSigner:
    pair = _key_pair(kind)
    return FileSigner(pair.key, pair.certificate)


@cache
def trust() -> Trust:
    """The trust settings with the samples' CA."""
    return Trust([authority().certificate_pem])


def policy(now: datetime = datetime(2027, 3, 1, 4, tzinfo=UTC)) -> Policy:
    """A strict policy that trusts the samples' CA; *now* is aware."""
    return Policy(now=now, trust=trust())


def signed(message: Message, kind: KeyKind = "rsa", signature: SignaturePolicy | None = None) -> bytes:
    """Sign *message* with the samples' card."""
    return sign_object(OBJECT_ID, package(message).encode(), signer(kind), signature or SignaturePolicy())


def sample(code: str, shape: Shape | None = None) -> Case:
    """A valid message of type *code*, sent by `SENDER`."""
    return case(reader.message(code), shape or Shape(fill=4), SENDER)


def signed_sample(code: str, shape: Shape | None = None) -> tuple[bytes, Case]:
    """A valid signed outward message of type *code*, and its case with the facts under which it is valid.

    :raises ValueError: messages of type *code* are not signed.
    """
    made = sample(code, shape)
    if made.message is None or made.spec.direction != "out":
        raise ValueError(f"{code} is not signed")
    return signed(made.message), made
