"""The fidelity ledger is complete in form, and every row leads to code that exists."""

from __future__ import annotations

import importlib
import re
from functools import reduce

import pytest

from tempgoods_edi.fidelity import Behaviour, ledger
from tempgoods_edi.values import Basis

ROWS = ledger()


def test_ids_are_unique_and_of_one_form() -> None:
    """``FID-<AREA>-<NN>``, each once."""
    ids = [row.id for row in ROWS]
    assert len(set(ids)) == len(ids) >= 40
    assert [each for each in ids if not re.fullmatch(r"FID-[A-Z]+-\d\d", each)] == []


def test_every_basis_is_used() -> None:
    """The ledger tells all four kinds apart."""
    assert {row.source.basis for row in ROWS} == set(Basis)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_speaks_both_languages_names_its_source_and_leads_to_code(row: Behaviour) -> None:
    """Nothing empty; the module is there, and so is the name in it."""
    assert re.search("[\u4e00-\u9fff]", row.behaviour.zh)
    assert re.search("[a-z]", row.behaviour.en)
    assert row.source.clause.strip()
    module, _, name = row.where.partition(":")
    reduce(getattr, filter(None, name.split(".")), importlib.import_module(module))
