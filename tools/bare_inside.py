"""What is done in a bare system: ``bare_inside.py run|test root|user CLONE``; `tools.bare` puts it there and starts it as root.

Standard library only, and nothing of the checkout: the system has no more.
"""

from __future__ import annotations

import os
import pwd
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

#: The last line of `make run` before it waits.
UP = "Ctrl-C stops it, the next start"
APPROVED = "审核通过"
PERSONS = ("root", "user")
#: Places of an ordinary system where what ran may leave something; caches may stay, and what Debian's own packages put up.
LEFT_IN = ("/tmp", "/var/tmp", "/dev/shm", "/run", *(pwd.getpwnam(who).pw_dir for who in PERSONS))  # noqa: S108 - looked through, not written to
CACHES = re.compile(r".*/(\.cache(/.*)?|\.(bash\w*|profile)|\.pki(/.*)?)|/run/(adduser|lock|shm|systemd)(/.*)?")


class Person:
    """Root or the ordinary user, in the clone."""

    def __init__(self, who: str, clone: Path) -> None:
        self.who, self.clone = who, clone
        home = pwd.getpwnam(who).pw_dir
        path = os.environ["PATH"] if who == "root" else "/usr/local/bin:/usr/bin:/bin"
        self._environment = {**os.environ, "HOME": home, "USER": who, "LOGNAME": who, "PATH": path}

    def starts(self, command: str, **environment: str) -> subprocess.Popen[str]:
        """Start *command* as this person types it, its output to be read."""
        as_who = [] if self.who == "root" else ["setpriv", f"--reuid={self.who}", f"--regid={self.who}", "--init-groups", "--"]
        return subprocess.Popen(
            [*as_who, "bash", "-c", command],
            cwd=self.clone, env={**self._environment, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def types(self, command: str, **environment: str) -> tuple[int, str]:
        """Let *command* end; its exit code and what it said, which is shown as it comes."""
        print(f"$ {command}   ({self.who})", flush=True)
        said = []
        with self.starts(command, **environment) as process:
            assert process.stdout is not None  # noqa: S101 - its output is a pipe
            for line in process.stdout:
                said.append(line)
                print("  " + line, end="", flush=True)
        return process.returncode, "".join(said)


def main(arguments: Sequence[str]) -> int:
    """Reach the goal; 0 when it went well."""
    goal, who, clone = arguments
    person = Person(who, Path(clone))
    before = lying()
    right = runs(person) if goal == "run" else tests(person)
    running = [line for line in processes() if line]
    untracked = Person(who, Path(clone)).types("git status --porcelain")[1]
    left = sorted(lying() - before)
    for what, found in (("still running", running), ("left behind", left), ("untracked", untracked.splitlines())):
        if found:
            right = False
            print(f"== {what}: {found}", flush=True)
    print(f"== {goal} as {who}: {'went well' if right else 'FAILED'}", flush=True)
    return 0 if right else 1


def runs(person: Person) -> bool:
    """`make run`, the README's walk beside it, Ctrl-C."""
    walk = re.search(r"<!-- walk: declarant -->\n```sh\n(.*?)```", (person.clone / "README.md").read_text("utf-8"), re.DOTALL)
    assert walk is not None  # noqa: S101 - the README has it
    started = person.starts("exec make run")
    said = until_up(started)
    advice = re.search(r"first: +(.*)", said)
    if advice and person.who != "root":
        started.wait()
        root = Person("root", person.clone)
        # The password that `su` asks for is not to be typed here.
        as_root = re.sub(r"^su - -c '(.*)'$", r"\1", advice[1]).replace("sudo ", "")
        if root.types(as_root.replace("install ", "install --yes "))[0]:
            return False
        started = person.starts("exec make run")
        said = until_up(started)
    right = UP in said
    if right:
        code, told = person.types("set -e\n" + walk[1])
        right = code == 0 and APPROVED in told
    os.killpg(started.pid, signal.SIGINT)
    print(started.communicate()[0], flush=True)
    return right


def until_up(process: subprocess.Popen[str]) -> str:
    """What it says until it is up, or ends."""
    said = ""
    assert process.stdout is not None  # noqa: S101 - its output is a pipe
    for line in process.stdout:
        print("  " + line, end="", flush=True)
        said += line
        if UP in line:
            break
    return said


def tests(person: Person) -> bool:
    """`make test`: for root nothing may be left out; a user cannot install what lacks."""
    everything = {"TEMPGOODS_REQUIRE_ALL": "1"} if person.who == "root" else {}
    return person.types("make test", **everything)[0] == 0


def processes() -> list[str]:
    """What runs beside this program, some seconds after everything should have ended."""
    deadline = time.monotonic() + 10
    while True:
        found = [
            path.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if path.parent.name not in ("1", str(os.getpid()))
        ]
        if not any(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def lying() -> set[str]:
    """Every file outside the clone where programs may leave some, caches apart."""
    found = (str(path) for place in LEFT_IN for path in Path(place).rglob("*") if not path.is_dir() or path.is_symlink())
    return {path for path in found if not CACHES.fullmatch(path)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
