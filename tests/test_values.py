"""What is told is bounded, and says so; the verdict is what it would be of everything."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tempgoods_edi.envelope.problems import REPLAYED
from tempgoods_edi.values import LONGEST_SHOWN, MORE, MOST_FINDINGS, Finding, Severity, bounded_findings, verdict_of

ERROR = REPLAYED.at("EnvelopInfo/message_id", value="1")
WARNING = structs.replace(ERROR, severity=Severity.WARNING)


@given(kinds=st.lists(st.tuples(st.booleans(), st.integers(1, MOST_FINDINGS + 50)), max_size=6))
def test_too_many_findings_are_cut_and_the_verdict_is_the_same(kinds: list[tuple[bool, int]]) -> None:
    """However errors and warnings are mixed: at most so many of each, one that says there are more, the same verdict."""
    found = [ERROR if is_error else WARNING for is_error, count in kinds for _ in range(count)]
    kept = bounded_findings(found)
    assert verdict_of(kept) is verdict_of(found)
    assert len(kept) <= 2 * MOST_FINDINGS + 1
    errors = sum(each.is_error for each in found)
    cut = errors > MOST_FINDINGS or len(found) - errors > MOST_FINDINGS
    assert (kept[-1].rule == MORE.id if kept else False) is cut
    assert bounded_findings(kept) == kept


def test_no_more_is_looked_for_once_there_are_too_many_errors() -> None:
    """Findings are made as they are taken: an endless source of errors comes to an end."""

    def endless() -> Iterator[Finding]:
        while True:
            yield ERROR

    assert len(bounded_findings(endless())) == MOST_FINDINGS + 1


@given(value=st.text(st.characters(), max_size=2000))
def test_a_value_is_cut_and_can_be_written(value: str) -> None:
    """Whatever the offending text: what the finding holds is short, and fits any file and any answer."""
    finding = REPLAYED.at(value, value=value)
    for text in (finding.path, finding.value or "", finding.text.zh, finding.text.en):
        assert len(text) <= LONGEST_SHOWN + 100
        assert text.encode().decode() == text
