"""Suggestions: finds the name that was probably meant, for error texts."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from tempgoods_edi.values import Bilingual

_MOST = 3
_LIKE = 0.6


def nearest(word: str, known: Iterable[str], lead: str = "") -> tuple[str, ...]:
    """At most three of *known* that are similar to *word*, most similar first; case does not count.

    :param lead: signs at the beginning that are no part of what is compared.

    >>> nearest("Head/MasterCusCode", ["Head/MasterCusCd", "Head/DclCusCd", "Rmk"])
    ('Head/MasterCusCd', 'Head/DclCusCd')
    """
    by_folded: dict[str, str] = {}
    for each in known:
        by_folded.setdefault(each.casefold().lstrip(lead), each)
    sought = word.casefold().lstrip(lead)
    likeness = SequenceMatcher(b=sought)
    found: list[tuple[float, int, str]] = []
    for each in by_folded:
        likeness.set_seq1(each)
        if likeness.real_quick_ratio() >= _LIKE and likeness.quick_ratio() >= _LIKE and likeness.ratio() >= _LIKE:
            # Of short codes many are equally like; the one that begins alike is meant.
            found.append((-likeness.ratio(), -_alike(each, sought), each))
    return tuple(by_folded[each] for _, _, each in sorted(found)[:_MOST])


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def meant(word: str, known: Iterable[str], lead: str = "") -> Bilingual:
    """The suggestion to write instead of *word*: the nearest of *known*, or all of them if they are few.

    >>> meant("aprove", ["approve", "reject"]).en
    'did you mean approve?'
    >>> meant("--clour", ["--colour", "--port"], "-").en
    'did you mean --colour?'
    """
    known = tuple(known)
    found = nearest(word, known, lead)
    if found:
        return Bilingual(f"是否为 {'、'.join(found)}？", f"did you mean {' or '.join(found)}?")
    shown = known[: 4 * _MOST]
    more = len(known) > len(shown)
    return Bilingual(
        f"可用：{'、'.join(shown)}{'等' if more else ''}", f"known: {', '.join(shown)}{' and others' if more else ''}"
    )
