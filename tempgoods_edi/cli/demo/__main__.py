"""``python -m tempgoods_edi.cli.demo DIR URL``: what `tempgoods-edi up` runs beside the others on its first start."""

from __future__ import annotations

import sys
from pathlib import Path

from tempgoods_edi.cli.demo.seeding import seed
from tempgoods_edi.errors import TempgoodsError


def main(folder: str, customs_url: str) -> int:
    """Make the demonstration's records; the exit code is 1 when that failed."""
    try:
        seed(Path(folder), customs_url)
    except TempgoodsError as error:
        for text in (error.text.zh, error.text.en, *(each.text.zh for each in getattr(error, "findings", ()))):
            print(text)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
