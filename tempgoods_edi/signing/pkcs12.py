"""PKCS#12 files, read by `cryptography`; one in BER, which some programs write, is read like one in DER."""

from __future__ import annotations

import warnings
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate

_FILTERS = Lock()


def load_key_and_certificates(
    data: bytes, password: bytes | None
) -> tuple[PrivateKeyTypes | None, Certificate | None, list[Certificate]]:
    """Read key, certificate and further certificates of a PKCS#12 file.

    :raises ValueError, TypeError: a wrong password, or no such file.
    :raises UnsupportedAlgorithm: a key of another kind than `cryptography` knows.
    """
    # Its warning of BER names our lines to people who cannot help it.  The filters are the whole process's.
    with _FILTERS, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PKCS#12 bundle could not be parsed as DER", UserWarning)
        return pkcs12.load_key_and_certificates(data, password)
