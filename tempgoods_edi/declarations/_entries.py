"""Rules on lines that refer to lines of customs entries, for loan lists and extensions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec import Struct

from tempgoods_edi.declarations._lines import Lines
from tempgoods_edi.declarations._sources import manual, published
from tempgoods_edi.rules import Facts, Hit, KnownEntry, KnownLine, Rule, rule
from tempgoods_edi.values import Bilingual


class EntryLines(Struct, frozen=True, kw_only=True):
    """A list whose lines refer to lines of customs entries.

    :ivar entry_of: the entry that a line of a document is about; None when it says none.
    :ivar copied: tag → (field of the line, field of the entry's line) of what was copied from the entry.
    :ivar quantity: tag and field of the quantity asked for.
    :ivar left: how much may still be asked for.
    :ivar excess: the text when it is more; ``{value}``, ``{left}``, ``{item}``, ``{entry}``.
    """

    area: str
    tag: str
    lines: Lines
    entry_of: Callable[[Any, Any], str | None]
    copied: Mapping[str, tuple[str, str]]
    quantity: tuple[str, str]
    left: Callable[[KnownLine], Decimal]
    excess: Bilingual


def rules_on(listed: EntryLines) -> tuple[Rule[Any], ...]:
    """The rules for one such list."""
    return (_in_the_entry(listed), _once(listed), _copied(listed), _enough(listed))


def _registered(listed: EntryLines, doc: Any, facts: Facts) -> Iterator[tuple[int, Any, KnownEntry]]:
    """Each line that names an item of an entry on file, with its row and the entry."""
    for row, line in enumerate(listed.lines(doc), 1):
        if line.entry_g_no is not None:
            entry = (facts.entries or {}).get(listed.entry_of(doc, line) or "")
            if entry is not None:
                yield row, line, entry


def _in_the_entry(listed: EntryLines) -> Rule[Any]:
    made = rule(
        f"TG-{listed.area}-141",
        at=f"{listed.tag}[]/EntryGNo",
        zh="报关单 {entry} 没有第 {value} 项商品",
        en="Entry {entry} has no item {value}",
        fix=Bilingual("用“报关单商品查询”勾选商品", "Pick the goods by the query of entry goods"),
        source=manual("1.2 小提示：商品序号是针对报关单的精确查询条件"),
        needs=("entries",),
    )
    return made(partial(_items_are_in_their_entry, listed))


def _items_are_in_their_entry(listed: EntryLines, doc: Any, facts: Facts) -> Iterator[Hit]:
    for row, line, entry in _registered(listed, doc, facts):
        if line.entry_g_no not in entry.lines:
            yield Hit(at=(row,), value=line.entry_g_no, params={"entry": entry.entry_no})


def _once(listed: EntryLines) -> Rule[Any]:
    made = rule(
        f"TG-{listed.area}-142",
        at=f"{listed.tag}[]/EntryGNo",
        zh="报关单 {entry} 第 {value} 项商品与第 {first} 行重复",
        en="Item {value} of entry {entry} already stands in row {first}",
        fix=Bilingual("合并为一行", "Make one line of them"),
        source=manual("1.2、2.2：按报关单商品序号勾选，每项一次"),
    )
    return made(partial(_items_stand_once, listed))


def _items_stand_once(listed: EntryLines, doc: Any, facts: Facts) -> Iterator[Hit]:
    first: dict[tuple[str, int], int] = {}
    for row, line in enumerate(listed.lines(doc), 1):
        entry, item = listed.entry_of(doc, line), line.entry_g_no
        if entry is not None and item is not None and first.setdefault((entry, item), row) != row:
            yield Hit(at=(row,), value=item, params={"entry": entry, "first": first[entry, item]})


def _copied(listed: EntryLines) -> Rule[Any]:
    made = rule(
        f"TG-{listed.area}-143",
        at=f"{listed.tag}[]",
        zh="“{value}”与报关单 {entry} 第 {item} 项的“{registered}”不符",
        en="{value} is not what item {item} of entry {entry} has, {registered}",
        fix=Bilingual("重新查询报关单商品并勾选", "Query the entry again and pick the line"),
        source=manual("1.2、2.2：由报关单查询出商品信息返填"),
        needs=("entries",),
    )
    return made(partial(_what_is_copied_is_the_entrys, listed))


def _what_is_copied_is_the_entrys(listed: EntryLines, doc: Any, facts: Facts) -> Iterator[Hit]:
    for row, line, entry in _registered(listed, doc, facts):
        known = entry.lines.get(line.entry_g_no)
        if known is None:
            continue
        for tag, (ours, theirs) in listed.copied.items():
            given, registered = getattr(line, ours), getattr(known, theirs)
            if given is not None and registered is not None and given != registered:
                params = {"entry": entry.entry_no, "item": line.entry_g_no, "registered": registered}
                yield Hit(path=f"{listed.tag}[{row}]/{tag}", value=given, params=params)


def _enough(listed: EntryLines) -> Rule[Any]:
    made = rule(
        f"TG-{listed.area}-144",
        at=f"{listed.tag}[]/{listed.quantity[0]}",
        zh=listed.excess.zh,
        en=listed.excess.en,
        fix=Bilingual("改小数量", "Ask for less"),
        source=published("核注：外借、复运的数量从原报关单商品中扣减"),
        needs=("entries",),
        retriable=True,
    )
    return made(partial(_there_is_enough_left, listed))


def _there_is_enough_left(listed: EntryLines, doc: Any, facts: Facts) -> Iterator[Hit]:
    for row, line, entry in _registered(listed, doc, facts):
        known, asked = entry.lines.get(line.entry_g_no), getattr(line, listed.quantity[1])
        if known is not None and asked is not None and asked > listed.left(known):
            params = {"left": f"{listed.left(known):f}", "item": line.entry_g_no, "entry": entry.entry_no}
            yield Hit(at=(row,), value=f"{asked:f}", params=params)
