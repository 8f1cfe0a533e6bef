"""Writes a record as XML text and, at the same time, as shorthand: its values with one mark each in place of tags.

Shorthand says the same as the XML and is a third as long.  Who finds it valid (`recogniser.shorthand_matcher`), *and* with
as many values as were written, knows that the XML is valid, without reading it: no value holds an `END` then, so that
each stands where it belongs, and none holds another mark, which the schema's characters leave out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from tempgoods_edi.schema.atoms import FORMAT
from tempgoods_edi.schema.spec import Atom, GroupSpec

#: Stands after every value, given or not; in place of what is given and empty, or must be given and is not; before each
#: of several parts; after the last of them.
END, ODD, PART, LAST = "\x1f", "\x1e", "\x1d", "\x1c"

#: Writes the two texts of one record, and says how many values (`END`) the shorthand has.
Writer = Callable[[Any], tuple[str, str, int]]

#: Quicker than `FORMAT`.  (A decimal with an exponent comes out wrong, but its ``E`` shows.)
_FORM: dict[Atom, Callable[[Any], str]] = {"decimal": str}


@cache
def writer(group: GroupSpec) -> Writer:
    """A function that writes records of *group* as unescaped XML and shorthand.

    The XML is right exactly when no value holds what XML writes otherwise: see `codec.markup`.

    >>> from tempgoods_edi import codec
    >>> from tempgoods_edi.schema import reader
    >>> query = reader.message("TMP151").root
    >>> record = codec.from_tree(query, {"ExhibitionNo": "ZH222827000001", "OperCusRegCode": "310173A546"})
    >>> writer(query)(record)[1]
    'ZH222827000001\\x1f310173A546\\x1f'
    """
    return _compiled(group, _ONE)


#: The two functions made for a group: of one record, and of all that stand one after another.
_ONE = """
def write(record):
    {lines}
    return f"{xml}", f"{short}", {values}
"""
_SEVERAL = f"""
def write(records):
    texts, shorts, count = [], [], 0
    for record in records:
        {{lines}}
        texts.append(f"{{xml}}")
        shorts.append(f"{PART}{{short}}")
        count += {{values}}
    shorts.append({LAST!r})
    return "".join(texts), "".join(shorts), count
"""


def _compiled(group: GroupSpec, template: str) -> Writer:
    """A function made of *template* and what the schema says of *group*."""
    names: dict[str, Any] = {"odd": ODD}
    # As dataclasses do: code made of the schema's own names, run once, is twice as quick as a loop over them.
    exec(compile(_source(group, template, names), f"<writer of {group.tag}>", "exec"), names)  # noqa: S102 - of our own XSD only
    made: Writer = names["write"]
    return made


def _source(group: GroupSpec, template: str, names: dict[str, Any]) -> str:
    """The code of ``write``; what it calls is put into *names*."""
    lines: list[str] = []
    xml = short = more = ""
    fields = 0
    for at, child in enumerate(group.children):
        lines.append(f"v{at} = record.{child.name}")
        if isinstance(child, GroupSpec):
            names[f"write{at}"] = _parts(child)
            lines.append(f"x{at}, s{at}, n{at} = write{at}(v{at})")
            xml, short, more = f"{xml}{{x{at}}}", f"{short}{{s{at}}}", f"{more} + n{at}"
            continue
        fields += 1
        form = _FORM.get(child.atom, FORMAT[child.atom])
        if form is not None:
            names[f"form{at}"] = form
            lines.append(f"if v{at} is not None: v{at} = form{at}(v{at})")
        xml += f"{{'' if v{at} is None else f'<{child.tag}>{{v{at}}}</{child.tag}>'}}"
        otherwise = "odd" if child.required else f"('' if v{at} is None else odd)"
        short += f"{{v{at} or {otherwise}}}{END}"
    indent = template[: template.index("{lines}")].rpartition("\n")[2]
    body = f"\n{indent}".join(lines)
    return template.format(lines=body, xml=f"<{group.tag}>{xml}</{group.tag}>", short=short, values=f"{fields}{more}")


def _parts(group: GroupSpec) -> Writer:
    """What writes all parts of one kind that a record holds: a tuple of them, one, or None."""
    if group.repeated:
        return _compiled(group, _SEVERAL)
    if group.required:
        write = writer(group)
        return lambda record: ("", "", 0) if record is None else write(record)
    several = _compiled(group, _SEVERAL)
    return lambda record: several(() if record is None else (record,))
