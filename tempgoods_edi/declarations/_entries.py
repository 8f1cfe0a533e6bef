"""The rules on lines that point at lines of customs entries, for loan lists and extensions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tempgoods_edi.declarations._sources import manual, published
from tempgoods_edi.rules import Facts, Hit, KnownEntry, KnownLine, Rule, rule
from tempgoods_edi.values import Bilingual

#: The lines of a document.
Lines = Callable[[Any], Sequence[Any]]
#: The entry that a line of a document is about; None when it says none.
EntryOf = Callable[[Any, Any], str | None]


def _entries_of(doc: Any, facts: Facts, lines: Lines, entry_of: EntryOf) -> Iterator[tuple[int, Any, KnownEntry]]:
    """Each line that names an item of an entry on file, with its row and the entry."""
    for row, line in enumerate(lines(doc), 1):
        if line.entry_g_no is not None:
            entry = (facts.entries or {}).get(entry_of(doc, line) or "")
            if entry is not None:
                yield row, line, entry


def entry_lines(
    area: str,
    tag: str,
    lines: Lines,
    entry_of: EntryOf,
    *,
    same: Mapping[str, tuple[str, str]],
    quantity: tuple[str, str],
    left: Callable[[KnownLine], Decimal],
    excess: Bilingual,
) -> tuple[Rule[Any], ...]:
    """The rules for one list.

    :param same: tag → (field of the line, field of the entry's line) of what was copied from the entry.
    :param quantity: tag and field of the quantity asked for.
    :param left: how much may still be asked for.
    :param excess: the text when it is more; ``{value}``, ``{left}``, ``{item}``, ``{entry}``.
    """

    @rule(
        f"TG-{area}-141",
        at=f"{tag}[]/EntryGNo",
        zh="报关单 {entry} 没有第 {value} 项商品",
        en="Entry {entry} has no item {value}",
        fix=Bilingual("用“报关单商品查询”勾选商品", "Pick the goods by the query of entry goods"),
        source=manual("1.2 小提示：商品序号是针对报关单的精确查询条件"),
        needs=("entries",),
    )
    def items_are_in_their_entry(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line, entry in _entries_of(doc, facts, lines, entry_of):
            if line.entry_g_no not in entry.lines:
                yield Hit(at=(row,), value=line.entry_g_no, params={"entry": entry.entry_no})

    @rule(
        f"TG-{area}-142",
        at=f"{tag}[]/EntryGNo",
        zh="报关单 {entry} 第 {value} 项商品与第 {first} 行重复",
        en="Item {value} of entry {entry} already stands in row {first}",
        fix=Bilingual("合并为一行", "Make one line of them"),
        source=manual("1.2、2.2：按报关单商品序号勾选，每项一次"),
    )
    def items_stand_once(doc: Any, facts: Facts) -> Iterator[Hit]:
        first: dict[tuple[str, int], int] = {}
        for row, line in enumerate(lines(doc), 1):
            entry, item = entry_of(doc, line), line.entry_g_no
            if entry is not None and item is not None and first.setdefault((entry, item), row) != row:
                yield Hit(at=(row,), value=item, params={"entry": entry, "first": first[entry, item]})

    @rule(
        f"TG-{area}-143",
        at=f"{tag}[]",
        zh="“{value}”与报关单 {entry} 第 {item} 项的“{registered}”不符",
        en="{value} is not what item {item} of entry {entry} has, {registered}",
        fix=Bilingual("重新查询报关单商品并勾选", "Query the entry again and pick the line"),
        source=manual("1.2、2.2：由报关单查询出商品信息返填"),
        needs=("entries",),
    )
    def what_is_copied_is_the_entrys(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line, entry in _entries_of(doc, facts, lines, entry_of):
            known = entry.lines.get(line.entry_g_no)
            for field, (ours, theirs) in same.items() if known is not None else ():
                given, registered = getattr(line, ours), getattr(known, theirs)
                if None not in (given, registered) and given != registered:
                    params = {"entry": entry.entry_no, "item": line.entry_g_no, "registered": registered}
                    yield Hit(path=f"{tag}[{row}]/{field}", value=given, params=params)

    @rule(
        f"TG-{area}-144",
        at=f"{tag}[]/{quantity[0]}",
        zh=excess.zh,
        en=excess.en,
        fix=Bilingual("改小数量", "Ask for less"),
        source=published("核注：外借、复运的数量从原报关单商品中扣减"),
        needs=("entries",),
        retriable=True,
    )
    def there_is_enough_left(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line, entry in _entries_of(doc, facts, lines, entry_of):
            known, asked = entry.lines.get(line.entry_g_no), getattr(line, quantity[1])
            if known is not None and asked is not None and asked > left(known):
                params = {"left": f"{left(known):f}", "item": line.entry_g_no, "entry": entry.entry_no}
                yield Hit(at=(row,), value=f"{asked:f}", params=params)

    return (items_are_in_their_entry, items_stand_once, what_is_copied_is_the_entrys, there_is_enough_left)
