"""`keys make`: a test CA and cards, private where they must be, never over what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tempgoods_edi import demo_ca
from tempgoods_edi.signing.keys import from_pkcs12
from tests.cli.conftest import DAY, FIXTURES, Line


def test_a_ca_a_card_and_a_revocation_list_are_made(line: Line, tmp_path: Path) -> None:
    """Each file is named with what it is for; the password is in a file, not on the screen."""
    folder = tmp_path / "keys"
    ran = line("keys", "make", folder)
    assert (ran.code, ran.err) == (0, "")
    made = {path.name for path in folder.iterdir()}
    assert made == {"ca.pem", "ca.p12", "ca.crl", "310173A546.p12", "310173A546.pem", "password.txt"}
    for name in made:
        assert str(folder / name) in ran.out
    password = (folder / "password.txt").read_text("utf-8").strip()
    assert password not in ran.out
    assert from_pkcs12((folder / "310173A546.p12").read_bytes(), password).algorithm.endswith("rsa-sha256")


def test_private_files_are_private(line: Line, tmp_path: Path) -> None:
    """Keys and the password can be read by their owner only."""
    assert line("keys", "make", tmp_path).code == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes.pop("ca.pem") == 0o644
    assert set(modes.values()) == {0o600}


def test_the_card_fits_the_message_it_was_made_for(line: Line, tmp_path: Path) -> None:
    """`--for` makes the card of the entering unit: what it signs, check believes."""
    source = FIXTURES / "valid" / "tmp121-minimal.json"
    assert line("keys", "make", tmp_path, "--for", source).code == 0
    key = next(path for path in tmp_path.glob("*.p12") if path.name != "ca.p12")
    out = tmp_path / "out.xml"
    assert line("build", source, "-o", out, "--sign", key, "--password-file", tmp_path / "password.txt").code == 0
    trust = ("--trust", tmp_path / "ca.pem", "--crl", tmp_path / "ca.crl")
    assert line("check", out, *trust, *DAY).code == 0


@pytest.mark.parametrize("day", ["1950-01-03", "2024-02-29", "2026-11-22", "2031-12-31", "2101-03-01", "9999-12-30"])
def test_keys_fit_the_day_they_were_made_for(line: Line, tmp_path: Path, day: str) -> None:
    """`--on`: CA, card and revocation list are in force on that day, and on the present one as well."""
    source = FIXTURES / "valid" / "tmp101-minimal.json"
    assert line("keys", "make", tmp_path, "--kind", "ecdsa", "--for", source, "--on", day).code == 0
    key, out = tmp_path / "310196K27B.p12", tmp_path / "out.xml"
    built = line("build", source, "-o", out, "--sign", key, "--password-file", tmp_path / "password.txt")
    assert built.code == 0, built.err
    for on in (("--today", day), DAY, ()):
        ran = line("verify", out, "--trust", tmp_path / "ca.pem", "--crl", tmp_path / "ca.crl", *on)
        assert (ran.code, "TG-SIG" in ran.out) == (0, False), (on, ran.out)


@pytest.mark.parametrize("day", ["0001-01-01", "1949-12-31", "2027-02-29", "gestern"])
def test_days_no_certificate_can_be_valid_on_are_refused(line: Line, tmp_path: Path, day: str) -> None:
    """They are named, and nothing is made, whether they come by `--on` or with the message."""
    source = tmp_path / "in.json"
    tree = json.loads((FIXTURES / "valid" / "tmp101-minimal.json").read_bytes())
    source.write_text(json.dumps({**tree, "facts": {"today": day}}), "utf-8")
    for option in (("--on", day), ("--for", source)):
        ran = line("keys", "make", tmp_path / "keys", *option)
        assert (ran.code, day in ran.err, "ours" in ran.err) == (2, True, False)
        assert not (tmp_path / "keys").exists()


def test_a_day_that_does_not_fit_is_told_as_one(line: Line, tmp_path: Path) -> None:
    """Dates alone: check, verify and build name the day judged on and what to do, and never deny who issued it."""
    source = FIXTURES / "valid" / "tmp101-minimal.json"
    assert line("keys", "make", tmp_path, "--kind", "ecdsa", "--for", source).code == 0
    out, key = (
        tmp_path / "out.xml",
        ("--sign", tmp_path / "310196K27B.p12", "--password-file", tmp_path / "password.txt"),
    )
    assert line("build", source, "-o", out, *key).code == 0
    trust = ("--trust", tmp_path / "ca.pem", "--crl", tmp_path / "ca.crl")
    for command in ("check", "verify"):
        for day, rules in (("2001-03-01", {"TG-SIG-033", "TG-SIG-045"}), ("2222-03-01", {"034", "036", "045"})):
            ran = line(command, out, *trust, "--today", day)
            told = set(re.findall(r"TG-SIG-(\d+)", ran.out))
            assert (ran.code, told) == (1, {rule[-3:] for rule in rules})
            assert f"judged at {day}T12:00:00+08:00" in ran.out
            assert "--today" in ran.out
    ran = line("build", source, "-o", tmp_path / "early.xml", *key, "--today", "2001-03-01")
    assert (ran.code, "keys make --on DAY" in ran.err) == (1, True)


def test_enterprises_are_described_as_far_as_they_are_known(line: Line, tmp_path: Path) -> None:
    """What is left out is made up with right check characters."""
    ran = line("keys", "make", tmp_path, "--enterprise", "310196K27B", "--enterprise", "310173A546,华东会展,,王琳")
    assert ran.code == 0
    assert "王琳, 华东会展" in ran.out
    assert (tmp_path / "310196K27B.p12").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [("31", "31"), ("310196K27B,名,91310105MA1FX27K60", "91310105MA1FX27K60"), ("310196K27B,,,,12", "12")],
)
def test_numbers_that_cannot_be_are_refused(line: Line, tmp_path: Path, text: str, said: str) -> None:
    """A wrong customs code, check character or card number is named, and nothing is made."""
    ran = line("keys", "make", tmp_path / "keys", "--enterprise", text)
    assert (ran.code, f"“{said}”" in ran.err) == (2, True)
    assert not (tmp_path / "keys").exists()


def test_what_is_there_is_kept(line: Line, tmp_path: Path) -> None:
    """A second time changes nothing, unless forced."""
    assert line("keys", "make", tmp_path).code == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    ran = line("keys", "make", tmp_path)
    assert (ran.code, "--force" in ran.err) == (2, True)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert line("keys", "make", tmp_path, "--force").code == 0


def test_a_password_of_ones_own_is_used(line: Line, tmp_path: Path) -> None:
    """With `--password-file` none is made up."""
    own = tmp_path / "own"
    own.write_text("correct horse\n")
    assert line("keys", "make", tmp_path / "keys", "--password-file", own).code == 0
    assert not (tmp_path / "keys" / "password.txt").exists()
    assert from_pkcs12((tmp_path / "keys" / "310173A546.p12").read_bytes(), "correct horse").key_name


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """One RSA key for all: making them is what takes time."""
    key = demo_ca.make_key()
    monkeypatch.setattr(demo_ca, "make_key", lambda _kind="rsa": key)
