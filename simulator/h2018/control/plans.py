"""Scenarios and fault plans over HTTP: put in force after a check, shown, removed; faults switched while the server runs."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from h2018.control.answering import FACE, route
from h2018.faults import plan_file
from h2018.faults.kinds import CATALOGUE, FaultType
from h2018.faults.live import Logged
from h2018.faults.plan import FaultPlan
from h2018.http.routing import HttpError, Refused, Request, Response, ResponseDoc, Route, http_error, json_response
from h2018.operations import fault_plan, scenarios
from h2018.steering.live import ScenarioText, loaded
from h2018.steering.scenario import Counts, Scenario, match
from h2018.tenant.progress import seen
from tempgoods_edi.texts import NotText, decoded
from tempgoods_edi.values import Bilingual, Finding

_FILES = ("application/toml", "application/json")

_NO_CASE = Bilingual("没有预录入编号 {seq_no}", "there is no pre-entry number {seq_no}")


class ScenariosInForce(Struct, frozen=True):
    """JSON form of the scenarios in force, as they were written and as they were understood."""

    form: str
    text: str
    scenarios: tuple[Scenario, ...]


class Against(Struct, frozen=True, forbid_unknown_fields=True):
    """Query parameter: a declaration on file to match the scenarios against."""

    seq_no: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


class Checked(Struct, frozen=True):
    """JSON form: the content of a scenario file and its findings, each with the name that was probably meant.

    :ivar fits: the scenario that the declaration fits, counted from now.
    :ivar nearest: where none fits, which came nearest and what it lacked.
    """

    scenarios: tuple[str, ...]
    findings: tuple[Finding, ...]
    fits: str | None = None
    nearest: Bilingual | None = None


class Faults(Struct, frozen=True):
    """JSON form of the fault plan in force; ``fault`` is as a plan file writes it."""

    on: bool
    fault: tuple[dict[str, Any], ...]


class Switch(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form of a switch: on or off."""

    on: bool


