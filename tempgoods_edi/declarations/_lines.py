"""Rules on goods lines, written once and instantiated for each list with such lines.

The last three digits of an id mean the same in every area: ``TG-EXH-121`` and ``TG-CONF-121`` are one condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from tempgoods_edi.rules import Facts, Hit, Rule, rule
from tempgoods_edi.values import Bilingual, Severity, Source

#: The lines of a document.
Lines = Callable[[Any], Sequence[Any]]

#: What is wrong with the lines of a document, in one pass; the second argument is its head.
LineCheck = Callable[[Sequence[Any], Any], Iterator[Hit]]


class LineRule(Struct, frozen=True):
    """A condition on goods lines, independent of the list."""

    make: Callable[[str, str, Lines], Rule[Any]]

    def of(self, area: str, tag: str, lines: Lines) -> Rule[Any]:
        """Make the rule for the list *tag* of the messages of *area*."""
        return self.make(area, tag, lines)


def line_rule(
    number: int,
    field: str,
    *,
    zh: str,
    en: str,
    fix: Bilingual,
    source: Source,
    severity: Severity = Severity.ERROR,
    declare_only: bool = False,
) -> Callable[[LineCheck], LineRule]:
    """Turn a generator over lines into a condition on *field*; the arguments are those of `rules.rule`."""

    def condition(check: LineCheck) -> LineRule:
        def make(area: str, tag: str, lines: Lines) -> Rule[Any]:
            def judged(doc: Any, facts: Facts) -> Iterator[Hit]:
                return check(lines(doc), doc.head)

            made = rule(
                f"TG-{area}-{number:03d}",
                at=f"{tag}[]/{field}",
                zh=zh,
                en=en,
                fix=fix,
                source=source,
                severity=severity,
                declare_only=declare_only,
            )
            return made(judged)

        return LineRule(make)

    return condition
