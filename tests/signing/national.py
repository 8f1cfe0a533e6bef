"""What the tests of the national algorithms share: SM2 cards under CAs of three kinds."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_key
from tempgoods_edi.signing import SignaturePolicy, Trust, Verified, sign_object, sm2, verify
from tempgoods_edi.signing.key_pairs import AnyPair, Sm2Pair
from tempgoods_edi.signing.keys import FileSigner
from tests.signing.material import BEGIN, END, HOLDER, INNER, NOW, SERIAL

NATIONAL = SignaturePolicy.national()


class Nation(Struct, frozen=True):
    """An SM2 CA, and SM2 cards by the kind of CA that issued them.

    :ivar ca: the SM2 one.
    :ivar trust: by the kind of CA.
    """

    ca: Sm2Pair
    cards: dict[str, Sm2Pair]
    trust: dict[str, Trust]

    def signer(self, kind: str = "sm2") -> FileSigner:
        """The signer with the card of one CA."""
        return FileSigner(self.cards[kind].key, self.cards[kind].certificate)

    def message(self, kind: str = "sm2", inner: bytes = INNER) -> bytes:
        """A message signed by us."""
        return sign_object("O1", inner, self.signer(kind), NATIONAL)

    def verified(self, data: bytes, kind: str = "sm2") -> Verified:
        """*data* judged under the national profile, with the CA of *kind* trusted."""
        return verify(data, NATIONAL, self.trust[kind], NOW)


def made() -> Nation:
    """A new one."""
    ca = make_ca("SM2 CA", serial=1, not_before=BEGIN, not_after=END, key=sm2.new_key())
    cas: dict[str, AnyPair] = {
        "sm2": ca,
        "rsa": make_ca("RSA CA", serial=1, not_before=BEGIN, not_after=END),
        "ecdsa": make_ca("EC CA", serial=1, not_before=BEGIN, not_after=END, key=make_key("ecdsa")),
    }
    return Nation(
        ca,
        {
            kind: make_certificate(each, HOLDER, serial=SERIAL, not_before=BEGIN, not_after=END, key=sm2.new_key())
            for kind, each in cas.items()
        },
        {kind: Trust([each.certificate_pem]) for kind, each in cas.items()},
    )
