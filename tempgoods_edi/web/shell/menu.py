"""The menu at the left, in the Single Window's order (manual, chapters 1 to 3); each kind of declaration adds its entry."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tempgoods_edi.declarant.kinds import KINDS, Kind
from tempgoods_edi.values import Bilingual

#: What ends a kind's Chinese title, and gives way in the name of its query.
_DECLARING = "申报"


class MenuEntry(Struct, frozen=True):
    """One entry of the menu."""

    text: Bilingual
    address: str


class MenuSection(Struct, frozen=True):
    """The entries under one heading of the menu."""

    text: Bilingual
    entries: tuple[MenuEntry, ...]


def _forms() -> Iterator[MenuSection]:
    """The kinds under their headings."""
    for heading in dict.fromkeys(kind.heading for kind in KINDS):
        kinds = [kind for kind in KINDS if kind.heading == heading]
        yield MenuSection(heading, tuple(MenuEntry(_briefly(kind), f"/forms/{kind.slug}") for kind in kinds))


def _briefly(kind: Kind) -> Bilingual:
    """The kind's title without the words of its heading.

    >>> from tempgoods_edi.declarant.kinds import by_slug
    >>> _briefly(by_slug("extension"))
    Bilingual(zh='延期申报', en='Extension')
    """
    heading = kind.heading
    en = kind.title.en.removesuffix(f" of {heading.en.lower()}")
    return Bilingual(kind.title.zh.removeprefix(heading.zh), en)


def _query(kind: Kind) -> Bilingual:
    return Bilingual(f"{kind.title.zh.removesuffix(_DECLARING)}查询", _briefly(kind).en)


MENU = (
    MenuSection(
        Bilingual("我的工作", "My work"),
        (
            MenuEntry(Bilingual("首页", "Start page"), "/"),
            MenuEntry(Bilingual("报关员", "Declarants"), "/declarants"),
            MenuEntry(Bilingual("接口令牌", "API tokens"), "/tokens"),
        ),
    ),
    *_forms(),
    MenuSection(
        Bilingual("综合查询", "Queries"),
        (
            *(MenuEntry(_query(kind), f"/queries/{kind.slug}") for kind in KINDS),
            MenuEntry(Bilingual("核注情况查询", "Write-offs"), "/queries/write-off"),
        ),
    ),
)


def current(path: str) -> str:
    """The address of the menu entry that the page at *path* belongs to; empty when there is none.

    >>> current("/forms/exhibition"), current("/queries/write-off/1"), current("/nowhere")
    ('/forms/exhibition', '/queries/write-off', '')
    """
    for section in MENU:
        for entry in section.entries:
            if path == entry.address or (entry.address != "/" and path.startswith(entry.address + "/")):
                return entry.address
    return ""
