"""Finds the page for a few words, or the nearest topics."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from tempgoods_edi import codelists
from tempgoods_edi.declarations import NAMES
from tempgoods_edi.explain import code_pages, field_tables, life_page, rule_pages, sure_page
from tempgoods_edi.explain.catalogue import catalogue
from tempgoods_edi.explain.markdown import Langs, code, page, say, table
from tempgoods_edi.fidelity import ledger
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Bilingual

_TITLE = Bilingual("可以说明的内容", "What can be explained")
_WORD, _SHOWS = Bilingual("输入", "type"), Bilingual("说明", "shows")
_TOPICS: Mapping[str, tuple[Bilingual, Callable[[Langs], str]]] = {
    "lifecycle": (Bilingual("单证的状态、回执、期限", "states, receipts, deadlines"), life_page.lifecycle_page),
    "rules": (Bilingual("全部业务规则", "all business rules"), rule_pages.rules_page),
    "errors": (Bilingual("全部错误编号", "all error codes"), rule_pages.errors_page),
    "envelope": (Bilingual("信封的字段", "the fields of the envelope"), field_tables.envelope_page),
    "codes": (Bilingual("代码表", "code lists"), code_pages.lists_page),
    "fidelity": (Bilingual("各项行为的依据", "how sure we are of each behaviour"), sure_page.fidelity_page),
}
_EXAMPLES = (
    ("codes currencies", Bilingual("一个代码表", "one code list")),
    ("codes units 035", Bilingual("按代码或名称查找", "a code, by itself or by its name")),
    (next(iter(NAMES)), Bilingual("一种报文的字段", "the fields of a message")),
    ("Head/EndDate", Bilingual("一个字段，路径或元素名均可", "a field, by address or by element name")),
    ("TG-EXH-001", Bilingual("一个错误编号", "an error code")),
)
_MESSAGES = Bilingual("报文", "Messages")


def explained(words: Sequence[str], langs: Langs) -> str | None:
    """The page about *words* as Markdown; without words, the list of topics; None for an unknown topic."""
    if not words:
        return _overview(langs)
    first, rest = words[0], words[1:]
    if first.lower() == "codes" and rest:
        return _codes(rest, langs)
    topic = _TOPICS.get(first.lower())
    if topic is not None:
        return topic[1](langs)
    spec = next((m for m in reader.messages() if first.lower() in (m.code.lower(), m.root.tag.lower())), None)
    if spec is not None and not rest:
        return field_tables.message_page(spec, langs)
    about_id = rule_pages.rule_page(first, langs) or sure_page.behaviour_page(first, langs)
    if about_id is not None:
        return about_id
    found = list(field_tables.fields_called("/".join(words)))
    return page(*(field_tables.field_page(holder, row, langs) for holder, row in found)) if found else None


def nearest(words: Sequence[str], most: int = 5) -> tuple[str, ...]:
    """The topics that *words* may have meant, nearest first.

    >>> nearest(["TG-EXH-0001"])[0], nearest(["EndDat"])[0], nearest(["codes", "unit"])
    ('TG-EXH-001', 'EndDate', ('codes units',))
    """
    if len(words) > 1 and words[0].lower() == "codes":
        lists = difflib.get_close_matches(words[1].lower(), codelists.names(), most)
        return tuple(f"codes {name}" for name in lists)
    known, word = _known(), "/".join(words).lower()
    begun = [name for name in known if word and name.startswith(word)]
    near = dict.fromkeys([*begun[:most], *difflib.get_close_matches(word, known, most, 0.6)])
    return tuple(known[name] for name in near)[:most]


@cache
def _known() -> Mapping[str, str]:
    """Every name that has a page, by its lower-case form."""
    names = [*_TOPICS]
    for holder in field_tables.holders():
        names += holder.names
        for row in holder.rows:
            names += [row.node.tag, row.path.replace("[]", "")]
    names += [each.id for each in catalogue()]
    names += [behaviour.id for behaviour in ledger()]
    return {name.lower(): name for name in names}


def _codes(words: Sequence[str], langs: Langs) -> str | None:
    name, sought = words[0].lower(), " ".join(words[1:])
    if name not in codelists.names():
        return None
    codes = codelists.code_list(name)
    return code_pages.found_page(codes, sought, langs) if sought else code_pages.list_page(codes, langs)


def _overview(langs: Langs) -> str:
    rows = [(word, say(shows, langs)) for word, (shows, _) in _TOPICS.items()]
    rows += [(word, say(shows, langs)) for word, shows in _EXAMPLES]
    return page(
        f"# {say(_TITLE, langs)}",
        table((_WORD, _SHOWS), ([code(f"tempgoods-edi explain {word}"), shows] for word, shows in rows), langs),
        f"## {say(_MESSAGES, langs)}",
        field_tables.messages_table(langs),
    )
