"""A further message type is one schema, one module, one name and one fixture; nothing else is touched, anywhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from h2018.app import LISTENING
from h2018.config import Config
from tests.h2018.samples import START

TOP = Path(__file__).resolve().parent.parent
TENTH = Path(__file__).parent / "tenth"
KEYS = Path("fixtures") / "keys"


#: The additions, each with the file of `tests/tenth` that it is; the name is a line of its table.
ADDED = {
    "xsd/tmp901.xsd": "tmp901.xsd",
    "tempgoods_edi/declarations/venue.py": "venue.py",
    "fixtures/rules/TG-VEN-001.toml": "TG-VEN-001.toml",
    "fixtures/valid/tmp901-minimal.json": "tmp901-minimal.json",
    "fixtures/valid/tmp901-full.json": "tmp901-full.json",
}
NAMES = "tempgoods_edi/declarations/__init__.py"
#: What is run after them.
WRITTEN_ANEW = ("tempgoods_edi.schema.generate", "tempgoods_edi.explain.docs", "tools.make_fixtures")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the four additions and written anew; everything below is run in it."""
    made = tmp_path_factory.mktemp("tenth")
    _copied(made, "tempgoods_edi", "simulator", "xsd", "fixtures", "tests", "tools", "docs", "pyproject.toml")
    for path, name in ADDED.items():
        shutil.copy(TENTH / name, made / path)
    names = made / NAMES
    table, end, rest = names.read_text("utf-8").partition("\n}\n")
    assert "NAMES: " in table
    names.write_text(f'{table}\n    "TMP901": "venue",{end}{rest}', "utf-8")
    for module in WRITTEN_ANEW:
        _run(made, "-m", module)
    return made


def test_contributors_are_told_the_same() -> None:
    """CONTRIBUTING.md names four additions, the files that are added here, and what is run after them."""
    page = (TOP / "CONTRIBUTING.md").read_text("utf-8")
    recipe = page.partition("## A further message type")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. \*\*Its ([a-z]+)\*\*", recipe, re.MULTILINE) == [
        ("1", "schema"), ("2", "module"), ("3", "name"), ("4", "fixtures"),
    ]  # fmt: skip
    named = {path.replace("<RULE-ID>", "TG-VEN-001") for path in re.findall(r"`([\w./<>-]+)`", recipe)}
    assert named >= {*ADDED, NAMES}
    assert re.findall(r"^python -m ([\w.]+)$", recipe, re.MULTILINE) == [*WRITTEN_ANEW]


def test_a_tenth_message_needs_nothing_else(copy: Path) -> None:
    """Written anew all is up to date; the new type is built, checked, drawn, broken and explained."""
    _run(copy, "-m", "tempgoods_edi.schema.generate", "--check")
    assert re.fullmatch(r"\d{3,} mutants\n", _run(copy, "tests/tenth/everything.py"))


def test_what_holds_for_every_message_holds_for_it(copy: Path) -> None:
    """The project's own tests that go through all messages, rules and kinds take it as it is."""
    about = "tmp901 or TMP901 or VEN or venue or every_kind or every_outward or one_form or by_hand"
    wholes = (
        "tests/declarations",
        "tests/fixtures/test_fixtures.py",
        "tests/explain/test_catalogue.py",
        "tests/schema",
    )
    parts = ("tests/testing/test_strategies.py", "tests/web/forms/test_pages.py", "tests/declarant/test_facts.py")
    said = _run(copy, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-k", about, *wholes, *parts)
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None, said
    assert int(passed[1]) > 20
    assert "failed" not in said


def test_customs_take_it(copy: Path) -> None:
    """Kept, stored, approved with a number of its own, rejected by its own rule, steered, asked for its receipts again."""
    assert _run(copy, "tests/tenth/at_customs.py") == "CG534526000001\n"


def test_the_portal_offers_it(copy: Path) -> None:
    """In the menu, typed into its form, declared by card, carried to customs, approved, found in lists, printed."""
    assert _run(copy, "tests/tenth/at_the_portal.py") == "CG534526000001\n"


def test_the_command_line_knows_it(copy: Path, tmp_path: Path) -> None:
    """In processes of their own: built and signed, checked, shown, explained, sent to a customs that approves it."""
    message = tmp_path / "venue.xml"
    card = ("--sign", KEYS / "4403967T20.p12", "--password-file", KEYS / "password.txt")
    _line(copy, "build", "fixtures/valid/tmp901-minimal.json", "-o", message, *card)
    assert "valid" in _line(copy, "check", message, "--trust", KEYS / "ca.pem", "--today", f"{START:%Y-%m-%d}")
    assert "深圳会展中心" in _line(copy, "show", message)
    assert "Name of the venue" in _line(copy, "explain", "TMP901")
    assert "Give the square metres" in _line(copy, "explain", "TG-VEN-001")
    with _customs(copy, tmp_path) as address:
        assert "CG534526000001" in _line(copy, "submit", message, "--to", address, "--wait")


def test_what_there_was_stays_as_it_is(tmp_path: Path) -> None:
    """Generating with one schema more changes only the lists of messages and adds one module of records."""
    _copied(tmp_path, "tempgoods_edi", "xsd")
    before = _contents(tmp_path)
    shutil.copy(TENTH / "tmp901.xsd", tmp_path / "xsd")
    _run(tmp_path, "-m", "tempgoods_edi.schema.generate")
    after = _contents(tmp_path)
    assert {name for name in after if after[name] != before.get(name)} == {
        "tempgoods_edi/records/tmp901.py",
        "xsd/signed.xsd",
        "xsd/tmp901.xsd",
    }


def _copied(to: Path, *names: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "images")
    for name in names:
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, to / name, ignore=ignored)
        else:
            shutil.copy(TOP / name, to)


def _contents(copy: Path) -> dict[str, bytes]:
    return {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@contextmanager
def _customs(copy: Path, folder: Path) -> Iterator[str]:
    """A simulated customs in a process of its own; its address."""
    config = Config(port=0, starts_at=START, trust=(copy / KEYS / "ca.pem",), progression="immediate")
    written = folder / "customs.json"
    written.write_bytes(msgspec.json.encode(config, enc_hook=str))
    command = [sys.executable, "-m", "h2018", "--config", str(written)]
    with (
        (folder / "customs.log").open("w") as log,
        subprocess.Popen(
            command, cwd=copy, env=_environment(copy), stdout=subprocess.PIPE, stderr=log, encoding="utf-8"
        ) as process,
    ):
        try:
            first = "" if process.stdout is None else process.stdout.readline()
            assert first.startswith(LISTENING), (folder / "customs.log").read_text()
            yield first.removeprefix(LISTENING).strip()
        finally:
            process.terminate()
            process.communicate()


def _line(copy: Path, *arguments: str | Path) -> str:
    """What the command line prints."""
    return _run(copy, "-m", "tempgoods_edi.cli", *map(str, arguments))


def _run(copy: Path, *arguments: str) -> str:
    """What Python prints when it is run in *copy*, with *copy* before everything else on its path."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=_environment(copy), capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment(copy: Path) -> dict[str, str]:
    path = os.pathsep.join((str(copy), str(copy / "simulator")))
    ours = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "TEMPGOODS_LANG": "en"}
    return {**os.environ, **ours, "XDG_CONFIG_HOME": str(copy / "configuration")}
