"""One field as a form shows it: its control, value, mark and findings.

The control follows from the schema: closed list → choice, open code list → type-ahead, day → calendar,
figures → figures, long text → several lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct

from tempgoods_edi.codelists import code_list, names
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Finding
from tempgoods_edi.web.forms.sections import REASONS, WIDE

Widget = Literal["text", "textarea", "date", "number", "select", "code", "fixed"]

#: From this length on a text gets several lines.
LONG = 1000
#: A code list with at most so many rows is offered whole.
SHORT_LIST = 60


class Choice(Struct, frozen=True):
    """One value of a choice."""

    value: str
    label: Bilingual


class Field(Struct, frozen=True, kw_only=True):
    """One field as a form shows it.

    :ivar mark: ``draft`` needed to save (yellow, *), ``declare`` needed to declare (yellow), empty for neither.
    :ivar value: as the control holds it (a day with hyphens).
    :ivar shown: as people read it where it cannot be edited.
    :ivar named: the name of the code in it; None for no code or an unknown one.
    :ivar empty: what is told where a field that cannot be edited holds nothing.
    :ivar fills: fields that are filled in when this one is looked up or chosen, by address.
    """

    path: str
    tag: str
    label: Bilingual
    widget: Widget
    mark: str = ""
    value: str = ""
    shown: Bilingual = Bilingual("", "")
    named: Bilingual | None = None
    choices: tuple[Choice, ...] = ()
    codelist: str | None = None
    max_length: int | None = None
    atom: str = "string"
    hint: Bilingual | None = None
    lookup: str | None = None
    fills: tuple[str, ...] = ()
    wide: bool = False
    empty: Bilingual | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def worst(self) -> str:
        """The worst severity among the field's findings: ``error``, ``warning`` or empty."""
        if not self.findings:
            return ""
        return "error" if any(each.is_error for each in self.findings) else "warning"


def widget(spec: FieldSpec, text: str, *, editable: bool, chosen: bool = False) -> Widget:
    """The control for *spec* with the value *text*: never one that would lose a part of the text."""
    if not editable:
        return "fixed"
    if chosen or spec.facets.options or closed_list(spec):
        return "select"
    if spec.atom == "date":
        return "date" if text == "" or iso_day(text) is not None else "text"
    if spec.codelist in names():
        return "code"
    if spec.atom in ("decimal", "integer"):
        return "number"
    if "\n" in text or (spec.facets.max_length or 0) >= LONG:
        return "textarea"
    return "text"


def iso_day(text: str) -> str | None:
    """Convert ``20270321`` to ``2027-03-21``; None for a text that is no day.

    >>> iso_day("20270321"), iso_day("2027032")
    ('2027-03-21', None)
    """
    from datetime import date

    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


def to_control(spec: FieldSpec, text: str) -> str:
    """Convert a value from the message's form to the control's."""
    return (iso_day(text) or text) if spec.atom == "date" else text


def from_control(spec: FieldSpec, typed: str) -> str | None:
    """Convert a typed value to the message's form; None for an empty one.  What cannot be read stays as typed.

    Blanks around a value are dropped except in free text; a line ends as XML has it.
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None
    if not is_free_text(spec):
        text = text.strip()
    if spec.atom == "date" and len(text) == 10 and text[4] == text[7] == "-":
        return text.replace("-", "")
    return text


def is_free_text(spec: FieldSpec) -> bool:
    """True when a field takes any characters, so that blanks may be meant."""
    facets = spec.facets
    return spec.atom == "string" and facets.pattern is None and not facets.options


def choices(spec: FieldSpec, text: str) -> tuple[Choice, ...]:
    """The values of a closed list; an unknown value is added, so that it is visible and not lost."""
    listed = [Choice(o.value, _coded(o.value, o.label)) for o in spec.facets.options]
    return with_value(listed or closed_list(spec), text)


def with_value(known: Iterable[Choice], text: str) -> tuple[Choice, ...]:
    """*known*, with *text* added when it is not among them."""
    found = tuple(known)
    if text and all(choice.value != text for choice in found):
        return (*found, Choice(text, Bilingual(f"{text}（不在可选值之内）", f"{text} (not one of the values)")))
    return found


def named(spec: FieldSpec, text: str) -> Bilingual | None:
    """The name of the code *text*; None for no code or an unknown one."""
    if spec.codelist not in names() or not text:
        return None
    row = code_list(spec.codelist).get(text)
    return None if row is None else row.name.bilingual()


def readable(spec: FieldSpec, text: str) -> Bilingual:
    """*text* for people: a code with its name, a day with hyphens."""
    for option in spec.facets.options:
        if option.value == text:
            return _coded(text, option.label)
    name = named(spec, text)
    if name is not None:
        return _coded(text, name)
    plain = to_control(spec, text)
    return Bilingual(plain, plain)


def _coded(code: str, name: Bilingual) -> Bilingual:
    return Bilingual(*(code if label == code else f"{code} {label}" for label in (name.zh, name.en)))


def mark(spec: FieldSpec) -> str:
    """The field's mark, whether it is required (W5); automatic fields are never the declarant's duty."""
    if spec.auto or spec.widget == "locked":
        return ""
    if spec.required or spec.need == "draft":
        return "draft"
    return spec.need or ("declare" if spec.tag in REASONS else "")


@cache
def short_list(codelist: str) -> tuple[Choice, ...]:
    """All rows of a short code list; empty for a long one."""
    rows = code_list(codelist)
    if len(rows) > SHORT_LIST:
        return ()
    return tuple(Choice(code, row.name.bilingual()) for code in rows.codes() if (row := rows.get(code)) is not None)


def closed_list(spec: FieldSpec) -> tuple[Choice, ...]:
    """The rows of a short and closed code list, which is shown like an enumeration."""
    if spec.codelist not in names() or not code_list(spec.codelist).closed:
        return ()
    return tuple(Choice(row.value, _coded(row.value, row.label)) for row in short_list(spec.codelist))


def field_of(
    path: str,
    spec: FieldSpec,
    text: str,
    *,
    editable: bool,
    findings: Iterable[Finding] = (),
    offered: tuple[Choice, ...] | None = None,
    fills: tuple[str, ...] = (),
    empty: Bilingual | None = None,
) -> Field:
    """Make the form field at *path*; *offered* are the values of a choice that does not come from the schema."""
    kind = widget(spec, text, editable=editable, chosen=offered is not None)
    listed = spec.codelist if kind == "code" else None
    return Field(
        path=path,
        tag=spec.tag,
        label=spec.label,
        widget=kind,
        mark=mark(spec) if editable else "",
        value=to_control(spec, text),
        shown=readable(spec, text),
        named=named(spec, text),
        choices=_choices(spec, text, offered) if kind == "select" else (),
        codelist=listed,
        max_length=spec.facets.max_length,
        atom=spec.atom,
        hint=spec.type_label,
        lookup=spec.lookup if editable else None,
        fills=fills,
        wide=spec.tag in WIDE or kind == "textarea",
        empty=empty if kind == "fixed" else None,
        findings=tuple(findings),
    )


def _choices(spec: FieldSpec, text: str, offered: tuple[Choice, ...] | None) -> tuple[Choice, ...]:
    if offered is None:
        return choices(spec, text)
    return with_value([Choice(each.value, _coded(each.value, each.label)) for each in offered], text)


def by_path(findings: Iterable[Finding]) -> Mapping[str, tuple[Finding, ...]]:
    """The findings at each path, in their order."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        found.setdefault(each.path, []).append(each)
    return {path: tuple(those) for path, those in found.items()}
