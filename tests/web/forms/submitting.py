"""A browser's part in submitting a form, by the rules of HTML: what a page's form sends when a button is pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

#: Names and values, as they go out.
Sent = list[tuple[str, str]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def form_of(page: str, name: str = "form") -> HtmlElement:
    """The form with the id *name* of a page."""
    found: list[HtmlElement] = html.document_fromstring(page).xpath("//form[@id=$name]", name=name)
    return found[0]


def submitted(page: str, button: str = "save", **changes: str) -> Sent:
    """What the page's main form sends when the button with the value *button* is pressed.

    :param changes: what is typed before, by name (``__`` stands for ``/``).
    """
    typed = {name.replace("__", "/"): value for name, value in changes.items()}
    found = [(name, typed.pop(name, value)) for name, value in controls(form_of(page))]
    assert typed == {}, f"no such inputs: {sorted(typed)}"
    return [*found, ("action", button)]


def controls(form: HtmlElement) -> Iterator[tuple[str, str]]:
    """Name and value of each control that is sent without being a button."""
    for each in form.iter("input", "select", "textarea"):
        name = each.get("name")
        if not name or each.get("disabled") is not None or _in_closed_fieldset(each):
            continue
        kind = each.get("type", "text") if each.tag == "input" else each.tag
        if kind in ("checkbox", "radio"):
            if each.get("checked") is not None:
                yield name, each.get("value", "on")
        elif kind not in ("submit", "button", "file"):
            yield str(name), _value(each, str(kind))


def _value(control: HtmlElement, kind: str) -> str:
    if kind == "textarea":
        # The parser has dropped the first line end; the others go out as CRLF.
        return (control.text or "").removeprefix("\n").replace("\n", "\r\n")
    if kind == "select":
        options = control.xpath(".//option")
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        return str(chosen[-1].get("value", "")) if chosen else ""
    value = str(control.get("value", ""))
    if kind == "date" and not _DAY.fullmatch(value):
        return ""
    return value if kind == "hidden" else value.replace("\n", "").replace("\r", "")


def _in_closed_fieldset(control: HtmlElement) -> bool:
    return any(each.get("disabled") is not None for each in control.iterancestors("fieldset"))
