"""Pages of the journal, of one message in whatever state, and the exact bytes of anything that came in or went out."""

from __future__ import annotations

from functools import partial

from twisted.internet.defer import Deferred

from h2018.console.message_views import WHAT, ShownBytes, look, shown_receipt
from h2018.console.rendering import SAFETY
from h2018.console.stored_content import content, readable
from h2018.console.web import NOTHING_HERE, BadInput, PageResponse, Visit, page
from h2018.http.routing import Pieces
from h2018.store import JournalLine, StoredReceipt
from tempgoods_edi.looks import is_archive

ON_PAGE = 50
_MOST_LINES = 200
SHOWN_XML = 256 * 1024


def journal(visit: Visit) -> PageResponse:
    """The page of the latest journal lines, or of those about one number."""
    store, text, what = visit.tenant.store, visit.query.get("text", "").strip(), visit.query.get("what", "")
    before = visit.query.get("before", "")
    top = int(before[:15]) if before.isascii() and before.isdigit() else None
    if text:
        ways = (
            store.page(text, limit=_MOST_LINES, newest_first=True),
            store.page(seq_no=text, limit=_MOST_LINES, newest_first=True),
            store.traced(text, _MOST_LINES),
        )
        found = {line.sequence: line for way in ways for line in way.lines}
        lines = tuple(found[number] for number in sorted(found, reverse=True))
    else:
        lines = store.page(before=top, limit=ON_PAGE, newest_first=True).lines
    older = lines[-1].sequence if not text and lines and lines[-1].sequence > 1 else None
    if what in WHAT:
        lines = tuple(line for line in lines if line.what == what)
    return page("journal.html", visit, "journal", records=lines, words=WHAT, text=text, what=what, older=older)


def message(visit: Visit) -> Deferred[PageResponse]:
    """The page of one message by its message_id, also of a refused one that made no declaration."""
    store, message_id = visit.tenant.store, visit.names[1]
    lines = store.page(message_id, limit=_MOST_LINES).lines
    if not lines:
        raise BadInput(NOTHING_HERE, 404)
    received = next((each for each in lines if each.what == "received" and each.size), None)
    seq_no = next((each.seq_no for each in lines if each.seq_no), None)
    found = store.case(seq_no)
    its = found if found is not None and found.message_id == message_id else None
    looking = look(visit, received, its, SHOWN_XML)
    return looking.addCallback(lambda inside: _bytes_page(visit, received, inside, message_id, seq_no, lines))


def record(visit: Visit) -> Deferred[PageResponse]:
    """The page of one journal line with the bytes that came in or went out."""
    line = _line(visit)
    looking = look(visit, line, None, SHOWN_XML, as_form=False)
    return looking.addCallback(lambda inside: _bytes_page(visit, line, inside, line.message_id, line.seq_no, (line,)))


def _bytes_page(
    visit: Visit,
    line: JournalLine | None,
    inside: ShownBytes,
    message_id: str | None,
    seq_no: str | None,
    lines: tuple[JournalLine, ...],
) -> PageResponse:
    return page(
        "message.html",
        visit,
        "journal",
        record=line,
        inside=inside,
        message_id=message_id,
        seq_no=seq_no,
        records=lines,
        words=WHAT,
    )


def exact(visit: Visit) -> PageResponse:
    """The exact bytes of a journal line as a download, which the browser never shows itself."""
    line, store = _line(visit), visit.tenant.store
    kind = "zip" if is_archive(next(store.pieces(line.sequence), b"")) else "xml"
    headers = {**SAFETY, "Content-Disposition": f'attachment; filename="journal-{line.sequence}.{kind}"'}
    pieces = Pieces(partial(store.pieces, line.sequence), line.size)
    return PageResponse(200, b"", "application/octet-stream", headers, pieces)


def receipt(visit: Visit) -> Deferred[PageResponse]:
    """The page of one receipt."""
    found = _receipt(visit)
    looking = visit.tenant.workers.in_thread(lambda: (shown_receipt(found), *readable(content(found.data), SHOWN_XML)))
    return looking.addCallback(
        lambda shown: page("receipt.html", visit, "cases", told=shown[0], xml=shown[1], complete=shown[2])
    )


def exact_receipt(visit: Visit) -> PageResponse:
    """The exact bytes of a receipt, likewise as a download."""
    found = _receipt(visit)
    headers = {**SAFETY, "Content-Disposition": f'attachment; filename="{found.name}"'}
    return PageResponse(200, found.data, "application/octet-stream", headers)


def _receipt(visit: Visit) -> StoredReceipt:
    number = visit.names[1]
    found = (
        visit.tenant.store.receipt(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    )
    if found is None:
        raise BadInput(NOTHING_HERE, 404)
    return found


def _line(visit: Visit) -> JournalLine:
    number = visit.names[1]
    found = visit.tenant.store.line(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    if found is None:
        raise BadInput(NOTHING_HERE, 404)
    return found
