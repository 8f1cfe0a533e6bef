"""Tests of the strategies: what they make is valid for everybody, from bare drafts to 5,000 lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tempgoods_edi import codec, recogniser
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.message import info_group, package, package_group, pocket_group
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing import strategies
from tempgoods_edi.testing.cases import case
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.mutants import NOW
from tempgoods_edi.testing.patterns import sampler
from tempgoods_edi.testing.plans import PLANNERS
from tempgoods_edi.testing.trees import FULL, Shape
from tempgoods_edi.values import Verdict
from tests.testing.conftest import Judge

SPECS = {spec.code: spec for spec in reader.messages()}
DRAFTS = Policy(now=NOW, allow_unsigned=True)
every_message = pytest.mark.parametrize("code", SPECS)


@every_message
@given(data=st.data())
def test_the_desk_has_nothing_against_them(code: str, data: st.DataObject) -> None:
    """Schema and every rule, judged with the facts that come along: no error, no warning, no rule left out."""
    spec = SPECS[code]
    made = data.draw(strategies.cases(spec))
    checked = check(made.data, made.facts, DRAFTS)
    assert [f for f in checked.findings if f.rule != "TG-SIG-001"] == []
    assert (checked.verdict, checked.not_judged, checked.message) == (Verdict.VALID, (), made.message)


@every_message
@given(data=st.data())
def test_libxml2_takes_them(code: str, data: st.DataObject) -> None:
    """The document by its own schema, the message by that of its envelope; the recogniser knows both."""
    spec = SPECS[code]
    made = data.draw(strategies.cases(spec))
    document = codec.markup(spec.root, made.document)
    assert validator.refusal(spec.schema, etree.fromstring(document)) is None
    assert (
        recogniser.matcher(spec.root)(document) or "&" in document
    )  # an entity may stand for a text too long as written
    if made.message is not None:
        schema = "signed.xsd" if spec.direction == "out" else "plain.xsd"
        assert validator.refusal(schema, etree.fromstring(made.data)) is None
        assert recogniser.matcher(package_group(spec))(package(made.message)) or b"&" in made.data


@every_message
def test_xmlschema_takes_them(code: str, second_judge: Callable[[str], Judge]) -> None:
    """The second judge agrees on the document, for a sample: it is a slow one."""
    spec = SPECS[code]
    judge = second_judge(spec.schema)

    @settings(max_examples=min(settings().max_examples, 50))
    @given(strategies.trees(spec, max_lines=3))
    def taken(tree: codec.Tree) -> None:
        assert judge(etree.fromstring(codec.tree_markup(spec.root, tree))) is None

    taken()


@every_message
def test_they_go_from_nothing_to_everything(code: str) -> None:
    """With nothing filled in only required elements are there; over full messages every element turns up."""
    spec = SPECS[code]
    drafts = [case(spec, Shape(lines=0, declared=False, seed=seed)).tree for seed in range(40)]
    assert min(_count(tree) for tree in drafts) <= 2 + sum(field.required for _, field in spec.root.fields())
    full = [case(spec, Shape(lines=3, documents=2, fill=FULL, seed=seed)).tree for seed in range(1, 150)]
    seen = {path for tree in full for path in _paths(tree)}
    wanted = {path for path, _ in spec.root.fields()}
    assert wanted - seen <= {"Head/DclCusCd", *_of_later_versions(spec)}


def _of_later_versions(spec: MessageSpec) -> Iterator[str]:
    """What only a change may state, and the number that customs give, where no change is drawn."""
    if spec.declaration is None:
        return
    if spec.code not in PLANNERS or not spec.declaration.changeable:
        yield f"Head/{spec.declaration.number.tag}"
    if not spec.declaration.changeable:
        yield from (path for path, field in spec.root.fields() if field.change_only)


def _count(tree: codec.Tree) -> int:
    return sum(1 for _ in _paths(tree))


def _paths(tree: codec.Tree, prefix: str = "") -> list[str]:
    found: list[str] = []
    for tag, value in tree.items():
        if isinstance(value, list):
            found += [path for row in value for path in _paths(row, f"{prefix}{tag}[]/")]
        elif isinstance(value, dict):
            found += _paths(value, f"{prefix}{tag}/")
        else:
            found.append(prefix + tag)
    return found


@pytest.mark.parametrize("code", ["TMP101", "TMP111", "TMP121", "TMP131", "TMP261"])
def test_they_can_be_as_long_as_the_schema_allows(code: str) -> None:
    """A message of 5,000 lines is made and is valid."""
    made = case(SPECS[code], Shape(lines=5000, fill=1, seed=11))
    checked = check(made.data, made.facts, DRAFTS)
    assert made.data.count(b"<EntryNo>" if code in ("TMP111", "TMP261") else b"<GdsSeqNo>") == 5000
    assert checked.verdict is Verdict.VALID


@every_message
@given(shape=strategies.shapes())
@settings(max_examples=10)
def test_the_same_shape_gives_the_same_bytes(code: str, shape: Shape) -> None:
    """A message can be made again from its shape alone."""
    spec = SPECS[code]
    assert case(spec, shape).data == case(spec, shape).data


def test_a_failing_example_shrinks_to_a_readable_one() -> None:
    """What fails for its second line is shown with two lines, nothing optional, and the plainest values."""
    from hypothesis import HealthCheck, find

    quiet = settings(database=None, max_examples=2000, suppress_health_check=list(HealthCheck))
    found = find(
        strategies.shapes(), lambda shape: len(case(SPECS["TMP101"], shape).document.exhibit_list) >= 2, settings=quiet
    )
    assert found == Shape(lines=2, documents=0, fill=0, declared=False, seed=0)


def test_messages_are_sent_with_the_card_asked_for() -> None:
    """A given sender stands in the message and in the facts."""
    from tempgoods_edi.testing.sample import SENDER

    made = case(SPECS["TMP101"], Shape(seed=5), SENDER)
    assert made.document.oper_cus_reg_code == made.document.head.input_etps_no == SENDER.enterprise_no
    assert made.facts.card == SENDER.card


def test_a_technical_answer_has_no_envelope() -> None:
    """Asking for an enveloped technical answer is refused at once."""
    with pytest.raises(ValueError, match="no envelope"):
        strategies.messages(SPECS["COMMON"])


def test_every_pattern_of_the_schemas_is_matched() -> None:
    """Whatever pattern a schema uses, the texts made from it match as a whole."""
    groups = [*(spec.root for spec in SPECS.values()), info_group(), pocket_group()]
    patterns = {field.facets.pattern for group in groups for _, field in group.fields()} - {None}
    for pattern in patterns:
        assert pattern is not None
        make, form = sampler(pattern), re.compile(pattern)
        assert [text for seed in range(200) if not form.fullmatch(text := make(Choices(seed)))] == []


@pytest.mark.parametrize(
    "pattern", ["[^0-9]{2,}", "a?b*c+", "(x|yy|z{2})(-[0-9]+)?", r"\[[A-F0-9-]{3}\]", "[-+]?[0-9]{1,3}", "字{2}|"]
)
def test_any_pattern_of_the_shared_subset_is_matched(pattern: str) -> None:
    """The sampler knows the whole subset, not only what the schemas happen to use."""
    form = re.compile(pattern)
    assert [text for seed in range(300) if not form.fullmatch(text := sampler(pattern)(Choices(seed)))] == []
