"""Scenario files are held against the messages when they are loaded, and every mistake is told with its cure."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.steering.outcomes import CATALOGUE, Outcome, OutcomeKind
from h2018.steering.outcomes import problems as rule_problems
from h2018.steering.scenario import FieldTest, Match, Scenario
from h2018.steering.scenario_file import load, load_json
from tempgoods_edi.schema import reader
from tests.h2018.steering.material import CODES

GOOD = """
[[scenario]]
name = "consumed exhibits are questioned"
action = {outcome = "reject", rule = "TG-EXH-004", path = "Head/PlannedReturnDate", note = "请说明", delay = "30s"}
[scenario.match]
message = "TMP101"
enterprise = ["310196K27B"]
direction = "I"
kind = "1"
draft = false
nth = 2
per = "document"
[scenario.match.field]
"Head/MasterCusCd" = "2228"
"ExhibitList[*]/DisposalCd" = ["2", "3"]
"Head/ExhibitionNm" = {like = "2027*"}
"Head/ApprovalDocNo" = {present = false}

[[scenario]]
name = "the rest"
action = {outcome = "store_fail", code = "H8001"}
"""

HEAD, LINES = "match/field/Head", "match/field/ExhibitList[*]"


def one(match: str = "", action: str = 'outcome = "reject"', more: str = "") -> str:
    """A file of one scenario."""
    return f'[[scenario]]\nname = "x"\nmatch = {{{match}}}\naction = {{{action}}}\n{more}'


def test_a_good_file_is_read_to_the_letter() -> None:
    """Everything that can be said stands in the scenarios, in the order of the file."""
    loaded = load(GOOD)
    assert loaded.findings == ()
    assert loaded.scenarios == (
        Scenario(
            name="consumed exhibits are questioned",
            match=Match(
                message=("TMP101",),
                enterprise=("310196K27B",),
                direction=("I",),
                kind=("1",),
                draft=False,
                nth=2,
                per="document",
                fields=(
                    FieldTest(path="Head/MasterCusCd", any_of=("2228",)),
                    FieldTest(path="ExhibitList[*]/DisposalCd", any_of=("2", "3")),
                    FieldTest(path="Head/ExhibitionNm", like="2027*"),
                    FieldTest(path="Head/ApprovalDocNo", present=False),
                ),
            ),
            outcome=Outcome(name="reject", rule="TG-EXH-004", path="Head/PlannedReturnDate", note="请说明", delay=30.0),
        ),
        Scenario(name="the rest", match=Match(), outcome=Outcome(name="store_fail", code="H8001")),
    )


def test_json_is_read_like_toml() -> None:
    """The control interface's form gives the same scenarios."""
    data = {"scenario": [{"name": "x", "match": {"message": "TMP111"}, "action": {"outcome": "manual", "delay": 5}}]}
    loaded = load_json(json.dumps(data))
    assert loaded.scenarios == load(one('message = "TMP111"', 'outcome = "manual", delay = "5s"')).scenarios
    assert loaded.findings == ()


