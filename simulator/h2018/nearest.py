"""Finds what was probably meant, for texts that tell people how to correct a name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from tempgoods_edi.values import Bilingual

_MOST = 3


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most three of *known* that look like *word*, the likest first; case does not count.

    >>> nearest("Head/MasterCusCode", ["Head/MasterCusCd", "Head/DclCusCd", "Rmk"])
    ('Head/MasterCusCd', 'Head/DclCusCd')
    """
    by_folded: dict[str, str] = {}
    for each in known:
        by_folded.setdefault(each.casefold(), each)
    found = get_close_matches(word.casefold(), by_folded, n=_MOST, cutoff=0.6)
    return tuple(by_folded[each] for each in found)


def meant(word: str, known: Iterable[str]) -> Bilingual:
    """What to write instead of *word*: the nearest of *known*, or when none is near, all if they are few.

    >>> meant("aprove", ["approve", "reject"]).en
    'did you mean approve?'
    """
    known = tuple(known)
    found = nearest(word, known)
    if found:
        return Bilingual(f"是否为 {'、'.join(found)}？", f"did you mean {' or '.join(found)}?")
    shown = known[: 4 * _MOST]
    more = len(known) > len(shown)
    return Bilingual(
        f"可用：{'、'.join(shown)}{'等' if more else ''}", f"known: {', '.join(shown)}{' and others' if more else ''}"
    )