class Lines(Struct, frozen=True, forbid_unknown_fields=True):
    """Query parameters: which lines of a log to list."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class FaultKind(Struct, frozen=True):
    """JSON form of one kind of fault in the catalogue."""

    name: str
    level: str
    label: Bilingual
    does: Bilingual
    steps: tuple[str, ...]
    takes: tuple[str, ...]


_route_scenarios, _route_faults = partial(route, "scenarios"), partial(route, "faults")
_NONE = ResponseDoc(Bilingual("没有此项", "there is no such thing"), Refused)


def routes() -> tuple[Route, ...]:
    """The routes for scenarios and fault plans."""
    in_force = {200: ResponseDoc(Bilingual("现行场景", "the scenarios in force"), ScenariosInForce)}
    checked = {
        200: ResponseDoc(Bilingual("检查结果", "what is in it, and what is wrong"), Checked),
        404: _NONE,
    }
    faults = {200: ResponseDoc(Bilingual("现行故障计划", "the fault plan in force"), Faults)}
    unfit = {422: ResponseDoc(Bilingual("文件有误，未生效", "the file is wrong, nothing changed"), Refused)}
    log = {200: ResponseDoc(Bilingual("故障记录", "what was done to whom"), tuple[Logged, ...])}
    kinds = {200: ResponseDoc(Bilingual("故障目录", "the catalogue of faults"), tuple[FaultKind, ...])}
    file: dict[str, Any] = {"body": bytes, "media": _FILES}
    return (
        _route_scenarios("GET", "/scenarios", _scenarios, Bilingual("现行场景", "the scenarios in force"), in_force),
        _route_scenarios(
            "PUT",
            "/scenarios",
            _put_scenarios,
            Bilingual("启用场景", "put scenarios in force"),
            {**in_force, **unfit},
            **file,
        ),
        _route_scenarios("DELETE", "/scenarios", _no_scenarios, Bilingual("停用全部场景", "no scenarios"), in_force),
        _route_scenarios(
            "POST",
            "/scenarios/check",
            _check,
            Bilingual("检查场景", "check scenarios only"),
            checked,
            query=Against,
            **file,
        ),
        _route_scenarios(
            "POST",
            "/scenarios/switch",
            _switch_scenarios,
            Bilingual("场景总开关", "all scenarios on or off"),
            in_force,
            body=Switch,
        ),
        _route_faults("GET", "/faults", _faults, Bilingual("现行故障计划", "the fault plan in force"), faults),
        _route_faults(
            "PUT",
            "/faults",
            _put_faults,
            Bilingual("启用故障计划", "put a fault plan in force"),
            {**faults, **unfit},
            **file,
        ),
        _route_faults("DELETE", "/faults", _no_faults, Bilingual("取消全部故障", "no faults"), faults),
        _route_faults(
            "POST", "/faults/switch", _switch, Bilingual("故障总开关", "all faults on or off"), faults, body=Switch
        ),
        _route_faults("GET", "/faults/log", _log, Bilingual("故障记录", "what was done to whom"), log, query=Lines),
        _route_faults("GET", "/faults/kinds", _kinds, Bilingual("故障目录", "the catalogue of faults"), kinds),
        _route_faults(
            "POST",
            "/faults/rules/{name}/switch",
            _switch_one,
            Bilingual("开关一条故障", "one fault on or off"),
            {**faults, 404: _NONE},
            body=Switch,
        ),
    )


def _text(request: Request) -> str:
    try:
        return decoded(request.body)
    except NotText as error:
        raise http_error(error, 400) from error


def _written(request: Request) -> ScenarioText:
    return ScenarioText(_text(request), _form(request))


def _form(request: Request) -> Literal["toml", "json"]:
    return "json" if request.media == "application/json" else "toml"


def _scenarios(request: Request) -> Response:
    overrides = request.tenant.overrides
    return json_response(ScenariosInForce(overrides.written.form, overrides.written.text, overrides.scenarios))


def _put_scenarios(request: Request) -> Response:
    scenarios.put_in_force(request.tenant, FACE, _written(request))
    return _scenarios(request)


def _no_scenarios(request: Request) -> Response:
    scenarios.remove(request.tenant, FACE)
    return _scenarios(request)


def _switch_scenarios(request: Request) -> Response:
    scenarios.switch(request.tenant, FACE, on=request.body.on)
    return _scenarios(request)


def _check(request: Request) -> Response:
    found = loaded(_written(request))
    checked = Checked(tuple(each.name for each in found.scenarios), found.findings)
    if request.query.seq_no is None:
        return json_response(checked)
    case = request.tenant.store.case(request.query.seq_no)
    if case is None:
        raise HttpError(404, _NO_CASE.format(seq_no=request.query.seq_no))
    matched = match(found.scenarios, seen(case), Counts())
    fits = None if matched.scenario is None else matched.scenario.name
    nearest = None if matched.nearest is None else matched.nearest.text
    return json_response(replace(checked, fits=fits, nearest=nearest))


def _faults(request: Request) -> Response:
    return json_response(_shown(request.tenant.faults.get()))


def _shown(plan: FaultPlan) -> Faults:
    return Faults(plan.on, tuple(plan_file.as_data(plan)["fault"]))


def _put_faults(request: Request) -> Response:
    fault_plan.put_in_force(request.tenant, FACE, _text(request), _form(request))
    return _faults(request)


def _no_faults(request: Request) -> Response:
    fault_plan.remove(request.tenant, FACE)
    return _faults(request)


def _switch(request: Request) -> Response:
    fault_plan.switch(request.tenant, FACE, on=request.body.on)
    return _faults(request)


def _switch_one(request: Request) -> Response:
    fault_plan.switch_rule(request.tenant, FACE, request.names["name"], on=request.body.on)
    return _faults(request)


def _log(request: Request) -> Response:
    return json_response(request.tenant.faults.log(request.query.after, request.query.limit))


def _kinds(_: Request) -> Response:
    return json_response([_kind(kind) for kind in CATALOGUE.values()])


def _kind(kind: FaultType) -> FaultKind:
    return FaultKind(kind.name, kind.level, kind.label, kind.does, kind.steps, kind.takes)
