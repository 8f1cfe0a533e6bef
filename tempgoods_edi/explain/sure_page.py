"""How sure we are that real customs behave so: the ledger, and how many statements rest on what."""

from __future__ import annotations

from tempgoods_edi.explain.markdown import Langs, page, say
from tempgoods_edi.values import Bilingual

_TITLE = Bilingual("各项行为的依据", "How sure we are")


def fidelity_page(langs: Langs) -> str:
    """The ledger, one row per behaviour."""
    return page(f"# {say(_TITLE, langs)}")
