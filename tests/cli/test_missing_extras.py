"""What is not installed is asked for: the line to type, in both languages, wherever a command or a feature needs an extra."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tempgoods_edi.cli.application import COMMANDS, EXTRAS
from tempgoods_edi.extras import MODULES, MissingExtra, bringing, need
from tests import probes
from tests.cli.conftest import DAY, FIXTURES, KEY, PASSWORD, TRUST, VALID

TOP = Path(__file__).parents[2]
PLACES = (TOP, TOP / "simulator", TOP / "simulator" / "card")
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
#: Modules that only some systems have.
POSIX = ("crypt", "fcntl", "grp", "posix_spawn", "pty", "pwd", "resource", "syslog", "termios", "tty")
#: Everybody's modules that an extra brings.
OTHERS = tuple(
    sorted(
        {module for modules in MODULES.values() for module in modules}
        | {"h11", "pydantic", "smartcard", "xmlsec", "zope"}
    )
)
MASKING = """
import sys

masked = set(sys.argv.pop(1).split(","))

class Masked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in masked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Masked())
for name in [name for name in sys.modules if name.partition(".")[0] in masked]:
    del sys.modules[name]
"""
RUNNING = MASKING + "from tempgoods_edi.cli.application import run; sys.exit(run(sys.argv[1:]))"


def masked(
    modules: Sequence[str], code: str, *arguments: str | Path, folder: Path = TOP
) -> subprocess.CompletedProcess[str]:
    """A Python without *modules* that runs *code* in *folder*."""
    unset = (
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "TEMPGOODS_PASSWORD",
        "TEMPGOODS_DEBUG",
        "TEMPGOODS_TRUST",
        "TEMPGOODS_CONFIG",
    )
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, "-c", code, ",".join(modules), *map(str, arguments)],
        env={**environment, "TEMPGOODS_LANG": "en", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.pathsep.join(map(str, PLACES))},
        cwd=folder,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_core_does_without_extras_and_without_posix(tmp_path: Path) -> None:
    """With every module of an extra and every module that only some systems have masked, each command does its work."""
    draft, signed = tmp_path / "draft.xml", tmp_path / "signed.xml"
    papers = FIXTURES / "cases" / "machine-tool-show"
    archive = tmp_path / "show.zip"
    json_form = FIXTURES / "valid" / "tmp101-minimal.json"
    for expected, *command in (
        (0, "build", json_form, "-o", draft, *DAY),
        (0, "sign", draft, "--key", KEY, *PASSWORD, "-o", signed),
        (0, "check", signed, VALID, *TRUST, *DAY),
        (0, "verify", signed, *TRUST, *DAY),
        (0, "show", signed),
        (0, "doctor", signed),
        (0, "explain", "TG-EXH-001"),
        (0, "explain", "TG-CUS-004"),
        (0, "build", papers / "message.json", "--attach", papers / "展会批准文件.pdf", "-o", archive, *DAY),
        (0, "check", archive, "--allow-unsigned", *DAY),
        (0, "--version"),
        (0, "--help"),
        (2, "submit", signed, "--to", "http://127.0.0.1:1"),
    ):
        ran = masked((*OTHERS, *POSIX), RUNNING, *command)
        assert (ran.returncode, "Traceback" in ran.stderr) == (expected, False), (command, ran.stdout, ran.stderr)
        assert "pip install" not in ran.stdout + ran.stderr


def test_the_package_and_a_check_need_no_extra_and_no_posix() -> None:
    """As a library too: the everyday names, all of them, and a check."""
    ran = masked((*OTHERS, *POSIX), MASKING + probes.program(probes.everyday), VALID)
    assert ran.stdout.strip() == "undecided", ran.stderr


@pytest.mark.parametrize(
    ("extra", "command"),
    [
        ("simulator", ("simulate", "--memory")),
        ("portal", ("web",)),
        ("portal", ("gateway", "--database", "x.sqlite3", "--to", "http://127.0.0.1:1")),
        ("card", ("card-agent", "--origin", "http://localhost")),
        ("portal,simulator", ("up",)),
        ("second-opinion", ("check", "--second-opinion", VALID, *TRUST, *DAY)),
        ("sm2", ("keys", "make", "keys", "--kind", "sm2")),
    ],
)
def test_a_command_says_what_to_install(extra: str, command: tuple[str, ...], tmp_path: Path) -> None:
    """The line to type, in both languages; exit 2 as for misuse, no traceback, nothing made."""
    ran = masked((*OTHERS, *POSIX), RUNNING, *command, folder=tmp_path)
    line = f'pip install "tempgoods-edi[{extra}]"'
    assert ran.returncode == 2
    assert line in ran.stderr
    assert "Traceback" not in ran.stderr
    first, second = ran.stderr.splitlines()
    assert (line in first, line in second, "需要另外安装" in second) == (True, True, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("extra", "probe"),
    [
        ("sheets", probes.workbook_is_read),
        ("sheets", probes.workbook_is_written),
        ("postgres", probes.postgres),
        ("simulator", probes.plugin),
        ("testing", probes.strategies),
    ],
)
def test_a_feature_says_what_to_install(extra: str, probe: Callable[[], None]) -> None:
    """As an error of ours that is an ImportError too; CSV, beside the workbook, is read all the same."""
    others = tuple(module for module in MODULES[extra] if extra != "postgres" or module == "psycopg")
    ran = masked(others, MASKING + probes.program(probe))
    assert "MissingExtra" in ran.stderr
    assert f'pip install "tempgoods-edi[{extra}]"' in ran.stderr
    assert masked(others, MASKING + probes.program(probes.csv_is_read)).returncode == 0


def test_a_module_that_no_extra_brings_is_our_mistake() -> None:
    """It is reported as one, and not as something to install."""
    ran = masked(("tempgoods_edi.desk",), RUNNING.replace('name.partition(".")[0]', "name"), "check", VALID)
    assert (ran.returncode, "please report it" in ran.stderr, "pip install" in ran.stderr) == (2, True, False)


def test_the_table_of_modules_is_the_projects() -> None:
    """Each module that is asked for is brought by a distribution that its extra names, and each of these has one in the table."""
    homes = {module: {canonicalize_name(name) for name in names} for module, names in packages_distributions().items()}
    for extra, modules in MODULES.items():
        wanted = distributions(extra)
        # Starlette comes with FastAPI, OpenSSL with Twisted's `tls`.
        indirect = {"starlette", "OpenSSL"} - ({"starlette"} if "starlette" in wanted else set())
        assert [module for module in modules if module not in indirect and not homes[module] & wanted] == []
        assert wanted <= {name for module in modules for name in homes[module]} | {"pyscard", "xmlsec"}
    assert MODULES.keys() == PROJECT["optional-dependencies"].keys() - {"all"}


def distributions(extra: str) -> set[str]:
    """What an extra names, the extras in it included."""
    found = set[str]()
    for wanted in map(Requirement, PROJECT["optional-dependencies"][extra]):
        inner = [distributions(each) for each in wanted.extras] if wanted.name == PROJECT["name"] else []
        found |= set().union(*inner) if inner else {canonicalize_name(wanted.name)}
    return found


def test_every_command_that_needs_an_extra_is_a_command() -> None:
    """And what it needs is an extra."""
    assert EXTRAS.keys() <= set(COMMANDS)
    assert {extra for extras in EXTRAS.values() for extra in extras} <= MODULES.keys()


def test_what_is_there_is_not_asked_for() -> None:
    """Only the extras that lack something are named, together in one line."""
    need("x", "sheets", "simulator", "portal")
    with pytest.MonkeyPatch.context() as changed:
        changed.setitem(sys.modules, "twisted", None)
        changed.setitem(sys.modules, "hypothesis", None)
        with pytest.raises(MissingExtra, match=r'pip install "tempgoods-edi\[simulator,testing\]"'):
            need("x", "sheets", "simulator", "testing")
    assert bringing("no_such_module") is None
