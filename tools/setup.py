"""Make a bare checkout ready: ``python3 -m tools.setup run``, ``… test`` or ``… lock``.

Everything goes into ``.venv``, by hash from the lock files: for ``run`` what the product needs, for
``test`` all that the checks use, for ``lock`` what writes the lock files.  For ``test`` it also sees to
the outside programs.  Debian packages are installed only when something is missing and we are root;
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
from typing import NamedTuple

from tools.lock import CARD, LOCKING, PROJECT, RUN, TEST, Lock
from tools.outside import COMPILING, apt_line, missing, without

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)



class Step(NamedTuple):
    """Something that pip puts into ``.venv``.

    :ivar source: the file that says what; when it changes the step is taken again.
    :ivar words: what pip is told.
    """

    source: Path
    words: tuple[str, ...]

    @property
    def stamp(self) -> Path:
        """Holds, when the step was taken, the digest of its source as it was then."""
        return VENV / "taken" / self.source.name

    def digest(self) -> str:
        """The digest of the source, and of what pip is told, as they are now."""
        return hashlib.sha256((TOP / self.source).read_bytes() + repr(self.words).encode()).hexdigest()

    def taken(self) -> bool | None:
        """True: taken, for the source as it is; False: for another; None: never."""
        return self.stamp.read_text() == self.digest() if self.stamp.exists() else None


def locked(lock: Lock, *more: str) -> Step:
    """Install what *lock* holds, and nothing that it does not."""
    return Step(lock.path, ("--require-hashes", *more, "--requirement", str(lock.path)))


# pip builds these two with what the step before them brought; it would fetch the newest otherwise.
PRODUCT = Step(PROJECT, ("--no-build-isolation", "--no-deps", "--editable", "."))
PYSCARD = locked(CARD, "--no-build-isolation", "--no-deps")

#: What there is to do for each goal.
STEPS = {"run": (locked(RUN), PRODUCT), "test": (locked(TEST), PRODUCT, PYSCARD), "lock": (locked(LOCKING),)}


def main(arguments: Sequence[str]) -> int:
    """Prepare for the goal named on the command line; 0 when ready, 1 when a person must act, 2 for misuse."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        say(f"usage: python3 -m tools.setup {'|'.join(STEPS)}")
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
        say("Python cannot make a virtual environment here. Please run first:  " + apt_line(venv_packages()))
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
    apt_get("update")
    if not apt_get("install", *packages) and len(packages) > 1:
        # One that this release has not keeps none of the others away.
        for package in packages:
            apt_get("install", package)


def apt_get(command: str, *packages: str) -> bool:
    """Let apt-get do it quietly; False, and told, when it could not."""
    options = ("--yes", "--no-install-recommends") if packages else ()
    done = subprocess.run(
        ("apt-get", "-qq", command, *options, *packages),
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or f"exit {done.returncode}").splitlines()[-1]
        say(f"{' '.join(('apt-get', command, *packages))} failed ({said}); going on with what is here.")
    return done.returncode == 0


def tell_what_is_left_out() -> None:
    """Name the tests that this machine cannot run, and the way to run them."""
    lacking = missing()
    if not lacking:
        return
    say("Not everything can be tested on this machine. Left out:")
    for program in lacking:
        say(f"  - {without(program)}")
    say("To test these too:  " + apt_line(program.package for program in lacking))


def make_venv() -> None:
    """Make ``.venv``, anew when it is broken, of another Python, or holds what is no longer locked."""
    version = "import sys; print(sys.version_info[:2])"
    if VENV_PYTHON.exists() and not any(step.taken() is False for steps in STEPS.values() for step in steps if step is not PRODUCT):
        answer = subprocess.run([VENV_PYTHON, "-c", version], capture_output=True, text=True, check=False)
        if answer.stdout.strip() == str(sys.version_info[:2]):
            return
    say("Making the virtual environment .venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(goal: str) -> None:
    """Take the steps to *goal* that were not yet taken."""
    for step in STEPS[goal]:
        if step.taken():
            continue
        if step is not PYSCARD:
            say(f"Installing into .venv: {step.source} (a minute the first time)")
            pip(step)
        elif not any(program.name in COMPILING for program in missing()):
            say("Compiling pyscard")
            try:
                pip(step)
            except subprocess.CalledProcessError as failure:
                say(f"pyscard could not be compiled (exit {failure.returncode}): the tests of IC cards over PC/SC are left out.")
                continue
        else:
            continue
        step.stamp.parent.mkdir(exist_ok=True)
        step.stamp.write_text(step.digest())


def pip(step: Step) -> None:
    """Let pip take *step*; what it compiles with is found among what is installed.

    Most modules installed are never imported: to compile the others when they are halves the time.
    """
    command = (VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    path = os.pathsep.join((str(VENV_PYTHON.parent), os.environ.get("PATH", os.defpath)))
    subprocess.run((*command, *step.words), cwd=TOP, env={**os.environ, "PATH": path}, check=True)


def say(text: str) -> None:
    """One line of progress."""
    print(f"[setup] {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        say(f"failed (exit {failure.returncode}): {' '.join(map(str, failure.cmd))}")
        sys.exit(1)
