"""Programs that know nothing of us take the virtual card for a PIV card, and its signatures for good ones."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.interchange import json_form
from tempgoods_edi.signing import SignaturePolicy, sign_object
from tests.card.material import FIXTURES, PIN, Given, Issued
from tests.card.pcsc.service import FIRST, card_in, chip, inserted

pytestmark = pytest.mark.needs("pcscd")


@pytest.fixture
def card(readers: PcscReaders, issued: Issued, tmp_path: Path) -> Iterator[None]:
    """A card with P-256 for authentication and RSA for signatures, in the first reader."""
    with inserted(chip(tmp_path / "card", P9A=issued.ecdsa, P9C=issued.rsa), FIRST):
        card_in(readers)
        yield


def ran(*command: str, fails: bool = False, cwd: Path | None = None) -> str:
    """What *command* says."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert bool(done.returncode) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.needs("opensc")
def test_opensc_recognises_the_card(card: None, issued: Issued, tmp_path: Path) -> None:
    """As a PIV card, with both its certificates and keys; the certificates are those that were put on it."""
    assert "Personal Identity Verification Card" in ran("opensc-tool", "-n")
    listed = ran("pkcs11-tool", "-L", "-O")
    for told in ("Virtual PCD 00 00", "Certificate for PIV Authentication", "Certificate for Digital Signature"):
        assert told in listed
    for place, pair in (("01", issued.ecdsa), ("02", issued.rsa)):
        ran("pkcs11-tool", "-r", "-y", "cert", "--id", place, "-o", "certificate", cwd=tmp_path)
        assert load_der_x509_certificate((tmp_path / "certificate").read_bytes()) == pair.certificate


@pytest.mark.needs("opensc", "openssl")
@pytest.mark.parametrize(
    ("place", "key", "mechanism"), [("01", "ecdsa", "ECDSA-SHA256"), ("02", "rsa", "SHA256-RSA-PKCS")]
)
def test_openssl_verifies_what_pkcs11_has_the_card_sign(
    card: None, issued: Issued, tmp_path: Path, place: str, key: str, mechanism: str
) -> None:
    """RSA-2048 and P-256, by PKCS#11; another text does not verify; a wrong PIN is told as such."""
    (tmp_path / "data").write_bytes(b"signed")
    (tmp_path / "other").write_bytes(b"other")
    public = getattr(issued, key).certificate.public_key()
    (tmp_path / "key").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    sign: tuple[str, ...] = ("pkcs11-tool", "-s", "--id", place, "-m", mechanism, "-i", "data", "-o", "value")
    if key == "ecdsa":
        sign = (*sign, "--signature-format", "openssl")
    assert "CKR_PIN_INCORRECT" in ran(*sign, "--login", "-p", "000000", fails=True, cwd=tmp_path)
    ran(*sign, "--login", "-p", PIN, cwd=tmp_path)
    verify = ("openssl", "dgst", "-sha256", "-verify", "key", "-signature", "value")
    assert "Verified OK" in ran(*verify, "data", cwd=tmp_path)
    ran(*verify, "other", fails=True, cwd=tmp_path)


@pytest.mark.needs("yubico-piv-tool")
def test_yubico_piv_tool_reads_the_card(card: None, issued: Issued) -> None:
    """Status, PIN right and wrong, and the certificate."""
    tool = ("yubico-piv-tool", "-r", "Virtual", "-a")
    told = ran(*tool, "status")
    assert "PIN tries left:\t3" in told
    assert "ECCP256" in told
    assert "RSA2048" in told
    assert "Successfully verified PIN" in ran(*tool, "verify-pin", "-P", PIN)
    assert "2 tries left" in ran(*tool, "verify-pin", "-P", "000000", fails=True)
    read = ran(*tool, "read-certificate", "-s", "9c")
    assert load_pem_x509_certificate(read.encode()) == issued.rsa.certificate


@pytest.mark.needs("yubico-piv-tool", "openssl")
@pytest.mark.parametrize(("place", "key", "algorithm"), [("9a", "ecdsa", "ECCP256"), ("9c", "rsa", "RSA2048")])
def test_openssl_verifies_what_yubico_piv_tool_has_the_card_sign(
    card: None, issued: Issued, tmp_path: Path, place: str, key: str, algorithm: str
) -> None:
    """Both kinds of key; another text does not verify."""
    (tmp_path / "data").write_bytes(b"signed")
    (tmp_path / "other").write_bytes(b"other")
    public = getattr(issued, key).certificate.public_key()
    (tmp_path / "key").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    tool = ("yubico-piv-tool", "-r", "Virtual", "-a", "verify-pin", "-P", PIN, "--sign", "-s", place, "-H", "SHA256")
    ran(*tool, "-A", algorithm, "-i", "data", "-o", "value", cwd=tmp_path)
    verify = ("openssl", "dgst", "-sha256", "-verify", "key", "-signature", "value")
    assert "Verified OK" in ran(*verify, "data", cwd=tmp_path)
    ran(*verify, "other", fails=True, cwd=tmp_path)


@pytest.mark.needs("xmlsec1")
@pytest.mark.parametrize("key", ["rsa", "ecdsa"])
def test_xmlsec1_verifies_a_declaration_that_the_card_signed(
    readers: PcscReaders, issued: Issued, tmp_path: Path, key: str
) -> None:
    """Both kinds of key; a changed message does not verify."""
    sheet = json_form.read((FIXTURES / "tmp101-minimal.json").read_bytes(), {})
    assert sheet.package is not None
    with inserted(chip(tmp_path / "card", P9C=getattr(issued, key)), FIRST):
        found = card_in(readers)
        state = found.state()

        class Signer(Given, frozen=True):
            """Hands the data to the card."""

            def sign(self, data: bytes) -> bytes:
                """The card's value."""
                return found.sign(Pin(PIN), data)

        signer = Signer(state.algorithm, state.card_id, state.certificate_der, b"")
        signed = sign_object("M001", sheet.package.encode(), signer, SignaturePolicy())
    certificate = load_der_x509_certificate(state.certificate_der).public_bytes(Encoding.PEM)
    (tmp_path / "cert.pem").write_bytes(certificate)
    (tmp_path / "signed.xml").write_bytes(signed)
    (tmp_path / "changed.xml").write_bytes(signed.replace(b"310196K27B", b"310196K27C"))
    verify = ("xmlsec1", "--verify", "--id-attr:Id", "Object", "--pubkey-cert-pem", "cert.pem")
    ran(*verify, "signed.xml", cwd=tmp_path)
    ran(*verify, "changed.xml", fails=True, cwd=tmp_path)
