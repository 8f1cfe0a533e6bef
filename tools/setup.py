"""Make a bare checkout ready: ``python3 -m tools.setup run`` or ``… test``.

``run`` puts the product into ``.venv``; ``test`` puts tox there and sees to the outside programs
that tests use.  Debian packages are installed only when something is missing and we are root;
otherwise the line to type is printed.  Standard library only; safe to repeat, and then quick.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.outside import apt_line, missing

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)

#: What pip puts into ``.venv`` for each goal.
INSTALLS = {"run": ("--editable", "."), "test": ("tox>=4.22",)}


def main(arguments: Sequence[str]) -> int:
    """Prepare for the goal named on the command line; 0 when ready, 1 when a person must act, 2 for misuse."""
    if len(arguments) != 1 or arguments[0] not in INSTALLS:
        say(f"usage: python3 -m tools.setup {'|'.join(INSTALLS)}")
        return 2
    goal = arguments[0]
    if sys.version_info < OLDEST_PYTHON:
        say(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.")
        say("Name another one with: make PYTHON=/path/to/python3 " + goal)
        return 1
    wanted = venv_packages()
    if goal == "test":
        wanted += [program.package for program in missing()]
    if wanted:
        get_debian_packages(wanted)
    if goal == "test":
        tell_what_is_left_out()
    if venv_packages():
        say("Python cannot make a virtual environment here. Please run first:  " + apt_line(wanted))
        return 1
    make_venv()
    install(goal)
    return 0


def venv_packages() -> list[str]:
    """The Debian package without which ``python3 -m venv`` fails; empty when it works."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return ["python{}.{}-venv".format(*sys.version_info)]


def get_debian_packages(packages: Sequence[str]) -> None:
    """Install *packages* when we may; a failure is only told: what then lacks is told by who needs it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("Installing Debian packages: " + " ".join(packages))
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=quietly, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            say(f"apt-get {command[0]} failed (exit {done.returncode}); going on with what is here.")


def tell_what_is_left_out() -> None:
    """Name the tests that this machine cannot run, and the way to run them."""
    lacking = missing()
    if not lacking:
        return
    say("Not everything can be tested on this machine. Left out:")
    for program in lacking:
        say(f"  - {program.tests}  (no {' / '.join(program.commands)})")
    say("To test these too:  " + apt_line(program.package for program in lacking))


def make_venv() -> None:
    """Make ``.venv``, anew when it is broken or of another Python."""
    version = "import sys; print(sys.version_info[:2])"
    if VENV_PYTHON.exists():
        answer = subprocess.run([VENV_PYTHON, "-c", version], capture_output=True, text=True, check=False)
        if answer.stdout.strip() == str(sys.version_info[:2]):
            return
    say("Making the virtual environment .venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(goal: str) -> None:
    """Let pip install what *goal* needs, unless it already did for this pyproject.toml."""
    state = hashlib.sha256((TOP / "pyproject.toml").read_bytes() + repr(INSTALLS[goal]).encode()).hexdigest()
    stamp = VENV / f"installed-for-{goal}"
    if stamp.exists() and stamp.read_text() == state:
        return
    say(f"Installing into .venv: {INSTALLS[goal][-1]} (a minute the first time)")
    pip = (VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run((*pip, *INSTALLS[goal]), cwd=TOP, check=True)
    stamp.write_text(state)


def say(text: str) -> None:
    """One line of progress."""
    print(f"[setup] {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        say(f"failed (exit {failure.returncode}): {' '.join(map(str, failure.cmd))}")
        sys.exit(1)
