"""The structured log: what is written, and what never is."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.logger import Logger, LogLevel

from h2018.cases import Why
from h2018.client import connect
from h2018.store import Record
from h2018.watching import logs
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual
from tests.h2018.tenant import FIXTURES, START, fixture, signed

CONTENT = b"<TmpExhibitionMessage>the content</TmpExhibitionMessage>"


def record(what: Any = "answered", why: tuple[Why, ...] = ()) -> Record:
    """A journal line about a message."""
    return Record(
        sequence=7, at=datetime.fromisoformat("2027-01-10T09:00:00+08:00"), what=what, trace_id="t1", message_id="m1",
        seq_no="202700000000000001", size=len(CONTENT), data=CONTENT, hash="ab" * 32, why=why,
    )  # fmt: skip


def written(log: Any, least: LogLevel = LogLevel.info) -> list[dict[str, Any]]:
    """The lines that *log* makes with a logger."""
    lines: list[str] = []
    log(Logger(namespace="test", observer=logs.json_lines(lines.append, least)))
    assert all(line.endswith("\n") and "\n" not in line[:-1] for line in lines)
    return [json.loads(line) for line in lines]


def test_a_journal_line_is_logged_with_its_trace_and_without_its_content() -> None:
    """Who, what, when, which rules, how large: enough to follow a submission, nothing of the message."""
    why = Why(stage="rules", rule="TG-EXH-001", text=Bilingual("理由", "a reason"))
    (line,) = written(lambda log: logs.follow("team-a", record(why=(why,)), log))
    assert "content" not in json.dumps(line)
    del line["time"]
    assert line == {
        "level": "info", "logger": "test", "text": "answered 7", "what": "answered", "sequence": 7, "world": "team-a",
        "trace_id": "t1", "message_id": "m1", "seq_no": "202700000000000001", "size": len(CONTENT), "sha256": "ab" * 32,
        "business_time": "2027-01-10T09:00:00.000+08:00", "rules": ["TG-EXH-001"], "plane": "rules",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(logs.SECRET))
def test_a_secret_is_not_written_even_when_a_text_asks_for_it(name: str) -> None:
    """Neither as a field nor in the text."""
    (line,) = written(lambda log: log.warn(f"it is {{{name}}}", **{name: "TELL-NOBODY"}))
    assert "TELL-NOBODY" not in json.dumps(line)


def test_a_failure_is_told_by_type_and_place() -> None:
    """Not by its text, which may quote what it met; our own errors' texts are for people and are told."""

    def fail(log: Logger) -> None:
        try:
            raise ValueError(CONTENT)
        except ValueError:
            log.failure("it failed")
        try:
            raise TempgoodsError(Bilingual("用不了", "unusable"))
        except TempgoodsError:
            log.failure("it failed")

    foreign, own = written(fail)
    assert "content" not in json.dumps(foreign)
    assert foreign["failure"]["type"] == "ValueError"
    assert any("test_logs.py" in place for place in foreign["failure"]["at"])
    assert own["failure"]["text"] == {"zh": "用不了", "en": "unusable"}


def test_what_is_below_the_level_is_not_written() -> None:
    """From warnings on, a note is left out."""
    assert [line["text"] for line in written(lambda log: (log.info("a"), log.warn("b")), LogLevel.warn)] == ["b"]


@given(st.text(), st.text())
def test_whatever_an_event_holds_is_one_line_of_json(text: str, value: str) -> None:
    """Line ends, braces and lone surrogates included."""
    written(lambda log: log.info(text.encode("utf-8", "replace").decode(), message_id=value.encode("utf-8", "replace").decode()))


def test_a_server_logs_a_submission_to_its_last_receipt_under_one_trace_id() -> None:
    """A process of its own with ``--log json``: every line is JSON, and the trace id of the answer finds them all."""
    command = [
        sys.executable, "-m", "h2018", "--port", "0", "--immediate", "--log", "json", "--clock", START.isoformat(),
        "--trust", str(FIXTURES / "keys" / "ca.pem"),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        with connect(process.stdout.readline().split()[-1]) as customs:
            answer = customs.submit(signed(fixture("tmp101-minimal"), 1))
            customs.wait_for(answer, "1")
        process.terminate()
        lines = [json.loads(line) for line in process.stderr]
    mine = [line["what"] for line in lines if line.get("trace_id") == answer.trace_id]
    assert mine == ["received", "answered", "decided", "sent", "decided", "sent"]
    assert fixture("tmp101-minimal")["document"]["Head"]["ExhibitionNm"] not in json.dumps(lines, ensure_ascii=False)
