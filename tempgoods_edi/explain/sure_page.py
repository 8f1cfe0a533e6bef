"""The page on fidelity: how many statements rest on which basis, and the ledger of behaviours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.explain.catalogue import catalogue
from tempgoods_edi.explain.field_tables import holders
from tempgoods_edi.explain.markdown import Langs, code, page, say, table
from tempgoods_edi.explain.sources import BASES
from tempgoods_edi.fidelity import Behaviour, ledger
from tempgoods_edi.values import Bilingual

_TITLE = Bilingual("各项行为的依据", "How sure we are")
_ABOUT = Bilingual(
    "本系统未与真实的H2018对照过。每项内容都注明依据：公开资料（同类系统公开的）、用户手册、法规、推定（我们的假设）。",
    "Nothing here was compared with the real H2018. Every statement says what it rests on: published (for sibling systems), "
    "manual (the user manual), regulation, or assumed (by us).",
)
_LEDGER = Bilingual("报文与模拟海关的行为", "Behaviours of messages and of simulated customs")
_ID, _BEHAVIOUR, _BASIS, _SOURCE, _WHERE = (
    Bilingual("编号", "id"),
    Bilingual("行为", "behaviour"),
    Bilingual("依据", "basis"),
    Bilingual("来源", "source"),
    Bilingual("代码", "code"),
)
_WHAT = Bilingual("内容", "what")
_FIELDS, _PROBLEMS, _LISTS, _BEHAVIOURS = (
    Bilingual("字段", "fields"),
    Bilingual("规则和错误", "rules and errors"),
    Bilingual("代码表", "code lists"),
    Bilingual("行为", "behaviours"),
)


def fidelity_page(langs: Langs) -> str:
    """The page of counts and the ledger, one row per behaviour."""
    return page(
        f"# {say(_TITLE, langs)}",
        say(_ABOUT, langs),
        table((_WHAT, *BASES.values()), _counts(langs), langs),
        f"## {say(_LEDGER, langs)}",
        _table(ledger(), langs),
    )


def behaviour_page(id: str, langs: Langs) -> str | None:
    """The page of one behaviour of the ledger; None when there is no such *id*."""
    rows = [row for row in ledger() if row.id == id.upper()]
    return page(f"# {rows[0].id}", _table(rows, langs)) if rows else None


def _table(rows: Iterable[Behaviour], langs: Langs) -> str:
    cells = (
        [row.id, say(row.behaviour, langs), say(BASES[row.source.basis], langs), row.source.clause, code(row.where)]
        for row in rows
    )
    return table((_ID, _BEHAVIOUR, _BASIS, _SOURCE, _WHERE), cells, langs)


def _counts(langs: Langs) -> Iterator[list[str]]:
    """How many statements of each kind rest on each basis."""
    kinds = (
        (_FIELDS, [row.node.source.basis for holder in holders() for row in holder.rows]),
        (_PROBLEMS, [entry.problem.source.basis for entry in catalogue()]),
        (_LISTS, [code_list(name).source.basis for name in names()]),
        (_BEHAVIOURS, [row.source.basis for row in ledger()]),
    )
    for what, bases in kinds:
        found = Counter(bases)
        yield [say(what, langs), *(str(found[basis]) for basis in BASES)]
