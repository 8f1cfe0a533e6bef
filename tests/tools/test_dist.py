"""A release: the archive makes the very wheel, twice the same bytes, and its list of parts is a right CycloneDX of what is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from hashlib import sha256
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import dist, lock, sbom

PROJECT: dict[str, Any] = tomllib.loads((dist.TOP / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Source archive, wheel and list of parts."""
    return dist.release(tmp_path_factory.mktemp("dist"))


def test_the_archive_makes_the_same_wheel(release: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Built from the archive, as a distributor does, the wheel has the bytes of the release's."""
    archive, wheel, _ = release
    build = (
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--no-cache-dir",
    )
    done = subprocess.run((*build, "--wheel-dir", tmp_path, archive), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (again,) = tmp_path.iterdir()
    assert (again.name, again.read_bytes()) == (wheel.name, wheel.read_bytes())


def test_the_release_is_called_by_its_version(release: tuple[Path, Path, Path]) -> None:
    """All three files; and what was made earlier does not lie beside them."""
    version = PROJECT["version"]
    assert [path.name for path in release] == [
        f"tempgoods_edi-{version}.tar.gz", f"tempgoods_edi-{version}-py3-none-any.whl", f"tempgoods_edi-{version}.cdx.json",
    ]  # fmt: skip
    assert set(release[0].parent.iterdir()) == set(release)


def test_the_list_of_parts_is_a_right_one(release: tuple[Path, Path, Path]) -> None:
    """By CycloneDX's own schema; it names the wheel by its digest, and nothing of the moment or the machine."""
    _, wheel, parts = release
    text = parts.read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    root = json.loads(text)["metadata"]["component"]
    assert (root["name"], root["version"]) == ("tempgoods-edi", PROJECT["version"])
    assert root["hashes"] == [{"alg": "SHA-256", "content": sha256(wheel.read_bytes()).hexdigest()}]
    assert "timestamp" not in text
    assert str(dist.TOP) not in text


def test_the_list_names_the_core_and_what_extras_bring(release: tuple[Path, Path, Path]) -> None:
    """The core's distributions are required, in the versions of the lock; every extra's are optional, marked with the extra."""
    listed = {each["name"]: each for each in json.loads(release[2].read_text("utf-8"))["components"]}
    locks = sbom.locked(dist.TOP / each.path for each in (lock.TEST, lock.CARD))
    needed = {name for name, each in listed.items() if each["scope"] == "required"}
    assert needed == sbom.core(PROJECT)
    assert needed >= {"cffi", "cryptography", "lxml", "msgspec", "pikepdf", "pillow", "urllib3"}
    assert all(each["version"] == locks[name].version for name, each in listed.items())
    assert all(each["externalReferences"][0]["hashes"] for each in listed.values())
    for extra, wanted in PROJECT["optional-dependencies"].items():
        for each in map(Requirement, wanted):
            if extra != "all" and each.name != PROJECT["name"]:
                part = listed[canonicalize_name(each.name)]
                marks = [extras["value"].split(",") for extras in part["properties"] if extras["name"] == sbom.EXTRAS]
                assert extra in marks[0]


def test_the_list_says_who_needs_whom(release: tuple[Path, Path, Path]) -> None:
    """The project its direct ones; pikepdf, for one, what its metadata names."""
    found = json.loads(release[2].read_text("utf-8"))
    names = {each["bom-ref"]: each["name"] for each in found["components"]}
    graph = {each["ref"]: {names[ref] for ref in each.get("dependsOn", ())} for each in found["dependencies"]}
    direct = graph[found["metadata"]["component"]["bom-ref"]]
    assert {canonicalize_name(Requirement(each).name) for each in PROJECT["dependencies"]} <= direct
    (pikepdf,) = (ref for ref, name in names.items() if name == "pikepdf")
    plain = [Requirement(each) for each in requires("pikepdf") or () if "extra" not in each]
    assert graph[pikepdf] >= {canonicalize_name(each.name) for each in plain}


def test_misuse_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One folder at most."""
    assert dist.main(["a", "b"]) == 2
    assert "usage" in capsys.readouterr().out
