"""Declarations: the list, one of them with everything known about it, and the officer's decision."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from twisted.internet.defer import Deferred

from h2018.cases import Approve, AskAgain, Case, OfficerDecision, Reason, Return
from h2018.console import listing
from h2018.console.message_views import WHAT, ShownBytes, ShownReceipt, look, shown_receipt
from h2018.console.stored_content import declared
from h2018.console.web import NOTHING_HERE, BadInput, PageResponse, Visit, page, seen_other
from h2018.operations import officer
from h2018.store import JournalLine
from h2018.tenant.tenants import Tenant
from tempgoods_edi.explain.readable import meaning
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Lang

OFFICER = "console"

_ROWS = 2
_MOST_LINES = 100
_SHOWN_XML = 48 * 1024
#: Receipts that are shown, the latest; each is short.
_MOST_RECEIPTS = 100
_NO_REASON = Bilingual("退单须至少写一条理由", "a return needs at least one reason")
_NO_QUESTION = Bilingual("请写明要求补充什么", "say what is asked for")


def cases(visit: Visit) -> PageResponse:
    """The page that lists declarations."""
    what = listing.wanted(visit.query)
    found = listing.found(visit.tenant, what)
    query = {"state": what.state, "code": what.code, "enterprise": what.enterprise, "text": what.text}
    return page(
        "cases.html",
        visit,
        "cases",
        found=found,
        wanted=what,
        query={name: value for name, value in query.items() if value},
        states=listing.STATES,
        filings=listing.filings(),
        titles={each.code: each.title for each in listing.filings()},
        is_waiting=listing.is_waiting,
    )


def case(visit: Visit) -> Deferred[PageResponse]:
    """The page of one declaration."""
    return _shown(visit)


def approve(visit: Visit) -> PageResponse:
    """Handle the officer's approval of a declaration."""
    return _decided(visit, Approve(note=visit.field("note")), "approved")


def refuse(visit: Visit) -> PageResponse | Deferred[PageResponse]:
    """Handle the officer's return of a declaration, with a reason for each field."""
    pairs = zip_longest(visit.form.get("path", ()), visit.form.get("text", ()), fillvalue="")
    reasons = tuple(Reason(path=path.strip(), text=text) for path, text in pairs if text.strip())
    if not reasons:
        return _shown(visit, _NO_REASON)
    return _decided(visit, Return(reasons=reasons, note=visit.field("note")), "returned")


def ask_again(visit: Visit) -> PageResponse | Deferred[PageResponse]:
    """Handle the officer's question to the declarant; the declaration stays where it is."""
    text = visit.field("text")
    if not text:
        return _shown(visit, _NO_QUESTION)
    return _decided(visit, AskAgain(text=text), "asked")


def _decided(visit: Visit, decision: OfficerDecision, done: str) -> PageResponse:
    officer.decide(visit.tenant, visit.names[1], decision, OFFICER)
    return seen_other(visit, "cases", visit.names[1], done=done)


def _case(visit: Visit) -> Case:
    found = visit.tenant.store.case(visit.names[1])
    if found is None:
        raise BadInput(NOTHING_HERE, 404)
    return found


def _shown(visit: Visit, problem: Bilingual | None = None) -> Deferred[PageResponse]:
    found, tenant = _case(visit), visit.tenant
    # What came in does not change: a page that only refreshes itself is spared the reading of thousands of lines.
    line = None if visit.live else declared(tenant, found.seq_no)
    receipts = tenant.store.receipts_of(found.seq_no)[-_MOST_RECEIPTS:]
    looking = tenant.workers.in_thread(lambda: tuple(map(shown_receipt, receipts)))

    def read(answers: tuple[ShownReceipt, ...]) -> Deferred[PageResponse]:
        inside = look(visit, line, found, _SHOWN_XML)
        return inside.addCallback(lambda seen: _case_page(visit, found, line, seen, answers, problem))

    return looking.addCallback(read)


def _case_page(
    visit: Visit,
    found: Case,
    line: JournalLine | None,
    inside: ShownBytes,
    receipts: tuple[ShownReceipt, ...],
    problem: Bilingual | None,
) -> PageResponse:
    return page(
        "case.html",
        visit,
        "cases",
        422 if problem is not None else 200,
        case=found,
        spec=reader.message(found.code),
        kind=_kind(found, visit.lang),
        record=line,
        inside=inside,
        waiting=listing.is_waiting(found),
        reasons=tuple(_reasons(visit, found)),
        receipts=receipts,
        journal=journal_of(visit.tenant, found),
        journal_words=WHAT,
        problem=problem,
        longest=officer.LONGEST_TEXT,
    )


def journal_of(tenant: Tenant, found: Case) -> tuple[JournalLine, ...]:
    """The journal lines about a declaration, oldest first."""
    store = tenant.store
    lines = {
        line.sequence: line
        for about in (
            store.page(seq_no=found.seq_no, limit=_MOST_LINES, newest_first=True),
            store.page(found.message_id, limit=_MOST_LINES),
        )
        for line in about.lines
    }
    return tuple(lines[number] for number in sorted(lines))


def _kind(found: Case, lang: Lang) -> str:
    field = reader.message(found.code).root.at("Head/DclTypeCd")
    return meaning(field, found.kind, lang) if isinstance(field, FieldSpec) else found.kind


def _reasons(visit: Visit, found: Case) -> Iterator[tuple[str, str]]:
    """The rows of the form for a return: what was typed, else the field that was chosen, else empty ones."""
    typed = [
        (path, text)
        for path, text in zip_longest(visit.form.get("path", ()), visit.form.get("text", ()), fillvalue="")
        if path.strip() or text.strip()
    ]
    chosen = visit.query.get("reason", "")[:200]
    if not typed and chosen:
        text = next((each.text.in_(visit.lang) for each in found.findings if each.path == chosen), "")
        typed = [(chosen, text)]
    yield from typed[: officer.MOST_REASONS]
    for _ in range(_ROWS - len(typed)):
        yield "", ""
