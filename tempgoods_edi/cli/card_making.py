"""``tempgoods-edi card make`` and ``insert``: makes cards for tests, inserts a virtual one into a PC/SC reader."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tempgoods_edi.cli import card_pins
from tempgoods_edi.cli.passwords import PasswordFileOption, password
from tempgoods_edi.cli.terminal import CommandError, LanguageOption, language, tell
from tempgoods_edi.options import Argument, Option
from tempgoods_edi.options.numbers import PORT_OF_ANOTHER, count, factor
from tempgoods_edi.values import Bilingual

if TYPE_CHECKING:
    from tempgoods_edi.signing.key_pairs import AnyPair, Sm2Pair

_MADE = Bilingual("{path}  {who}", "{path}  {who}")
_SECRETS = Bilingual(
    "  密码 {pin}   PUK {puk}（请记下，不会再显示）", "  PIN {pin}   PUK {puk} (note them: not shown again)"
)
_EXISTS = Bilingual("{path} 已存在", "{path} is there already")
_NO_KEY = Bilingual(
    "{path} 中没有 RSA、ECDSA 或 SM2 私钥和证书", "{path} holds no RSA, ECDSA or SM2 key with its certificate"
)
_WRONG_PASSWORD = Bilingual("{path} 的密码错误，或文件不可读", "wrong password for {path}, or the file is not readable")
_NOT_FOR_A_CARD = Bilingual(
    "不能制成 PIV 卡：密钥须为 RSA-2048、P-256 或 SM2，密码和 PUK 须为 6 至 8 位字母或数字",
    "no PIV card can be made of it: RSA-2048, P-256 or SM2, and PIN and PUK of 6 to 8 letters or digits",
)
_NOT_SOFT = Bilingual("SM2 密钥只能制成虚拟 PIV 卡（--piv）", "an SM2 key can go on a virtual PIV card only (--piv)")
_NO_CARD = Bilingual(
    "{path} 中没有虚拟卡（用 card make --piv 制作）", "{path} holds no virtual card (card make --piv makes one)"
)
_INSERTED = Bilingual(
    "虚拟卡 {path} 已插入端口 {port} 的读卡器（Ctrl-C 拔卡）",
    "virtual card {path} in the reader at port {port} (Ctrl-C pulls it out)",
)
_PULLED = Bilingual("卡已拔出", "the card was pulled out")

#: Where a PIV card has its keys for authentication and for signatures: both are the one key that there is.
_PLACES = (0x9A, 0x9C)
#: SP 800-73 names no place for an SM2 key; ours is the first of the retired keys.
_SM2_PLACE = 0x82


def make(
    folder: Annotated[Path, Argument("DIR", help="Folder of the new card.")],
    key: Annotated[Path, Argument("KEY.p12", help="Key and certificate, as `keys make` makes them.")],
    piv: Annotated[
        bool, Option("--piv", help="A virtual chip card, for `card insert`, instead of a soft one.")
    ] = False,
    password_file: PasswordFileOption = None,
    lang: LanguageOption = None,
) -> None:
    """Make a card of a key and its certificate. 用密钥和证书制卡。

    PIN and PUK come from TEMPGOODS_PIN and TEMPGOODS_PUK; without them they are made up and shown once.
    """
    from tempgoods_edi.card import soft
    from tempgoods_edi.card.cards import Pin
    from tempgoods_edi.signing.key_pairs import KeyPair
    from tempgoods_edi.signing.x509_reading import identity_of

    say = language(lang)
    pair = _pair(key, password(password_file, str(key), say))
    (pin, pin_is_ours), (puk, puk_is_ours) = card_pins.made_up(card_pins.PIN, 6), card_pins.made_up(card_pins.PUK, 8)
    try:
        if piv:
            _make_piv(folder, pair, pin, puk)
        else:
            if not isinstance(pair, KeyPair):
                raise CommandError(_NOT_SOFT)
            soft.make_soft_card(folder, pair, Pin(pin), Pin(puk))
    except FileExistsError:
        raise CommandError(_EXISTS.format(path=folder)) from None
    identity = identity_of(pair.certificate)
    tell(_MADE.format(path=folder, who=f"{identity.operator_name}, {identity.enterprise_name}"), say)
    if pin_is_ours or puk_is_ours:
        tell(_SECRETS.format(pin=pin if pin_is_ours else "***", puk=puk if puk_is_ours else "***"), say)


def insert(
    folder: Annotated[Path, Argument("DIR", help="A card that `card make --piv` made.")],
    port: Annotated[
        int, Option("--port", limits=PORT_OF_ANOTHER, help="The reader's: vpcd has 35963 and 35964.")
    ] = 35963,
    latency: Annotated[
        float, Option("--latency", limits=factor(1000), help="How slow it is: 1 is about as slow as a real card.")
    ] = 0.0,
    pull_at: Annotated[
        int | None,
        Option(
            "--pull-at", metavar="N", limits=count(1_000_000), help="Pull it out in the middle of the N-th signature."
        ),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Put a virtual card into a reader of PC/SC (pcscd with vsmartcard-vpcd). 把虚拟卡插入读卡器。"""
    import signal

    from tempcard.card import VirtualCard
    from tempcard.folder import STATE
    from tempcard.hindrance import REAL, hindered
    from tempcard.national import signer
    from tempcard.slot import Slot

    say = language(lang)
    if not (folder / STATE).is_file():
        raise CommandError(_NO_CARD.format(path=folder))
    before = hindered(REAL.times(latency), pulled_at=pull_at)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    tell(_INSERTED.format(path=folder, port=port), say)
    sys.stdout.flush()
    Slot(VirtualCard(folder, os.urandom, sm2=signer(), before=before), port).serve()
    tell(_PULLED, say)


