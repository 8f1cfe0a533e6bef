"""The national algorithms on the command line: keys, messages, and what is said where they are not taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.keys import from_pkcs12
from tests.cli.conftest import DAY, FIXTURES, VALID, Line

SOURCE = FIXTURES / "valid" / "tmp101-minimal.json"
NATIONAL = ("--profile", "sm2-sm3")


class Folder(Struct, frozen=True):
    """What `keys make --kind sm2` made, as options."""

    key: Path
    password: tuple[str, str]
    trust: tuple[str, ...]


@pytest.fixture
def keys(line: Line, tmp_path: Path) -> Folder:
    """An SM2 CA and the card of whoever enters the message."""
    folder = tmp_path / "keys"
    ran = line("keys", "make", folder, "--kind", "sm2", "--for", SOURCE)
    assert (ran.code, ran.err) == (0, "")
    return Folder(
        folder / "310196K27B.p12",
        ("--password-file", str(folder / "password.txt")),
        ("--trust", str(folder / "ca.pem"), "--crl", str(folder / "ca.crl")),
    )


def test_from_json_to_a_believed_message(line: Line, keys: Folder, tmp_path: Path) -> None:
    """Built, signed, checked, verified, shown and found well: by SM2 from the CA down."""
    out = tmp_path / "out.xml"
    ran = line("build", SOURCE, "-o", out, "--sign", keys.key, *keys.password, *NATIONAL)
    assert ran.code == 0, ran.err
    assert b"2022/04/xmldsig#sm2-sm3" in out.read_bytes()
    assert line("check", out, *keys.trust, *DAY, *NATIONAL).code == 0
    ran = line("verify", out, *keys.trust, *DAY, *NATIONAL)
    assert (ran.code, ran.err) == (0, "")
    assert line("doctor", out).code == 0
    assert "the signature is right" in line("show", out).out


def test_a_draft_is_signed_later(line: Line, keys: Folder, tmp_path: Path) -> None:
    """The draft of the profile names SM2; the PEM form of the key signs it."""
    draft, out = tmp_path / "draft.xml", tmp_path / "out.xml"
    assert line("build", SOURCE, "-o", draft, *NATIONAL).code == 0
    assert b"#sm2-sm3" in draft.read_bytes()
    ran = line("sign", draft, "-o", out, "--key", keys.key.with_suffix(".pem"), *keys.password, *NATIONAL)
    assert ran.code == 0, ran.err
    assert line("verify", out, *keys.trust, *DAY, *NATIONAL).code == 0


def test_not_without_the_profile(line: Line, keys: Folder, tmp_path: Path) -> None:
    """Without it nothing is written by SM2 and nothing taken; the text names the option."""
    out = tmp_path / "out.xml"
    ran = line("build", SOURCE, "-o", out, "--sign", keys.key, *keys.password)
    assert ran.code == 2
    assert "--profile sm2-sm3" in ran.err
    assert not out.exists()
    assert line("build", SOURCE, "-o", out, "--sign", keys.key, *keys.password, *NATIONAL).code == 0
    for command in ("check", "verify"):
        ran = line(command, out, *keys.trust, *DAY)
        assert ran.code == 1
        assert "TG-SIG-018" in ran.out
        assert "--profile sm2-sm3" in ran.out


def test_the_profile_takes_todays_signatures_too(line: Line) -> None:
    """An RSA message is as right under it as without."""
    trust = ("--trust", str(FIXTURES / "keys" / "ca.pem"))
    for profile in ("standard", "legacy", "sm2-sm3"):
        assert line("check", VALID, *trust, *DAY, "--profile", profile).code == 0


def test_a_tampered_message_says_nothing_strange(line: Line, keys: Folder, tmp_path: Path) -> None:
    """A wrong SM2 value is a finding, and nothing of the library's own is on standard error."""
    out = tmp_path / "out.xml"
    assert line("build", SOURCE, "-o", out, "--sign", keys.key, *keys.password, *NATIONAL).code == 0
    data = out.read_bytes()
    at = data.index(b"<SignatureValue>") + 20
    out.write_bytes(data[:at] + (b"A" if data[at : at + 1] != b"A" else b"B") + data[at + 1 :])
    command = [sys.executable, "-m", "tempgoods_edi.cli", "verify", str(out), *keys.trust, *NATIONAL]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "TG-SIG-026" in done.stdout


def test_without_the_library_it_is_told(
    line: Line, keys: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to install, in place of a traceback."""
    monkeypatch.setattr(sm2, "available", lambda: False)
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    out = tmp_path / "out.xml"
    for arguments in (
        ("build", SOURCE, "-o", out, "--sign", keys.key, *keys.password, *NATIONAL),
        ("keys", "make", tmp_path / "more", "--kind", "sm2"),
        ("verify", VALID, *keys.trust),
        ("doctor", FIXTURES / "doctor" / "sm2-user-id.xml"),
    ):
        ran = line(*arguments)
        assert ran.code == 2, arguments
        assert 'pip install "tempgoods-edi[sm2]"' in ran.err


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_other_kinds_of_key_are_made(line: Line, tmp_path: Path, kind: str) -> None:
    """`--kind` names the kind of the CA's key and of the cards'."""
    assert line("keys", "make", tmp_path, "--kind", kind).code == 0
    password = (tmp_path / "password.txt").read_text("utf-8").strip()
    assert from_pkcs12((tmp_path / "310173A546.p12").read_bytes(), password).algorithm.endswith(f"#{kind}-sha256")
