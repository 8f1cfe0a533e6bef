"""`card` and `card-agent` as people run them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from tempgoods_edi.cli.application import run

SITE = "http://127.0.0.1:8020"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A test CA and one enterprise's key, as `keys make` makes them."""
    folder = tmp_path_factory.mktemp("keys")
    assert run(["keys", "make", str(folder), "--enterprise", "310173A546,华东会展,,王琳,2100000310173"]) == 0
    return folder


@pytest.fixture
def card(keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A card with known secrets, in a folder of cards."""
    for name, value in (("PIN", "135790"), ("PUK", "86420975"), ("NEW_PIN", "abc246")):
        monkeypatch.setenv(f"TEMPGOODS_{name}", value)
    made = tmp_path / "cards" / "one"
    assert (
        run(["card", "make", str(made), str(keys / "310173A546.p12"), "--password-file", str(keys / "password.txt")])
        == 0
    )
    assert "135790" not in capsys.readouterr().out
    return made


def test_secrets_that_are_made_up_are_shown_once(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a PIN in the environment one is made up, said, and works."""
    made = tmp_path / "two"
    order = ["card", "make", str(made), str(keys / "310173A546.p12"), "--password-file", str(keys / "password.txt")]
    assert run([*order, "--lang", "en"]) == 0
    found = re.search(r"PIN ([0-9]{6})   PUK ([0-9]{8}) ", capsys.readouterr().out)
    assert found
    monkeypatch.setenv("TEMPGOODS_PIN", found[1])
    monkeypatch.setenv("TEMPGOODS_NEW_PIN", "9753")
    assert run(["card", "change-pin", str(made)]) == 0
    assert run(order) == 2
    assert "already" in capsys.readouterr().err


def test_a_card_is_blocked_listed_and_unblocked(
    card: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong PINs are counted, the list says blocked, the PUK unblocks."""
    monkeypatch.setenv("TEMPGOODS_PIN", "000000")
    for left in ("2", "1", "blocked"):
        assert run(["card", "change-pin", str(card.parent), "--card", "2100000310173", "--lang", "en"]) == 1
        assert left in capsys.readouterr().err
    assert run(["card", "list", str(card.parent), "--lang", "zh"]) == 0
    assert re.search("one  王琳, 华东会展.*已锁定", capsys.readouterr().out)
    assert run(["card", "unblock", str(card), "--lang", "en"]) == 0
    monkeypatch.setenv("TEMPGOODS_PIN", "abc246")
    assert run(["card", "change-pin", str(card)]) == 0


def test_what_is_missing_is_said(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong card, no card, no reader, no PIN: each in words, none with a traceback."""
    for order, code, words in (
        (["card", "unblock", str(card.parent), "--card", "other"], 1, "other"),
        (["card", "unblock", str(tmp_path / "none")], 1, "no card"),
        (["card", "list", str(tmp_path / "none")], 0, "no card reader"),
        (["card-agent", "--origin", "portal", "--port", "0"], 2, "portal"),
        (["card-agent", "--origin", SITE, "--host", "0.0.0.0"], 2, "this machine only"),  # noqa: S104 - that it may not
    ):
        assert run([*order, "--lang", "en"]) == code
        assert words in capsys.readouterr().err
    monkeypatch.delenv("TEMPGOODS_PUK")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert run(["card", "unblock", str(card), "--lang", "en"]) == 2
    assert "TEMPGOODS_PUK" in capsys.readouterr().err


@contextmanager
def agent(*options: str) -> Iterator[tuple[str, list[str]]]:
    """An agent in a process of its own: its address, and what it has said once it has ended."""
    said: list[str] = []
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tempgoods_edi.cli",
            "card-agent",
            "--port",
            "0",
            "--origin",
            SITE,
            "--no-pcsc",
            *options,
            "--lang",
            "en",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://([0-9.]+:[0-9]+)/", line)
    assert found, line
    try:
        yield found[1], said
    finally:
        process.send_signal(signal.SIGINT)
        said.append(line + process.communicate(timeout=30)[0])


def test_the_agent_serves_and_says_no_secret(card: Path) -> None:
    """Started, used, and ended by Ctrl-C: it answers, and neither a right nor a wrong PIN is in what it says."""
    with agent("--cards", str(card.parent)) as (address, said):
        assert "王琳" in httpx.get(f"http://{address}/").text
        with connect(f"ws://{address}/", origin=Origin(SITE)) as socket:
            for number, pin in enumerate(("777555", "135790", "135790x" * 3)):
                asked = {"_method": "cus-sec_SpcVerifyPIN", "_id": number, "args": {"passwd": pin}}
                socket.send(json.dumps(asked))
                socket.recv(timeout=20)
            socket.send('{"_method": 1, "args": {"passwd": "135790"}}')
            socket.recv(timeout=20)
    assert not [text for text in said for secret in ("777555", "135790") if secret in text]
    assert "Traceback" not in said[0]


def test_no_reader_is_an_option() -> None:
    """With --no-reader the agent works, and says that there is none."""
    with agent("--no-reader") as (address, _):
        assert 'data-code="no-reader"' in httpx.get(f"http://{address}/").text
