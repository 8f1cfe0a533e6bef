"""The fast reader and libxml2 agree: what the one takes, the other takes, with the same values."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from tempgoods_edi import codec, recogniser
from tempgoods_edi.envelope.message import info_group, pocket_group
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.schema.spec import Facets, FieldSpec, GroupSpec
from tempgoods_edi.testing import strategies
from tempgoods_edi.testing.schema_mutants import full_tree, part_mutants
from tests.properties.damage import damaged
from tests.properties.mutating import KINDS, judged, judged_whole, mutant, packages, signed_again, whole

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


#: Mutants of one kind; a million of all are made on demand (``tox -e fuzz``).
MUTANTS = 250


@pytest.mark.parametrize("kind", KINDS)
def test_the_readers_agree_on_mutants_of_every_fixture(kind: str) -> None:
    """At the level of bytes, tokens and trees: what the recogniser takes, libxml2 takes with the same values."""
    random, contents = Random(f"mutants/{kind}"), packages()
    accepted = 0
    for _ in range(MUTANTS):
        spec, data = random.choice(contents)
        accepted += judged(spec, KINDS[kind][1](data, random)).valid
    assert accepted > 0


def test_what_is_valid_the_published_schema_accepts() -> None:
    """Mutants of whole messages, damaged before they were signed or after: valid by us is valid by xsd/signed.xsd."""
    random, fixtures, contents = Random("mutants/whole"), whole(), packages()
    outward = [data for spec, data in contents if spec.direction == "out"]
    for _ in range(MUTANTS):
        judged_whole(mutant(random.choice(fixtures), random)[1])
        judged_whole(signed_again(mutant(random.choice(outward), random)[1]))


#: Elements and attributes that others put into signatures, and where.
ENVELOPE_PARTS = (
    b"<Transforms/>", b"<Transforms></Transforms>", b'<Transforms><Transform Algorithm="urn:x"/></Transforms>', b"<KeyValue/>",
    b"<X509SerialNumber>1</X509SerialNumber>", b"<KeyName>1</KeyName>", b"<Manifest/>", b"<!-- a -->", b" ", b"\n", b"a", b"<?a b?>",
    b"<Object/>", b"<SignatureProperties/>", b"<X509Data/>", b' Id="a"', b' Type="urn:x"', b' MimeType="text/xml"', b' Encoding="urn:x"',
    b' xml:lang="en"', b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', b' xsi:nil="true"',
)  # fmt: skip


@given(data=st.data())
def test_an_envelope_that_is_taken_the_published_schema_accepts(data: st.DataObject) -> None:
    """Whatever is put in, taken out or doubled between the tags of a signature: taken by us is valid by xsd/signed.xsd."""
    signed = data.draw(st.sampled_from([each for each in whole() if b"<SignedInfo" in each]))
    begin = signed.index(b"<Signature") if b"<Signature" in signed else 0
    end = signed.index(b"<Package") if b"<Package" in signed else len(signed)
    places = [at for at in range(begin, end) if signed[at : at + 1] in b"<>/"]
    at = data.draw(st.sampled_from(places))
    way = data.draw(st.sampled_from(("put in", "taken out", "doubled")))
    to = data.draw(st.sampled_from([each for each in places if each >= at]))
    if way == "put in":
        part = data.draw(st.sampled_from(ENVELOPE_PARTS))
        at += signed[at : at + 1] == b">" and not part.startswith(b" ")
        changed = signed[:at] + part + signed[at:]
    else:
        changed = signed[:at] + (signed[to:] if way == "taken out" else signed[at:to] + signed[at:])
    judged_whole(changed)


@pytest.mark.parametrize(
    ("atom", "facets"),
    [
        ("decimal", Facets(fraction_digits=2)),
        ("decimal", Facets(total_digits=9)),
        ("decimal", Facets(total_digits=9, fraction_digits=2, max_inclusive="7")),
        ("decimal", Facets(total_digits=9, fraction_digits=2, min_inclusive="3")),
        ("integer", Facets(min_inclusive="2", max_inclusive="99")),
        ("integer", Facets(min_inclusive="0")),
    ],
)
def test_what_it_cannot_translate_it_leaves_alone(atom: Literal["decimal", "integer"], facets: Facets) -> None:
    """A bound that no schema of ours has yet: it never says yes, libxml2 judges."""
    root = SPECS["TMP101"].root
    leaf = next(child for child in _leaves(root) if child.atom == atom)
    odd = replace(root, children=(replace(leaf, facets=facets),))
    assert recogniser.reader(odd) is None
    assert not recogniser.matcher(odd)(f"<{root.tag}><{leaf.tag}>5</{leaf.tag}></{root.tag}>")


@pytest.mark.parametrize(("fewest", "most"), [(1, 1), (0, 1), (0, None), (1, None), (2, 3)])
def test_it_counts_as_the_schema_does(fewest: int, most: int | None) -> None:
    """So many parts as may stand there are taken by the expression, and no others."""
    group, tree = info_group(), full_tree(info_group())
    above = replace(group, tag="Above", children=(replace(group, min_occurs=fewest, max_occurs=most),))
    matches, part = recogniser.matcher(above), codec.tree_markup(group, tree)
    taken = [count for count in range(6) if matches(f"<Above>{part * count}</Above>")]
    assert taken == [count for count in range(6) if count >= fewest and (most is None or count <= most)]


def _leaves(group: GroupSpec) -> Iterator[FieldSpec]:
    for child in group.children:
        if isinstance(child, FieldSpec):
            yield child
        else:
            yield from _leaves(child)
