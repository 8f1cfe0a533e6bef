"""Small programs that use one thing each, as functions: a Python somewhere else runs their text.

Each imports what it needs inside, because nothing else of this module goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import getsource


def program(probe: Callable[[], None]) -> str:
    """The text that runs *probe*."""
    return f"{getsource(probe)}\n{probe.__name__}()\n"


def everyday() -> None:
    """Everyday names, and a check of the file that is named; says the verdict."""
    import sys
    from datetime import UTC, datetime
    from pathlib import Path

    import tempgoods_edi

    for name in tempgoods_edi.__all__:
        getattr(tempgoods_edi, name)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    data = Path(sys.argv[1]).read_bytes()
    found = tempgoods_edi.check(data, tempgoods_edi.Facts(today=now.date()), tempgoods_edi.Policy(now=now))
    print(found.verdict.value)


def csv_is_read() -> None:
    """Goods lines in CSV."""
    from tempgoods_edi.interchange.sheet import read_sheet
    from tempgoods_edi.schema import reader
    from tempgoods_edi.schema.spec import GroupSpec

    goods = reader.message("TMP101").root.at("ExhibitList")
    assert isinstance(goods, GroupSpec)
    assert not read_sheet(goods, "x.csv", b"a,b").rows


def workbook_is_read() -> None:
    """A workbook; says which rules of sheets it breaks."""
    from tempgoods_edi.interchange.sheet import read_sheet
    from tempgoods_edi.schema import reader
    from tempgoods_edi.schema.spec import GroupSpec

    goods = reader.message("TMP101").root.at("ExhibitList")
    assert isinstance(goods, GroupSpec)
    print(*(finding.rule for finding in read_sheet(goods, "x.xlsx", b"PK").findings))


def workbook_is_written() -> None:
    """The workbook to fill in, read again; says which rules of sheets it breaks."""
    from tempgoods_edi.interchange.sheet import read_sheet, template
    from tempgoods_edi.schema import reader
    from tempgoods_edi.schema.spec import GroupSpec

    goods = reader.message("TMP101").root.at("ExhibitList")
    assert isinstance(goods, GroupSpec)
    print(*(finding.rule for finding in read_sheet(goods, "x.xlsx", template(goods, "zh")).findings))


def postgres() -> None:
    """A database in PostgreSQL, not yet connected to."""
    from tempgoods_edi.databases import kind_of

    print(kind_of("postgresql+psycopg://nobody@127.0.0.1/none"))


def plugin() -> None:
    """What the fixtures for pytest ask for first."""
    from h2018 import pytest_plugin

    pytest_plugin._needed()


def customs_in_memory() -> None:
    """Simulated customs in memory; says what becomes of a message that is none."""
    from h2018.testing import running_customs

    with running_customs(in_memory=True) as customs:
        print(customs.submit(b"<no").outcome)


def strategy() -> None:
    """A message that a strategy draws; says what it is."""
    from hypothesis import find

    from tempgoods_edi.schema import reader
    from tempgoods_edi.testing import strategies

    print(type(find(strategies.messages(reader.message("TMP101")), lambda message: True)).__name__)


def portals_others() -> None:
    """What the portal needs for print-outs and SFTP."""
    import paramiko
    import typst

    from tempgoods_edi.declarant import printing

    assert paramiko.__name__
    assert typst.__name__
    assert printing.__name__


def strategies() -> None:
    """Strategies for property tests."""
    from tempgoods_edi.testing import strategies

    strategies.shapes()
