"""A process that works at a desk until it is killed; it says on a line of its own what was acknowledged."""

from __future__ import annotations

import sys
from itertools import count

from tempgoods_edi.declarant.store import Store
from tests.declarant.desk import desk


def main(place: str, seed: str) -> None:
    """Save, declare, receive, one declaration after the other."""
    at = desk(Store.open(place), seed)
    for turn in count():
        saved = at.saved(EtpsPreentNo=f"{seed}-{turn}")
        tell("saved", saved.seq_no)
        at.declared(saved.seq_no)
        tell("declared", saved.seq_no)
        at.told(saved.seq_no, "Y", serial=int(saved.seq_no[-10:]) * 10)
        tell("stored", saved.seq_no)


def tell(what: str, seq_no: str) -> None:
    """Acknowledge it, at once."""
    sys.stdout.write(f"{what} {seq_no}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
