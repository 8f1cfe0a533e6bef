"""One table of a set-up file while it is read: each look at a key checks it, and a key nobody looked at is unknown.

Every finding says the file, the number of the table, its name, the key, and what was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from h2018.setup_files import durations, problems
from tempgoods_edi.nearest import meant
from tempgoods_edi.values import MOST_FINDINGS, Bilingual, Finding, Problem

_LONGEST_SHOWN = 200


class TablePlace(Struct, frozen=True, kw_only=True):
    """The position of a table in its file.

    :ivar file: name of the file, or of what the text came from.
    :ivar kind: key of the tables, ``scenario``.
    :ivar number: 1-based, in the order of the file.
    :ivar line: 1-based line of its header; None when unknown.
    """

    file: str
    kind: str
    number: int
    name: str = ""
    line: int | None = None

    @property
    def text(self) -> Bilingual:
        """The position in words."""
        line = Bilingual("", "") if self.line is None else Bilingual(f"第{self.line}行", f", line {self.line}")
        name = Bilingual(f"“{self.name}”", f" “{self.name}”") if self.name else Bilingual("", "")
        return Bilingual(
            f"{self.file}{line.zh} 第{self.number}个{self.kind}{name.zh}",
            f"{self.file}{line.en}, {self.kind} {self.number}{name.en}",
        )


class TableReading:
    """One table while it is read.  A wrong value is noted in `findings` and returned as if it were absent.

    :ivar findings: what was wrong so far, here and in the tables within.
    """

    __slots__ = ("_asked", "_data", "_path", "findings", "place")

    def __init__(
        self, place: TablePlace, data: Mapping[str, Any], path: str = "", findings: list[Finding] | None = None
    ) -> None:
        self.place = place
        self.findings: list[Finding] = [] if findings is None else findings
        self._data = data
        self._path = path
        self._asked: set[str] = set()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._data.get(key) is not None

    def every_key(self) -> tuple[str, ...]:
        """Every key of the table, all marked as read: for tables whose keys are names of other things."""
        self._asked.update(self._data)
        return tuple(self._data)

    def raw(self, key: str) -> Any:
        """The value of *key*, unchecked; None when there is none."""
        self._asked.add(key)
        return self._data.get(key)

    def note(self, problem: Problem, key: str = "", *, value: object = None, **params: object) -> None:
        """Note a problem of *key*, or of the whole table."""
        path = "/".join(part for part in (f"{self.place.kind}[{self.place.number}]", self._path, key) if part)
        about: dict[str, Any] = {"key": path.partition("/")[2] or self.place.kind, "where": self.place.text, **params}
        finding = problem.at(path, value=value, **about)
        self.findings.append(finding.placed(line=self.place.line, column=None, label=None))

    def required(self, key: str) -> bool:
        """True when *key* is there; a missing key is noted as a problem.  JSON's null counts as missing."""
        if self._data.get(key) is not None:
            return True
        self.note(problems.MISSING, key)
        return False

    def text(self, key: str) -> str | None:
        """The value of *key* as a text that is not empty."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, value, Bilingual("非空文本", "a text that is not empty"))
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The value of *key* as texts: one or a list, none of them empty."""
        value = self.raw(key)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        if not listed or not all(isinstance(each, str) and each.strip() for each in listed):
            self._wrong(key, value, Bilingual("文本或文本列表", "a text or a list of texts"))
            return ()
        return tuple(listed)

    def choice(self, key: str, known: Iterable[str]) -> str | None:
        """The value of *key* as one of the names in *known*; for another name the nearest is suggested."""
        value = self.text(key)
        return None if value is None else self.known(key, value, known)

    def choices(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """The value of *key* as names in *known*: one or a list."""
        known = tuple(known)
        found = (self.known(key, value, known) for value in self.texts(key))
        return tuple(value for value in found if value is not None)

    def known(self, key: str, value: str, known: Iterable[str]) -> str | None:
        """*value* when it is in *known*; else a problem is noted."""
        known = tuple(known)
        if value in known:
            return value
        self.note(problems.UNKNOWN_NAME, key, value=value, meant=meant(value, known))
        return None

    def switch(self, key: str) -> bool | None:
        """The value of *key* as true or false."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return value
        self._wrong(key, value, Bilingual("true 或 false", "true or false"))
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """The value of *key* as a whole number from *low* to *high*."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._wrong(key, value, Bilingual(f"{low} 至 {high} 的整数", f"a whole number, {low} to {high}"))
            return None
        return value

    def number(self, key: str, low: float, high: float) -> float | None:
        """The value of *key* as a number from *low* to *high*."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self._wrong(key, value, Bilingual(f"{low:g} 至 {high:g} 的数", f"a number, {low:g} to {high:g}"))
            return None
        return float(value)

    def duration(self, key: str) -> float | None:
        """The value of *key* in seconds, written as a duration (``"30s"``) or as a number of seconds."""
        value = self.raw(key)
        if value is None:
            return None
        found = durations.seconds(value) if isinstance(value, str) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= durations.LONGEST:
            found = float(value)
        if found is None:
            self._wrong(key, value, Bilingual("时长，如 30s、5m", "a length of time such as 30s or 5m"))
        return found

    def instant(self, key: str) -> datetime | None:
        """The value of *key* as a time with a zone: TOML's own, or a text in ISO 8601."""
        value = self.raw(key)
        if value is None:
            return None
        found = value
        if isinstance(value, str):
            try:
                found = datetime.fromisoformat(value)
            except ValueError:
                found = None
        if isinstance(found, datetime) and found.tzinfo is not None:
            return found
        expected = Bilingual(
            "带时区的时间，如 2027-03-01T09:00:00+08:00", "a time with a zone, 2027-03-01T09:00:00+08:00"
        )
        self._wrong(key, value, expected)
        return None

    def table(self, key: str) -> TableReading | None:
        """The value of *key* as a table within this one."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key, value, Bilingual("表 { … }", "a table { … }"))
            return None
        path = f"{self._path}/{key}" if self._path else key
        return TableReading(self.place, value, path, self.findings)

    def finish(self) -> None:
        """Note every unknown key as a problem, up to the limit of findings."""
        for key in self._data:
            if len(self.findings) > MOST_FINDINGS:
                break
            if key not in self._asked:
                self.note(problems.UNKNOWN_KEY, key, value=key, meant=meant(key, sorted(self._asked)))

    def _wrong(self, key: str, value: object, expected: Bilingual) -> None:
        self.note(problems.WRONG_VALUE, key, value=_shortly(value), expected_form=expected)


def _shortly(value: object) -> str:
    try:
        text = str(value)
    except ValueError:  # a number of thousands of digits
        return "…"
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
