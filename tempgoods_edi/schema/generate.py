"""Generates code from the schemas: the record modules and the message lists of the envelope schemas.

``python -m tempgoods_edi.schema.generate`` writes; with ``--check`` it only says what is out of date (exit 1).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tempgoods_edi._resources import xsd_dir
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import Atom, FieldSpec, GroupSpec, MessageSpec

RECORDS = Path(__file__).parent.parent / "records"

_PYTHON: Mapping[Atom, str] = {
    "string": "str",
    "decimal": "Decimal",
    "integer": "int",
    "date": "date",
    "datetime": "datetime",
    "isodatetime": "datetime",
}

#: Shared schema files whose complex types and groups become modules of their own.
_SHARED = ("parts", "receipt", "envelope")


def main(arguments: list[str]) -> int:
    """Write the generated files, or check them; 0 when everything is up to date."""
    stale = [path for path, text in generated() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"out of date: {path.name} (run python -m tempgoods_edi.schema.generate)")
        return 1 if stale else 0
    for path, text in generated():
        path.write_text(text, "utf-8")
    print(f"{len(stale)} files written")
    return 0


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with the text it must have."""
    messages = reader.messages()
    for name, directions in (("signed.xsd", ("out",)), ("plain.xsd", ("in",))):
        path = xsd_dir() / name
        yield path, _with_messages(path.read_text("utf-8"), [m for m in messages if m.direction in directions])
    for stem in _SHARED:
        yield RECORDS / f"{stem}.py", _shared_module(stem)
    for spec in messages:
        yield RECORDS / f"{Path(spec.schema).stem}.py", _message_module(spec)


def _with_messages(text: str, messages: Iterable[MessageSpec]) -> str:
    blocks = {
        "includes": [f'<xs:include schemaLocation="{m.schema}"/>' for m in messages],
        "messages": [f'<xs:element ref="{m.root.tag}"/>' for m in messages],
    }
    for mark, lines in blocks.items():
        text = re.sub(
            rf"( *)<!-- generated: {mark} -->\n.*?<!-- end -->",
            lambda m, mark=mark, lines=lines: "\n".join(  # type: ignore[misc]  # mypy cannot type lambda defaults
                [f"{m[1]}<!-- generated: {mark} -->", *(m[1] + line for line in lines), f"{m[1]}<!-- end -->"]
            ),
            text,
            flags=re.DOTALL,
        )
    return text


def _shared_module(stem: str) -> str:
    path = xsd_dir() / f"{stem}.xsd"
    groups = [reader.record_group(path.name, name, name) for name in reader.component_names(path, "complexType")]
    views = [_view(path.name, name) for name in reader.component_names(path, "group")]
    return _module(f"Records of the parts that ``{path.name}`` shares among messages.", groups, stem, views)


def _message_module(spec: MessageSpec) -> str:
    groups = [spec.root, *(node for _, node in spec.root.walk() if isinstance(node, GroupSpec))]
    return _module(f"{spec.title.zh} / {spec.title.en}: records of {spec.code}.", groups, Path(spec.schema).stem, [])


def _module(title: str, groups: Iterable[GroupSpec], stem: str, views: list[str]) -> str:
    classes: dict[str, str] = {}
    imported: dict[str, set[str]] = {}
    for group in groups:
        if group.module == stem:
            classes.setdefault(group.class_name, _class(group))
        else:
            imported.setdefault(group.module, set()).add(group.class_name)
    body = "".join([*views, *reversed(classes.values())])
    head = [f'"""{title}\n\nGENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.\n"""', ""]
    head.append("from __future__ import annotations\n")
    standard = []
    times = [name for name in ("date", "datetime") if re.search(rf"\b{name}\b( \||\n)", body)]
    if times:
        standard.append(f"from datetime import {', '.join(times)}")
    if "Decimal" in body:
        standard.append("from decimal import Decimal")
    if views:
        standard.append("from typing import Protocol")
    if standard:
        head.append("\n".join(standard) + "\n")
    if classes:
        head.append("from msgspec import Struct\n")
    house = [f"from tempgoods_edi.records.{m} import {', '.join(sorted(n))}" for m, n in sorted(imported.items())]
    if house:
        head.append("\n".join(house) + "\n")
    return "\n".join(head) + body


def _class(group: GroupSpec) -> str:
    lines = [
        f"\n\nclass {group.class_name}(Struct, frozen=True, kw_only=True, gc=False):",
        f'    """{group.label.zh} / {group.label.en}."""\n',
    ]
    for child in group.children:
        if isinstance(child, FieldSpec):
            kind = _PYTHON[child.atom] + ("" if child.required else " | None = None")
        elif child.repeated:
            kind = f"tuple[{child.class_name}, ...] = ()"
        else:
            kind = child.class_name + ("" if child.required else " | None = None")
        lines.append(f"    {child.name}: {kind}")
    return "\n".join(lines) + "\n"


def _view(file: str, group: str) -> str:
    lines = [f"\n\nclass {group}(Protocol):", f'    """What every record with the ``{group}`` group has."""\n']
    for child in reader.shared_group(file, group):
        if isinstance(child, FieldSpec):
            kind = _PYTHON[child.atom] + ("" if child.required else " | None")
            lines += ["    @property", f"    def {child.name}(self) -> {kind}: ...\n"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
