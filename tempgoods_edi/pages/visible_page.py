"""Makes invisible characters in HTML pages visible, as `visible` does in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tempgoods_edi.visible import strange, visible

#: Where a tag begins, and whether its element holds text to be sent back or a program.
_OPENING = re.compile(r"<(?:(textarea|script|style)\b)?", re.IGNORECASE)
_CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("textarea", "script", "style")}


def visible_page(html: str) -> str:
    """A page with invisible characters in its text shown; tags, and values of inputs, stay as they are.

    >>> visible_page('<a title="x\u202e">\u202eb</a>')
    '<a title="x\u202e">[U+202E]b</a>'
    """
    if strange(html) is None:
        return html
    done, at = list[str](), 0
    for begin, end in _markup(html):
        done += [visible(html[at:begin], "\t\n\r"), html[begin:end]]
        at = end
    return "".join((*done, visible(html[at:], "\t\n\r")))


def _markup(html: str) -> Iterator[tuple[int, int]]:
    """Where tags stand, together with the whole of an element whose content is not shown as it is."""
    at, endless = 0, set[str]()  # what is not closed any more is not looked for again: each character is met once
    while (found := _OPENING.search(html, at)) is not None:
        end, name = -1, (found[1] or "").lower()
        if name and name not in endless:
            closed = _CLOSING[name].search(html, found.end())
            end = -1 if closed is None else closed.end()
            if closed is None:
                endless.add(name)
        if end < 0:
            end = html.find(">", found.end()) + 1
        if not end:
            return
        yield found.start(), end
        at = end
