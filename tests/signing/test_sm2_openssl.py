"""OpenSSL, which has SM2 of its own, and we accept each other: signatures, certificates, revocation lists, key files."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_crl, make_key
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import SignatureState, Trust, sign_object, sm2, verify
from tempgoods_edi.signing.key_pairs import to_pem, to_pkcs12
from tempgoods_edi.signing.keys import from_pem, from_pkcs12
from tempgoods_edi.signing.profile import read_signature
from tests.signing.material import BEGIN, END, HOLDER, INNER, NOW, SERIAL, ids
from tests.signing.national import NATIONAL, Nation

pytestmark = pytest.mark.needs("openssl")

ID = "distid:1234567812345678"
PASSWORD = "口令 s3cret"
AT = str(int(NOW.timestamp()))


def openssl(folder: Path, *arguments: str, right: bool = True) -> str:
    """What OpenSSL says; it must end well, or must not."""
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
    assert (done.returncode == 0) is right, done.stderr
    return done.stdout + done.stderr


def verified_by_openssl(folder: Path, public: str, data: bytes, raw: bytes, *, right: bool = True) -> None:
    """OpenSSL's own verification of r‖s."""
    (folder / "m").write_bytes(data)
    (folder / "m.sig").write_bytes(sm2.encoded(raw))
    openssl(
        folder, "pkeyutl", "-verify", "-pubin", "-inkey", public, "-in", "m", "-rawin", "-digest", "sm3",
        "-pkeyopt", ID, "-sigfile", "m.sig", right=right,
    )  # fmt: skip


def own_key(folder: Path) -> x509.Certificate:
    """A key and a self-signed certificate by OpenSSL: key.pem, cert.pem."""
    openssl(folder, "genpkey", "-algorithm", "SM2", "-out", "key.pem")
    openssl(
        folder, "req", "-new", "-x509", "-key", "key.pem", "-sm3", "-sigopt", ID, "-days", "1200",
        "-subj", "/C=CN/CN=openssl", "-out", "cert.pem",
    )  # fmt: skip
    return x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())


def test_openssl_accepts_ours(nation: Nation, tmp_path: Path) -> None:
    """The SignatureValue of a message of ours verifies under the certificate in it; under other bytes it does not."""
    parts = read_signature(nation.message()).parts
    assert parts is not None
    (tmp_path / "c.pem").write_bytes(nation.cards["sm2"].certificate_pem)
    (tmp_path / "pub.pem").write_text(openssl(tmp_path, "x509", "-in", "c.pem", "-pubkey", "-noout"))
    value = b64decode(parts.signature_value)
    verified_by_openssl(tmp_path, "pub.pem", parts.signed_info, value)
    verified_by_openssl(tmp_path, "pub.pem", parts.signed_info + b" ", value, right=False)


def test_we_accept_openssls(tmp_path: Path) -> None:
    """What OpenSSL signs with the agreed user id verifies here; with its own empty one it does not."""
    key = sm2.certificate_key(own_key(tmp_path).tbs_certificate_bytes)
    assert key is not None
    (tmp_path / "m").write_bytes(INNER)
    openssl(
        tmp_path, "pkeyutl", "-sign", "-inkey", "key.pem", "-in", "m", "-rawin", "-digest", "sm3",
        "-pkeyopt", ID, "-out", "sig",
    )  # fmt: skip
    raw = sm2.decoded((tmp_path / "sig").read_bytes())
    assert raw is not None
    assert sm2.verifies(key, raw, INNER)
    openssl(tmp_path, "dgst", "-sm3", "-sign", "key.pem", "-out", "sig", "m")
    raw = sm2.decoded((tmp_path / "sig").read_bytes())
    assert raw is not None
    assert not sm2.verifies(key, raw, INNER)
    assert sm2.verifies(key, raw, INNER, user_id=b"")


