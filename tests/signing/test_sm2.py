"""SM2 with SM3: the arithmetic's edges, messages under the national profile, and life without the library."""

from __future__ import annotations

import subprocess
import sys
import threading
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_crl, make_key
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import (
    SignaturePolicy,
    SignatureState,
    Trust,
    der,
    sign_object,
    signature_problems,
    sm2,
    verify,
)
from tempgoods_edi.signing.key_pairs import to_pem, to_pkcs12
from tempgoods_edi.signing.keys import FileSigner, from_pem, from_pkcs12
from tempgoods_edi.signing.policy import SM2_SM3, SM2_SM3_OTHERWISE, policy_of, refusal
from tests.signing.material import BEGIN, END, HOLDER, INNER, NOW, SERIAL, ids, refused
from tests.signing.national import NATIONAL, Nation

N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
KEY = sm2.Sm2Key(
    bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"),
    bytes.fromhex(
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    ),
)


def test_the_standards_own_example() -> None:
    """Key, digest and signature of GB/T 32918.5 annex A are ours."""
    assert (
        sm2.digest(KEY.public, b"message digest").hex().upper()
        == "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    )
    value = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    assert sm2.verifies(KEY.public, value, b"message digest")
    assert not sm2.verifies(KEY.public, value, b"message digest", user_id=b"")


@given(st.binary(max_size=200), st.integers(0, 8 * 64 - 1))
def test_no_tampered_bit_is_valid(data: bytes, bit: int) -> None:
    """A signature with one bit of it turned is never one; as made, it always is."""
    value = sm2.sign(KEY, data)
    assert len(value) == 64
    assert sm2.verifies(KEY.public, value, data)
    turned = (int.from_bytes(value) ^ 1 << bit).to_bytes(64)
    assert not sm2.verifies(KEY.public, turned, data)
    assert not sm2.verifies(KEY.public, value, data + b"\0")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v: b"",
        lambda v: v + b"\0",
        lambda v: v[:-1],
        lambda v: bytes(32) + v[32:],
        lambda v: v[:32] + bytes(32),
        lambda v: N.to_bytes(32) + v[32:],
        lambda v: v[:32] + N.to_bytes(32),
        lambda v: v[:32] + (N - int.from_bytes(v[:32])).to_bytes(32),
        lambda v: b"\xff" * 64,
        sm2.encoded,
        lambda v: v[32:] + v[:32],
    ],
)  # fmt: skip
def test_forms_that_are_no_signature(spoil: object) -> None:
    """Empty, longer, shorter, zero, the order itself, r + s = n, DER, halves exchanged: never valid, never an error."""
    assert callable(spoil)
    assert sm2.verifies(KEY.public, spoil(sm2.sign(KEY, b"x")), b"x") is False


def test_what_is_no_point_verifies_nothing() -> None:
    """A public key off the curve is refused before the library sees it."""
    for public in (bytes(64), KEY.public[:63], KEY.public[:63] + b"\x12", b"\xff" * 64):
        assert not sm2.verifies(public, sm2.sign(KEY, b"x"), b"x")


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_der_and_raw_are_two_ways_to_write_one_thing(r: int, s: int) -> None:
    """r‖s becomes DER and comes back; a byte more, or a longer length, does not."""
    raw = r.to_bytes(32) + s.to_bytes(32)
    made = sm2.encoded(raw)
    assert sm2.decoded(made) == raw
    assert sm2.decoded(made + b"\0") is None
    assert sm2.decoded(b"\x30\x81" + made[1:]) is None
    assert sm2.decoded(der.sequence(der.encoded(der.INTEGER, b"\0", r.to_bytes(33)), der.integer(s))) is None


@given(st.binary(max_size=60))
def test_strict_der_reads_back_what_it_reads(data: bytes) -> None:
    """Bytes are refused with ValueError, or are exactly what would be written."""
    try:
        node = der.decoded(data)
    except ValueError:
        return
    assert der.encoded(node.tag, node.content) == data


@pytest.fixture(scope="module")
def files(nation: Nation) -> tuple[bytes, bytes]:
    """A PKCS#12 and a PEM file without a password, so that reading them is quick."""
    return to_pkcs12(nation.cards["sm2"], None), to_pem(nation.cards["sm2"], None)


