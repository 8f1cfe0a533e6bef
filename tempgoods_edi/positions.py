"""Finds line and column of addresses in the received bytes, with expat, because libxml2 gives no columns.

Only asked when there is something to report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from xml.parsers import expat

from tempgoods_edi.values import steps

#: Elements that are looked through: the largest message has half as many.
_MOST_ELEMENTS = 200_000


def locate(data: bytes, paths: Iterable[str], bases: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """The 1-based line and column (in characters) of the start tag that each of *paths* names.

    :param bases: where an address may be rooted (`envelope.message.places`), innermost first.
    An address whose element is not there is placed on the nearest element above it that is.
    """
    bases = tuple(bases)
    wanted = {path: tuple(_numbered(base + path) for base in bases) for path in paths}
    seen = _scan(data, {prefix for ways in wanted.values() for way in ways for prefix in _upwards(way)})
    found: dict[str, tuple[int, int]] = {}
    for path, ways in wanted.items():
        whole = next((seen[way] for way in ways if way in seen), None)
        place = whole or next((seen[p] for way in ways for p in _upwards(way) if p in seen), None)
        if place is not None:
            found[path] = place
    return found


def _numbered(path: str) -> str:
    return "".join(f"/{name}[{number or 1}]" for name, number in steps(path))


def _upwards(path: str) -> Iterable[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _scan(data: bytes, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """Line and column of each wanted element, as far as *data* is well-formed."""
    found: dict[str, tuple[int, int]] = {}
    parser = expat.ParserCreate()
    path: list[str | None] = [""]
    counts: list[dict[str, int]] = [{}]
    left = _MOST_ELEMENTS

    def start(name: str, _attributes: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise _AllFound
        above = path[-1]
        if above is None:  # nothing below it is asked for
            path.append(None)
            return
        local = name.rpartition(":")[2]
        number = counts[-1][local] = counts[-1].get(local, 0) + 1
        here = f"{above}/{local}[{number}]"
        if here not in wanted:
            path.append(None)
            return
        found[here] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if len(found) == len(wanted):
            raise _AllFound
        path.append(here)
        counts.append({})

    def end(_name: str) -> None:
        if path.pop() is not None:
            counts.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.buffer_text = True
    # Malformed from some place on: what was seen before it stands.
    with suppress(expat.ExpatError, ValueError, _AllFound):
        parser.Parse(data, True)
    return found


class _AllFound(Exception):
    """There is nothing left to look for, or it has been looked for long enough."""
