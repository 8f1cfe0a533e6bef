"""The table of outside programs, and the gate that stands before the tests that need one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import lock, outside, setup
from tools.outside import PROGRAMS, Program, Way, apt_line, missing

TOP = Path(__file__).resolve().parent.parent.parent
ABSENT = Program("absent", ("sh", "no-such-program"), "absent-package", "what nobody can test")
PRESENT = Program("present", (sys.executable,), "python3", "what everybody can test")


def test_a_program_is_missing_when_one_of_its_commands_is() -> None:
    """All commands of a program must be there; one that is present is never listed."""
    assert missing([PRESENT, ABSENT]) == [ABSENT]


def test_programs_have_names_of_their_own() -> None:
    """A ``needs`` mark names exactly one program."""
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS)


def test_set_up_tells_plainly_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each missing program's tests are named, with one line that installs all of them."""
    monkeypatch.setattr(setup, "missing", lambda: [ABSENT])
    setup.tell_what_is_left_out()
    told = capsys.readouterr().out
    assert "what nobody can test" in told
    assert "no-such-program; package absent-package" in told
    assert apt_line(["absent-package"]) in told


def test_set_up_without_rights_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who is not root gets told, and no program is started for them."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("started a program"))
    setup.get_debian_packages(["absent-package"])


@pytest.mark.parametrize(
    ("by", "lists", "line"),
    [
        ("root", True, "apt-get install --no-install-recommends curl xmlsec1"),
        ("sudo", True, "sudo apt-get install --no-install-recommends curl xmlsec1"),
        ("sudo", False, "sudo apt-get update && sudo apt-get install --no-install-recommends curl xmlsec1"),
        ("su", False, "su - -c 'apt-get update && apt-get install --no-install-recommends curl xmlsec1'"),
        ("other", False, "install what Debian packs as: curl xmlsec1"),
    ],
)
def test_the_line_to_type_works_for_who_types_it(by: Way, lists: bool, line: str) -> None:
    """Root needs no sudo, a machine may not have it, and a new system has no lists of packages yet."""
    assert apt_line(["xmlsec1", "curl", "curl"], by, lists=lists) == line


def test_the_way_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever is not root is told of sudo only where it is, and of apt only where it is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert outside.way() == "other"
    for name, found in (("apt-get", "su"), ("sudo", "sudo")):
        (tmp_path / name).touch(mode=0o755)
        assert outside.way() == found
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert outside.way() == "root"


def test_what_lacks_is_named_as_it_is_called() -> None:
    """A command, a library, a file: each by its own name, and only what is not there."""
    whole = Program("whole", ("sh", "no-program"), "package", "tests", ("no-such-library",), ("/no/file", "/dev/null"))
    assert whole.lacks() == ["no-program", "libno-such-library", "/no/file"]
    assert outside.without(whole) == "tests  (no no-program, libno-such-library, /no/file; package package)"


