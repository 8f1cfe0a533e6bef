"""The portal as a party of its own: its address in envelopes, and the key that signs its queries.

Declarations are signed by the declarant's card alone.  Queries, and requests to send receipts again, go out many times a
day without anybody at hand, so the platform signs them with a certificate that names no enterprise; customs then take
``OperCusRegCode`` as the unit that asks (assumed: FID-QRY-07), and refuse such a certificate under any declaration.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography import x509

from tempgoods_edi import demo_ca
from tempgoods_edi.demo_ca import Holder
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing import key_pairs
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.keys import FileSigner, from_pkcs12
from tempgoods_edi.values import Bilingual

#: Who sends, in every envelope of the portal; receipts are fetched by it.
SENDER_ID = "DXPENTTEMPGOODS1"
#: Whom everything is sent to.
RECEIVER_ID = "DXPEDCTMP0000001"

_HOLDER = Holder("tempgoods-edi", "暂时进出境申报平台", "", "", "")

_MISSING = Bilingual(
    "没有平台密钥 {path}；用 --platform-key 指定，或先由演示环境生成",
    "there is no platform key at {path}; name one by --platform-key, or have the demonstration make it",
)
_A_CARD = Bilingual(
    "{path} 是企业的卡证书（{code}）；平台不得持有企业的密钥",
    "{path} holds the card of an enterprise ({code}); the platform must not hold an enterprise's key",
)


class PlatformKeyError(TempgoodsError):
    """The platform's key is missing, or one that a platform must not have."""


def issue(ca: KeyPair, *, serial: int) -> KeyPair:
    """Issue a platform's key and certificate from the (demonstration) *ca*, valid as long as the CA.

    Simulated customs judge by a calendar of their own, which may be years away from the machine's.
    """
    begin, end = ca.certificate.not_valid_before_utc, ca.certificate.not_valid_after_utc
    return demo_ca.make_certificate(ca, _HOLDER, serial=serial, not_before=begin, not_after=end)


def read_signer(path: Path, password: str | None) -> FileSigner:
    """The signer of the platform's queries, from key and certificate in the PKCS#12 file at *path*.

    :raises PlatformKeyError: there is none, or it is an enterprise's.
    :raises KeySourceError: it cannot be read.
    """
    if not path.is_file():
        raise PlatformKeyError(_MISSING.format(path=path))
    signer = from_pkcs12(path.read_bytes(), password)
    code = _enterprise_code(signer.certificate_der)
    if code is not None:
        raise PlatformKeyError(_A_CARD.format(path=path, code=code))
    return signer


def read_or_make(path: Path, password: str | None, make: Callable[[], KeyPair]) -> FileSigner:
    """The signer in the file at *path*; a missing file is written with a key from *make*, readable for its owner only.

    Two processes that come to it together end with one key: the first to name the file wins.
    """
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=path.name) as own:
            own.write(key_pairs.to_pkcs12(make(), password, "platform"))
            own.flush()
            with suppress(FileExistsError):
                os.link(own.name, path)
    return read_signer(path, password)


def _enterprise_code(certificate_der: bytes) -> str | None:
    subject = x509.load_der_x509_certificate(certificate_der).subject
    found = subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(found[0].value) if found else None
