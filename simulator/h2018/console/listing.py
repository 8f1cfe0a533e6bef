"""The list of declarations that an officer looks through: filtered, in pages, the latest change first."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from msgspec import Struct

from h2018.cases import Case
from h2018.decisions.review import DECIDABLE
from h2018.tenant.tenants import Tenant
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import MessageSpec

ON_PAGE = 50
#: How many declarations are looked through for a text; more would make a page that refreshes itself slow.
_SEARCHED = 2000

#: The states a declaration can have at customs, in the order an officer cares.
STATES = (
    State.MANUAL_REVIEW,
    State.STORED,
    State.SENT,
    State.APPROVED,
    State.REJECTED,
    State.STORE_FAILED,
    State.DELETED,
    State.DRAFT,
)


class Wanted(Struct, frozen=True, kw_only=True):
    """The filter of a list; an empty field matches everything.

    :ivar state: a state's value, or ``waiting`` for all that an officer can decide on.
    :ivar text: part of a number or message_id.
    """

    state: str = ""
    code: str = ""
    enterprise: str = ""
    text: str = ""
    page: int = 1

    def fits(self, case: Case) -> bool:
        """True when *case* passes the filter."""
        if self.enterprise and self.enterprise.upper() not in case.enterprise_no.upper():
            return False
        if not self.text:
            return True
        fields = (case.seq_no, case.etps_preent_no, case.customs_no, case.message_id, case.recipient, case.trace_id)
        return any(self.text.casefold() in value.casefold() for value in fields if value)


class Found(Struct, frozen=True):
    """One page of the declarations that passed the filter.

    :ivar more: there is a next page.
    """

    cases: tuple[Case, ...]
    more: bool


def wanted(query: Mapping[str, str]) -> Wanted:
    """The filter that an address asks for; parameters that make no sense are ignored."""
    page = query.get("page", "")
    return Wanted(
        state=query.get("state", ""),
        code=query.get("code", ""),
        enterprise=query.get("enterprise", "").strip()[:20],
        text=query.get("text", "").strip()[:100],
        page=int(page) if page.isascii() and page.isdigit() and 0 < int(page[:6]) <= _SEARCHED // ON_PAGE else 1,
    )


def found(tenant: Tenant, what: Wanted) -> Found:
    """The declarations of a tenant that pass the filter."""
    state = what.state if what.state in {each.value for each in STATES} else None
    code = what.code if what.code in {each.code for each in filings()} else None
    limit = _SEARCHED if what.text or what.enterprise or what.state == "waiting" else what.page * ON_PAGE + 1
    cases = tenant.store.cases(state=state, code=code, limit=limit)
    fitting = (each for each in cases if what.fits(each) and (what.state != "waiting" or is_waiting(each)))
    start = (what.page - 1) * ON_PAGE
    shown = tuple(islice(fitting, start, start + ON_PAGE + 1))
    return Found(shown[:ON_PAGE], len(shown) > ON_PAGE)


def is_waiting(case: Case) -> bool:
    """True when an officer can decide on the declaration now."""
    return case.state in DECIDABLE


def filings() -> tuple[MessageSpec, ...]:
    """The message types that make declarations."""
    return tuple(each for each in reader.messages() if each.direction == "out" and each.root.at("Head") is not None)
