"""The declarant's side with much in it: a query page over 100,000 declarations, a draft with 5,000 lines.

Figures in milliseconds are this machine's; what is asserted is how the pages are found: by an index, never by sorting.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select

from tempgoods_edi.declarant.store import Store
from tempgoods_edi.declarant.store.listing import SORTED_BY, Search
from tempgoods_edi.declarant.store.tables import DECLARATIONS
from tempgoods_edi.declarant.store.times import to_stored
from tests.bench.ratios import report
from tests.declarant.desk import EXHIBITION, START, Desk, desk, tree

COUNT, LINES = 100_000, 5_000
ROUNDS = 7
WANTED = "< 300 ms"
STATES = ("draft", "declared", "sent", "stored", "manual_review", "rejected", "approved", "approved")
TITLES = ("工业机器人展", "国际机床展", "Boat show", "珠宝展", "航空航天展")

SEARCHES: dict[str, Search] = {
    "newest first": Search(kind=EXHIBITION),
    "page 2,500 of 5,000": Search(kind=EXHIBITION, page=2_500),
    "by title": Search(kind=EXHIBITION, sort="title", descending=False),
    "by customs number, blank ones among them": Search(kind=EXHIBITION, sort="customs_no"),
    "state approved": Search(kind=EXHIBITION, conditions={"state": "approved"}),
    "title contains 机床": Search(kind=EXHIBITION, conditions={"title": "机床"}),
    "title contains what only one has": Search(kind=EXHIBITION, conditions={"title": "第77777届"}),
    "title contains what none has": Search(kind=EXHIBITION, conditions={"title": "xyz"}),
    "title contains 机床, page 500 of 1,000": Search(kind=EXHIBITION, conditions={"title": "机床"}, page=500),
    "title contains 展, page 2,000 of 4,000": Search(kind=EXHIBITION, conditions={"title": "展"}, page=2_000),
    "days, office and state": Search(
        kind=EXHIBITION,
        conditions={"dcl_date_from": "20261101", "dcl_date_to": "20261110", "office": "2228", "state": "approved"},
    ),
    "number begins with": Search(kind=EXHIBITION, conditions={"seq_no": "20260000000007"}),
    "in-house number": Search(kind=EXHIBITION, conditions={"in_house": "PO-77777"}),
}


def rows(enterprise_no: str, first: int) -> list[dict[str, object]]:
    """Declarations as the table has them."""
    return [
        {
            "seq_no": f"2026{number:014}",
            "enterprise_no": enterprise_no,
            "code": "TMP101",
            "listed": "TMP101",
            "state": STATES[number % 8],
            "approved": int(number % 8 > 5),
            "customs_no": f"ZH2228{number:08}" if number % 8 > 5 else None,
            "in_house": f"PO-{number}" if number % 3 else None,
            "title": f"第{number}届{TITLES[number % 5]}",
            "office": ("2228", "7901", "0101")[number % 3],
            "imp_exp": "IE"[number % 2],
            "exhibition_no": None,
            "entry_no": None,
            "dcl_date": f"2026{number % 12 + 1:02}{number % 28 + 1:02}",
            "start_date": f"2027{number % 12 + 1:02}{number % 28 + 1:02}",
            "end_date": f"2027{number % 12 + 1:02}{number % 28 + 1:02}",
            "due": f"2027{number % 12 + 1:02}{number % 28 + 1:02}",
            "lines": number % 100,
            "revision": 1,
            "created_at": to_stored(START) + number,
            "updated_at": to_stored(START) + number * 7919 % COUNT,
            "updated_by": "顾念慈",
        }
        for number in range(first, first + COUNT)
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose enterprise has 100,000 declarations, and another enterprise as many."""
    folder: Path = tmp_path_factory.mktemp("many")
    store = Store.open(str(folder / "portal.sqlite3"))
    made = desk(store)
    with store.writing() as connection:
        for turn, card in enumerate((made.ours, made.theirs)):
            found = rows(card.actor.enterprise_no, turn * COUNT)
            for begin in range(0, COUNT, 5_000):
                connection.execute(DECLARATIONS.insert(), found[begin : begin + 5_000])
        connection.exec_driver_sql("ANALYZE")
    yield made
    store.close()


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """Median and worst of several rounds."""
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took), max(took)


