"""The page on the life of a declaration: diagram, actions in each state, meaning of each receipt."""

from __future__ import annotations

from tempgoods_edi.explain.markdown import Langs, page, say, table
from tempgoods_edi.lifecycle.deadlines import INITIAL_MONTHS, MAX_EXTENSION_MONTHS, MAX_EXTENSIONS
from tempgoods_edi.lifecycle.diagram import action_table, mermaid, transition_table
from tempgoods_edi.lifecycle.receipts import EVENTS, RANKS
from tempgoods_edi.values import Bilingual

_TITLE = Bilingual("单证的状态", "The life of a declaration")
_ACTIONS = Bilingual("各状态下可做的操作", "What the declarant may do in each state")
_TRANSITIONS = Bilingual("状态转换表", "Which event leads from which state to which")
_RECEIPTS = Bilingual("回执", "Receipts")
_RESULT, _MEANING, _RANK = (
    Bilingual("处理结果", "manageResult"),
    Bilingual("含义", "meaning"),
    Bilingual("优先级", "rank"),
)
_ORDER = Bilingual(
    "回执可按任何顺序到达，也可重复：优先级低的回执不会改变优先级高的结果。",
    "Receipts may come in any order and more than once: one of lower rank never undoes one of higher rank.",
)
_DEADLINES = Bilingual("期限", "Deadlines")
_MONTHS = Bilingual(
    "进出境之日起 {initial} 个月内复运；可延期至多 {count} 次，每次不超过 {months} 个月（海关法第三十一条、海关总署令第233号第十条）。",
    "The goods go back within {initial} months of entry or exit; at most {count} extensions of at most {months} months "
    "each (海关法第三十一条, 海关总署令第233号第十条).",
).format(initial=INITIAL_MONTHS, count=MAX_EXTENSIONS, months=MAX_EXTENSION_MONTHS)


def lifecycle_page(langs: Langs) -> str:
    """The page of states, events, receipts and deadlines; the diagram is Mermaid."""
    receipts = ([result, say(event.label, langs), str(RANKS[result])] for result, event in EVENTS.items())
    return page(
        f"# {say(_TITLE, langs)}",
        *(f"```mermaid\n{mermaid(lang)}```" for lang in langs),
        f"## {say(_ACTIONS, langs)}",
        *(action_table(lang) for lang in langs),
        f"## {say(_RECEIPTS, langs)}",
        table((_RESULT, _MEANING, _RANK), receipts, langs),
        say(_ORDER, langs),
        f"## {say(_TRANSITIONS, langs)}",
        *(transition_table(lang) for lang in langs),
        f"## {say(_DEADLINES, langs)}",
        say(_MONTHS, langs),
    )
