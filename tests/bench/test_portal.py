"""A draft with 5,000 lines through the web: posted as the form posts it, opened again as the browser asks for it.

Seconds are this machine's; what is asserted is how often the portal could have parsed and kept the same bytes meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from httpx import Response
from lxml import html

from tests.bench.ratios import report
from tests.declarant import desk
from tests.web.portal import Portal, TestClient, log_in, portal, token

LINES, ROUNDS = 5_000, 5
#: A save judges, fills in, compares and keeps every line; opening draws a page of them and sends all.
MOST_SAVING, MOST_OPENING = 60.0, 40.0


@pytest.fixture
def wang(tmp_path: Path) -> Iterator[tuple[Portal, TestClient]]:
    """A portal, and a browser at which 王琳 is logged in."""
    with portal(tmp_path) as made:
        made.now = desk.START
        yield made, log_in(made.browser())


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median of several rounds."""
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return statistics.median(took)


def kept_barely(path: Path, goods: str) -> None:
    """The least that can be done with the same bytes: read them, keep them durably."""
    rows = json.loads(goods)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE IF NOT EXISTS kept (number INTEGER, data TEXT)")
        database.execute("INSERT INTO kept VALUES (?, ?)", (len(rows), goods))


def posted(browser: TestClient, address: str, fields: Mapping[str, str], lines: Sequence[object]) -> Response:
    """A form as a browser posts it: in parts, the goods as JSON."""
    whole = {**fields, "goods": json.dumps(lines, ensure_ascii=False)}
    answer: Response = browser.post(address, files={name: (None, value) for name, value in whole.items()})
    return answer


def test_a_draft_with_many_lines(wang: tuple[Portal, TestClient], tmp_path: Path) -> None:
    """First save, save again with one line changed, reopened: all lines are there, in a bounded multiple of the least work."""
    _, browser = wang
    document = desk.tree()
    line = {tag: value for tag, value in document["ExhibitList"][0].items() if tag != "GdsSeqNo"}
    lines = [{**line, "GdsNm": f"立式加工中心 {number}"} for number in range(1, LINES + 1)]
    head = {f"Head/{tag}": value for tag, value in document["Head"].items()}
    fields = {**head, "action": "save", "csrf": token(browser)}

    answer = posted(browser, "/forms/exhibition", fields, lines)
    assert answer.status_code == 303, answer.text[:2000]
    address = answer.headers["location"]

    def open_again() -> str:
        page: str = browser.get(address).text
        return page

    turns = iter(range(1_000_000))

    def save_again() -> None:
        shown = html.fromstring(opened)
        lines[7]["GdsSpcfModelDesc"] = f"VX-{next(turns)}|样机"
        revision["now"] = revision["now"] or shown.get_element_by_id("revision").get("value", "")
        begin = time.perf_counter()
        again = posted(browser, address, {**fields, "revision": revision["now"]}, lines)
        took.append(time.perf_counter() - begin)
        assert again.status_code == 303, again.text[:2000]
        revision["now"] = str(int(revision["now"]) + 1)

    took: list[float] = []
    revision = {"now": ""}
    opened = open_again()
    for _ in range(ROUNDS):
        save_again()
    saving, opening = statistics.median(took), seconds(open_again)
    shown = json.loads(html.fromstring(open_again()).get_element_by_id("goods-json").text_content())
    assert [each["GdsNm"] for each in shown] == [each["GdsNm"] for each in lines]
    assert shown[7]["GdsSpcfModelDesc"] == lines[7]["GdsSpcfModelDesc"]

    goods = json.dumps(lines, ensure_ascii=False)
    least = seconds(lambda: kept_barely(tmp_path / "least.sqlite3", goods))
    what = f"draft with {LINES:,} lines through the web"
    for name, spent, most in (("saved", saving, MOST_SAVING), ("reopened", opening, MOST_OPENING)):
        print(f"\n{what}: {name} in {spent:.2f} s; parsed and kept barely in {least:.3f} s")
        report(f"{what}: {name}", "its bytes parsed and inserted", f"{spent / least:.0f}; {spent:.2f} s", f"≤ {most:.0f}; < 2 s")
        assert spent / least <= most
