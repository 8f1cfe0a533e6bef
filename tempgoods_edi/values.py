"""The small values that every part uses: two-language texts, problems, findings, verdicts.

Nothing here reads a clock, a file or the network.  A `Problem` is what *can* be wrong (one
catalogue entry, documented once); a `Finding` is that problem met at one place of one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal

from msgspec import Struct, structs

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, Lang] = ("zh", "en")


class Bilingual(Struct, frozen=True):
    """One text in Chinese and English, as every label and message has.

    >>> Bilingual("至少 {n} 行", "at least {n} lines").format(n=1).en
    'at least 1 lines'
    """

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in *lang*."""
        return self.zh if lang == "zh" else self.en

    def format(self, **params: object) -> Bilingual:
        """Fill ``{name}`` places; a parameter that is itself bilingual is put in language by language."""
        return Bilingual(
            self.zh.format_map(_Shown(params, "zh")),
            self.en.format_map(_Shown(params, "en")),
        )


class _Shown(dict[str, object]):
    """Parameters of a text as one language shows them; a missing one stays visible as ``{name}``."""

    def __init__(self, params: Mapping[str, object], lang: Lang) -> None:
        super().__init__((k, v.in_(lang) if isinstance(v, Bilingual) else v) for k, v in params.items())

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class Severity(Enum):
    """The severity of a finding: an error makes a message invalid, UNDECIDED prevents valid, a warning does neither."""

    ERROR = "error"
    UNDECIDED = "undecided"
    WARNING = "warning"


class Verdict(Enum):
    """The verdict on a message.  UNDECIDED when a stage failed or could not run."""

    VALID = "valid"
    INVALID = "invalid"
    UNDECIDED = "undecided"


class Basis(Enum):
    """The degree of certainty that real customs do the same (the labels of the fidelity ledger)."""

    PUBLISHED = "published"
    MANUAL = "manual"
    REGULATION = "regulation"
    ASSUMED = "assumed"


class Source(Struct, frozen=True):
    """The source of a statement: its *basis* and the clause that a person can look up."""

    basis: Basis
    clause: str


class Finding(Struct, frozen=True, kw_only=True):
    """One problem at one place.

    :ivar rule: id of the `Problem`, e.g. ``TG-EXH-001``.
    :ivar path: address of the value, e.g. ``Goods[3]/DclQty``; empty for the message as a whole.
    :ivar text: what is wrong, with the offending value.
    :ivar fix: what to do about it.
    :ivar value: the offending text as it stands in the message; None when there is none.
    :ivar expected: what would have been right; None when it cannot be said shortly.
    :ivar label: the field's name as people see it.
    :ivar line: 1-based line in the bytes received; None when unknown.
    :ivar column: 1-based column, in characters; None when unknown.
    """

    rule: str
    path: str
    text: Bilingual
    fix: Bilingual
    severity: Severity = Severity.ERROR
    value: str | None = None
    expected: Bilingual | None = None
    label: Bilingual | None = None
    line: int | None = None
    column: int | None = None

    @property
    def is_error(self) -> bool:
        """True when the finding makes the message invalid."""
        return self.severity is Severity.ERROR

    @property
    def is_in_the_way(self) -> bool:
        """True when a message with this finding cannot be called valid: an error, or something left undecided."""
        return self.severity is not Severity.WARNING

    def placed(self, *, line: int | None, column: int | None, label: Bilingual | None) -> Finding:
        """A copy of the finding with its place in the text filled in."""
        return structs.replace(self, line=line, column=column, label=label)


class Problem(Struct, frozen=True, kw_only=True):
    """One entry of the error-code catalogue.  Ids are never reused.

    :ivar text: template, filled with the parameters of `at`; ``{value}`` is the offending value.
    :ivar retriable: the same bytes may be accepted later (for instance after customs loaded a table).
    """

    id: str
    text: Bilingual
    fix: Bilingual
    source: Source
    severity: Severity = Severity.ERROR
    retriable: bool = False

    def at(
        self,
        path: str = "",
        *,
        value: object = None,
        expected: Bilingual | None = None,
        **params: object,
    ) -> Finding:
        """The finding of this problem at *path*; *value* is shown as people write it, and stored as messages do."""
        params = {"value": None if value is None else str(value), **params}
        for name, each in params.items():
            if type(each) is str and (len(each) > LONGEST_SHOWN or not each.isascii()):
                params[name] = shortened(each, LONGEST_SHOWN if name == "value" else LONGEST_SHOWN * 5)
        return Finding(
            rule=self.id,
            path=shortened(path),
            text=self.text.format(**params),
            fix=self.fix.format(**params),
            severity=self.severity,
            value=None if value is None else shortened(_as_written(value)),
            expected=expected,
        )


#: Most errors, and most warnings, that are told of one thing; that there are more is told by one more.
MOST_FINDINGS = 1000
#: Longest text of a value, a name or a place within a finding (characters).
LONGEST_SHOWN = 300

MORE = Problem(
    id="TG-ALL-001",
    text=Bilingual("问题过多，仅列出前 {limit} 个，还有更多", "too many to tell: the first {limit} are, and there are more"),
    fix=Bilingual("先更正已列出的问题，再重新检查", "correct those that are told, then check again"),
    source=Source(Basis.ASSUMED, "our own choice: an answer is bounded, whatever was asked"),
)


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """*text* cut to the length that a finding holds; lone surrogates, which no file can hold, are replaced.

    >>> len(shortened("a" * 10_000)), shortened("a\\ud800")
    (301, 'a\ufffd')
    """
    if len(text) > most:
        text = text[:most] + "…"
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def bounded_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first *findings*, with one more when some were left out: the report is bounded, the verdict unchanged.

    No more is looked for once there are too many errors; of warnings, which decide nothing, the rest is left out.
    """
    kept: list[Finding] = []
    errors = warnings = 0
    more: Severity | None = None
    for finding in findings:
        if finding.rule == MORE.id:
            more = finding.severity if more is None else more
        elif finding.is_error:
            errors += 1
            if errors > MOST_FINDINGS:
                more = Severity.ERROR
                break
            kept.append(finding)
        elif warnings < MOST_FINDINGS:
            warnings += 1
            kept.append(finding)
        else:
            more = Severity.WARNING if more is None else more
    if more is not None:
        kept.append(structs.replace(MORE.at(limit=MOST_FINDINGS), severity=more))
    return tuple(kept)


def _as_written(value: object) -> str:
    """A value as it stands in a message: a day has no hyphens there, a number no exponent."""
    if type(value) is date:
        return value.isoformat().replace("-", "")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The verdict on the findings of stages that all ran: the worst finding decides."""
    met = {f.severity for f in findings}
    if Severity.ERROR in met:
        return Verdict.INVALID
    return Verdict.UNDECIDED if Severity.UNDECIDED in met else Verdict.VALID


def fill(path: str, at: Iterable[int]) -> str:
    """Put positions into the ``[]`` placeholders of a path template.

    >>> fill("Goods[]/DclQty", (3,))
    'Goods[3]/DclQty'
    """
    for n in at:
        path = path.replace("[]", f"[{n}]", 1)
    return path


def steps(path: str) -> Iterator[tuple[str, int | None]]:
    """The steps of an address, each with its position.

    >>> list(steps("Goods[3]/DclQty"))
    [('Goods', 3), ('DclQty', None)]
    """
    for part in filter(None, path.split("/")):
        name, _, index = part.partition("[")
        yield name, int(index[:-1]) if index else None
