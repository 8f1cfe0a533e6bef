"""The commands that README and docs show, and what they say is printed, as data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

TOP = Path(__file__).resolve().parents[2]
#: Where the pages say that a freshly started demonstration listens.
SHOWN_URL = "http://127.0.0.1:8018"
#: Stands in a page for what is left out: within a line, or for any number of lines.
LEFT_OUT = "…"


class Step(Struct, frozen=True):
    """A command, and the lines that the page shows below it."""

    command: str
    shown: tuple[str, ...] = ()


def page(name: str) -> str:
    """The text of README.md or of a page of docs."""
    return (TOP / name).read_text("utf-8")


def blocks(text: str, fence: str) -> list[str]:
    """The blocks of *text* whose fence is followed by *fence*, in order."""
    return re.findall(rf"^```{re.escape(fence)}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def steps(block: str) -> Iterator[Step]:
    """The commands of a block: every line of it, or those after ``$`` with what is printed in between."""
    lines = block.replace("\\\n", " ").splitlines()
    if not any(line.startswith("$ ") for line in lines):
        yield from (Step(line) for line in lines if line and not line.startswith("#"))
        return
    begins = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for number, following in zip(begins, [*begins[1:], len(lines)], strict=True):
        yield Step(lines[number].removeprefix("$ "), tuple(lines[number + 1 : following]))


def of_the_first(printed: str) -> str:
    """*printed* with numbers of exhibitions as the first one has them: others may have walked here before."""
    return re.sub(r"\b(ZH\d{6})\d{6}\b", r"\g<1>000001", printed)


def differing(step: Step, printed: str) -> str | None:
    """The first line shown that was not printed at its place; None when all agree."""
    rest = printed.splitlines()
    anywhere = False
    for line in step.shown:
        if line == LEFT_OUT:
            anywhere = True
            continue
        wanted = re.compile(".*".join(map(re.escape, line.split(LEFT_OUT))))
        found = next((at for at, told in enumerate(rest if anywhere else rest[:1]) if wanted.fullmatch(told)), None)
        if found is None:
            return line
        rest, anywhere = rest[found + 1 :], False
    return None if not step.shown or anywhere or not rest else rest[0]


def environment() -> dict[str, str]:
    """English, the commands of this installation first, and nothing that a developer may have set."""
    dropped = ("LC_ALL", "LC_MESSAGES", "LANG", "TEMPGOODS_PASSWORD", "TEMPGOODS_DEBUG")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PATH": path, "TEMPGOODS_LANG": "en", "PYTHONUTF8": "1"}


def typed(command: str, folder: Path, more: Mapping[str, str] | None = None) -> tuple[int, str]:
    """*command* as typed into a shell in *folder*: its exit code, and all that it prints."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**environment(), **(more or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout
