"""Overrides, which testers set: the outcome of one message, of the next n, outages, the rate limit; and their withdrawal.

An outage is added to those that are planned: one that is switched on does not end another's window.  The same one twice is
one.  Ending outages ends them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from h2018.cases import Approve, Case, OfficerDecision, Reason, Return
from h2018.decisions.review import DECIDABLE, NotDecidable
from h2018.operations.operation import Conflict, Face, InvalidParameter, Unknown, no_longer, noted, within
from h2018.setup_files.durations import LONGEST
from h2018.steering.control import Next, OverrideSet, ThisOne
from h2018.steering.gate import OUTAGE_STATUS, Outage, RateLimit
from h2018.steering.outcomes import CATALOGUE, Outcome, ground, problems
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

#: Orders of each kind at a time; messages that one of them is about; requests of a rate limit.
MOST, MOST_MESSAGES, MOST_REQUESTS = 1000, 1_000_000, 1_000_000
#: Characters of a number, or id; of a text.
LONGEST_NAME, LONGEST_TEXT = 128, 200
#: The window of a rate limit (seconds).
SHORTEST_WINDOW, LONGEST_WINDOW = 0.001, 86400.0
#: What an outage can answer; 0 breaks the connection.
STATUSES = (0, *range(500, 600))

_OFFICER = "control"
_UNKNOWN = Bilingual("{name}：没有“{value}”", "{name}: there is no “{value}”")
_NOT_TAKEN = Bilingual("“{outcome}”不使用 {name}", "“{outcome}” does not take {name}")
_NEEDED = Bilingual("“{outcome}”需要 {name}", "“{outcome}” needs {name}")
_WHICH = Bilingual("请给出 message_id 或 seq_no", "give message_id or seq_no")
_TOO_LATE = Bilingual(
    "申报已在等待人工审核，不能再“{outcome}”", "it waits for an officer already: too late for “{outcome}”"
)
_TOO_MANY = Bilingual("指令过多，最多 {n} 条", "too many orders; at most {n}")
_BACKWARDS = Bilingual("结束早于开始", "it ends before it begins")


def outcome_of(name: str, given: Mapping[str, object]) -> Outcome:
    """The outcome of that name in the catalogue, with the particulars that were given."""
    kind = CATALOGUE.get(name)
    if kind is None:
        raise Unknown(_UNKNOWN.format(name="outcome", value=name[:LONGEST_NAME]))
    for particular in given:
        if particular not in kind.takes:
            raise InvalidParameter(_NOT_TAKEN.format(outcome=kind.name, name=particular))
    for needed in kind.needs:
        if needed not in given:
            raise InvalidParameter(_NEEDED.format(outcome=kind.name, name=needed))
    found = Outcome(name=kind.name, **given)  # type: ignore[arg-type]  # by name, as the catalogue has them
    if found.rule is not None and found.rule not in problems():
        raise InvalidParameter(_UNKNOWN.format(name="rule", value=found.rule))
    within("delay", found.delay, 0, LONGEST)
    for particular, text in (("path", found.path), ("note", found.note), ("code", found.code)):
        no_longer(particular, text, LONGEST_TEXT)
    return found


def decide_this(
    tenant: Tenant, face: Face, outcome: Outcome, *, message_id: str | None = None, seq_no: str | None = None
) -> None:
    """Set the outcome of one message, or of the declaration with one pre-entry number, whether it is here yet or not.

    One that waits for an officer is decided on at once, by an officer.
    """
    if message_id is None and seq_no is None:
        raise InvalidParameter(_WHICH)
    for name, value in (("message_id", message_id), ("seq_no", seq_no)):
        no_longer(name, value, LONGEST_NAME)
    which = " ".join(filter(None, (message_id, seq_no)))
    text = Bilingual("指定 {which} 的结果：{outcome}", "{which} is to be: {outcome}").format(
        which=which, outcome=outcome.text
    )
    case = _waiting(tenant, message_id, seq_no)
    if case is not None:
        _by_officer(tenant, face, case, outcome, text)
        return
    control = tenant.overrides.control
    this = ThisOne(outcome=outcome, message_id=message_id, seq_no=seq_no)
    _change(tenant, face, replace(control, these=(*control.these, this)), text)


def decide_next(
    tenant: Tenant,
    face: Face,
    outcome: Outcome,
    count: int = 1,
    *,
    enterprise: str | None = None,
    message: str | None = None,
) -> None:
    """Set the outcome of the next *count* messages: of all, of an enterprise, or of one type."""
    within("count", count, 1, MOST_MESSAGES)
    no_longer("enterprise", enterprise, LONGEST_NAME)
    control = tenant.overrides.control
    each = Next(outcome=outcome, left=count, enterprise=enterprise, message=message)
    text = Bilingual("指定随后 {n} 份的结果：{outcome}", "the next {n} are to be: {outcome}")
    _change(tenant, face, replace(control, next=(*control.next, each)), text.format(n=count, outcome=outcome.text))


def add_outage(
    tenant: Tenant,
    face: Face,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    status: int = OUTAGE_STATUS,
) -> None:
    """Add an outage of customs, from now on or within a window; *status* 0 breaks the connection instead of answering."""
    if status not in STATUSES:
        raise InvalidParameter(_UNKNOWN.format(name="status", value=status))
    if since is not None and until is not None and until <= since:
        raise InvalidParameter(_BACKWARDS)
    control = tenant.overrides.control
    outage = Outage(since=since, until=until, status=status or None)
    outages = tuple(dict.fromkeys((*control.outages, outage)))
    _change(tenant, face, replace(control, outages=outages), Bilingual("停机", "an outage"))


def end_outages(tenant: Tenant, face: Face) -> None:
    """End every outage, also those that are planned."""
    _change(tenant, face, replace(tenant.overrides.control, outages=()), Bilingual("结束停机", "outages end"))


def limit_rate(tenant: Tenant, face: Face, requests: int, seconds: float = 1.0, burst: int | None = None) -> None:
    """Limit the rate: at most *requests* messages of a sender in each *seconds*."""
    within("requests", requests, 1, MOST_REQUESTS)
    within("seconds", seconds, SHORTEST_WINDOW, LONGEST_WINDOW)
    within("burst", burst, 1, MOST_REQUESTS)
    limit = RateLimit(requests=requests, seconds=seconds, burst=burst)
    text = Bilingual("每 {seconds} 秒至多 {requests} 份", "at most {requests} in {seconds} s")
    text = text.format(seconds=limit.seconds, requests=limit.requests)
    _change(tenant, face, replace(tenant.overrides.control, rate_limit=limit), text)


def lift_rate_limit(tenant: Tenant, face: Face) -> None:
    """Remove the rate limit."""
    control = replace(tenant.overrides.control, rate_limit=None)
    _change(tenant, face, control, Bilingual("取消流量限制", "the rate is not limited"))


def take_back(tenant: Tenant, face: Face) -> None:
    """Withdraw every override: outcomes, outages and the rate limit."""
    _change(tenant, face, OverrideSet(), Bilingual("撤销全部指令", "everything that was asked for is taken back"))


def _change(tenant: Tenant, face: Face, control: OverrideSet, text: Bilingual) -> None:
    if max(len(control.these), len(control.next), len(control.outages)) > MOST:
        raise InvalidParameter(_TOO_MANY.format(n=MOST))
    with noted(tenant, face, text):
        tenant.overrides.control = control


def _waiting(tenant: Tenant, message_id: str | None, seq_no: str | None) -> Case | None:
    """The case that is meant, when it waits for a decision that comes by nothing else."""
    if seq_no is None and message_id is not None:
        lines = tenant.store.page(message_id, newest_first=True).lines
        seq_no = next((each.seq_no for each in lines if each.seq_no is not None), None)
    case = tenant.store.case(seq_no)
    if case is None or case.state not in DECIDABLE or tenant.store.timers.about(case.seq_no):
        return None
    return case if message_id in (None, case.message_id) else None


def _by_officer(tenant: Tenant, face: Face, case: Case, outcome: Outcome, text: Bilingual) -> None:
    decision = _officers(outcome)
    try:
        with noted(tenant, face, text, seq_no=case.seq_no):
            tenant.decide(case.seq_no, decision, _OFFICER)
    except NotDecidable as error:
        raise Conflict(error.text) from error


def _officers(outcome: Outcome) -> OfficerDecision:
    """What an officer would decide to the same effect."""
    if outcome.delay is None and outcome.name in ("approve", "manual_approve"):
        return Approve(note=outcome.note or "")
    if outcome.delay is None and outcome.name in ("reject", "manual_reject"):
        found = ground(outcome)
        return Return(reasons=(Reason(path=found.path, text=f"[{found.rule}] {found.text.zh}"),))
    raise Conflict(_TOO_LATE.format(outcome=outcome.text))
