"""Try the checkout on a bare Debian: ``python3 -m tools.bare trixie`` (or ``bookworm``), as root, with debootstrap installed.

In a folder it makes a system with python3, make and git alone, puts a clone of what is committed there, and lets root and
an ordinary user do what the README says: ``make run``, its walk, ``make test``.  It says what was left running or lying
about.  Sources, proxies and certificates of packages are those of this machine.  The system lives in name spaces of its
own for processes and mounts: when it ends, nothing of it goes on.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
#: What a bare system has beyond Debian's smallest.
HAS = ("python3", "make", "git", "ca-certificates")
#: Who is not root there.
USER = "user"
#: Who does what, in this order: what the user is told to install is not there yet.
PLAN = (("run", USER), ("run", "root"), ("test", "root"), ("test", USER))
CLONE = Path("srv/tempgoods-edi")
_BUNDLE = Path("etc/ssl/certs/ca-certificates.crt")
#: Where the bundle stays what it is, whatever packages do to the system's own.
_KEPT_BUNDLE = Path("etc/ssl/of-the-host.crt")
_SOURCES = Path("/etc/apt/sources.list.d")


def main(arguments: Sequence[str]) -> int:
    """Make the system, and try the checkout in it; 0 when all went well, 1 when something did not, 2 for misuse."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.bare", description=__doc__)
    parser.add_argument("release", choices=("bookworm", "trixie"), help="Debian 12 or 13")
    parser.add_argument("--folder", type=Path, help="where the system is made; kept when it is named (usual: a temporary one)")
    parser.add_argument("--as", dest="who", choices=("root", USER), help="one of the two only")
    parser.add_argument("--only", choices=("run", "test"), help="`make run` with the walk, or `make test`")
    asked = parser.parse_args(arguments)
    if os.geteuid() or not shutil.which("debootstrap"):
        print("needs root and debootstrap")
        return 2
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="bare-"))
    try:
        if not (folder / "bin").exists():
            bootstrap(asked.release, folder)
        plan = [(goal, who) for goal, who in PLAN if asked.only in (None, goal) and asked.who in (None, who)]
        failed = [f"{goal} as {who}" for goal, who in plan if not tried(folder, goal, who)]
    finally:
        if asked.folder is None:
            shutil.rmtree(folder)
    print(f"== {asked.release}: {'failed: ' + ', '.join(failed) if failed else 'all went well'}")
    return 1 if failed else 0


def bootstrap(release: str, folder: Path) -> None:
    """Make the bare system in *folder*."""
    mirror, lines = sources(release)
    include = ",".join(HAS)
    run("debootstrap", "--variant=minbase", f"--include={include}", release, str(folder), mirror)
    (folder / "etc/apt/sources.list").write_text("\n".join(lines) + "\n")
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    fetching = [line for line in dumped.splitlines() if line.startswith("Acquire::") and "DEP-11" not in line]
    (folder / "etc/apt/apt.conf.d/90of-the-host").write_text("\n".join(fetching) + "\n")
    for name in ("etc/resolv.conf", "etc/hosts"):
        shutil.copy("/" / Path(name), folder / name)
    for path in (_BUNDLE, _KEPT_BUNDLE):
        shutil.copy("/" / _BUNDLE, folder / path)
    run("chroot", str(folder), "useradd", "--create-home", "--shell", "/bin/bash", USER)


def sources(release: str) -> tuple[str, list[str]]:
    """The mirror that this machine takes *release* from, or would, and lines that name it and its updates."""
    import re

    here = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)
    own = here[1] if here else release
    found: list[tuple[str, str]] = []
    for path in (Path("/etc/apt/sources.list"), *sorted(_SOURCES.glob("*"))):
        text = path.read_text() if path.is_file() else ""
        found += re.findall(r"^deb (?:\[[^]]*\] )?(\S+) (\S+)", text, re.MULTILINE)
        for stanza in text.split("\n\n"):
            fields = dict(re.findall(r"^(\w+): (.*)", stanza, re.MULTILINE))
            found += [(uri, suite) for uri in fields.get("URIs", "").split() for suite in fields.get("Suites", "").split()]
    theirs = [(uri, suite.replace(own, release, 1)) for uri, suite in found if re.fullmatch(own + r"(-updates|-security)?", suite)]
    mirror = next(uri for uri, suite in theirs if suite == release)
    return mirror, [f"deb {uri} {suite} main" for uri, suite in theirs]


def tried(folder: Path, goal: str, who: str) -> bool:
    """True when *who* reached *goal* in the system, and left nothing behind."""
    clone = folder / CLONE
    shutil.rmtree(clone, ignore_errors=True)
    run("git", "clone", "--quiet", "--no-hardlinks", str(TOP), str(clone))
    if who == USER:
        run("chroot", str(folder), "chown", "-R", f"{USER}:", f"/{CLONE}")
    shutil.copy(Path(__file__).with_name("bare_inside.py"), folder / "srv")
    print(f"== {goal} as {who}", flush=True)
    inside = ("python3", "/srv/bare_inside.py", goal, who, f"/{CLONE}")
    mounts = "\n".join(
        (
            f"mount -t proc proc {folder}/proc",
            f"mount --rbind /dev {folder}/dev",
            f"mount -t tmpfs -o mode=1777 tmpfs {folder / 'dev/shm'}",
            f"mount -t tmpfs -o mode=755 tmpfs {folder}/run",
            # The shell stays, as the first process: it buries what others leave dead.
            f"chroot {folder} {' '.join(inside)}; exit $?",
        )
    )
    apart = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--uts", "--ipc")
    done = subprocess.run([*apart, "sh", "-ec", mounts], env=dict(environment(os.environ)), stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def environment(here: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the bare system is told: how packages are fetched, and nothing else of this machine's."""
    settings = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    told = {name: value for name, value in here.items() if name.startswith("PIP_") or name.lower().endswith("_proxy")}
    for line in settings.stdout.splitlines():
        name, _, value = line.partition("=")
        scope, _, option = name.partition(".")
        if scope == "global":
            told.setdefault(f"PIP_{option.upper().replace('-', '_')}", value.strip("'"))
    # What lies on this machine's disk is not there.
    yield from ((name, value) for name, value in told.items() if not value.startswith(("/", "file:", "~")))
    yield "PIP_CERT", f"/{_KEPT_BUNDLE}"
    yield "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    yield "LANG", "C.UTF-8"


def run(*command: str) -> None:
    """A step that must go well; its words are told when it does not."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
