"""Says what a statement rests on: the basis in words, and the clause."""

from __future__ import annotations

from tempgoods_edi.explain.markdown import Langs, say
from tempgoods_edi.values import Basis, Bilingual, Source

BASES = {
    Basis.PUBLISHED: Bilingual("公开资料", "published"),
    Basis.MANUAL: Bilingual("用户手册", "manual"),
    Basis.REGULATION: Bilingual("法规", "regulation"),
    Basis.ASSUMED: Bilingual("推定", "assumed"),
}


def say_source(source: Source, langs: Langs) -> str:
    """The clause, with how far it can be relied on before it."""
    return f"{say(BASES[source.basis], langs)}: {source.clause}"
