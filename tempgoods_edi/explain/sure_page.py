"""How sure we are that real customs behave so: how many statements rest on what, and the ledger of behaviours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.explain.catalogue import catalogue
from tempgoods_edi.explain.field_tables import holders
from tempgoods_edi.explain.markdown import Langs, page, say, table
from tempgoods_edi.values import Basis, Bilingual

_TITLE = Bilingual("各项行为的依据", "How sure we are")
_ABOUT = Bilingual(
    "本系统未与真实的H2018对照过。每项内容都注明依据：公开资料（同类系统公开的）、用户手册、法规、推定（我们的假设）。",
    "Nothing here was compared with the real H2018. Every statement says what it rests on: published (for sibling systems), "
    "manual (the user manual), regulation, or assumed (by us).",
)
BASES = {
    Basis.PUBLISHED: Bilingual("公开资料", "published"),
    Basis.MANUAL: Bilingual("用户手册", "manual"),
    Basis.REGULATION: Bilingual("法规", "regulation"),
    Basis.ASSUMED: Bilingual("推定", "assumed"),
}
_WHAT = Bilingual("内容", "what")
_FIELDS, _PROBLEMS, _LISTS = (
    Bilingual("字段", "fields"),
    Bilingual("规则和错误", "rules and errors"),
    Bilingual("代码表", "code lists"),
)


def fidelity_page(langs: Langs) -> str:
    """The counts, then the ledger, one row per behaviour."""
    counts = table((_WHAT, *BASES.values()), _counts(langs), langs)
    return page(f"# {say(_TITLE, langs)}", say(_ABOUT, langs), counts)


def _counts(langs: Langs) -> Iterator[list[str]]:
    """How many statements of each kind rest on each basis."""
    kinds = (
        (_FIELDS, [row.node.source.basis for holder in holders() for row in holder.rows]),
        (_PROBLEMS, [entry.problem.source.basis for entry in catalogue()]),
        (_LISTS, [code_list(name).source.basis for name in names()]),
    )
    for what, bases in kinds:
        found = Counter(bases)
        yield [say(what, langs), *(str(found[basis]) for basis in BASES)]