def plans(store: Store, work: Callable[[], object]) -> list[str]:
    """How SQLite answers the statements of *work* that look for declarations."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", note)
    work()
    event.remove(store._engine, "before_cursor_execute", note)
    found = []
    with store.reading() as connection:
        for statement, parameters in asked:
            if "FROM declarations" in statement and "count" not in statement and "exhibition_no IN" not in statement:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]  # as they were given
                found.append(" / ".join(str(line[3]) for line in plan))
    return found


@pytest.mark.parametrize("what", SEARCHES)
def test_a_query_page(many: Desk, what: str) -> None:
    """Count and page together, as the page asks for them; the plan shows an index and no sorting."""
    search, actor = SEARCHES[what], many.ours.actor
    found = many.filing.find(actor, search)
    median, worst = milliseconds(lambda: many.filing.find(actor, search))
    number = f"2026{COUNT // 2:014}"

    def one() -> None:
        with many.store.reading() as connection:
            connection.execute(select(DECLARATIONS).where(DECLARATIONS.c.seq_no == number)).one()

    single, _ = milliseconds(one)
    print(f"\n{what}: {found.total} found, {median:.1f} ms (worst {worst:.1f})")
    for plan in plans(many.store, lambda: many.filing.find(actor, search)):
        print(f"    {plan}")
        assert "SCAN declarations" not in plan
        assert "TEMP B-TREE" not in plan or "in_house" in plan or "ix_declarations_seq_no" in plan
    report(
        f"query page over {COUNT:,} declarations: {what}",
        "reading one by its number",
        f"{median / single:.0f}; {median:.0f} ms (worst {worst:.0f})",
        WANTED,
    )


def test_every_order_is_an_index(many: Desk) -> None:
    """Whatever the list is sorted by, a page is read in its order."""
    for sort in SORTED_BY:
        for descending in (True, False):
            search = Search(kind=EXHIBITION, sort=sort, descending=descending)
            for plan in plans(many.store, lambda search=search: many.filing.find(many.ours.actor, search)):  # type: ignore[misc]  # a default binds the loop
                assert "TEMP B-TREE" not in plan, (sort, plan)
                assert "USING" in plan


def test_a_draft_with_many_lines(many: Desk) -> None:
    """Saved as the form saves it (filled in, judged, kept) and opened again."""
    content = tree()
    line = content["ExhibitList"][0]
    content["ExhibitList"] = [{**line, "GdsNm": f"展品{number}"} for number in range(LINES)]
    first = many.filing.save(many.ours.actor, EXHIBITION, content)
    turns = iter(range(1_000_000))

    def save() -> None:
        content["Head"]["HallNm"] = f"{next(turns)}号馆"
        many.filing.save(many.ours.actor, EXHIBITION, content, seq_no=first.seq_no)

    saving, worst_saving = milliseconds(save)
    opening, worst_opening = milliseconds(lambda: many.filing.get(many.ours.actor, first.seq_no))
    declaring, worst_declaring = milliseconds(
        lambda: many.filing.judge(many.ours.actor, EXHIBITION, content, declared=True, seq_no=first.seq_no)
    )
    assert len(many.filing.get(many.ours.actor, first.seq_no).tree["ExhibitList"]) == LINES
    what = f"draft with {LINES:,} lines"
    report(f"{what}: saved", "–", f"{saving:.0f} ms (worst {worst_saving:.0f})", "< 2 s")
    report(f"{what}: opened", "–", f"{opening:.0f} ms (worst {worst_opening:.0f})", "< 2 s")
    report(f"{what}: judged for declaring", "–", f"{declaring:.0f} ms (worst {worst_declaring:.0f})", "–")
