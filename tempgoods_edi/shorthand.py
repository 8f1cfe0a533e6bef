"""Writes a record twice at once: as XML text, and in shorthand, which is its values with one mark each in place of tags.

Shorthand says the same as the XML, is a third as long, and no value can pass for a mark.  Who finds the shorthand valid
(`recogniser.shorthand_matcher`) knows that the XML is, without reading it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from tempgoods_edi.schema.atoms import FORMAT
from tempgoods_edi.schema.spec import Atom, GroupSpec

#: Stands after every value; in place of a value that is not given; before each of several parts; after the last of them.
END, ABSENT, PART, LAST = "\x1f", "\x1e", "\x1d", "\x1c"

#: The two texts of one record.
Writer = Callable[[Any], tuple[str, str]]

#: Quicker than `FORMAT`.  (A decimal with an exponent comes out wrong, but its ``E`` shows.)
_FORM: dict[Atom, Callable[[Any], str]] = {"decimal": str}


@cache
def writer(group: GroupSpec) -> Writer:
    """What writes records of *group*: XML in which nothing is escaped yet, and shorthand.

    The XML is right exactly when no value holds what XML writes otherwise: see `codec.markup`.

    >>> from tempgoods_edi import codec
    >>> from tempgoods_edi.schema import reader
    >>> query = reader.message("TMP151").root
    >>> record = codec.from_tree(query, {"ExhibitionNo": "ZH222827000001", "OperCusRegCode": "310173A546"})
    >>> writer(query)(record)[1]
    'ZH222827000001\\x1f310173A546\\x1f'
    """
    names: dict[str, Any] = {"absent": ABSENT}
    # As dataclasses do: code made of the schema's own names, run once, is twice as quick as a loop over them.
    exec(compile(_source(group, names), f"<writer of {group.tag}>", "exec"), names)  # noqa: S102 - of our own XSD only
    made: Writer = names["write"]
    return made


def _source(group: GroupSpec, names: dict[str, Any]) -> str:
    """The code of a function ``write(record)``; what it calls is put into *names*."""
    lines: list[str] = []
    xml = short = ""
    for at, child in enumerate(group.children):
        lines.append(f"v{at} = record.{child.name}")
        if isinstance(child, GroupSpec):
            names[f"write{at}"] = _parts(child)
            lines.append(f"x{at}, s{at} = write{at}(v{at})")
            xml, short = f"{xml}{{x{at}}}", f"{short}{{s{at}}}"
            continue
        form = _FORM.get(child.atom, FORMAT[child.atom])
        if form is not None:
            names[f"form{at}"] = form
            lines.append(f"if v{at} is not None: v{at} = form{at}(v{at})")
        xml += f"{{'' if v{at} is None else f'<{child.tag}>{{v{at}}}</{child.tag}>'}}"
        short += f"{{absent if v{at} is None else v{at}}}{END}"
    body = "\n    ".join((*lines, f'return f"<{group.tag}>{xml}</{group.tag}>", f"{short}"'))
    return f"def write(record):\n    {body}\n"


def _parts(group: GroupSpec) -> Writer:
    """What writes all parts of one kind that a record holds: a tuple of them, one, or None."""
    write = writer(group)

    def one(record: Any) -> tuple[str, str]:
        return ("", "") if record is None else write(record)

    def several(records: Any) -> tuple[str, str]:
        written = [write(each) for each in records]
        return "".join([xml for xml, _ in written]), "".join([PART + short for _, short in written]) + LAST

    if group.repeated:
        return several
    if group.required:
        return one
    return lambda record: several(() if record is None else (record,))
