"""A further message type is one schema, one module, one name and one fixture; nothing else is touched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TENTH = Path(__file__).parent / "tenth"


def test_a_tenth_message_needs_nothing_else(tmp_path: Path) -> None:
    """In a copy with the four additions and generated anew, the new type is built, checked, drawn, broken and explained."""
    ignored = shutil.ignore_patterns("__pycache__", "cases")
    for folder in ("tempgoods_edi", "xsd", "fixtures"):
        shutil.copytree(TOP / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    _add(tmp_path)
    _run(tmp_path, "-m", "tempgoods_edi.schema.generate")
    _run(tmp_path, "-m", "tempgoods_edi.schema.generate", "--check")
    assert re.fullmatch(r"\d{3,} mutants\n", _run(tmp_path, str(TENTH / "everything.py")))


def test_what_there_was_stays_as_it_is(tmp_path: Path) -> None:
    """Generating with one schema more changes only the lists of messages and adds one module of records."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("tempgoods_edi", "xsd"):
        shutil.copytree(TOP / folder, tmp_path / folder, ignore=ignored)
    before = _contents(tmp_path)
    shutil.copy(TENTH / "tmp181.xsd", tmp_path / "xsd")
    _run(tmp_path, "-m", "tempgoods_edi.schema.generate")
    after = _contents(tmp_path)
    assert {name for name in after if after[name] != before.get(name)} == {
        "tempgoods_edi/records/tmp181.py",
        "xsd/signed.xsd",
        "xsd/tmp181.xsd",
    }


def _add(copy: Path) -> None:
    """The four additions."""
    shutil.copy(TENTH / "tmp181.xsd", copy / "xsd")
    shutil.copy(TENTH / "venue.py", copy / "tempgoods_edi" / "declarations")
    shutil.copy(TENTH / "tmp181-minimal.json", copy / "fixtures" / "valid")
    names = copy / "tempgoods_edi" / "declarations" / "__init__.py"
    text = names.read_text("utf-8")
    text = text.replace('"write_off_query",\n}', '"write_off_query",\n    "TMP181": "venue",\n}')
    assert text.count("venue") == 1
    names.write_text(text, "utf-8")


def _contents(copy: Path) -> dict[str, bytes]:
    return {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def _run(copy: Path, *arguments: str) -> str:
    """What Python prints when it is run in *copy*, with *copy* before everything else on its path."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