def test_programs_of_services_are_found_whatever_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder of services that the PATH of an ordinary user does not name is looked into all the same."""
    (tmp_path / "a-service").touch(mode=0o755)
    monkeypatch.setattr(outside, "_SERVICES", (str(tmp_path),))
    assert Program("a", ("a-service",), "package", "tests").lacks() == []
    assert outside.search_path("/usr/bin").split(os.pathsep) == ["/usr/bin", str(tmp_path)]


def test_one_unknown_package_keeps_no_other_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """apt refuses all of them for one that it does not know: then each is asked for alone."""
    apt = tmp_path / "apt-get"
    apt.write_text('#!/bin/sh\necho "$@" >> "${0%/*}/asked"\ncase "$*" in *unknown*) echo "E: what?" >&2; exit 100;; esac\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    setup.get_debian_packages(["curl", "unknown", "xmlsec1"])
    asked = [line.split()[-1] for line in (tmp_path / "asked").read_text().splitlines()]
    assert asked == ["update", "xmlsec1", "curl", "unknown", "xmlsec1"]


def test_only_what_is_needed_is_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where Python cannot make an environment, that package alone stands in the line without which nothing goes."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup, "venv_packages", lambda: ["python3-venv"])
    monkeypatch.setattr(setup, "missing", lambda: [ABSENT])
    assert setup.main(["test"]) == 1
    first = next(line for line in capsys.readouterr().out.splitlines() if "first:" in line)
    assert first.endswith(apt_line(["python3-venv"]))


@pytest.mark.parametrize(
    ("changed", "made"), [(None, 0), ("locks/test.txt", 1), ("locks/card.txt", 1), ("pyproject.toml", 0)], ids=str
)
def test_what_is_no_longer_locked_does_not_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str | None, made: int
) -> None:
    """When a lock file changed the environment is made anew; the project's own file alone has the product installed again."""
    for name in ("pyproject.toml", *(str(each.path) for each in lock.ALL)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for name, value in (("TOP", tmp_path), ("VENV", tmp_path / "venv"), ("VENV_PYTHON", python)):
        monkeypatch.setattr(setup, name, value)
    taken: list[str] = []
    monkeypatch.setattr(setup, "pip", lambda step: taken.append(str(step.source)))
    monkeypatch.setattr(setup, "missing", list)
    setup.install("test")
    assert taken == ["locks/test.txt", "pyproject.toml", "locks/card.txt"]
    if changed:
        (tmp_path / changed).write_text("other")
    started: list[object] = []
    real = subprocess.run

    def run(command: Sequence[str | Path], **options: Any) -> object:
        if "venv" not in command:
            return real(command, **options)
        started.append(command)
        return None

    monkeypatch.setattr(subprocess, "run", run)
    setup.make_venv()
    assert len(started) == made
    taken.clear()
    setup.install("test")
    assert taken == ([changed] if changed else [])


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run", "test"]])
def test_set_up_refuses_what_it_does_not_know(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Misuse exits 2 and shows the usage."""
    assert setup.main(arguments) == 2
    assert "usage" in capsys.readouterr().out


def test_set_up_refuses_an_old_python(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A Python older than the product supports is named, and so is the way to give another one."""
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    assert setup.main(["test"]) == 1
    assert "make PYTHON=" in capsys.readouterr().out


def gated(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run, where no outside program is on the PATH, one test that needs two and one that needs none."""
    shutil.copy(TOP / "tests" / "conftest.py", folder)
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.needs('xmlsec1', 'jdk')\n"
        "def test_with(): pass\n"
        "def test_without(): pass\n"
    )
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = needs\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "1", "--rootdir", folder, folder],
        cwd=folder,
        env={"PATH": str(folder), "PYTHONPATH": str(TOP), "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_test_without_its_program_is_left_out_and_said_so(tmp_path: Path) -> None:
    """The others run; the summary names the groups left out and the line that installs what they need."""
    done = gated(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert "signatures judged and made by xmlsec1" in done.stdout
    assert apt_line(["xmlsec1", "default-jdk-headless"], "other") in done.stdout


def test_a_test_without_its_program_fails_when_all_are_required(tmp_path: Path) -> None:
    """Under TEMPGOODS_REQUIRE_ALL=1 nothing is left out: the run fails and names the missing programs."""
    done = gated(tmp_path, TEMPGOODS_REQUIRE_ALL="1")
    assert done.returncode == 1, done.stdout
    assert "needs jdk, xmlsec1" in done.stdout


def test_a_mark_for_an_unknown_program_fails_its_test(tmp_path: Path) -> None:
    """A misspelt name in a ``needs`` mark fails the test: it would never be left out."""
    (tmp_path / "test_misspelt.py").write_text(
        "import pytest\n@pytest.mark.needs('xmlsek1')\ndef test_with(): pass\n"
    )
    done = gated(tmp_path)
    assert done.returncode == 1, done.stdout
    assert "needs xmlsek1: not in tools/outside.py" in done.stdout
