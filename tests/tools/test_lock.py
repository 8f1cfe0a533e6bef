"""The lock files hold what pyproject.toml asks for, all of it by hash, and say nothing of where it was fetched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import lock
from tools.lock import Lock

TOP = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\]+))?")
PYTHONS = ("3.11", "3.12", "3.13")


def pins(each: Lock) -> list[tuple[str, str, str | None, list[str]]]:
    """Name, version, marker and hashes of each line of a lock file, lines that go on taken together."""
    text = "".join(line for line in (TOP / each.path).read_text("utf-8").splitlines(keepends=True) if not line.startswith("#"))
    found = []
    for line in text.replace("\\\n", "").splitlines():
        pin, *hashes = line.split("--hash=")
        match = PINNED.fullmatch(pin.strip())
        assert match, line
        found.append((match["name"], match["version"], match["marker"], [each.strip() for each in hashes]))
    return found


def at(python: str) -> dict[str, str]:
    """What markers are judged by on Linux with *python*."""
    return {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": "linux", "extra": ""}


def versions(each: Lock, python: str) -> Mapping[str, str]:
    """What the lock file installs with *python*."""
    chosen = [(name, version) for name, version, marker, _ in pins(each) if not marker or Marker(marker).evaluate(at(python))]
    assert len(dict(chosen)) == len(chosen)
    return dict(chosen)


def group(name: str) -> Iterator[Requirement]:
    """What a dependency group asks for, the groups in it included."""
    for each in PROJECT["dependency-groups"][name]:
        if isinstance(each, str):
            yield Requirement(each)
        else:
            yield from group(each["include-group"])


def brought(extra: str) -> Iterator[Requirement]:
    """What an extra asks for, the extras in it included."""
    for wanted in map(Requirement, PROJECT["project"]["optional-dependencies"][extra]):
        if wanted.name == PROJECT["project"]["name"]:
            for inner in wanted.extras:
                yield from brought(inner)
        else:
            yield wanted


def asked(each: Lock) -> Iterator[Requirement]:
    """What pyproject.toml wants to be in the lock file."""
    project: Any = PROJECT["project"]
    if each.extras is not None:
        yield from map(Requirement, project["dependencies"])
        for extra in each.extras:
            yield from brought(extra)
    for name in each.groups:
        yield from group(name)
    if each is lock.CARD:
        yield from (wanted for wanted in brought("card") if wanted.name == "pyscard")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("each", lock.ALL, ids=lambda each: each.name)
def test_what_is_locked_is_in_the_ranges(each: Lock, python: str) -> None:
    """Every requirement of the project is in the lock file, in a version that its range allows; else: ``make lock``."""
    locked = versions(each, python)
    outside = [
        f"{wanted}: {locked.get(canonicalize_name(wanted.name))}"
        for wanted in asked(each)
        if (wanted.marker is None or wanted.marker.evaluate(at(python)))
        and not wanted.specifier.contains(locked.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert outside == []


@pytest.mark.parametrize("each", lock.ALL, ids=lambda each: each.name)
def test_everything_is_pinned_by_hash(each: Lock) -> None:
    """Each line has at least one SHA-256, and names no index, no folder and no address."""
    assert pins(each)
    for name, _, _, hashes in pins(each):
        assert hashes, name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), name
    assert not re.search(r"://|^-|(?<!\S)/", (TOP / each.path).read_text("utf-8"), re.MULTILINE)


def test_the_product_is_tested_with_what_it_runs_with() -> None:
    """Each file that the product needs is locked in the same version for running and for testing it."""
    for python in PYTHONS:
        assert versions(lock.RUN, python).items() <= versions(lock.TEST, python).items()


def test_every_extra_is_tested() -> None:
    """What any of them brings is locked for the tests; of `card`, pyscard has a file of its own."""
    locked = versions(lock.TEST, "3.11").keys() | versions(lock.CARD, "3.11").keys()
    assert {canonicalize_name(wanted.name) for wanted in brought("all")} <= locked


def test_all_extras_are_in_all() -> None:
    """The one that is called so leaves none out."""
    extras = PROJECT["project"]["optional-dependencies"]
    (everything,) = map(Requirement, extras["all"])
    assert everything.extras == extras.keys() - {"all"}


def test_nothing_compiles_with_what_is_not_locked() -> None:
    """What builds the editable install and pyscard is locked with what it is installed beside."""
    assert {wanted.name for wanted in group("build")} <= versions(lock.RUN, "3.11").keys()
    assert {wanted.name for wanted in group("compiling")} <= versions(lock.TEST, "3.11").keys()
    assert PROJECT["build-system"]["requires"][0] in map(str, group("build"))


def test_the_lock_files_are_all_there_are() -> None:
    """No lock file is left that nothing writes any more."""
    assert {each.path.name for each in lock.ALL} == {path.name for path in (TOP / lock.LOCKS).iterdir()}
