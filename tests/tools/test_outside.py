"""The table of outside programs, and the gate that stands before the tests that need one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import setup
from tools.outside import PROGRAMS, Program, apt_line, missing

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
    assert "sudo apt-get install absent-package" in told


def test_set_up_without_rights_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who is not root gets told, and no program is started for them."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("started a program"))
    setup.get_debian_packages(["absent-package"])


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
    assert apt_line(["xmlsec1", "default-jdk-headless"]) in done.stdout


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
