"""The fidelity ledger: every behaviour of messages and simulator, and how sure we are that real customs do the same.

The rows stand in ``fidelity.toml``; a claim without a row there is not made.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from msgspec import Struct

from tempgoods_edi.values import Basis, Bilingual, Source

_LEDGER = Path(__file__).with_suffix(".toml")


class Behaviour(Struct, frozen=True, kw_only=True):
    """One row of the fidelity ledger.

    :ivar id: ``FID-<AREA>-<NN>``, never reused.
    :ivar behaviour: what is done, in a sentence.
    :ivar source: basis and clause.
    :ivar where: the code that does it, ``module`` or ``module:name``.
    """

    id: str
    behaviour: Bilingual
    source: Source
    where: str

    @property
    def area(self) -> str:
        """The area in the behaviour's id, such as ``ENV``, ``SIG`` or ``CARD``."""
        return self.id.split("-")[1]


@cache
def ledger() -> tuple[Behaviour, ...]:
    """Every row of the ledger, in the order of the file.

    >>> next(row.source.basis.value for row in ledger() if row.id == "FID-RCP-02")
    'published'
    """
    rows = tomllib.loads(_LEDGER.read_text("utf-8"))["behaviour"]
    return tuple(
        Behaviour(
            id=row["id"],
            behaviour=Bilingual(row["zh"], row["en"]),
            source=Source(Basis(row["basis"]), row["source"]),
            where=row["where"],
        )
        for row in rows
    )
