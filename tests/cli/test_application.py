"""What holds for every command: help, version, usage errors, and no traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tempgoods_edi.cli import check
from tempgoods_edi.cli.application import COMMANDS, TOP
from tempgoods_edi.cli.help_chinese import CHINESE
from tempgoods_edi.options import Command, Group
from tempgoods_edi.options.helping import paragraphs
from tests.cli.conftest import VALID, Line


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_in_both_languages(line: Line, command: str) -> None:
    """Exit 0, and some Chinese and some English in it."""
    ran = line(command, "--help")
    assert ran.code == 0
    assert "Usage: tempgoods-edi" in ran.out
    assert any("\u4e00" <= c <= "\u9fff" for c in ran.out)


def test_every_help_text_has_its_chinese() -> None:
    """Of each command and option, and of nothing else; no English is left but names and what is typed."""
    told = set(_told(TOP))
    assert {text for text in told if any(c.isascii() and c.isalpha() for c in text)} == CHINESE.keys()
    assert [text for text in CHINESE.values() if text and not any("\u4e00" <= c <= "\u9fff" for c in text)] == []


def _told(node: Command | Group) -> Iterator[str]:
    """The paragraphs of *node*'s help and of all below it, and what its parameters are for."""
    yield from paragraphs(node.help)
    if isinstance(node, Group):
        for below in node.commands.values():
            yield from _told(below)
    else:
        yield from (each.said.help for each in node.parameters if each.said.help)


def test_chinese_help_is_chinese(line: Line) -> None:
    """The list of commands, and what a command and its options are for."""
    listed, told = line("--help", "--lang", "zh").out, line("check", "--help", "--lang", "zh").out
    assert "  submit      发送报文" in listed
    for text in ("检查报文：签名、结构和规则", "退出码：0 全部有效", "[必填]", "按这一天判断。"):
        assert text in told
    assert not [word for word in ("Check", "Judge", "Exit") if word in listed + told]


def test_the_list_of_commands_is_complete(line: Line) -> None:
    """`--help` and no arguments at all name every command."""
    for arguments in ((), ("--help",)):
        ran = line(*arguments)
        for command in COMMANDS:
            assert f"\n  {command} " in ran.out + ran.err


def test_the_version_is_told(line: Line) -> None:
    """`--version` names the program and a version."""
    ran = line("--version")
    assert ran.code == 0
    assert ran.out.startswith("tempgoods-edi 0")


@pytest.mark.parametrize(
    "arguments",
    [("chek", "x"), ("check",), ("check", "--formt", "json", "x"), ("check", "--format", "yaml", "x"), ("keys",)],
)
def test_misuse_is_exit_2_with_a_hint(line: Line, arguments: tuple[str, ...]) -> None:
    """Unknown commands, options and values, and missing arguments."""
    ran = line(*arguments)
    assert ran.code == 2
    assert "Usage: tempgoods-edi" in ran.out + ran.err


UNNEEDED = (
    "argparse", "asyncio", "fastapi", "hypothesis", "pydantic", "rich", "sqlalchemy", "tomllib", "twisted", "zipfile",
    "tempgoods_edi.attachments", "tempgoods_edi.explain", "tempgoods_edi.schema.faults",
)  # fmt: skip


def broken(*_: object) -> None:
    """A fault of ours."""
    raise RuntimeError("a fault of ours")


def test_a_fault_of_ours_is_told_in_both_languages(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, exit 2, and a request to report it."""
    monkeypatch.setattr(check, "_read", broken)
    ran = line("check", VALID)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    for text in ("程序出错：RuntimeError: a fault of ours", "please report it", "TEMPGOODS_DEBUG=1"):
        assert text in ran.err


def test_whoever_debugs_sees_it_all(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """With TEMPGOODS_DEBUG=1 the error comes through."""
    monkeypatch.setattr(check, "_read", broken)
    monkeypatch.setenv("TEMPGOODS_DEBUG", "1")
    with pytest.raises(RuntimeError):
        line("check", VALID)


def test_a_file_that_cannot_be_read_is_named(line: Line, tmp_path: Path) -> None:
    """Every command names the file and the system's reason."""
    for command in (("verify",), ("show",), ("build", "-o", "x"), ("sign", "-o", "x", "--key", "y")):
        ran = line(command[0], tmp_path / "none", *command[1:])
        assert ran.code == 2
        assert ran.err.strip() == f"{tmp_path / 'none'}: No such file or directory"


def test_the_program_leaves_with_the_exit_code() -> None:
    """The entry point itself, in a process of its own: everything it said has arrived."""
    command = [sys.executable, "-c", "from tempgoods_edi.cli import main; main()", "explain", "rules"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "TG-QRY-" in ran.stdout


def test_a_reader_who_goes_away_is_no_accident() -> None:
    """Output into a closed pipe ends the program without a word."""
    ran = subprocess.run(  # noqa: S602 - a pipe with a program at its other end
        f"{sys.executable} -m tempgoods_edi.cli explain errors | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""


def test_a_check_loads_only_what_it_needs() -> None:
    """What would slow its start and is for other commands, other files or wrong messages is not loaded."""
    code = (
        "import sys; from tempgoods_edi.cli.application import run; run(sys.argv[1:]); "
        f"print([m for m in {UNNEEDED} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code, "check", VALID], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[-1] == "[]"
