"""Write the lock files anew: ``make lock``; ``make lock UPGRADE=1`` takes the newest that the ranges allow.

``make run`` and ``make test`` install exactly these versions, by hash; the wheel keeps the ranges of
``pyproject.toml``.  What is locked already stays while it fits the ranges.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parent.parent
#: Where they lie.
LOCKS = Path("locks")
#: The project's own file of dependencies.
PROJECT = Path("pyproject.toml")


class Lock(NamedTuple):
    """One lock file.

    :ivar name: its name without the ending.
    :ivar extras: the optional dependencies that are in it; None: the project itself is not.
    :ivar groups: the dependency groups that are in it.
    """

    name: str
    extras: tuple[str, ...] | None
    groups: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file, from the top of the checkout."""
        return LOCKS / f"{self.name}.txt"


#: Everything that is used together, locked together.
TEST = Lock("test", ("portal", "postgres", "second-opinion", "simulator", "sm2", "testing"), ("dev",))
#: The part of it that `up` needs.
RUN = Lock("run", ("portal", "simulator"), ("build",))
#: pyscard alone: pip must be told to compile it with what is locked, and not with what it finds.
CARD = Lock("card", None, ())
#: What writes the lock files.
LOCKING = Lock("locking", None, ("locking",))
ALL = (TEST, RUN, CARD, LOCKING)

_COMPILE = ("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate", "--python-version", "3.11")


def main(arguments: Sequence[str]) -> int:
    """Write all lock files; 2 for misuse."""
    import tomllib  # what reads the table of lock files to install them runs on a Python too old for it, to say so

    if list(arguments) not in ([], ["--upgrade"]):
        print("usage: python -m tools.lock [--upgrade]")
        return 2
    compile_(TEST, str(PROJECT), *arguments)
    # The same versions in all of them.
    together = ("--constraints", str(TEST.path), "--upgrade")
    compile_(RUN, str(PROJECT), *together)
    project = tomllib.loads((TOP / PROJECT).read_text("utf-8"))["project"]
    compile_(CARD, "-", "--no-deps", *arguments, given=_pyscard(project))
    compile_(LOCKING, *arguments)
    return 0


def _pyscard(project: dict[str, Any]) -> str:
    """What the extra ``card`` asks of pyscard; the rest of it is locked with the portal."""
    (found,) = (each for each in project["optional-dependencies"]["card"] if each.startswith("pyscard"))
    return str(found)


def compile_(lock: Lock, *arguments: str, given: str = "") -> None:
    """Have uv write *lock*."""
    chosen = [f"--extra={name}" for name in lock.extras or ()] + [f"--group={name}" for name in lock.groups]
    command = (str(Path(sys.executable).with_name("uv")), *_COMPILE, *chosen, "--output-file", str(lock.path), *arguments)
    environment = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    print(f"[lock] {lock.path}", flush=True)
    subprocess.run(command, cwd=TOP, env=environment, input=given, text=True, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
