"""A terminal obeys our colours and nothing else, whatever a message, a certificate or a file's name holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tempgoods_edi.cli import terminal
from tempgoods_edi.values import Bilingual
from tests.cli.conftest import DAY, TRUST, VALID, Line

EVIL = "a\x1b]0;owned\x07\x1b[2J\u202eb\x9b31m.xml"


@pytest.mark.parametrize("command", ["check", "verify", "show", "doctor"])
def test_a_files_name_is_shown_and_not_obeyed(line: Line, tmp_path: Path, command: str) -> None:
    """Escape sequences in the name of a file that somebody sent never reach the terminal."""
    path = tmp_path / EVIL
    shutil.copy(VALID, path)
    trust = () if command == "doctor" else (*TRUST, *DAY)
    ran = line(command, path, *trust)
    for sign in "\x1b\x07\u202e\x9b":
        assert sign not in ran.out + ran.err
    assert command == "show" or "[U+001B]" in ran.out


def test_a_name_that_does_not_exist_is_shown_too(line: Line) -> None:
    """The same in what goes to standard error."""
    ran = line("show", EVIL)
    assert "\x1b" not in ran.out + ran.err
    assert "[U+001B]" in ran.out + ran.err


def test_values_are_shown_and_json_is_the_same_data(line: Line, tmp_path: Path) -> None:
    """In the text by their code point; in JSON escaped, so that programs read the very value."""
    path = tmp_path / "turned.xml"
    text = Path(VALID).read_text("utf-8")
    path.write_text(text.replace("<message_id>", "<message_id>\u202e\u009b", 1), "utf-8")
    shown, told = line("check", path, *TRUST, *DAY).out, line("check", path, *TRUST, *DAY, "--format", "json").out
    for sign in "\u202e\u009b":
        assert sign not in shown
        assert sign not in told
    values = [each["value"] or "" for each in json.loads(told)["results"][0]["findings"]]
    assert any("\u202e\u009b" in value for value in values)


def test_a_secret_is_typed_until_it_is_the_same_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What differs is told and asked for again; once is enough where nobody asks for more; end of input is nothing."""
    typed = iter(["one", "two", "three", "three", "four"])
    asked: list[str] = []

    def hidden_input(prompt: str) -> str:
        asked.append(prompt)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("getpass.getpass", hidden_input)
    what = Bilingual("密码", "PIN")
    assert terminal.hidden(what, "en", twice=True) == "three"
    assert capsys.readouterr().err == "the two are not the same\n"
    assert terminal.hidden(what, "zh") == "four"
    assert terminal.hidden(what, "zh") == ""
    assert asked == ["PIN: ", "the same again: ", "PIN: ", "the same again: ", "密码: ", "密码: "]
