"""The wheel as other people get it, and places that hold it with nothing but what it says it needs.

Such a place is a folder of links to the distributions that are installed for the tests: nothing is fetched, and Python is
started without its own ones (`-S`), so that whatever is not linked is not there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).resolve().parent.parent
#: What is installed for the tests only where it can be compiled.
COMPILED = frozenset({"pyscard"})


def run(*command: str | Path, cwd: Path, path: Path | None = None) -> str:
    """What *command* prints, run in *cwd* with *path* before every other place of modules."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV_"))}
    if path:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("archives")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, TOP, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installed the wheel alone."""
    (wheel,) = archives.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile")
    run(*pip, "--target", folder, wheel, cwd=folder)
    return folder


class Place(Struct, frozen=True):
    """An environment with the wheel and what some of its extras bring.

    :ivar python: starts its Python.
    :ivar modules: where its modules lie, when Python does not find them by itself.
    :ivar names: the distributions beside the wheel.
    :ivar size: of all of them, and of the wheel, in bytes, compiled modules apart.
    """

    python: tuple[str, ...]
    modules: tuple[Path, ...]
    names: frozenset[str]
    size: int

    def command(self, *words: str | Path) -> list[str]:
        """Runs Python in it with *words*."""
        return [*self.python, *map(str, words)]

    def environment(self) -> dict[str, str]:
        """What its processes see of ours."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
        own = {"PYTHONPATH": os.pathsep.join(map(str, self.modules))} if self.modules else {}
        return {**kept, **own, "TEMPGOODS_LANG": "en"}

    def run(self, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run Python in it with *words*, in the folder *cwd*."""
        return subprocess.run(
            self.command(*words), env=self.environment(), cwd=cwd, capture_output=True, encoding="utf-8", check=False
        )

    def tempgoods(self, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run our command in it."""
        return self.run("-m", "tempgoods_edi.cli", *words, cwd=cwd)

    @contextmanager
    def serving(self, *words: str | Path, cwd: Path, until: str) -> Iterator[str]:
        """A command of ours that goes on until it is stopped; gives the line in which it says *until*."""
        with subprocess.Popen(
            self.command("-u", "-m", "tempgoods_edi.cli", *words),
            env=self.environment(), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        ) as process:  # fmt: skip
            try:
                assert process.stdout is not None
                said = []
                for line in process.stdout:
                    said.append(line)
                    if until in line:
                        yield line
                        return
                raise AssertionError("".join(said))
            finally:
                process.kill()


def linked(installed: Path, folder: Path, *extras: str) -> Place:
    """A place in *folder* with what the wheel in *installed* and its *extras* say they need."""
    names = needed(installed, extras)
    for name in names - COMPILED:
        link(name, folder)
    files = [Path(str(file.locate())) for name in names - COMPILED for file in distribution(name).files or ()]
    size = sum(map(bytes_of, files)) + sum(map(bytes_of, installed.rglob("*")))
    return Place((sys.executable, "-S"), (installed, folder), names, size)


def fetched(wheel: Path, folder: Path, *extras: str) -> Place:
    """A virtual environment in *folder* into which pip installed *wheel* with *extras*, from the package index."""
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    python = folder / "bin" / "python"
    wanted = f"{wheel}[{','.join(extras)}]" if extras else str(wheel)
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", wanted, cwd=folder)
    listed = run(python, "-m", "pip", "list", "--format", "freeze", cwd=folder).splitlines()
    names = {canonicalize_name(line.partition("==")[0]) for line in listed} - {"pip", "setuptools", "tempgoods-edi"}
    (modules,) = folder.glob("lib/python*/site-packages")
    others = [path for path in modules.iterdir() if path.name.startswith(("pip", "setuptools", "pkg_resources"))]
    size = sum(map(bytes_of, modules.rglob("*"))) - sum(bytes_of(each) for path in others for each in path.rglob("*"))
    return Place((str(python),), (), frozenset(names), size)


def needed(installed: Path, extras: Sequence[str]) -> frozenset[str]:
    """The distributions that the wheel with *extras* needs, and those that they need."""
    (metadata,) = installed.glob("tempgoods_edi-*.dist-info/METADATA")
    own = message_from_bytes(metadata.read_bytes()).get_all("Requires-Dist") or []
    found: dict[str, set[str]] = {}
    waiting = [("tempgoods-edi", set(extras) | {""})]
    while waiting:
        name, asked = waiting.pop()
        if asked <= found.get(name, set()):
            continue
        found.setdefault(name, set()).update(asked)
        waiting.extend(
            (canonicalize_name(wanted.name), {"", *wanted.extras})
            for wanted in map(Requirement, own if name == "tempgoods-edi" else requirements(name))
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in asked)
        )
    return frozenset(found) - {"tempgoods-edi"}


def requirements(name: str) -> Iterable[str]:
    """What the distribution *name* says it needs."""
    try:
        return distribution(name).requires or ()
    except PackageNotFoundError:
        assert name in COMPILED
        return ()


def link(name: str, folder: Path) -> None:
    """Put into *folder* what the distribution *name* put beside all others."""
    found = distribution(name)
    for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        there = folder / top
        if not there.exists():
            there.symlink_to(Path(str(found.locate_file(top))))


def bytes_of(path: Path) -> int:
    """The size of a file; of a compiled module, and of what is none, nothing."""
    return path.stat().st_size if path.is_file() and path.suffix != ".pyc" else 0
