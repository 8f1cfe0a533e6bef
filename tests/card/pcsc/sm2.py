"""SM2 written out (GB/T 32918.2), slowly and by nobody's library: what a chip with an SM2 key computes in these tests."""

from __future__ import annotations

import subprocess
from itertools import count
from pathlib import Path
from typing import TypeAlias

Point: TypeAlias = tuple[int, int] | None

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = P - 3
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
DISTID = "distid:1234567812345678"


def sign(private: int, digest: bytes) -> bytes:
    """r‖s over *digest*; k is counted up, which is fit for tests alone."""
    e = int.from_bytes(digest)
    for k in count(e % N | 1):
        point = _times(k, G)
        assert point is not None
        r = (e + point[0]) % N
        s = pow(1 + private, -1, N) * (k - r * private) % N
        if r and s and r + k != N:
            return r.to_bytes(32) + s.to_bytes(32)
    raise AssertionError


def made(folder: Path, subject: str) -> tuple[int, bytes]:
    """A key and its own certificate (DER), by openssl."""
    key, certificate = folder / "sm2.pem", folder / "sm2.der"
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", str(key))
    request = ("req", "-new", "-x509", "-utf8", "-key", str(key), "-sm3", "-sigopt", DISTID, "-subj", subject)
    _openssl(*request, "-outform", "DER", "-out", str(certificate))
    text = _openssl("pkey", "-in", str(key), "-noout", "-text").decode()
    number = text.partition("priv:")[2].partition("pub:")[0]
    return int("".join(number.split()).replace(":", ""), 16), certificate.read_bytes()


def verified(folder: Path, data: bytes, der: bytes) -> bool:
    """Whether openssl takes the signature (DER) over *data* by the key that `made` made."""
    (folder / "data").write_bytes(data)
    (folder / "value").write_bytes(der)
    command = ["openssl", "pkeyutl", "-verify", "-inkey", "sm2.pem", "-in", "data", "-rawin", "-digest", "sm3"]
    done = subprocess.run(
        [*command, "-pkeyopt", DISTID, "-sigfile", "value"], cwd=folder, capture_output=True, check=False
    )
    return done.returncode == 0


def _openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], capture_output=True, check=True).stdout


def _times(factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _sum(total, point)
        point, factor = _sum(point, point), factor >> 1
    return total


def _sum(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P
