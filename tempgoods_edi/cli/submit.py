"""``tempgoods-edi submit``: sends a message, and follows its receipts to the decision."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Annotated

from msgspec import Struct

from tempgoods_edi._xml import Element, Malformed, parse
from tempgoods_edi.cli import layout
from tempgoods_edi.cli.exchange import Exchange, Mine
from tempgoods_edi.cli.input_files import TooBig, received
from tempgoods_edi.cli.terminal import OK, REFUSED, UNDECIDED, CommandError, LanguageOption, coloured, language, tell
from tempgoods_edi.cli.tls_options import TlsOptions
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer
from tempgoods_edi.desk import MAX_BYTES
from tempgoods_edi.envelope import problems
from tempgoods_edi.envelope.archive import unpack
from tempgoods_edi.envelope.message import by_root, document_element
from tempgoods_edi.explain import readable
from tempgoods_edi.explain.readable import Grid
from tempgoods_edi.lifecycle.receipts import EVENTS
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.table import TRANSITIONS
from tempgoods_edi.looks import is_archive
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.options.numbers import DAY, seconds
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, MessageSpec
from tempgoods_edi.values import Bilingual, Lang

_TAKEN, _NOT_TAKEN = Bilingual("已接收", "taken"), Bilingual("未接收", "not taken")
_TIMEOUT = Bilingual(
    "{seconds} 秒内没有最终结果；回执仍会到达，可用 --timeout 延长等待。",
    "no decision within {seconds} seconds; receipts still come, and --timeout waits longer.",
)
_PAUSE_SECONDS = 0.3
#: Results that end the waiting, with the exit code of each; any other (Y stored, 2 manual review) is waited on.
_DECIDED = {"1": OK, "3": REFUSED, "Z": REFUSED}
_GOOD = frozenset({"1", "Y", "0", "2"})
#: Results of a query that are an answer; a notice has none.
_ANSWERED = frozenset({"0", ""})
_MOST_LINES = 50
_ANSWER_SECONDS = 30.0


class Told(Struct, frozen=True):
    """One receipt as it is printed: message type, document and result."""

    spec: MessageSpec
    document: Element
    result: str

    @property
    def exit_code(self) -> int | None:
        """The exit code for the receipt's result; None while more receipts are to come."""
        if self.spec.root.at("HdeApprResult") is not None:
            return _DECIDED.get(self.result)
        return OK if self.result in _ANSWERED else REFUSED


def _submit(
    source: Annotated[str, Argument("FILE", help="A signed message, a ZIP, or -.")],
    to: Annotated[str, Option("--to", metavar="URL", help="Where customs listen, such as http://127.0.0.1:8018")],
    tls: TlsOptions,
    wait: Annotated[bool, Option("--wait", help="Wait for the receipts, to the decision.")] = False,
    timeout: Annotated[
        float, Option("--timeout", metavar="SECONDS", limits=seconds(0, DAY), help="How long to wait.")
    ] = 60,
    lang: LanguageOption = None,
) -> None:
    """Send a message and tell the technical answer and the receipts as they come. 发送报文并跟踪回执。

    Exit code: 0 approved (without --wait: taken), 1 refused or returned, 2 undecided.
    """
    say = language(lang)
    data = received(source)
    if isinstance(data, TooBig):
        raise CommandError(problems.TOO_BIG.text.format(size=data.size, limit=data.limit))
    with Exchange(to, _ANSWER_SECONDS, tls.settings()) as customs:
        posted = customs.post(data)
        _tell_answer(posted.answer, say)
        if not posted.answer.taken:
            raise SystemExit(REFUSED)
        if not wait:
            raise SystemExit(OK)
        deadline = time.monotonic() + timeout
        mine = Mine(recipient=_sender(data), trace_id=posted.trace_id, seq_no=posted.answer.seq_no or "")
        for told in _receipts(customs, mine, deadline):
            _tell(told.spec, told.document, _result(told, say), told.result in _GOOD, say)
            if told.exit_code is not None:
                raise SystemExit(told.exit_code)
    tell(_TIMEOUT.format(seconds=f"{timeout:g}"), say)
    raise SystemExit(UNDECIDED)


def _receipts(
    customs: Exchange, mine: Mine, deadline: float, pause: Callable[[float], None] = time.sleep
) -> Iterator[Told]:
    """The receipts of one message as they come, until *deadline* (of the monotonic clock)."""
    mark = 0
    while True:
        found = customs.receipts(mine, mark)
        mark = found.mark
        yield from filter(None, map(_read, found.texts))
        left = deadline - time.monotonic()
        if left <= 0:
            return
        if not found.more:
            pause(_PAUSE_SECONDS if found.wait is None else min(found.wait, left))


def _tell_answer(answer: TechnicalAnswer, lang: Lang) -> None:
    """Tell the technical answer: whether the message was taken, under which pre-entry number, and if not, why."""
    root = parse(answer.data)
    if not isinstance(root, Malformed):  # it was read already
        _tell(reader.message("COMMON"), root, (_TAKEN if answer.taken else _NOT_TAKEN).in_(lang), answer.taken, lang)


def _read(text: str) -> Told | None:
    """A receipt out of its XML; None for what is none."""
    root = parse(text.encode())
    document = None if isinstance(root, Malformed) else document_element(root)
    spec = None if document is None else by_root().get(str(document.tag))
    if spec is None or document is None:
        return None
    return Told(
        spec, document, document.findtext("HdeApprResult/manageResult") or document.findtext("*/resultCd") or ""
    )


def _tell(spec: MessageSpec, document: Element, word: str, good: bool, lang: Lang) -> None:
    """One answer: what it is and says, then everything in it."""
    tell(f"{spec.code} {spec.title.in_(lang)}: {coloured(word, 'green' if good else 'red')}", lang)
    for section in readable.sections(spec.root, document, lang, _MOST_LINES):
        rows = [section.header, *section.rows] if isinstance(section, Grid) else section.rows
        tell("\n".join(f"  {line}" for line in layout.aligned(rows)), lang)


def _result(told: Told, lang: Lang) -> str:
    """What the receipt says, in words: the state it leads to and the number issued, or the result of a query."""
    if told.result in EVENTS:
        state = TRANSITIONS[State.SENT][EVENTS[told.result]]
        number = told.document.findtext("HdeApprResult/businessId") or ""
        return f"{told.result} {state.label.in_(lang)} {number}".rstrip()
    field = told.spec.root.at("QueryResult/resultCd")
    return readable.meaning(field, told.result, lang) if isinstance(field, FieldSpec) else told.result


def _sender(data: bytes) -> str:
    """The sender id in the envelope, to which the receipts go; empty when it cannot be read."""
    root = parse(unpack(data, MAX_BYTES).message if is_archive(data) else data)
    return "" if isinstance(root, Malformed) else root.findtext(".//{*}sender_id") or ""


COMMAND = Command(_submit)
