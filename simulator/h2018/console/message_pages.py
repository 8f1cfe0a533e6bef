"""The journal, one message whatever became of it, and the exact bytes of anything that came or went."""

from __future__ import annotations

from h2018.console.form import Form
from h2018.console.reading import Content, content, readable
from h2018.console.rendering import SAFETY
from h2018.console.showing import WHAT, form_of, told
from h2018.console.web import NOTHING_HERE, Answer, Unfit, Visit, page
from h2018.store import Record

ON_PAGE = 50
_MOST_LINES = 200
_SHOWN_XML = 256 * 1024

def journal(visit: Visit) -> Answer:
    """The latest lines, or those about one number."""
    store, text, what = visit.world.store, visit.query.get("text", "").strip(), visit.query.get("what", "")
    before = visit.query.get("before", "")
    top = int(before[:15]) if before.isascii() and before.isdigit() else None
    if text:
        ways = (store.journal(text), store.journal(seq_no=text), store.journal(trace_id=text))
        lines = {record.sequence: record for way in ways for record in way[-_MOST_LINES:]}
        records = tuple(lines[number] for number in sorted(lines, reverse=True))
    else:
        records = store.journal(before=top, limit=ON_PAGE, newest_first=True)
    if what in WHAT:
        records = tuple(record for record in records if record.what == what)
    older = records[-1].sequence if not text and records and records[-1].sequence > 1 else None
    return page("journal.html", visit, "journal", records=records, words=WHAT, text=text, what=what, older=older)


def message(visit: Visit) -> Answer:
    """One message by its message_id: also one that was refused and made no declaration."""
    store, message_id = visit.world.store, visit.names[1]
    records = store.journal(message_id, limit=_MOST_LINES)
    if not records:
        raise Unfit(NOTHING_HERE, 404)
    received = next((each for each in records if each.what == "received" and each.data), None)
    inside = Content(b"") if received is None else content(received.data)
    seq_no = next((each.seq_no for each in records if each.seq_no), None)
    found = store.case(seq_no)
    filled = form_of(visit, inside, found if found is not None and found.message_id == message_id else None)
    xml, complete = readable(inside, _SHOWN_XML)
    return _bytes_page(visit, received, xml, complete, filled, inside, message_id, seq_no, records)


def record(visit: Visit) -> Answer:
    """One line of the journal with the bytes that came or went."""
    line = _record(visit)
    inside = content(line.data)
    xml, complete = readable(inside, _SHOWN_XML)
    return _bytes_page(visit, line, xml, complete, Form((), ()), inside, line.message_id, line.seq_no, (line,))


def _bytes_page(
    visit: Visit,
    line: Record | None,
    xml: str,
    complete: bool,
    filled: Form,
    inside: Content,
    message_id: str | None,
    seq_no: str | None,
    records: tuple[Record, ...],
) -> Answer:
    return page(
        "message.html",
        visit,
        "journal",
        record=line,
        xml=xml,
        complete=complete,
        form=filled,
        files=inside.files,
        spec=inside.spec,
        message_id=message_id,
        seq_no=seq_no,
        records=records,
        words=WHAT,
    )


def exact(visit: Visit) -> Answer:
    """The exact bytes of a journal line, to be kept as a file and never shown by the browser itself."""
    line = _record(visit)
    kind = "zip" if line.data.startswith(b"PK") else "xml"
    headers = {**SAFETY, "Content-Disposition": f'attachment; filename="journal-{line.sequence}.{kind}"'}
    return Answer(200, line.data, "application/octet-stream", headers)


def receipt(visit: Visit) -> Answer:
    """One receipt."""
    number = visit.names[1]
    found = visit.world.store.receipt(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    if found is None:
        raise Unfit(NOTHING_HERE, 404)
    xml, complete = readable(content(found.data), _SHOWN_XML)
    return page("receipt.html", visit, "cases", told=told(found), xml=xml, complete=complete)


def _record(visit: Visit) -> Record:
    number = visit.names[1]
    found = visit.world.store.record(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    if found is None:
        raise Unfit(NOTHING_HERE, 404)
    return found
