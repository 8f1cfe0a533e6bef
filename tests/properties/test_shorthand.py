"""The shorthand written beside a package says of it what the package says itself, whatever its values hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tempgoods_edi import codec, recogniser, shorthand
from tempgoods_edi.envelope.message import package, package_group, unescaped_package
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing import strategies
from tempgoods_edi.testing.schema_mutants import full_tree

SPECS = {spec.code: spec for spec in reader.messages() if spec.direction != "answer"}
#: What a value may hold to pass for more than one, or for none.
MARKS = (shorthand.END, shorthand.ABSENT, shorthand.PART, shorthand.LAST)
every_message = pytest.mark.parametrize("code", SPECS)


@every_message
@given(data=st.data())
def test_a_valid_package_is_known_by_its_shorthand(code: str, data: st.DataObject) -> None:
    """Where no value needs an entity, the text is the package and its shorthand is taken; else neither is believed."""
    message = data.draw(strategies.messages(SPECS[code], max_lines=4))
    text, values = unescaped_package(message)
    taken = recogniser.shorthand_matcher(package_group(message.spec))(values)
    assert taken == ("&" not in package(message))
    if taken:
        assert text == package(message)


@every_message
@given(data=st.data())
def test_nothing_false_is_taken_by_its_shorthand(code: str, data: st.DataObject) -> None:
    """A package whose texts were replaced by tags, marks, entities or nothing is taken only if its XML is taken too."""
    spec = SPECS[code]
    message = data.draw(strategies.messages(spec, max_lines=3))
    odd = structs.replace(message, document=_altered(spec.root, message.document, data))
    text, values = unescaped_package(odd)
    if recogniser.shorthand_matcher(package_group(spec))(values):
        assert text == package(odd)
        assert recogniser.matcher(package_group(spec))(text)


def _altered(group: GroupSpec, record: Any, data: st.DataObject) -> Any:
    """*record* with one or two of its texts, or of a part's, replaced; whole parts are moved, doubled and left out too."""
    texts = [child for child in group.children if isinstance(child, FieldSpec) and child.atom == "string"]
    parts = [child for child in group.children if isinstance(child, GroupSpec) and getattr(record, child.name)]
    if parts and (not texts or data.draw(st.booleans())):
        part = data.draw(st.sampled_from(parts))
        held = getattr(record, part.name)
        if not part.repeated:
            return structs.replace(record, **{part.name: _altered(part, held, data)})
        at = data.draw(st.integers(0, len(held) - 1))
        new = data.draw(st.sampled_from([(_altered(part, held[at], data),), (held[at], held[at]), ()]))
        return structs.replace(record, **{part.name: (*held[:at], *new, *held[at + 1 :])})
    chosen = data.draw(st.lists(st.sampled_from(texts), min_size=1, max_size=2, unique_by=lambda field: field.name))
    return structs.replace(record, **{field.name: _hostile(group, field, record, data) for field in chosen})


def _hostile(group: GroupSpec, field: FieldSpec, record: Any, data: st.DataObject) -> str | None:
    """Nothing, or a text that ends its own element, mark or value and goes on with another's."""
    value = getattr(record, field.name) or "甲"
    other = data.draw(st.sampled_from([child for child in group.children if isinstance(child, FieldSpec)]))
    smuggled = [f"{value}</{field.tag}><{other.tag}>{value}", f"{value}<", "&", "&amp;", "\r", "", None, f"{value} "]
    smuggled += [text for mark in MARKS for text in (mark, value + mark, mark + value, f"{value}{mark}{value}")]
    return data.draw(st.sampled_from(smuggled))


def test_a_list_ends_where_it_ends() -> None:
    """A part of one list is never counted into the next one, though both are written alike."""
    root = SPECS["TMP101"].root
    exhibit = next(child for child in root.children if isinstance(child, GroupSpec) and child.repeated)
    first, second = (
        structs.replace(exhibit, min_occurs=0, max_occurs=1),
        structs.replace(exhibit, name="others", min_occurs=1),
    )
    matches = recogniser.shorthand_matcher(structs.replace(root, children=(first, second)))
    line = shorthand.PART + shorthand.writer(exhibit)(codec.from_tree(exhibit, full_tree(exhibit)))[1]
    end = shorthand.LAST
    tried = {(one, two): matches(line * one + end + line * two + end) for one in range(3) for two in range(3)}
    assert [counts for counts, taken in tried.items() if taken] == [(0, 1), (0, 2), (1, 1), (1, 2)]
