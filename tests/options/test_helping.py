"""The help of a command: everything it takes, in lines that a terminal holds."""

from __future__ import annotations

from typing import Annotated

import pytest

from tempgoods_edi.options import Argument, Command, Group, Option
from tempgoods_edi.options.helping import help_of, usage
from tempgoods_edi.options.numbers import PORT
from tempgoods_edi.values import LANGS, Lang
from tempgoods_edi.visible import width


def listen(
    where: Annotated[str, Argument("WHERE", help="Which address.")],
    others: Annotated[list[str] | None, Argument("OTHERS")] = None,
    port: Annotated[
        int, Option("--port", "-p", limits=PORT, help="Port; 监听的端口号，可以是任何一个空闲的端口号，也可以是零。")
    ] = 80,
    a_name_that_is_long: Annotated[
        str | None, Option("--a-name-that-is-long", metavar="NAME-OF-IT", help="A name.")
    ] = None,
    loud: Annotated[bool, Option("--loud", off="--quiet", help="Say it.")] = True,
) -> None:
    """Listen at some address until it is enough, and then no more at all. 监听某个地址，直到不再需要为止，此后不再监听。

    A second paragraph.
    """


LISTEN = Command(listen)
TOP = Group("Things that listen. 监听。", {"listen": LISTEN, "keep": Group("Keep.", {})}, has_version=True)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("node", [LISTEN, TOP])
def test_no_line_is_longer_than_a_terminal(node: Command | Group, lang: Lang) -> None:
    """At most 78 columns, of which a Chinese letter takes two; nothing ends in blanks or begins with a comma."""
    for line in help_of("p", node, lang).splitlines():
        assert width(line) <= 78
        assert line == line.rstrip()
        assert not line.lstrip().startswith(("，", "。"))


def test_everything_is_in_it() -> None:
    """Names, metavars, defaults and limits; what must be there; both languages of the description."""
    told = help_of("p listen", LISTEN, "en")
    assert told.startswith("Usage: p listen [OPTIONS] WHERE [OTHERS]\n\n  Listen at some address")
    for part in (
        "at all. 监听", "\n\n  A second paragraph.\n", "WHERE   Which address. [required]", "\n  OTHERS\n",
        "-p, --port <port>", "[default: 80] [0–65535]", "\n  --a-name-that-is-long NAME-OF-IT\n",
        "--loud / --quiet", "[default: --loud]", "-h, --help",
    ):  # fmt: skip
        assert part in told
    assert "用法：p listen" in help_of("p listen", LISTEN, "zh")


def test_a_group_lists_its_commands() -> None:
    """Each with the first paragraph of its help."""
    told = help_of("p", TOP, "en")
    assert "\n  listen  Listen at some address" in told
    assert "\n  keep    Keep." in told
    assert "--version" in told
    assert usage("p", TOP) == "p [OPTIONS] COMMAND [ARGS]..."
