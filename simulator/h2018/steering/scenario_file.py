"""Reads a scenario file and checks everything in it against the message schemas, before any message comes.

::

    [[scenario]]
    name = "consumed exhibits are questioned at Pudong"
    match = {message = "TMP101", field = {"Head/MasterCusCd" = "2228", "ExhibitList[*]/DisposalCd" = ["2", "3"]}, nth = 2}
    action = {outcome = "reject", rule = "TG-EXH-004", note = "请说明消耗用途", delay = "30s"}

``match``: message, enterprise, sender, direction (``I``/``E``), kind (DclTypeCd) – each a text or a list; draft
(true/false); field: path → a value, a list, or ``{like = "ZH*"}``, ``{present = false}``; nth *or* every; per
(``all``, ``enterprise``, ``document``).  ``action``: outcome, and what the outcome takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from msgspec import Struct

from h2018.setup_files import tables
from h2018.setup_files.table_reading import TableReading
from h2018.setup_files.tables import Tables
from h2018.steering import problems
from h2018.steering.outcomes import CATALOGUE, Outcome, Particular, Subject
from h2018.steering.outcomes import problems as rule_problems
from h2018.steering.scenario import FieldTest, Match, Per, Scenario
from h2018.steering.view import field_of
from tempgoods_edi.codelists import code_list
from tempgoods_edi.nearest import meant
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.faults import value_faults
from tempgoods_edi.schema.spec import FieldSpec, MessageSpec
from tempgoods_edi.values import Bilingual, Finding

_MOST_TIMES = 1_000_000_000
_LONGEST_NOTE = 200
_LONGEST_CODE = 32


class Loaded(Struct, frozen=True, kw_only=True):
    """The scenarios of a file, in order, with the findings about the file."""

    scenarios: tuple[Scenario, ...]
    findings: tuple[Finding, ...]


def load(text: str, file: str = "scenarios.toml") -> Loaded:
    """The scenarios in a TOML text, all findings in one pass.

    :param file: name shown in the findings.
    """
    return _loaded(tables.from_toml(text, "scenario", file))


def load_json(text: str | bytes, file: str = "scenarios.json") -> Loaded:
    """The scenarios in a JSON text, ``{"scenario": [{…}]}``, as the control interface gets it; all findings in one pass."""
    return _loaded(tables.from_json(text, "scenario", file))


def _loaded(found: Tables) -> Loaded:
    scenarios, findings = tables.read_all(found, _scenario)
    return Loaded(scenarios=scenarios, findings=findings)


def _scenario(reading: TableReading) -> Scenario | None:
    name = reading.text("name") if reading.required("name") else None
    matching = reading.table("match")
    wanted = Match() if matching is None else _match(matching)
    action = reading.table("action") if reading.required("action") else None
    outcome = None if action is None else _outcome(action, wanted)
    reading.finish()
    return None if name is None or outcome is None else Scenario(name=name, match=wanted, outcome=outcome)


def _match(reading: TableReading) -> Match:
    codes = tuple(code for code in reading.texts("message") if _is_message(reading, code))
    specs = tuple(reader.message(code) for code in codes) or _outward()
    nth, every = reading.whole("nth", 1, _MOST_TIMES), reading.whole("every", 1, _MOST_TIMES)
    if nth is not None and every is not None:
        reading.note(problems.CONTRADICTION, value="nth / every")
    per = reading.choice("per", get_args(Per))
    if per is not None and nth is None and every is None:
        reading.note(problems.PER_ALONE, "per")
    wanted = Match(
        message=codes,
        enterprise=_fit(reading, "enterprise", "OperCusRegCode"),
        sender=reading.texts("sender"),
        direction=_fit(reading, "direction", "Head/ImpExpMarkCd"),
        kind=_fit(reading, "kind", "Head/DclTypeCd"),
        draft=reading.switch("draft"),
        fields=_fields(reading, specs),
        nth=nth,
        every=every,
        per=cast(Per, per or "all"),
    )
    reading.finish()
    return wanted


def _outward() -> tuple[MessageSpec, ...]:
    return tuple(spec for spec in reader.messages() if spec.direction == "out")


def _is_message(reading: TableReading, code: str) -> bool:
    known = tuple(spec.code for spec in _outward())
    if code in known:
        return True
    if code in {spec.code for spec in reader.messages()}:
        reading.note(problems.NOT_SENT_BY_DECLARANTS, "message", value=code, known=", ".join(known))
        return False
    return reading.known("message", code, known) is not None


def _fit(reading: TableReading, key: str, path: str) -> tuple[str, ...]:
    """The texts of *key*, each of which the field at *path* can hold, of whichever message has it."""
    field = next((found for spec in _outward() if (found := field_of(spec, path)) is not None), None)
    return tuple(text for text in reading.texts(key) if field is None or _possible(reading, key, field, text))


def _fields(reading: TableReading, specs: tuple[MessageSpec, ...]) -> tuple[FieldTest, ...]:
    tests = reading.table("field")
    if tests is None:
        return ()
    return tuple(test for path in tests.every_key() for test in _field_tests(tests, path, specs))


def _field_tests(tests: TableReading, path: str, specs: tuple[MessageSpec, ...]) -> Iterator[FieldTest]:
    found = [(spec, field_of(spec, path)) for spec in specs]
    fields = [field for _, field in found if field is not None]
    # Where messages are named, each must have the field; where none is, one that has it is enough.
    lacking = [spec for spec, field in found if field is None] if len(specs) < len(_outward()) else []
    if lacking or not fields:
        spec = (lacking or list(specs))[0]
        known = [known for each in (lacking or specs) for known in _paths(each)]
        code = spec.code if lacking else "TMP1xx"
        tests.note(problems.UNKNOWN_FIELD, path, value=path, code=code, meant=meant(path, known))
        return
    value = tests.raw(path)
    detail = tests.table(path) if isinstance(value, dict) else None
    if detail is None:
        texts = tests.texts(path)
        if texts and all(_possible_in_any(tests, path, fields, text) for text in texts):
            yield FieldTest(path=path, any_of=texts)
        return
    like, present = detail.text("like"), detail.switch("present")
    detail.finish()
    if not value:
        tests.note(problems.NOTHING_ASKED, path, value=path)
    if like is None and present is None:
        return
    if like is not None and present is not None:
        tests.note(problems.CONTRADICTION, path, value="like / present")
    else:
        yield FieldTest(path=path, like=like, present=present)


def _paths(spec: MessageSpec) -> Iterator[str]:
    for path, _ in spec.root.fields():
        yield path.replace("[]", "[*]")


def _possible_in_any(reading: TableReading, path: str, fields: list[FieldSpec], text: str) -> bool:
    able = next((field for field in fields if not any(value_faults(field, text, ""))), fields[0])
    return _possible(reading, path, able, text)


def _possible(reading: TableReading, key: str, field: FieldSpec, text: str) -> bool:
    """True when *field* can hold *text*; what speaks against it is noted, of a code unknown in an open list only so much."""
    objections = tuple(value_faults(field, text, ""))
    for objection in objections:
        reading.note(problems.IMPOSSIBLE_VALUE, key, value=text, reason=objection.expected or objection.text)
    if objections or field.codelist is None:
        return not objections
    codes = code_list(field.codelist)
    if text in codes:
        return True
    problem = problems.OUTSIDE_CODE_LIST if codes.closed else problems.UNKNOWN_CODE
    reading.note(problem, key, value=text, title=codes.title, meant=meant(text, codes.codes()))
    return not codes.closed


def _outcome(reading: TableReading, wanted: Match) -> Outcome | None:
    name = reading.choice("outcome", CATALOGUE) if reading.required("outcome") else None
    given: dict[str, Any] = {
        "rule": reading.choice("rule", rule_problems()),
        "path": reading.text("path"),
        "note": _short(reading, "note", _LONGEST_NOTE),
        "code": _short(reading, "code", _LONGEST_CODE),
        "delay": reading.duration("delay"),
    }
    reading.finish()
    if name is None:
        return None
    kind = CATALOGUE[name]
    for key in get_args(Particular):
        if key in reading and key not in kind.takes:
            reading.note(problems.NOT_TAKEN, key, outcome=name)
        elif key in kind.needs:
            reading.required(key)
    for code in wanted.message:
        if kind.subjects and not set(kind.subjects) & set(_subjects(code, wanted.draft)):
            reading.note(problems.DOES_NOT_FIT, "outcome", value=code, outcome=name)
    if given["path"] is not None:
        _check_path(reading, given["path"], wanted)
    return Outcome(name=name, **given)


def _short(reading: TableReading, key: str, longest: int) -> str | None:
    text = reading.text(key)
    if text is not None and len(text) > longest:
        reason = Bilingual(f"最多 {longest} 字", f"at most {longest} characters")
        reading.note(problems.IMPOSSIBLE_VALUE, key, value=text, reason=reason)
        return None
    return text


def _subjects(code: str, draft: bool | None) -> tuple[Subject, ...]:
    spec = reader.message(code)
    if spec.root.at("Head") is None:
        return ("query",) if spec.answers else ("receipt_request",)
    if draft is None:
        return ("draft", "declaration")
    return ("draft",) if draft else ("declaration",)


def _check_path(reading: TableReading, path: str, wanted: Match) -> None:
    """A ground may be about a field or a whole line, so only names are held against the messages."""
    specs = tuple(reader.message(code) for code in wanted.message) or _outward()
    if not any(spec.root.at(path.replace("[*]", "[]")) for spec in specs):
        known = [known for spec in specs for known in _paths(spec)]
        reading.note(problems.UNKNOWN_FIELD, "path", value=path, code=specs[0].code, meant=meant(path, known))
