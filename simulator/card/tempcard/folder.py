"""A card on disk: certificates and try counters readable for everybody, keys encrypted under PIN and PUK.

::

    piv.json         number, tries, certificates
    keys.pin         the private keys under the PIN
    keys.puk         the same under the PUK
    keys.global      the same under the global PIN, on a card that has one

A try is counted off on disk before the PIN is tried, so that no restart gives it back.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct, structs

from tempcard import vault
from tempcard.keys import Material, material
from tempgoods_edi.card.folders import held, replace_file

PIN_TRIES = 3
PUK_TRIES = 10
STATE = "piv.json"

_LENGTH = 8
_BOXES = {"pin": "keys.pin", "puk": "keys.puk", "shared": "keys.global"}
_TRIES = {"pin": PIN_TRIES, "puk": PUK_TRIES, "shared": PIN_TRIES}

#: *shared* is the global PIN: that of all the card's applications.
Secret = Literal["pin", "puk", "shared"]
Chance = Callable[[int], bytes]


class Filling(Struct, frozen=True):
    """The contents of one key slot: the key (a number for SM2) and its certificate (DER)."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | int
    certificate_der: bytes


class CardFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of `piv.json`.

    :ivar number: GUID, hexadecimal.
    :ivar certificates: key's place, two hexadecimal digits → DER, base64.
    """

    kind: str = "virtual-piv"
    number: str
    pin: int = PIN_TRIES
    puk: int = PUK_TRIES
    shared: int = PIN_TRIES
    certificates: dict[str, str]


def padded(secret: str) -> bytes:
    """A PIN or PUK padded as cards take it.

    :raises ValueError: a card takes no such one.
    """
    if not (6 <= len(secret) <= _LENGTH and secret.isascii() and secret.isalnum()):
        raise ValueError("a card's PIN and PUK have 6 to 8 letters or digits")
    return secret.encode().ljust(_LENGTH, b"\xff")


def make_card_folder(
    folder: Path, filled: Mapping[int, Filling], pin: str, puk: str, chance: Chance, *, shared: str | None = None
) -> None:
    """Make a card in the new *folder*.

    :param filled: the key's place (9A, 9C, 82 …) → what goes there.
    :param chance: random bytes.
    :param shared: the global PIN, on a card that has one.
    :raises ValueError: PIN, PUK or a key is none for a card.
    :raises FileExistsError: *folder* is there already.
    """
    secrets = {"pin": padded(pin), "puk": padded(puk)} | ({} if shared is None else {"shared": padded(shared)})
    keys = {f"{place:02X}": material(each.key) for place, each in filled.items()}
    certificates = {f"{place:02X}": b64encode(each.certificate_der).decode() for place, each in filled.items()}
    folder.mkdir(parents=True, mode=0o700)
    content = msgspec.json.encode(keys)
    for name, secret in secrets.items():
        replace_file(folder / _BOXES[name], vault.sealed(content, secret, chance))
    _keep(folder, CardFile(number=chance(16).hex(), certificates=certificates))


class Folder:
    """A card stored in a folder.

    Every method raises `OSError` (or `CardError`, from its lock) when the folder is gone: then the card was pulled out.
    """

    def __init__(self, path: Path, chance: Chance) -> None:
        self._path = path
        self._chance = chance

    def state(self) -> CardFile:
        """The card's present state on disk."""
        return msgspec.json.decode((self._path / STATE).read_bytes(), type=CardFile)

    def certificates(self) -> dict[int, bytes]:
        """The certificates by key slot."""
        return {int(place, 16): b64decode(der) for place, der in self.state().certificates.items()}

    def tries(self, of: Secret) -> int:
        """How many tries are left for the PIN or PUK."""
        return int(getattr(self.state(), of))

    def opened(self, of: Secret, secret: bytes) -> dict[int, Material] | None:
        """The keys, decrypted by PIN or PUK; None when that is blocked, or wrong, which costs a try."""
        with self._held():
            content = self._content(of, secret)
        if content is None:
            return None
        found = msgspec.json.decode(content, type=dict[str, Material])
        return {int(place, 16): each for place, each in found.items()}

    def changed(self, of: Secret, secret: bytes, what: Secret, new: bytes) -> bool:
        """Change the PIN or PUK *what* to *new* when *secret* is right; it gets all its tries back."""
        with self._held():
            content = self._content(of, secret)
            if content is None:
                return False
            replace_file(self._path / _BOXES[what], vault.sealed(content, new, self._chance))
            _keep(self._path, structs.replace(self.state(), **{what: _TRIES[what]}))
        return True

    def _held(self) -> AbstractContextManager[None]:
        return held(self._path)

    def _content(self, of: Secret, secret: bytes) -> bytes | None:
        state = self.state()
        left: int = getattr(state, of)
        if left < 1:
            return None
        _keep(self._path, structs.replace(state, **{of: left - 1}))
        content = vault.opened((self._path / _BOXES[of]).read_bytes(), secret)
        if content is not None:
            _keep(self._path, structs.replace(state, **{of: _TRIES[of]}))
        return content


def _keep(folder: Path, state: CardFile) -> None:
    replace_file(folder / STATE, msgspec.json.format(msgspec.json.encode(state)) + b"\n")
