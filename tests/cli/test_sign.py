"""`sign` and `verify`: drafts become signed messages; who signed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import DAY, FIXTURES, KEY, PASSWORD, TRUST, VALID, Line


@pytest.fixture
def draft(line: Line, tmp_path: Path) -> Path:
    """An unsigned draft of a valid filing."""
    path = tmp_path / "draft.xml"
    assert line("build", FIXTURES / "valid" / "tmp101-minimal.json", "-o", path).code == 0
    return path


def test_a_signed_draft_is_valid(line: Line, draft: Path, tmp_path: Path) -> None:
    """What sign makes of a draft, check accepts."""
    out = tmp_path / "signed.xml"
    ran = line("sign", draft, "-o", out, "--key", KEY, *PASSWORD)
    assert (ran.code, ran.out) == (0, "")
    assert line("check", out, *TRUST, *DAY).code == 0


def test_a_key_as_pem_signs_too(line: Line, draft: Path, tmp_path: Path) -> None:
    """The PEM form that keys make gives, key and certificate in one file."""
    out = tmp_path / "signed.xml"
    assert line("keys", "make", tmp_path / "keys", "--for", FIXTURES / "valid" / "tmp101-minimal.json").code == 0
    password = ("--password-file", tmp_path / "keys" / "password.txt")
    assert line("sign", draft, "-o", out, "--key", tmp_path / "keys" / "310196K27B.pem", *password).code == 0
    assert line("check", out, "--trust", tmp_path / "keys" / "ca.pem", *DAY).code == 0


def test_a_password_may_come_from_the_environment(
    line: Line, draft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TEMPGOODS_PASSWORD is taken where no file is named."""
    monkeypatch.setenv("TEMPGOODS_PASSWORD", (FIXTURES / "keys" / "password.txt").read_text("utf-8").strip())
    assert line("sign", draft, "-o", tmp_path / "signed.xml", "--key", KEY).code == 0


def test_a_wrong_password_is_told_and_never_shown(line: Line, draft: Path, tmp_path: Path) -> None:
    """Exit 2 in both languages; neither the password nor a traceback appears."""
    wrong = tmp_path / "password"
    wrong.write_text("s3cr3t-but-wrong\n")
    for lang, text in (("zh", "密码错误"), ("en", "the password is wrong")):
        ran = line("sign", draft, "-o", tmp_path / "x.xml", "--key", KEY, "--password-file", wrong, "--lang", lang)
        assert ran.code == 2
        assert text in ran.err
        assert "s3cr3t" not in ran.err + ran.out
    assert not (tmp_path / "x.xml").exists()


def test_without_a_password_the_ways_to_give_one_are_told(line: Line, draft: Path, tmp_path: Path) -> None:
    """Where nobody can be asked, the text says how to give it."""
    ran = line("sign", draft, "-o", tmp_path / "x.xml", "--key", KEY)
    assert ran.code == 2
    assert "--password-file" in ran.err
    assert "TEMPGOODS_PASSWORD" in ran.err


def test_a_signed_message_is_not_signed_again(line: Line, tmp_path: Path) -> None:
    """It is told whose signature is there."""
    ran = line("sign", VALID, "-o", tmp_path / "x.xml", "--key", KEY, *PASSWORD)
    assert (ran.code, "is signed already; the certificate claims: 顾念慈" in ran.err) == (2, True)


def test_what_is_no_draft_is_refused(line: Line, tmp_path: Path) -> None:
    """A broken signature or no XML at all is told as a finding, exit 1."""
    for name in ("value-changed-after-signing.xml", "truncated.xml"):
        ran = line("sign", FIXTURES / "evil" / name, "-o", tmp_path / "x.xml", "--key", KEY, *PASSWORD)
        assert (ran.code, "TG-" in ran.err) == (1, True)
        assert not (tmp_path / "x.xml").exists()


def test_verify_says_who_signed(line: Line) -> None:
    """Exit 0, and what the certificate says of its holder."""
    ran = line("verify", VALID, *TRUST, *DAY)
    assert ran.code == 0
    assert ran.out.startswith(f"{VALID}: the signature is right\n    operator: 顾念慈\n")
    assert "customs code: 310196K27B" in ran.out
    assert "操作员: 顾念慈" in line("verify", VALID, *TRUST, *DAY, "--lang", "zh").out


def test_verify_judges_nothing_but_the_signature(line: Line, tmp_path: Path) -> None:
    """Content that breaks rules but was signed so verifies."""
    out = tmp_path / "old.xml"
    source = FIXTURES / "valid" / "tmp101-minimal.json"
    built = line("build", source, "-o", out, "--today", "2020-01-01", "--force", "--sign", KEY, *PASSWORD)
    assert built.code == 0
    assert line("verify", out, *TRUST, *DAY).code == 0


def test_verify_refuses_what_was_changed(line: Line) -> None:
    """Exit 1 for a changed value, an unsigned draft and an unknown CA."""
    ran = line("verify", FIXTURES / "evil" / "value-changed-after-signing.xml", *TRUST, *DAY)
    assert (ran.code, "TG-SIG-025" in ran.out) == (1, True)
    assert "the signature is not right" in ran.out


def test_verify_does_not_believe_an_expired_certificate(line: Line) -> None:
    """The signature is right, but not to be believed: exit 1."""
    ran = line("verify", VALID, *TRUST, "--today", "2066-01-01")
    assert (ran.code, "but not to be believed" in ran.out) == (1, True)


def test_verify_tells_a_draft_from_a_signed_message(line: Line, draft: Path) -> None:
    """An unsigned draft is exit 1 and named as such."""
    ran = line("verify", draft)
    assert (ran.code, "not signed" in ran.out) == (1, True)
