"""The command line run in this process, with what it said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from tempgoods_edi.cli.application import run

FIXTURES = Path(__file__).parents[2] / "fixtures"
#: The day that the valid fixtures are right on.
DAY = ("--today", "2026-11-22")
VALID = str(FIXTURES / "valid" / "tmp101-minimal.xml")
TRUST = ("--trust", str(FIXTURES / "keys" / "ca.pem"), "--crl", str(FIXTURES / "keys" / "ca.crl"))
KEY = str(FIXTURES / "keys" / "310196K27B.p12")
PASSWORD = ("--password-file", str(FIXTURES / "keys" / "password.txt"))


class Ran(Struct, frozen=True):
    """The exit code and both streams."""

    code: int
    out: str
    err: str


#: Runs ``tempgoods-edi`` with these arguments.
Line = Callable[..., Ran]


@pytest.fixture
def configuration_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command line looks for its user's configuration: an empty folder."""
    folder = tmp_path_factory.mktemp("configuration")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


@pytest.fixture
def line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, configuration_home: Path
) -> Line:
    """The command line in English, whatever this machine speaks and whomever its user trusts."""
    unset = ("LC_ALL", "LC_MESSAGES", "LANG", "TEMPGOODS_PASSWORD", "TEMPGOODS_DEBUG", "TEMPGOODS_TRUST", "TEMPGOODS_CRL")
    for name in (*unset, "TEMPGOODS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEMPGOODS_LANG", "en")

    def ran(*arguments: str | Path) -> Ran:
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return ran


@pytest.fixture
def invalid(tmp_path: Path) -> Path:
    """An unsigned draft whose show ends before it begins, one element a line."""
    text = Path(VALID).read_text("utf-8").replace("<EndDate>20270313<", "<EndDate>20270301<").replace("><", ">\n<")
    path = tmp_path / "ends-too-early.xml"
    path.write_text(text, "utf-8")
    return path
