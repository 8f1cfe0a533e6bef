"""Puts the commands together, and lets no traceback reach a user."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from tempgoods_edi.cli.terminal import OK, REFUSED, UNDECIDED, Language, complain, language
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual, Lang

#: Each command and the module that has it; its ``register`` adds it to the application.
COMMANDS: Mapping[str, str] = {
    "check": "checking",
    "build": "building",
    "sign": "signing",
    "verify": "verifying",
    "doctor": "doctoring",
    "show": "showing",
    "explain": "explaining",
    "submit": "submitting",
    "keys": "keymaking",
    "simulate": "simulating",
    "gateway": "gatewaying",
    "web": "serving",
    "card": "carding",
    "card-agent": "carding",
    "up": "upping",
}

_UNEXPECTED = Bilingual(
    "程序出错：{error}\n这是我们的错误，请将所用命令和报文报告给我们。设置 TEMPGOODS_DEBUG=1 可显示详情。",
    "something went wrong here: {error}\n"
    "The mistake is ours: please report it with the command and the message. TEMPGOODS_DEBUG=1 shows the details.",
)
_NO_FILE = Bilingual("{path}：{reason}", "{path}: {reason}")


def run(arguments: Sequence[str]) -> int:
    """Run the command that *arguments* ask for.

    :returns: the exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese shows question marks, rather than an error of ours.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    lang = _asked(arguments)
    try:
        application(arguments)(args=list(arguments), prog_name="tempgoods-edi")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else UNDECIDED
    except TempgoodsError as error:
        complain(error.text, lang)
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left must not be flushed into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:
        complain(_NO_FILE.format(path=error.filename or "", reason=error.strerror or error), lang)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("TEMPGOODS_DEBUG") == "1":
            raise
        for each in ("zh", "en") if lang == "zh" else ("en", "zh"):
            complain(_UNEXPECTED.format(error=f"{type(error).__name__}: {error}").in_(each), lang)
    else:
        return OK
    return UNDECIDED


def application(arguments: Sequence[str]) -> typer.Typer:
    """The application with the one command that *arguments* name; with all of them when they name none."""
    app = typer.Typer(
        name="tempgoods-edi",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_top)
    asked = arguments[0] if arguments else ""
    modules = (COMMANDS[asked],) if asked in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in modules:
        importlib.import_module(f"tempgoods_edi.cli.{module}").register(app)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from tempgoods_edi.cli.version import version

        typer.echo(f"tempgoods-edi {version()}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version. 版本")
    ] = False,
) -> None:
    """China's temporary import/export goods messages: check, build, sign, send.

    暂时进出境货物报文：检查、生成、签名、发送。
    """


def _asked(arguments: Sequence[str]) -> Lang:
    """The language of a text about a command that failed, ``--lang`` among its arguments or not."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        value = following if argument == "--lang" else argument.removeprefix("--lang=")
        if argument.startswith("--lang") and value in ("zh", "en"):
            return language(Language(value))
    return language()