def test_openssl_accepts_our_certificates(nation: Nation, tmp_path: Path) -> None:
    """OpenSSL verifies our SM2 cards up to each CA, and our SM2 CA's revocation list with them."""
    (tmp_path / "ca.pem").write_bytes(nation.ca.certificate_pem)
    (tmp_path / "card.pem").write_bytes(nation.cards["sm2"].certificate_pem)
    call = ("verify", "-vfyopt", ID, "-attime", AT, "-CAfile", "ca.pem")
    openssl(tmp_path, *call, "card.pem")
    # The CLI can be told no user id for revocation lists: their signature is verified on its own.
    crl = x509.load_pem_x509_crl(make_crl(nation.ca, {SERIAL: BEGIN}, this_update=BEGIN, next_update=END))
    raw = sm2.decoded(crl.signature)
    assert raw is not None
    (tmp_path / "ca.pub").write_text(openssl(tmp_path, "x509", "-in", "ca.pem", "-pubkey", "-noout"))
    verified_by_openssl(tmp_path, "ca.pub", crl.tbs_certlist_bytes, raw)
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(Encoding.PEM))
    text = openssl(tmp_path, "crl", "-in", "crl.pem", "-noout", "-text")
    assert "SM2-with-SM3" in text
    assert f"{SERIAL:X}" in text
    der = bytearray(nation.cards["sm2"].certificate_der)
    der[-1] ^= 1
    (tmp_path / "bad.der").write_bytes(der)
    openssl(tmp_path, "verify", "-vfyopt", ID, "-attime", AT, "-CAfile", "ca.pem", "bad.der", right=False)


def test_openssl_accepts_an_rsa_cas_sm2_card(tmp_path: Path) -> None:
    """A card with an SM2 key under an RSA or EC CA verifies there as it does here."""
    for key in (make_key(), make_key("ecdsa")):
        ca = make_ca("CA", serial=1, not_before=BEGIN, not_after=END, key=key)
        card = make_certificate(ca, HOLDER, serial=2, not_before=BEGIN, not_after=END, key=sm2.new_key())
        (tmp_path / "ca.pem").write_bytes(ca.certificate_pem)
        (tmp_path / "card.pem").write_bytes(card.certificate_pem)
        openssl(tmp_path, "verify", "-attime", AT, "-CAfile", "ca.pem", "card.pem")


def test_we_accept_openssls_certificates(tmp_path: Path) -> None:
    """A CA, a card and a revocation list made by OpenSSL are believed here; the revoked one is told."""
    ca = own_key(tmp_path)
    (tmp_path / "ca.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sm3\n"
        "default_days=900\ndefault_crl_days=900\npolicy=p\ncrlnumber=number\n[p]\ncommonName=supplied\n"
    )
    (tmp_path / "index.txt").write_text("")
    (tmp_path / "serial").write_text(f"{SERIAL:X}".zfill(8) + "\n")
    (tmp_path / "number").write_text("01\n")
    openssl(tmp_path, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "card.key")
    openssl(tmp_path, "req", "-new", "-key", "card.key", "-sm3", "-sigopt", ID, "-subj", "/CN=card", "-out", "card.csr")
    common = ("ca", "-config", "ca.cnf", "-cert", "cert.pem", "-keyfile", "key.pem", "-sigopt", ID)
    openssl(tmp_path, *common, "-batch", "-vfyopt", ID, "-in", "card.csr", "-out", "card.crt", "-notext")
    signer = from_pem((tmp_path / "card.key").read_bytes(), (tmp_path / "card.crt").read_bytes(), None)
    message = sign_object("O1", INNER, signer, NATIONAL)
    authority = (tmp_path / "cert.pem").read_bytes()
    now = ca.not_valid_before_utc + timedelta(days=365)
    verified = verify(message, NATIONAL, Trust([authority]), now)
    assert (verified.state, verified.findings) == (SignatureState.SIGNED, ())
    openssl(tmp_path, *common, "-revoke", "card.crt")
    openssl(tmp_path, *common, "-gencrl", "-out", "crl.pem")
    trust = Trust([authority], crls=[(tmp_path / "crl.pem").read_bytes()])
    assert ids(verify(message, NATIONAL, trust, now).findings) == ["035"]


