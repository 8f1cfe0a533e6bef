"""Whose signature it is, is only said where a trusted CA vouches for it: at every command that names a signer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, FIXTURES, VALID, Line

CA = FIXTURES / "keys" / "ca.pem"
HOLDER = "310196K27B"


@pytest.fixture(params=["check", "verify"])
def command(request: pytest.FixtureRequest) -> str:
    """The commands whose verdict depends on the signer."""
    return str(request.param)


def test_a_signer_nobody_vouches_for_is_undecided_and_only_claimed(line: Line, command: str) -> None:
    """Without a CA the exit code is 2, the reason is told, and the holder's name stands behind "the certificate claims"."""
    ran = line(command, VALID, *DAY)
    assert ran.code == 2
    assert "TG-SIG-031" in ran.out
    assert "--trust" in ran.out
    assert "--any-signer" in ran.out
    assert ran.out.index("the certificate claims") < ran.out.index(HOLDER)
    assert "signed by" not in ran.out
    assert ": valid" not in ran.out


def test_any_signer_must_be_asked_for_and_stays_a_claim(line: Line, command: str) -> None:
    """`--any-signer` takes the message, with a warning, and still does not say that the holder signed."""
    ran = line(command, VALID, "--any-signer", *DAY)
    assert ran.code == 0
    assert "TG-SIG-046" in ran.out
    assert ran.out.index("the certificate claims") < ran.out.index(HOLDER)
    assert "signed by" not in ran.out


def test_a_trusted_signer_is_named_without_reserve(line: Line, command: str) -> None:
    """With its CA the message is taken, and nothing is said to be only claimed."""
    ran = line(command, VALID, "--trust", CA, *DAY)
    assert ran.code == 0
    assert HOLDER in ran.out
    assert "claim" not in ran.out


def test_anybodys_own_ca_does_not_help(line: Line, command: str, tmp_path: Path) -> None:
    """A message signed under a CA of its sender's own is invalid where another CA is trusted, its name a claim."""
    assert line("keys", "make", tmp_path / "own").code == 0
    ran = line(command, VALID, "--trust", tmp_path / "own" / "ca.pem", *DAY)
    assert ran.code == 1
    assert "TG-SIG-032" in ran.out
    assert "signed by" not in ran.out
    assert "the certificate claims" in ran.out


def test_json_names_a_signer_only_when_a_ca_vouches(line: Line) -> None:
    """``signed_by`` is null without a CA; ``certificate_claims`` has what the certificate says, either way."""
    unknown = json.loads(line("check", VALID, "--format", "json", *DAY).out)["results"][0]
    known = json.loads(line("check", VALID, "--format", "json", "--trust", CA, *DAY).out)["results"][0]
    assert (unknown["verdict"], unknown["signed_by"]) == ("undecided", None)
    assert unknown["certificate_claims"]["enterprise_code"] == HOLDER
    assert unknown["reason"]["zh"]
    assert (known["verdict"], known["signed_by"]) == ("valid", known["certificate_claims"])


def test_show_introduces_the_name_as_a_claim(line: Line) -> None:
    """`show` says who signed only with the CA; else that the certificate claims it."""
    assert "the certificate claims" in line("show", VALID).out
    trusted = line("show", VALID, "--trust", CA, *DAY).out
    assert "signed by" in trusted
    assert "claims" not in trusted


def test_doctor_does_not_say_who_signed(line: Line) -> None:
    """`doctor` judges digest and value: whoever signed is expressly not judged, in text and in JSON."""
    assert "who signed" in line("doctor", VALID).out
    assert json.loads(line("doctor", VALID, "--json").out)["signer"] == "not judged"


def test_a_fault_of_the_content_is_still_invalid(line: Line, invalid: Path) -> None:
    """What is wrong whoever signed it is invalid, not undecided."""
    assert line("check", invalid, "--allow-unsigned", *DAY).code == 1


def test_trust_is_set_once_in_the_environment(line: Line, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``TEMPGOODS_TRUST`` and ``TEMPGOODS_CRL`` stand for the options; an option goes before them."""
    monkeypatch.setenv("TEMPGOODS_TRUST", str(CA))
    monkeypatch.setenv("TEMPGOODS_CRL", str(FIXTURES / "keys" / "ca.crl"))
    ran = line(command, VALID, *DAY)
    assert ran.code == 0
    assert "claim" not in ran.out
    assert "claim" in line(command, VALID, "--any-signer", *DAY).out


def _configure(folder: Path, text: str) -> Path:
    path = folder / "tempgoods-edi" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_trust_is_set_once_in_the_users_configuration(line: Line, command: str, configuration_home: Path) -> None:
    """``trust`` in config.toml names files beside it; the environment and options go before it."""
    _configure(configuration_home, 'trust = ["ca.pem"]\n')
    shutil.copy(CA, configuration_home / "tempgoods-edi")
    assert line(command, VALID, *DAY).code == 0
    _configure(configuration_home, "any_signer = true\n")
    assert "TG-SIG-046" in line(command, VALID, *DAY).out


def test_a_folder_somebody_sent_does_not_say_whom_to_trust(
    line: Line, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration beside the messages is not read."""
    for name in ("config.toml", "tempgoods-edi.toml", "tempgoods-edi/config.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("any_signer = true\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert line(command, VALID, *DAY).code == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("trusts = []", "trusts"),
        ("trust = [1]", "list of file names"),
        ("any_signer = 'yes'", "true or false"),
        ("trust = ", "TOML"),
        ("crl = ['ca.crl']", "--trust"),
        ("trust = ['ca.pem']\nany_signer = true", "not both"),
        ("#" * 70_000, "65536"),
        ("a" + ".a" * 30_000 + " = 1", "config.toml"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told(
    line: Line, configuration_home: Path, text: str, word: str
) -> None:
    """Unknown names, wrong kinds and what is no TOML are told with the file's name; nothing is guessed."""
    path = _configure(configuration_home, text)
    ran = line("check", VALID, *DAY)
    assert ran.code == 2
    assert str(path) in ran.err
    assert word in ran.err
    assert "ours" not in ran.err


def test_options_that_contradict_each_other_are_told(line: Line, command: str) -> None:
    """A CA and anybody, or a revocation list without a CA, is no question that can be answered."""
    assert "not both" in line(command, VALID, "--trust", CA, "--any-signer").err
    assert "--trust" in line(command, VALID, "--crl", FIXTURES / "keys" / "ca.crl").err


def test_what_is_built_is_not_questioned_for_its_signer(line: Line, tmp_path: Path) -> None:
    """Whoever signs with a key of theirs is not told that nobody vouches for it."""
    keys = FIXTURES / "keys"
    ran = line(
        "build", FIXTURES / "valid" / "tmp101-minimal.json", "-o", tmp_path / "out.xml", "--sign", keys / f"{HOLDER}.p12",
        "--password-file", keys / "password.txt",
    )  # fmt: skip
    assert ran.code == 0
    assert "TG-SIG" not in ran.err + ran.out
