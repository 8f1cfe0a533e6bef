"""Variants of an element as it may have looked when it was signed: other white space, texts, canonical forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import product

from lxml import etree

from tempgoods_edi._xml import Element, parse
from tempgoods_edi.signing.doctor import causes, garbled
from tempgoods_edi.signing.doctor.budget import Budget
from tempgoods_edi.signing.doctor.cause import Cause
from tempgoods_edi.values import Bilingual

_BLANK = " \t\r\n"
#: Two and four blanks and tabs are what tools indent by; a line break alone is what some put after each element.
_INDENTS = ("  ", "    ", "\t", "", " ", "   ")
#: Whether the element was indented as a whole or only what it holds, and how deep that stood: by itself, in Signature,
#: or in an envelope around that.
_SCOPES = ((True, 0), (True, 1), (False, 0), (True, 2), (False, 1), (False, 2))
_EVERY = Bilingual("每个元素", "every element")
_MOST_SHOWN = 12
#: Blanks before and after every value.
_PADDED = (("", " "), (" ", " "), (" ", ""))

_Change = Callable[[Element], None]
_Told = tuple[_Change, tuple[Cause, ...]]


class _Facts:
    """What of an element decides which readings can differ from it."""

    def __init__(self, root: Element, canonical: bytes) -> None:
        self.between = self.lines = self.padded = self.comments = False
        self.foreign: set[str] = set()
        self.spaces = canonical.count(b"xmlns") > 1
        ends = (root.text or "", (root[-1].tail or "") if len(root) else "")
        self.edges = any(end != end.strip(_BLANK) for end in ends)
        for each in root.iter():
            self.comments |= not isinstance(each.tag, str)
            text, tail = each.text or "", (each.tail or "") if each is not root else ""
            if not text.isascii():
                self.foreign.add(text)
            if len(each):
                self.between |= _blank(text)
                self.lines |= "\n" in text
            elif text:
                self.padded |= text != text.strip(_BLANK)
            if tail:
                self.between |= _blank(tail)
                self.lines |= "\n" in tail


def trees(written: bytes, canonical: bytes, budget: Budget) -> Iterator[tuple[bytes, tuple[Cause, ...]]]:
    """Canonical bytes of each variant, the likeliest first, with the causes that changed it into *written*.

    Read anew for each: one tree is in memory at a time, and that of the largest message takes 40 MB.
    """
    root = parse(written)
    if not isinstance(root, Element):
        return
    facts, size = _Facts(root, canonical), (len(written), written.count(b"<"))
    del root
    for change, told in _changes(facts):
        if not budget.tree(*size):
            return
        yield _canonical(written, change), told
    for exclusive, comments in ((False, True), (True, False), (True, True)):
        if (exclusive and not facts.spaces) or (comments and not facts.comments):
            continue
        if not budget.tree(*size):
            return
        both = ((exclusive, causes.EXCLUSIVE), (comments, causes.WITH_COMMENTS))
        yield _canonical(written, exclusive=exclusive, comments=comments), tuple(cause for so, cause in both if so)


def _changes(facts: _Facts) -> Iterator[_Told]:
    """Changes that would undo a known mistake, with the mistake."""
    if facts.edges:
        yield _strip_edges, (causes.WHITESPACE_AROUND,)
    if facts.between:
        yield _strip_between, (causes.PRETTY_PRINTED,)
    if facts.padded:
        yield _strip_values, (causes.WHITESPACE_IN_VALUES,)
        yield _strip_all, (causes.PRETTY_PRINTED, causes.WHITESPACE_IN_VALUES)
    yield from _ungarblings(facts)
    if not facts.lines:
        yield from _line_breakings(facts)
    for (whole, level), indent in product(_SCOPES, _INDENTS):
        if level and not indent:
            continue
        if facts.between:
            told = causes.RE_INDENTED.told(indent=_named(indent))
        else:
            told = causes.COMPACTED if indent else causes.NEWLINES_REMOVED
        yield partial(_indent, indent=indent, level=level, whole=whole), (told,)
    for indent in _INDENTS:
        yield partial(_indent_edges, indent=indent), (causes.WHITESPACE_AROUND,)
    for before, after in _PADDED:
        yield partial(_pad_values, before=before, after=after), (causes.TRIMMED.told(place=_EVERY),)


def _ungarblings(facts: _Facts) -> Iterator[_Told]:
    for name in garbled.TAKEN_FOR:
        undone = {now: was for now in facts.foreign if (was := garbled.undone(now, name)) != now}
        if undone:
            now = min(undone)
            yield partial(_replace, texts=undone), (told_garbled(name, undone[now], now),)


def _line_breakings(facts: _Facts) -> Iterator[_Told]:
    if facts.between:
        yield _blanks_to_lines, (causes.NEWLINES_REMOVED,)
    for outer in (True, False):
        yield partial(_break_lines, outer=outer), (causes.NEWLINES_REMOVED,)


def told_garbled(name: str, signed: str, received: str) -> Cause:
    """The cause ``garbled`` with an example of both sides."""
    return causes.GARBLED.told(encoding=name, signed=signed[:_MOST_SHOWN], received=received[:_MOST_SHOWN])


def _canonical(
    written: bytes, change: _Change | None = None, *, exclusive: bool = False, comments: bool = False
) -> bytes:
    root = parse(written)
    if not isinstance(root, Element):
        return b""
    if change is not None:
        change(root)
    try:
        return etree.tostring(root, method="c14n", exclusive=exclusive, with_comments=comments)
    except etree.C14NError:
        return b""


def _blank(text: str) -> bool:
    return bool(text) and not text.strip(_BLANK)


def _strip_edges(root: Element) -> None:
    root.text = (root.text or "").lstrip(_BLANK) if len(root) else (root.text or "").strip(_BLANK)
    if len(root):
        root[-1].tail = (root[-1].tail or "").rstrip(_BLANK)


def _strip_between(root: Element) -> None:
    for each in root.iter():
        if len(each) and _blank(each.text or ""):
            each.text = None
        if each is not root and _blank(each.tail or ""):
            each.tail = None


def _strip_values(root: Element) -> None:
    _pad_values(root, "", "")


def _pad_values(root: Element, before: str, after: str) -> None:
    for each in root.iter("*"):
        if not len(each) and each.text:
            each.text = before + each.text.strip(_BLANK) + after


def _strip_all(root: Element) -> None:
    _strip_between(root)
    _strip_values(root)


def _replace(root: Element, texts: dict[str, str]) -> None:
    for each in root.iter("*"):
        if each.text in texts:
            with suppress(ValueError):  # characters that XML can't have: it never was so
                each.text = texts[each.text]


def _break_lines(root: Element, outer: bool) -> None:
    """A line break after each tag that stands beside another, with *outer* beside those of *root* too."""
    for each in root.iter("*"):
        if len(each) and (outer or each is not root):
            each.text = "\n" + (each.text or "")
        last = each.getparent() is root and each.getnext() is None
        if each is not root and (outer or not last):
            each.tail = "\n" + (each.tail or "")


def _blanks_to_lines(root: Element) -> None:
    """Of blanks between tags the first stands for a line break."""
    for each in root.iter("*"):
        if len(each) and _blank(each.text or ""):
            each.text = "\n" + (each.text or "")[1:]
        if each is not root and _blank(each.tail or ""):
            each.tail = "\n" + (each.tail or "")[1:]


def _indent(root: Element, indent: str, level: int, whole: bool) -> None:
    if whole:
        etree.indent(root, space=indent, level=level)
        return
    for each in root.iterchildren("*"):
        etree.indent(each, space=indent, level=level)


def _named(indent: str) -> Bilingual:
    """How an indent is called."""
    if indent == "\t":
        return Bilingual("制表符", "tabs")
    return Bilingual(f"每级 {len(indent)} 个空格", f"{len(indent)} blanks a level")


def _indent_edges(root: Element, indent: str) -> None:
    if len(root) and not root.text and not root[-1].tail:
        root.text, root[-1].tail = "\n" + indent, "\n"
