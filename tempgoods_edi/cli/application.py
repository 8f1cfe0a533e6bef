"""Assembles the commands, and shows no traceback to a user."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from tempgoods_edi.cli.terminal import OK, REFUSED, UNDECIDED, Language, complain, language, tell
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.options import Command, Group, ParsedCommand, Wants, parsed
from tempgoods_edi.values import Bilingual, Lang

#: The commands; each is the ``COMMAND`` of the module that is called as it is.
COMMANDS = (
    "check", "build", "sign", "verify", "doctor", "show", "explain", "submit", "keys", "simulate", "gateway", "web", "card",
    "card-agent", "up",
)  # fmt: skip

#: What commands need beside the core.
EXTRAS: Mapping[str, tuple[str, ...]] = {
    "simulate": ("simulator",),
    "gateway": ("portal",),
    "web": ("portal",),
    "card-agent": ("card",),
    "up": ("portal", "simulator"),
}

_UNEXPECTED = Bilingual(
    "程序出错：{error}\n这是我们的错误，请将所用命令和报文报告给我们。设置 TEMPGOODS_DEBUG=1 可显示详情。",
    "something went wrong here: {error}\n"
    "The mistake is ours: please report it with the command and the message. TEMPGOODS_DEBUG=1 shows the details.",
)
_NO_FILE = Bilingual("{path}：{reason}", "{path}: {reason}")


def run(arguments: Sequence[str]) -> int:
    """Run the command that *arguments* name and return the exit code.

    :returns: the exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese shows question marks, rather than an error of ours.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    lang = _language(arguments)
    try:
        return _answer(parsed(TOP, arguments, "tempgoods-edi"), lang)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else UNDECIDED
    except TempgoodsError as error:
        # What to install is told whichever language is read here.
        for each in _first(lang) if isinstance(error, ImportError) else (lang,):
            complain(error.text, each)
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left must not be flushed into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:
        complain(_NO_FILE.format(path=error.filename or "", reason=error.strerror or error), lang)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        missing = _missing(error, arguments)
        if missing is None and os.environ.get("TEMPGOODS_DEBUG") == "1":
            raise
        for each in _first(lang):
            complain((missing or _UNEXPECTED.format(error=f"{type(error).__name__}: {error}")).in_(each), lang)
    return UNDECIDED


def _first(lang: Lang) -> tuple[Lang, ...]:
    """Both languages, *lang* first."""
    return ("zh", "en") if lang == "zh" else ("en", "zh")


def _missing(error: Exception, arguments: Sequence[str]) -> Bilingual | None:
    """What to install when a module of an extra is not there; None when something else is wrong."""
    if not isinstance(error, ModuleNotFoundError):
        return None
    from tempgoods_edi.extras import unmet

    found = unmet(f"tempgoods-edi {next(iter(arguments), '')}", error)
    return None if found is None else found.text


def _answer(asked: ParsedCommand, lang: Lang) -> int:
    """Do what is asked for; the exit code."""
    if asked.wants is Wants.RUN and isinstance(asked.node, Command):
        extras = EXTRAS.get(asked.program.rpartition(" ")[2])
        if extras is not None:
            from tempgoods_edi.extras import need

            need(asked.program, *extras)
        asked.node.run(asked.values)
        return OK
    if asked.wants is Wants.VERSION:
        from tempgoods_edi.cli.version import version

        tell(f"tempgoods-edi {version()}", lang)
        return OK
    (tell if asked.wants is Wants.HELP else complain)(_help(asked, lang), lang)
    return OK if asked.wants is Wants.HELP else UNDECIDED


def _help(asked: ParsedCommand, lang: Lang) -> str:
    """The help of a command, in *lang*."""
    from tempgoods_edi.options.helping import help_of

    if lang == "en":
        return help_of(asked.program, asked.node, lang)
    from tempgoods_edi.cli.help_chinese import CHINESE

    return help_of(asked.program, asked.node, lang, CHINESE)


class _Commands(Mapping[str, Command | Group]):
    """The commands by name, each loaded when it is asked for."""

    def __getitem__(self, name: str) -> Command | Group:
        if name not in COMMANDS:
            raise KeyError(name)
        command: Command | Group = importlib.import_module(f"tempgoods_edi.cli.{name.replace('-', '_')}").COMMAND
        return command

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


#: All of the command line.
TOP = Group(
    "China's temporary import/export goods messages: check, build, sign, send.\n\n"
    "暂时进出境货物报文：检查、生成、签名、发送。",
    _Commands(),
    has_version=True,
)


def _language(arguments: Sequence[str]) -> Lang:
    """The language of a text about a command that failed, ``--lang`` among its arguments or not."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        value = following if argument == "--lang" else argument.removeprefix("--lang=")
        if argument.startswith("--lang") and value in ("zh", "en"):
            return language(Language(value))
    return language()
