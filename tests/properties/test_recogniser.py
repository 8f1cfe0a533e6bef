"""The fast reader and libxml2 agree: what the one takes, the other takes, with the same values."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tempgoods_edi import codec, recogniser
from tempgoods_edi.envelope.message import info_group, pocket_group
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.testing import strategies
from tempgoods_edi.testing.schema_mutants import full_tree, part_mutants
from tests.properties.damage import damaged

SPECS = {spec.code: spec for spec in reader.messages()}
every_message = pytest.mark.parametrize("code", SPECS)


@every_message
@given(data=st.data())
def test_what_it_takes_of_damaged_text_libxml2_takes(code: str, data: st.DataObject) -> None:
    """Whatever was done to the text: when the recogniser still reads it, libxml2 finds it valid and reads the same."""
    spec = SPECS[code]
    text = codec.markup(spec.root, data.draw(strategies.documents(spec, max_lines=2)))
    random = Random(data.draw(st.integers(0, 2**24 - 1)))
    read = recogniser.reader(spec.root)
    assert read is not None
    for _ in range(20):
        altered = damaged(text.encode(), random).decode("utf-8", "replace")
        found = read(altered, 0)
        if found is None or found[1] != len(altered):
            continue
        element = etree.fromstring(altered)
        assert validator.refusal(spec.schema, element) is None
        assert codec.from_element(spec.root, element) == found[0]


def test_no_broken_part_of_an_envelope_is_taken() -> None:
    """No mutant of EnvelopInfo or PocketInfo is recognised."""
    for group in (info_group(), pocket_group()):
        matches, tree = recogniser.matcher(group), full_tree(group)
        assert matches(codec.tree_markup(group, tree))
        assert [fault.name for fault, part in part_mutants(group, tree, group.tag, "") if matches(part)] == []
