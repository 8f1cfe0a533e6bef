"""The columns, order and conditions of a list of one kind, derived from the kind's schema."""

from __future__ import annotations

from functools import cache
from typing import Literal

from msgspec import Struct

from tempgoods_edi.codelists import names
from tempgoods_edi.declarant.kinds import Kind, by_slug
from tempgoods_edi.declarant.store.listing import FROM_HEAD
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms.fields import Choice
from tempgoods_edi.web.queries import texts

#: How a value is shown, and how a condition is asked for.
Form = Literal["text", "number", "choice", "code", "day", "instant", "state", "count"]

#: The order people read a list in; names are those of the store's columns.
_ORDER = (
    "seq_no", "customs_no", "in_house", "title", "exhibition_no", "entry_no", "imp_exp", "office", "state", "lines", "dcl_date",
    "start_date", "end_date", "due", "updated_at", "updated_by",
)  # fmt: skip
_FORMS: dict[str, Form] = {
    "seq_no": "number",
    "customs_no": "number",
    "state": "state",
    "lines": "count",
    "updated_at": "instant",
}
_NUMBERS = frozenset({"in_house", "exhibition_no", "entry_no"})
#: Known for every declaration, but neither a condition nor, without an index, an order.
_ONLY_SHOWN = frozenset({"lines", "updated_by"})
_WITHOUT_CONDITION = _ONLY_SHOWN | {"due", "updated_at"}
#: In the workbook, but not on the page: a row must fit on a screen.
_ONLY_IN_WORKBOOK = frozenset({"imp_exp", "office", "lines", "due", "updated_by"})
_LONGEST = 100

#: States one can look for; one that nothing in a list can have is left out.
STATES = tuple(state for state in State if state not in (State.NEW, State.DISCARDED))


class ListColumn(Struct, frozen=True, kw_only=True):
    """One column of a list of declarations.

    :ivar name: the column of the store, and the name in addresses.
    :ivar field: the head's field that it comes from; None for what the portal knows beside the document.
    :ivar condition: the list can be narrowed by it.
    :ivar sortable: the list can be put in its order.
    :ivar on_page: shown on the page; the workbook holds every column.
    """

    name: str
    label: Bilingual
    form: Form
    field: FieldSpec | None = None
    condition: bool = True
    sortable: bool = True
    on_page: bool = True

    @property
    def longest(self) -> int:
        """The most characters that a condition on the column can have."""
        known = None if self.field is None else self.field.facets.max_length
        return known or _LONGEST

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices for a condition on the column, where there is a choice."""
        if self.form == "state":
            return tuple(Choice(state.value, state.label) for state in STATES)
        if self.form == "choice" and self.field is not None:
            return tuple(Choice(each.value, each.label) for each in self.field.facets.options)
        return ()


def columns(kind: Kind) -> tuple[ListColumn, ...]:
    """The columns of the list of *kind*, in order."""
    return _columns(kind.slug)


@cache
def _columns(slug: str) -> tuple[ListColumn, ...]:
    kind = by_slug(slug)
    return () if kind is None else tuple(found for name in _ORDER if (found := _column(kind, name)) is not None)


def page_columns(kind: Kind) -> tuple[ListColumn, ...]:
    """The columns of *kind* that the page shows."""
    return tuple(column for column in columns(kind) if column.on_page)


def conditions(kind: Kind) -> tuple[ListColumn, ...]:
    """The columns of *kind* that have a condition."""
    return tuple(column for column in columns(kind) if column.condition)


def _column(kind: Kind, name: str) -> ListColumn | None:
    own = {"customs_no": kind.number_tag, "title": kind.title_tag, "due": kind.due_tag, "seq_no": "SeqNo"}
    fields = (kind.spec.root.at(f"Head/{tag}") for tag in (own.get(name), *FROM_HEAD.get(name, ())) if tag)
    field = next((each for each in fields if isinstance(each, FieldSpec)), None)
    if field is None:
        label = texts.COLUMNS.get(name)
        return None if label is None else _made(name, label, _FORMS.get(name, "text"), None)
    if _is_repeated(kind, name):
        return None
    return _made(name, field.label, _form(name, field), field)


def _is_repeated(kind: Kind, name: str) -> bool:
    """True for what another column of the same list shows already."""
    own_number = kind.number_tag in FROM_HEAD.get(name, ())
    return own_number or (name == "due" and kind.due_tag in FROM_HEAD["end_date"] and _ends_with(kind))


def _ends_with(kind: Kind) -> bool:
    root = kind.spec.root
    first = next((tag for tag in FROM_HEAD["end_date"] if root.at(f"Head/{tag}") is not None), None)
    return first == kind.due_tag


def _form(name: str, field: FieldSpec) -> Form:
    if name in _FORMS:
        return _FORMS[name]
    if field.atom == "date":
        return "day"
    if field.facets.options:
        return "choice"
    if field.codelist in names():
        return "code"
    return "number" if name in _NUMBERS else "text"


def _made(name: str, label: Bilingual, form: Form, field: FieldSpec | None) -> ListColumn:
    return ListColumn(
        name=name,
        label=label,
        form=form,
        field=field,
        condition=name not in _WITHOUT_CONDITION,
        sortable=name not in _ONLY_SHOWN,
        on_page=name not in _ONLY_IN_WORKBOOK,
    )
