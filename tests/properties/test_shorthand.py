"""The shorthand written beside a package says of it what the package says itself, whatever its values hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tempgoods_edi import codec, recogniser, shorthand
from tempgoods_edi.envelope.message import Message, package, package_group, unescaped_package
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing import strategies
from tempgoods_edi.testing.sample import sample
from tempgoods_edi.testing.schema_mutants import full_tree
from tempgoods_edi.testing.trees import Shape

SPECS = {spec.code: spec for spec in reader.messages() if spec.direction != "answer"}
#: What a value may hold to pass for more than one, or for none.
MARKS = (shorthand.END, shorthand.ODD, shorthand.PART, shorthand.LAST)
every_message = pytest.mark.parametrize("code", SPECS)


def is_taken(message: Message) -> bool:
    """Whether the shorthand of *message* is valid, with as many values as were written: what `outbound.build` asks."""
    _, values, count = unescaped_package(message)
    return recogniser.shorthand_matcher(package_group(message.spec))(values) and values.count(shorthand.END) == count


@every_message
@given(data=st.data())
def test_a_valid_package_is_known_by_its_shorthand(code: str, data: st.DataObject) -> None:
    """Where no value needs an entity, the text is the package and its shorthand is taken; else neither is believed."""
    message = data.draw(strategies.messages(SPECS[code], max_lines=4))
    text, _, _ = unescaped_package(message)
    taken = is_taken(message)
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
    text, _, _ = unescaped_package(odd)
    if is_taken(odd):
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
    own = shorthand.writer(group)(record)[1]
    smuggled += [
        f"{value}{shorthand.END}{shorthand.PART}{own}"[:-1],
        f"{value}{shorthand.END}{shorthand.LAST}{own}"[:-1],
    ]
    smuggled += [text for mark in MARKS for text in (mark, value + mark, mark + value, f"{value}{mark}{value}")]
    return data.draw(st.sampled_from(smuggled))


def test_no_value_makes_a_line_of_its_own() -> None:
    """The last value of a line that ends it in shorthand, and goes on with a whole line more, is not taken for two."""
    spec = SPECS["TMP101"]
    message = sample("TMP101", Shape(lines=1, documents=1, fill=8, declared=True)).message
    assert message is not None
    assert is_taken(message)
    (group,) = (child for child in spec.root.children if isinstance(child, GroupSpec) and child.name == "exhibit_list")
    (line,) = message.document.exhibit_list
    last = group.children[-1].name
    for value in (getattr(line, last) or "", None):
        plain = structs.replace(line, **{last: value or None})
        more = shorthand.writer(group)(plain)[1].removesuffix(shorthand.END)
        forged = structs.replace(line, **{last: f"{value or ''}{shorthand.END}{shorthand.PART}{more}"})
        odd = structs.replace(message, document=structs.replace(message.document, exhibit_list=(forged,)))
        assert not is_taken(odd)


@pytest.mark.parametrize("value", ["", *MARKS])
def test_what_is_given_and_empty_is_not_taken_for_nothing(value: str) -> None:
    """An optional text that is given as nothing, or as a mark, is left to libxml2."""
    message = sample("TMP101", Shape(lines=1, documents=1, fill=8, declared=True)).message
    assert message is not None
    head = structs.replace(message.document.head, rmk=value)
    assert not is_taken(structs.replace(message, document=structs.replace(message.document, head=head)))


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