@pytest.mark.parametrize("kind", ["plain", "encrypted", "sec1", "parameters"])
def test_openssls_pem_is_read(tmp_path: Path, kind: str) -> None:
    """Every PEM form OpenSSL writes SM2 keys in gives a signer; a wrong password does not."""
    own_key(tmp_path)
    password = None
    if kind == "encrypted":
        password = PASSWORD
        openssl(tmp_path, "pkcs8", "-topk8", "-in", "key.pem", "-passout", f"pass:{PASSWORD}", "-out", "k.pem")
    elif kind == "sec1":
        openssl(tmp_path, "ec", "-in", "key.pem", "-out", "k.pem")
    elif kind == "parameters":
        (tmp_path / "k.pem").write_text(
            openssl(tmp_path, "ecparam", "-name", "SM2") + (tmp_path / "key.pem").read_text()
        )
    else:
        (tmp_path / "key.pem").rename(tmp_path / "k.pem")
    key, certificate = (tmp_path / "k.pem").read_bytes(), (tmp_path / "cert.pem").read_bytes()
    assert from_pem(key, certificate, password).algorithm.endswith("#sm2-sm3")
    if password:
        for wrong in ("guess", None):
            with pytest.raises(KeySourceError, match="password is wrong"):
                from_pem(key, certificate, wrong)


def test_openssls_pkcs12_is_read(tmp_path: Path) -> None:
    """Its PKCS#12 gives a signer; a wrong password, a changed byte and another's certificate do not."""
    own_key(tmp_path)
    openssl(
        tmp_path,
        "pkcs12",
        "-export",
        "-inkey",
        "key.pem",
        "-in",
        "cert.pem",
        "-passout",
        f"pass:{PASSWORD}",
        "-out",
        "k.p12",
    )
    data = (tmp_path / "k.p12").read_bytes()
    assert from_pkcs12(data, PASSWORD).algorithm.endswith("#sm2-sm3")
    for other, password in ((data, "guess"), (data, None), (data[:200] + b"\0" + data[201:], PASSWORD)):
        with pytest.raises(KeySourceError):
            from_pkcs12(other, password)
    openssl(tmp_path, "genpkey", "-algorithm", "SM2", "-out", "other.pem")
    with pytest.raises(KeySourceError, match="does not belong"):
        from_pem((tmp_path / "other.pem").read_bytes(), (tmp_path / "cert.pem").read_bytes(), None)


@pytest.mark.parametrize("password", [PASSWORD, None])
def test_openssl_reads_our_files(nation: Nation, tmp_path: Path, password: str | None) -> None:
    """The PEM and PKCS#12 we write are OpenSSL's to read, and ours."""
    pair = nation.cards["sm2"]
    (tmp_path / "k.pem").write_bytes(to_pem(pair, password))
    (tmp_path / "k.p12").write_bytes(to_pkcs12(pair, password))
    given = f"pass:{password or ''}"
    public = openssl(tmp_path, "pkey", "-in", "k.pem", "-passin", given, "-pubout")
    openssl(tmp_path, "pkcs12", "-in", "k.p12", "-passin", given, "-nodes", "-out", "all.pem")
    assert openssl(tmp_path, "pkey", "-in", "all.pem", "-pubout") == public
    (tmp_path / "card.pem").write_bytes(pair.certificate_pem)
    assert openssl(tmp_path, "x509", "-in", "card.pem", "-noout", "-pubkey") == public
    for signer in (
        from_pem((tmp_path / "k.pem").read_bytes(), pair.certificate_pem, password),
        from_pkcs12((tmp_path / "k.p12").read_bytes(), password),
    ):
        assert nation.verified(sign_object("O1", INNER, signer, NATIONAL)).state is SignatureState.SIGNED
