"""The list of what a release is made of, as CycloneDX JSON (SBOM): the core's distributions, and those of each extra.

Versions and hashes are those of the lock files; who needs whom, and which licence each has, is what the installed
distributions say.  Nothing of it depends on the time or the machine, so that the same release has the same list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from msgspec import Struct
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: What a component of an extra is marked with: the extras that bring it.
EXTRAS = "tempgoods-edi:extras"
_NAMESPACE = UUID("6f1c9c1e-7d0b-5c53-9a0e-5a7c3c2f9d11")
_PIN = re.compile(r"([A-Za-z0-9_.-]+)==([^ ;\\]+)")


class Locked(Struct, frozen=True):
    """One distribution as it is locked.

    :ivar hashes: SHA-256 of each of its files.
    """

    name: str
    version: str
    hashes: tuple[str, ...]


def locked(paths: Iterable[Path]) -> Mapping[str, Locked]:
    """What lock files hold, by name."""
    found: dict[str, Locked] = {}
    for path in paths:
        for line in path.read_text("utf-8").replace("\\\n", "").splitlines():
            if pin := _PIN.match(line):
                name = canonicalize_name(pin[1])
                found[name] = Locked(name, pin[2], tuple(re.findall(r"--hash=sha256:(\w+)", line)))
    return found


def written(project: Mapping[str, Any], locks: Mapping[str, Locked], wheel_sha256: str) -> str:
    """The list of the release, as JSON.

    :param project: the table ``project`` of ``pyproject.toml``.
    :param locks: what is locked, by name.
    :param wheel_sha256: of the release's wheel.
    :raises KeyError: something that is needed is not locked.
    """
    sources = _sources(project)
    root = _root(project, wheel_sha256)
    parts = {name: _component(locks[name], extras) for name, extras in sorted(sources.items())}
    bom = Bom(components=parts.values(), serial_number=uuid5(_NAMESPACE, f"{root.purl} {wheel_sha256}"))
    bom.metadata.component = root
    bom.register_dependency(root, [parts[name] for name in sorted(_direct(project))])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[inner] for inner in sorted(_needs(name)) if inner in parts])
    found = json.loads(JsonV1Dot6(bom).output_as_string())
    # The one thing of the moment.
    del found["metadata"]["timestamp"]
    return json.dumps(found, indent=2, sort_keys=True) + "\n"


def core(project: Mapping[str, Any]) -> frozenset[str]:
    """The distributions that the core needs, and those that they need."""
    return _closure(map(Requirement, project["dependencies"]))


def _sources(project: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """Each distribution, with the extras that bring it; none for one of the core."""
    needed = core(project)
    found: dict[str, frozenset[str]] = dict.fromkeys(needed, frozenset())
    for extra in project["optional-dependencies"]:
        if extra == "all":
            continue
        for name in _closure(_of_extra(project, extra)) - needed:
            found[name] = found.get(name, frozenset()) | {extra}
    return found


def _of_extra(project: Mapping[str, Any], extra: str) -> Iterator[Requirement]:
    for wanted in map(Requirement, project["optional-dependencies"][extra]):
        if wanted.name == project["name"]:
            for inner in sorted(wanted.extras):
                yield from _of_extra(project, inner)
        else:
            yield wanted


def _direct(project: Mapping[str, Any]) -> frozenset[str]:
    wanted = [*map(Requirement, project["dependencies"]), *_of_extra(project, "all")]
    return frozenset(canonicalize_name(each.name) for each in wanted)


def _closure(wanted: Iterable[Requirement]) -> frozenset[str]:
    found: dict[str, set[str]] = {}
    waiting = list(wanted)
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if name in found and found[name] >= each.extras:
            continue
        found.setdefault(name, set()).update(each.extras)
        waiting.extend(_requirements(name, frozenset(found[name])))
    return frozenset(found)


def _needs(name: str) -> frozenset[str]:
    """What *name* needs itself, with every extra of its own that could be meant: what is not in the list is passed over."""
    installed = _installed(name)
    extras = [] if installed is None else installed.metadata.get_all("Provides-Extra") or []
    return frozenset(canonicalize_name(each.name) for each in _requirements(name, frozenset(extras)))


def _requirements(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    installed = _installed(name)
    for each in map(Requirement, (installed.requires or ()) if installed is not None else ()):
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield each


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # pyscard, where it cannot be compiled
        return None


def _root(project: Mapping[str, Any], wheel_sha256: str) -> Component:
    name, version = project["name"], project["version"]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        bom_ref=f"{name}=={version}",
        description=project["description"],
        licenses=[
            LicenseFactory().make_from_string(
                project["license"], license_acknowledgement=LicenseAcknowledgement.DECLARED
            )
        ],
        purl=PackageURL("pypi", None, name, version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel_sha256)],
    )


def _component(lock: Locked, extras: frozenset[str]) -> Component:
    purl = PackageURL("pypi", None, lock.name, lock.version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in lock.hashes]
    licence = _licence(lock.name)
    return Component(
        type=ComponentType.LIBRARY,
        name=lock.name,
        version=lock.version,
        bom_ref=f"{lock.name}=={lock.version}",
        scope=ComponentScope.OPTIONAL if extras else ComponentScope.REQUIRED,
        licenses=[LicenseFactory().make_from_string(licence, license_acknowledgement=LicenseAcknowledgement.DECLARED)]
        if licence
        else [],
        purl=purl,
        # The hashes of all its files, whichever of them is installed.
        external_references=[
            ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(purl)), hashes=hashes)
        ],
        properties=[Property(name=EXTRAS, value=",".join(sorted(extras)))] if extras else [],
    )


def _licence(name: str) -> str:
    """The licence as the distribution tells it: an expression, a short name, or its classifier; empty when it tells none."""
    installed = _installed(name)
    if installed is None:
        return ""
    metadata = installed.metadata
    told = next((metadata[name] for name in ("License-Expression", "License") if name in metadata), "")
    if told and "\n" not in told and len(told) < 60:
        return told
    known = [each for each in metadata.get_all("Classifier") or () if each.startswith("License ::")]
    return known[0].rpartition(" :: ")[2] if known else ""
