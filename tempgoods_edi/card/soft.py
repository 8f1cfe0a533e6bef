"""A soft card, kept in a folder: key and certificate encrypted under the PIN, and once more under the PUK.

::

    card.json        holder, tries left, certificate
    key.p12          PKCS#12 under the PIN: to check a PIN is to decrypt it
    unblock.p12      the same under the PUK

A try is counted off, on disk, *before* the PIN is tried: a process killed in between has used one up, and cannot be
restarted for endless guessing.  Whoever can copy the folder can guess at leisure all the same, so this is a card for
tests and demonstrations; a real one keeps its key to itself.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct, structs

from tempgoods_edi.card import problems
from tempgoods_edi.card.cards import CardState, Pin
from tempgoods_edi.card.folders import held, replace_file
from tempgoods_edi.card.problems import CardError, Trouble
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import key_pairs, keys, x509_reading
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.pkcs12 import load_key_and_certificates
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA256

KIND = "soft"
PIN_TRIES = 3
PUK_TRIES = 10

CARD = "card.json"
_UNDER_PIN = "key.p12"
_UNDER_PUK = "unblock.p12"


class SoftCardFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of `card.json`.

    :ivar holder: operator and enterprise, for whoever looks into the folder.
    :ivar certificate: DER, base64.
    :ivar tries: wrong PINs left.
    :ivar puk_tries: wrong PUKs left.
    """

    kind: str = KIND
    holder: str = ""
    certificate: str
    tries: int = PIN_TRIES
    puk_tries: int = PUK_TRIES


def make_soft_card(folder: Path, pair: KeyPair, pin: Pin, puk: Pin) -> None:
    """Make a card in the new *folder*.

    :raises CardError: *pin* or *puk* has not the form of one.
    :raises FileExistsError: *folder* is there already.
    """
    under_pin, under_puk = (key_pairs.to_pkcs12(pair, secret.reveal()) for secret in (pin, puk))
    identity = x509_reading.identity_of(pair.certificate)
    folder.mkdir(parents=True, mode=0o700)
    replace_file(folder / _UNDER_PUK, under_puk)
    replace_file(folder / _UNDER_PIN, under_pin)
    _keep(
        folder,
        SoftCardFile(
            holder=f"{identity.operator_name}, {identity.enterprise_name}",
            certificate=b64encode(pair.certificate_der).decode(),
        ),
    )


class SoftCard:
    """The soft card in *folder*, as inserted in *reader*.

    :param between: called after the PIN was found right and before the signature is made; a slow card waits here.
    """

    __slots__ = ("_between", "_folder", "_reader")

    def __init__(self, folder: Path, reader: str, between: Callable[[], None] | None = None) -> None:
        self._folder = folder
        self._reader = reader
        self._between = between or (lambda: None)

    def state(self) -> CardState:
        """The card's holder, and how many tries are left."""
        kept = _kept(self._folder)
        certificate = _certificate(kept)
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            raise CardError(problems.UNREADABLE_CARD)
        return CardState(
            reader=self._reader,
            kind=kept.kind,
            identity=x509_reading.identity_of(certificate),
            certificate_der=b64decode(kept.certificate),
            algorithm=RSA_SHA256 if isinstance(key, rsa.RSAPublicKey) else ECDSA_SHA256,
            tries_left=kept.tries,
        )

    def verify(self, pin: Pin) -> None:
        """Check *pin*; a wrong PIN costs a try, a right one restores them all."""
        with held(self._folder):
            self._opened(pin)

    def sign(self, pin: Pin, data: bytes) -> bytes:
        """Check *pin* and sign *data*."""
        with held(self._folder):
            opened = self._opened(pin)
        self._between()
        try:
            value = keys.from_pkcs12(opened, pin.reveal()).sign(data)
        except KeySourceError as error:
            raise CardError(problems.UNUSABLE, reason=error.text) from None
        _kept(self._folder)  # gone: it was pulled out, and signed nothing
        return value

    def change_pin(self, old: Pin, new: Pin) -> None:
        """Change the card's PIN."""
        new.reveal()
        with held(self._folder):
            self._rewritten(self._opened(old), old, new)

    def unblock(self, puk: Pin, new: Pin) -> None:
        """Set a new PIN on a blocked card, with all its tries, by the PUK."""
        new.reveal()
        secret = puk.reveal()
        with held(self._folder):
            kept = _kept(self._folder)
            if kept.puk_tries < 1:
                raise CardError(problems.PUK_BLOCKED, 0)
            left = kept.puk_tries - 1
            _keep(self._folder, structs.replace(kept, puk_tries=left))
            data = _read(self._folder, _UNDER_PUK)
            if not _opens(data, secret):
                raise _wrong(problems.WRONG_PUK, problems.PUK_BLOCKED, left)
            self._rewritten(data, puk, new)
            _keep(self._folder, structs.replace(kept, tries=PIN_TRIES, puk_tries=PUK_TRIES))

    def _opened(self, pin: Pin) -> bytes:
        """The encrypted key that *pin* was found to open."""
        secret = pin.reveal()
        kept = _kept(self._folder)
        if kept.tries < 1:
            raise CardError(problems.BLOCKED, 0)
        left = kept.tries - 1
        _keep(self._folder, structs.replace(kept, tries=left))
        data = _read(self._folder, _UNDER_PIN)
        if not _opens(data, secret):
            raise _wrong(problems.WRONG_PIN, problems.BLOCKED, left)
        _keep(self._folder, structs.replace(kept, tries=PIN_TRIES))
        return data

    def _rewritten(self, data: bytes, under: Pin, new: Pin) -> None:
        key, certificate, _ = load_key_and_certificates(data, under.reveal().encode())
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
            raise CardError(problems.UNREADABLE_CARD)
        replace_file(self._folder / _UNDER_PIN, key_pairs.to_pkcs12(KeyPair(key, certificate), new.reveal()))


def _wrong(wrong: Trouble, blocked: Trouble, left: int) -> CardError:
    return CardError(wrong if left else blocked, left)


def _opens(data: bytes, secret: str) -> bool:
    """True when *secret* decrypts *data*: the whole check of a PIN."""
    try:
        load_key_and_certificates(data, secret.encode())
    except ValueError:
        return False
    return True


def _kept(folder: Path) -> SoftCardFile:
    try:
        return msgspec.json.decode(_read(folder, CARD), type=SoftCardFile)
    except msgspec.DecodeError:
        raise CardError(problems.UNREADABLE_CARD) from None


def _keep(folder: Path, kept: SoftCardFile) -> None:
    try:
        replace_file(folder / CARD, msgspec.json.format(msgspec.json.encode(kept)) + b"\n")
    except FileNotFoundError:
        raise CardError(problems.PULLED_OUT) from None


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise CardError(problems.PULLED_OUT) from None
    except OSError:
        raise CardError(problems.UNREADABLE_CARD) from None


def _certificate(kept: SoftCardFile) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(b64decode(kept.certificate, validate=True))
    except ValueError:
        raise CardError(problems.UNREADABLE_CARD) from None
