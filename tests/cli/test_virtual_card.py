"""`card make --piv` and `card insert`: a virtual card as people put it into a reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.x509 import load_der_x509_certificate

from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.cli.application import run
from tests import needed
from tests.card.pcsc.service import READERS, Service, card_in, eventually, running


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual card with known secrets."""
    for name, value in (("PIN", "135790"), ("PUK", "86420975"), ("NEW_PIN", "abc246")):
        monkeypatch.setenv(f"TEMPGOODS_{name}", value)
    assert run(["keys", "make", str(tmp_path), "--enterprise", "310173A546,华东会展,,王琳,2100000310173"]) == 0
    key = [str(tmp_path / "310173A546.p12"), "--password-file", str(tmp_path / "password.txt")]
    assert run(["card", "make", str(tmp_path / "card"), *key, "--piv"]) == 0
    assert run(["card", "make", str(tmp_path / "soft"), *key]) == 0
    return tmp_path / "card"


@contextmanager
def inserted(service: Service, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The card in the first reader, by the command."""
    command = [sys.executable, "-m", "tempgoods_edi.cli", "card", "insert", str(folder), *options, "--lang", "en"]
    process = subprocess.Popen(service.inside(command), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert "virtual card" in process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.mark.needs("pcscd")
def test_a_virtual_card_is_listed_used_and_pulled_out(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the reader: listed with its kind, its PIN changed; pulled at the first signature, its process ends."""
    needed.module("smartcard.scard", "card")
    from tempgoods_edi.card.cards import Pin
    from tempgoods_edi.card.problems import CardError

    with running() as service:
        readers = PcscReaders()
        with inserted(service, made, "--latency", "0.1", "--pull-at", "1") as process:
            found = card_in(readers)
            assert run(["card", "list", "--lang", "en"]) == 0
            assert f"{READERS[0]}  王琳, 华东会展  card 2100000310173 (piv)" in capsys.readouterr().out
            assert run(["card", "change-pin", "--card", "2100000310173", "--lang", "en"]) == 0
            with pytest.raises(CardError) as error:
                found.sign(Pin("abc246"), b"x")
            assert error.value.code == "pulled-out"
            assert process.wait(20) == 0
        assert eventually(lambda: readers.card(READERS[0]) is None)


def test_what_cannot_be_a_virtual_card_is_said(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A PIN that no chip takes, a folder that is no card."""
    monkeypatch.setenv("TEMPGOODS_PIN", "1357")
    key = [str(made.parent / "310173A546.p12"), "--password-file", str(made.parent / "password.txt")]
    assert run(["card", "make", str(made.parent / "other"), *key, "--piv", "--lang", "en"]) == 2
    assert "6 to 8" in capsys.readouterr().err
    assert not (made.parent / "other").exists()
    for folder in (made.parent / "soft", made.parent / "none"):
        assert run(["card", "insert", str(folder), "--lang", "en"]) == 2
        assert "holds no virtual card" in capsys.readouterr().err


def test_an_sm2_card_is_made_and_signs_what_its_certificate_verifies(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`keys make --kind sm2`, then `card make --piv`: the chip signs; no soft card has such a key."""
    needed.module("gmssl_pyx", "sm2")
    from tempcard.card import VirtualCard
    from tempcard.national import signer
    from tempgoods_edi.card.cards import Pin
    from tempgoods_edi.signing import sm2
    from tests.card.inside import InsideReaders

    keys = made.parent / "national"
    order = ["keys", "make", str(keys), "--kind", "sm2", "--enterprise", "310173A546,华东会展,,王琳,2100000310173"]
    assert run(order) == 0
    key = [str(keys / "310173A546.p12"), "--password-file", str(keys / "password.txt")]
    assert run(["card", "make", str(made.parent / "chip"), *key, "--piv"]) == 0
    card = InsideReaders({"one": VirtualCard(made.parent / "chip", os.urandom, sm2=signer())}).card("one")
    assert card is not None
    state = card.state()
    assert state.identity.ic_card_no == "2100000310173"
    public = sm2.certificate_key(load_der_x509_certificate(state.certificate_der).tbs_certificate_bytes)
    assert public is not None
    assert sm2.verifies(public, card.sign(Pin("135790"), b"signed"), b"signed")
    capsys.readouterr()
    assert run(["card", "make", str(made.parent / "other"), *key, "--lang", "en"]) == 2
    assert "virtual PIV card only" in capsys.readouterr().err