@pytest.mark.parametrize(
    ("text", "rule", "path", "told"),
    [
        (one('message = "TMP100"'), "TG-SIM-007", "match/message", "did you mean TMP101"),
        (one('message = "TMP201"'), "TG-SIM-020", "match/message", "sent by customs"),
        (one('message = "TMP101", field = {"Head/MasterCusCode" = "2228"}'), "TG-SIM-021", f"{HEAD}/MasterCusCode", "Head/MasterCusCd"),
        (one('field = {"Head/Nonsense" = "1"}'), "TG-SIM-021", "match/field/Head/Nonsense", "no field"),
        (one('message = "TMP111", field = {"Head/HallNm" = "x"}'), "TG-SIM-021", "match/field/Head/HallNm", "TMP111 has no field"),
        (one('message = "TMP101", field = {"Head/MasterCusCd" = "22"}'), "TG-SIM-022", "match/field/Head/MasterCusCd", "can never be"),
        (one('message = "TMP101", field = {"Head/MasterCusCd" = "2298"}'), "TG-SIM-029", "match/field/Head/MasterCusCd", "mean 2208"),
        (one('message = "TMP121", field = {"Head/CategoryCd" = "14"}'), "TG-SIM-023", "match/field/Head/CategoryCd", "did you mean"),
        (one('message = "TMP101", field = {"ExhibitList[*]/DisposalCd" = "9"}'), "TG-SIM-022", f"{LINES}/DisposalCd", "1 return"),
        (one('message = "TMP101", field = {"ExhibitList[*]/DclQty" = "many"}'), "TG-SIM-022", f"{LINES}/DclQty", "can never be"),
        (one('field = {"Head/HallNm" = {}}'), "TG-SIM-027", "match/field/Head/HallNm", "nothing is asked"),
        (one('field = {"Head/HallNm" = {like = "x", present = true}}'), "TG-SIM-026", "match/field/Head/HallNm", "exclude"),
        (one('field = {"Head/HallNm" = {lik = "x"}}'), "TG-SIM-004", "match/field/Head/HallNm/lik", "did you mean like"),
        (one('enterprise = "31"'), "TG-SIM-022", "match/enterprise", "can never be"),
        (one('direction = "in"'), "TG-SIM-022", "match/direction", "can never be"),
        (one('nth = 0'), "TG-SIM-006", "match/nth", "whole number"),
        (one('nth = 1, every = 2'), "TG-SIM-026", "match", "nth / every"),
        (one('per = "document"'), "TG-SIM-028", "match/per", "without nth"),
        (one('nth = 1, per = "documents"'), "TG-SIM-007", "match/per", "did you mean document"),
        (one('mesage = "TMP101"'), "TG-SIM-004", "match/mesage", "did you mean message"),
        (one(action='outcome = "rejct"'), "TG-SIM-007", "action/outcome", "did you mean reject"),
        (one(action='rule = "TG-EXH-004"'), "TG-SIM-005", "action/outcome", "missing"),
        (one(action='outcome = "reject", rule = "TG-EXH-999"'), "TG-SIM-007", "action/rule", "TG-EXH-0"),
        (one(action='outcome = "reject", delay = "soon"'), "TG-SIM-006", "action/delay", "30s"),
        (one(action='outcome = "delay"'), "TG-SIM-005", "action/delay", "missing"),
        (one(action='outcome = "approve", code = "1"'), "TG-SIM-024", "action/code", "does not take"),
        (one(action='outcome = "reject", path = "Head/Nonsense"'), "TG-SIM-021", "action/path", "no field"),
        (one('message = "TMP151"'), "TG-SIM-025", "action/outcome", "cannot be given to TMP151"),
        (one('message = "TMP101", draft = true'), "TG-SIM-025", "action/outcome", "cannot be given"),
        (one(more='colour = "red"'), "TG-SIM-004", "colour", "unknown key"),
        ('[[scenario]]\nname = "x"', "TG-SIM-005", "action", "missing"),
        ('[[scenario]]\naction = {outcome = "reject"}', "TG-SIM-005", "name", "missing"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_where_it_is(text: str, rule: str, path: str, told: str) -> None:
    """Exactly this problem at exactly this place, in both languages, with what was probably meant."""
    findings = load(text, "mine.toml").findings
    assert [(each.rule, each.path) for each in findings] == [(rule, f"scenario[1]/{path}")]
    assert told in findings[0].text.en + findings[0].fix.en
    assert findings[0].text.en.startswith("mine.toml, line 1, scenario 1")
    assert findings[0].text.zh.startswith("mine.toml第1行 第1个scenario")
    assert "{" not in findings[0].text.en + findings[0].fix.en + findings[0].fix.zh


def test_a_code_that_only_we_do_not_know_is_a_warning() -> None:
    """An open list warns and the scenario stays; a closed one, or a typing error, makes the file unusable."""
    loaded = load(one('field = {"Head/MasterCusCd" = "2298"}'))
    assert [each.is_error for each in loaded.findings] == [False]
    assert loaded.scenarios[0].match.fields[0].any_of == ("2298",)
    closed = load(one('message = "TMP121", field = {"Head/CategoryCd" = "14"}'))
    assert any(each.is_error for each in closed.findings)


def test_all_mistakes_are_told_in_one_pass() -> None:
    """Two tables with a mistake each, and the second says that the name is taken."""
    text = one('message = "TMP100"') + one(action='outcome = "rejct"')
    assert [(each.rule, each.path.partition("/")[0]) for each in load(text).findings] == [
        ("TG-SIM-007", "scenario[1]"), ("TG-SIM-007", "scenario[2]"), ("TG-SIM-008", "scenario[2]"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_every_field_of_every_message_can_be_asked_about(code: str) -> None:
    """The loader knows exactly the fields of the spec tree."""
    fields = {path.replace("[]", "[*]"): {"present": True} for path, _ in reader.message(code).root.fields()}
    data = {"scenario": [{"name": "x", "match": {"message": code, "field": fields}, "action": {"outcome": "busy"}}]}
    loaded = load_json(json.dumps(data))
    assert loaded.findings == ()
    assert len(loaded.scenarios[0].match.fields) == len(fields)


@given(st.sampled_from(list(CATALOGUE.values())), st.sampled_from(sorted(rule_problems())))
def test_every_outcome_and_every_rule_can_be_named(entry: OutcomeKind, rule: str) -> None:
    """With every particular it takes, each outcome of the catalogue loads."""
    given_particulars = {"rule": rule, "path": "Head/MasterCusCd", "note": "说明", "code": "H1", "delay": "2m"}
    action = {"outcome": entry.name} | {key: given_particulars[key] for key in entry.takes}
    loaded = load_json(json.dumps({"scenario": [{"name": "x", "action": action}]}))
    assert loaded.findings == ()
    assert loaded.scenarios[0].outcome.name == entry.name


words = st.sampled_from(
    [
        "scenario",
        "name",
        "match",
        "action",
        "message",
        "TMP101",
        "field",
        "Head/EndDate",
        "outcome",
        "reject",
        "nth",
        "x",
    ]
)
junk = st.recursive(
    words | st.integers() | st.booleans() | st.none() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(junk, junk)
def test_nothing_that_can_be_sent_breaks_the_loader(match: object, action: object) -> None:
    """Any shape of data gives scenarios or findings, never an exception."""
    data: dict[str, list[dict[str, object]]] = {"scenario": [{"name": "x", "match": match, "action": action}]}
    loaded = load_json(json.dumps(data))
    assert loaded.findings or loaded.scenarios