@given(st.data())
def test_a_spoilt_key_file_is_refused_in_words(nation: Nation, files: tuple[bytes, bytes], data: st.DataObject) -> None:
    """Bytes changed, put in or taken out: the same key, or an error of ours that holds nothing of the key."""
    pair = nation.cards["sm2"]
    whole = data.draw(st.sampled_from(files))
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + data.draw(st.integers(0, 3)) :]
    try:
        signer = from_pkcs12(spoilt, None) if whole is files[0] else from_pem(spoilt, pair.certificate_pem, None)
    except KeySourceError as error:
        told = str(error)
    else:
        told = repr(signer)
        assert signer.certificate_der == pair.certificate_der
    assert pair.key.private.hex() not in told


def test_private_keys_out_of_range_are_refused() -> None:
    """0, n − 1 and beyond are no private keys; the number itself is not told."""
    for number in (0, N - 1, N, 2**256):
        with pytest.raises(KeySourceError):
            sm2.sign_digest(number, bytes(32))


def test_nothing_is_heard_of_failing_checks(capfd: pytest.CaptureFixture[str]) -> None:
    """A check that fails writes nothing on standard error, and what other threads write there is not lost."""
    value, stop = sm2.sign(KEY, b"x"), threading.Event()
    said = 0

    def talk() -> None:
        nonlocal said
        while not stop.is_set():
            sys.stderr.write(".\n")
            sys.stderr.flush()
            said += 1

    talking = threading.Thread(target=talk)
    talking.start()
    for _ in range(200):
        assert not sm2.verifies(KEY.public, value, b"y")
    stop.set()
    talking.join()
    assert capfd.readouterr().err == ".\n" * said


def test_messages_under_the_national_profile(nation: Nation) -> None:
    """A message signed by an SM2 key is taken, with an SM2 CA, an RSA CA and an EC CA."""
    for name in nation.cards:
        verified = nation.verified(nation.message(name), name)
        assert verified.findings == ()
        assert verified.state is SignatureState.SIGNED
        assert SM2_SM3.encode() in nation.message(name)


@given(st.data())
def test_no_tampered_byte_of_a_message_is_taken(nation: Nation, data: st.DataObject) -> None:
    """Wherever a byte of SignedInfo, value or Object is changed, the message is not signed."""
    message = nation.message("sm2")
    begin, end = message.index(b"<SignedInfo>"), message.index(b"<KeyInfo>")
    held = message.index(b"<Object")
    at = data.draw(st.one_of(st.integers(begin, end - 1), st.integers(held, len(message) - 1)))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != message[at]))
    changed = message[:at] + bytes([byte]) + message[at + 1 :]
    assert nation.verified(changed).signed in (None, nation.verified(message).signed)
    if at >= held:
        assert nation.verified(changed).state is not SignatureState.SIGNED


def test_the_other_name_is_read(nation: Nation) -> None:
    """SignatureMethod under the name of the older interfaces is taken too."""
    signer = nation.signer("sm2")

    class Otherwise:
        algorithm = SM2_SM3_OTHERWISE
        key_name, certificate_der = signer.key_name, signer.certificate_der
        sign = staticmethod(signer.sign)

    assert nation.verified(sign_object("O1", INNER, Otherwise(), NATIONAL)).state is SignatureState.SIGNED


def test_only_when_told(nation: Nation) -> None:
    """The default policy neither takes nor writes SM2, and says that it is the policy which does not."""
    message = nation.message("sm2")
    verified = verify(message, SignaturePolicy(), nation.trust["sm2"], NOW)
    refused(verified, "018")
    assert "sm2-sm3" in verified.findings[0].fix.en
    with pytest.raises(KeySourceError) as caught:
        sign_object("O1", INNER, nation.signer("sm2"), SignaturePolicy())
    assert "--profile sm2-sm3" in caught.value.text.en
    assert policy_of("standard") == SignaturePolicy()
    assert policy_of("legacy") == SignaturePolicy.legacy()
    assert policy_of("sm2-sm3") == NATIONAL


