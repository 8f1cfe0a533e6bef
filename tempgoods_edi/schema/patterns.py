"""The subset of regular expressions that XSD 1.0 and Python's `re` read alike.

Allowed: literal characters, classes ``[...]`` without class escapes or subtraction, groups, ``|``,
``? * + {n} {n,m}``, and a backslash before a punctuation character.  Not allowed are ``.``, ``^``, ``$`` and letter
escapes such as ``\\d``: their meaning differs between the two (Unicode digits, line ends).
"""

from __future__ import annotations

import re

#: Inside of a class: what text cannot hold in XML, or not without an entity.
NOT_PLAIN = r"<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_TOKEN = re.compile(
    r"\[(?P<klass>\^?(?:\\[^A-Za-z0-9]|[^\[\]\\])+)\]"
    r"|\\[^A-Za-z0-9]"
    r"|[()|?*+]"
    r"|\{[0-9]+(?:,[0-9]*)?\}"
    r"|[^\\.^$\[\](){}?*+|]"
)


def is_shared(pattern: str) -> bool:
    """True when both engines agree on *pattern*.

    >>> is_shared("[0-9]{4}[0-9A-Z]{6}"), is_shared("[0-9]+[.]"), is_shared("a.b")
    (True, True, False)
    """
    position = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            return False
        position = token.end()
    return True


def in_markup(pattern: str) -> str:
    """The pattern for text inside markup: a negated class takes only characters that XML does not escape; no groups.

    >>> import re
    >>> [text for text in ("bcd", "b<c", "b&c", "b" + chr(31)) if re.fullmatch(in_markup("([^a]{1,3})"), text)]
    ['bcd']
    """
    return _TOKEN.sub(_in_markup, pattern)


def _in_markup(token: re.Match[str]) -> str:
    if token[0] == "(":
        return "(?:"
    klass = token["klass"] or ""
    return f"[^{NOT_PLAIN}{klass[1:]}]" if klass.startswith("^") else token[0]