def _pair(path: Path, secret: str | None) -> AnyPair:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    from tempgoods_edi.signing.key_pairs import KeyPair
    from tempgoods_edi.signing.keys import open_with
    from tempgoods_edi.signing.pkcs12 import load_key_and_certificates

    data = path.read_bytes()
    try:
        own, certificate, _ = open_with(lambda given: load_key_and_certificates(data, given), secret)
    except UnsupportedAlgorithm:
        national = _sm2_pair(data, secret)
        if national is None:
            raise CommandError(_NO_KEY.format(path=path)) from None
        return national
    except ValueError:
        raise CommandError(_WRONG_PASSWORD.format(path=path)) from None
    if not isinstance(own, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise CommandError(_NO_KEY.format(path=path))
    return KeyPair(own, certificate)


def _sm2_pair(data: bytes, secret: str | None) -> Sm2Pair | None:
    """The SM2 key with its certificate in a PKCS#12 file; None when there is none."""
    from cryptography import x509

    from tempgoods_edi.errors import KeySourceError
    from tempgoods_edi.signing import sm2, sm2_files
    from tempgoods_edi.signing.key_pairs import Sm2Pair

    try:
        found = sm2_files.of_pkcs12(data, secret)
    except KeySourceError:
        found = None
    if found is None:
        return None
    private, certificate = found[0], x509.load_der_x509_certificate(found[1])
    public = sm2.certificate_key(certificate.tbs_certificate_bytes)
    return None if public is None else Sm2Pair(sm2.Sm2Key(private, public), certificate)


def _make_piv(folder: Path, pair: AnyPair, pin: str, puk: str) -> None:
    from tempcard.folder import Filling
    from tempcard.folder import make_card_folder as made
    from tempgoods_edi.signing.key_pairs import Sm2Pair

    if isinstance(pair, Sm2Pair):
        filled = {_SM2_PLACE: Filling(int.from_bytes(pair.key.private), pair.certificate_der)}
    else:
        filled = dict.fromkeys(_PLACES, Filling(pair.key, pair.certificate_der))
    try:
        made(folder, filled, pin, puk, os.urandom)
    except ValueError:
        raise CommandError(_NOT_FOR_A_CARD) from None