def test_without_the_library_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy takes SM2 but nothing can compute it: its own problem, with what to install."""
    assert refusal(NATIONAL, SM2_SM3) is None
    monkeypatch.setattr(sm2, "available", lambda: False)
    assert refusal(NATIONAL, SM2_SM3) is signature_problems.SM2_NOT_AVAILABLE
    assert refusal(SignaturePolicy(), SM2_SM3) is signature_problems.ALGORITHM_NOT_ALLOWED
    assert "tempgoods-edi[sm2]" in signature_problems.SM2_NOT_AVAILABLE.fix.en


def test_everything_loads_without_the_library(nation: Nation, tmp_path: Path) -> None:
    """Without gmssl-pyx other signatures work as ever; an SM2 key and an SM2 CA say what to install."""
    script = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'gmssl_pyx': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from tempgoods_edi.errors import KeySourceError\n"
        "from tempgoods_edi import demo_ca\n"
        "from tempgoods_edi.signing import key_pairs, keys, sm2, Trust\n"
        "import tempgoods_edi.cli.application, tempgoods_edi.signing.sm2_files\n"
        "for attempt in (lambda: keys.from_pem(*[sys.stdin.buffer.read()] * 2, None), lambda: sm2.new_key(),\n"
        "                lambda: Trust([open(sys.argv[1], 'rb').read()])):\n"
        "    try: attempt()\n"
        "    except KeySourceError as error: print(error.text.en)\n"
    )
    pair = nation.cards["sm2"]
    (tmp_path / "ca.pem").write_bytes(nation.ca.certificate_pem)
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "ca.pem"],
        input=to_pem(pair, None) + pair.certificate_pem, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr == b""
    assert done.stdout.decode().splitlines() == [sm2.NOT_INSTALLED.en] * 3


def test_the_package_is_loaded_only_when_needed() -> None:
    """RSA messages and certificates never load gmssl-pyx."""
    script = (
        "import sys\n"
        "from tempgoods_edi import demo_ca\n"
        "from tempgoods_edi.signing import SignaturePolicy, Trust, key_pairs, keys\n"
        "from tempgoods_edi.signing.policy import refusal\n"
        "refusal(SignaturePolicy(), SignaturePolicy().algorithms[0])\n"
        "print([m for m in sys.modules if m.startswith('gmssl') or m == 'ctypes'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_stranger_to_the_ca_is_not_believed(nation: Nation) -> None:
    """Another SM2 CA of the same name issued it: untrusted.  Revoked by an SM2 CA's list: told."""
    ca = make_ca("SM2 CA", serial=9, not_before=BEGIN, not_after=END, key=sm2.new_key())
    message = nation.message("sm2")
    assert ids(verify(message, NATIONAL, Trust([ca.certificate_pem]), NOW).findings) == ["032"]
    revoked = make_crl(nation.ca, {SERIAL: BEGIN}, this_update=BEGIN, next_update=END)
    trust = Trust([nation.ca.certificate_pem], crls=[revoked])
    assert ids(verify(message, NATIONAL, trust, NOW).findings) == ["035"]
    with pytest.raises(KeySourceError):
        Trust([ca.certificate_pem], crls=[revoked])


def test_a_certificate_changed_after_issuing_is_not_believed(nation: Nation) -> None:
    """One bit of what an SM2 CA signed turned: untrusted, or unreadable."""
    whole = nation.cards["sm2"].certificate_der
    at = whole.index(HOLDER.enterprise_code.encode())
    changed = whole[:at] + b"9" + whole[at + 1 :]
    message = nation.message("sm2")
    forged = message.replace(b64encode(whole), b64encode(changed))
    assert ids(nation.verified(forged).findings) == ["032"]


def test_other_kinds_of_key_under_sm2(nation: Nation) -> None:
    """An RSA or EC certificate with SignatureMethod sm2-sm3, and an SM2 one with rsa-sha256, do not fit."""
    pair = make_certificate(nation.ca, HOLDER, serial=77, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    other = FileSigner(pair.key, pair.certificate)

    class Mixed:
        algorithm = SM2_SM3
        key_name, certificate_der = other.key_name, other.certificate_der
        sign = staticmethod(nation.signer("sm2").sign)

    refused(nation.verified(sign_object("O1", INNER, Mixed(), NATIONAL)), "040")
