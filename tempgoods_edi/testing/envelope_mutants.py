"""Mutants with one fault in the envelope of a message, or in the file it comes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

from msgspec import structs

from tempgoods_edi import codec
from tempgoods_edi._xml import MAX_TAGS
from tempgoods_edi.codec import Tree
from tempgoods_edi.desk import MAX_BYTES
from tempgoods_edi.envelope import problems
from tempgoods_edi.envelope.message import Message, info_group, package, plain, pocket_group
from tempgoods_edi.schema import problems as schema_problems
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.signing import unsigned
from tempgoods_edi.testing.cases import OBJECT_ID, Case, case
from tempgoods_edi.testing.mutants import Mutant
from tempgoods_edi.testing.schema_mutants import part_mutants
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import Problem

_XML = b'<?xml version="1.0" encoding="UTF-8"?>'
_DOCTYPE = b'<!DOCTYPE Signature [<!ENTITY word "text">]>'
_GB18030 = b'<?xml version="1.0" encoding="GB18030"?>'
_NESTED = 300
#: Places in an entry of a ZIP's list of contents.
_FLAGS, _METHOD, _SIZE, _PLACE, _NAME = 8, 10, 24, 42, 46


def envelope_mutants(spec: MessageSpec, made: Case | None = None) -> Iterator[Mutant]:
    """Every envelope mutant of a message of kind *spec*.

    :param made: the valid message to break; by default a small one.
    """
    made = made or case(spec, Shape())
    yield from _file_mutants(made)
    yield from _archive_mutants(made)
    if made.message is not None:
        yield from _schema_mutants(made, made.message)
        yield from _stated_wrongly(made, made.message)
        yield from _structure_mutants(made, made.message)


def _mutant(made: Case, name: str, problem: Problem, path: str, data: bytes) -> Mutant:
    return Mutant(name=name, rule=problem.id, path=path, data=data, facts=made.facts)


def _file_mutants(made: Case) -> Iterator[Mutant]:
    """What is wrong before the message can be read."""
    data = made.data.removeprefix(_XML)
    root = made.spec.root.tag.encode()
    deep = b"<a>" * _NESTED + b"</a>" * _NESTED + b"</" + root + b">"
    many = b"<a/>" * (MAX_TAGS + 1) + b"</" + root + b">"
    for name, problem, faulty in (
        ("file: empty", problems.EMPTY, b""),
        ("file: blanks only", problems.EMPTY, b" \n"),
        ("file: cut short", problems.NOT_XML, data[: len(data) * 2 // 3]),
        ("file: end tag missing", problems.NOT_XML, data[: data.rindex(b"</")]),
        ("file: bare ampersand", problems.NOT_XML, data.replace(b"</" + root, b"& </" + root)),
        ("file: not UTF-8", problems.WRONG_ENCODING, data.replace(b"</" + root, b"\xb2\xe2</" + root)),
        ("file: two roots", problems.NOT_XML, data + b"<a></a>"),
        ("file: encoding declared as GB18030", problems.WRONG_ENCODING, _GB18030 + data),
        ("file: UTF-16", problems.WRONG_ENCODING, data.decode().encode("utf-16")),
        ("file: DOCTYPE", problems.DOCTYPE, _XML + _DOCTYPE + data),
        ("file: a PDF", problems.NOT_A_MESSAGE, b"%PDF-1.7\n" + data),
        ("file: too big", problems.TOO_BIG, data + b" " * (MAX_BYTES + 1 - len(data))),
        ("file: nested too deeply", problems.TOO_DEEP, data.replace(b"</" + root + b">", deep)),
        ("file: too many tags", problems.TOO_MANY_PARTS, data.replace(b"</" + root + b">", many)),
    ):
        yield _mutant(made, name, problem, "", faulty)
    renamed = data.replace(b"<" + root + b">", b"<Tmp999>").replace(b"</" + root + b">", b"</Tmp999>")
    yield _mutant(made, "document: unknown", problems.UNKNOWN_MESSAGE, "", renamed)


def _archive_mutants(made: Case) -> Iterator[Mutant]:
    """What is wrong with the ZIP a message comes in."""
    data = made.data
    good = {"message.xml": data}
    whole = _zipped(good)
    paper = {"a.pdf": b"%PDF-1.7"}
    papers = {f"{number}.pdf": b"%PDF-1.7" for number in range(40)}
    for name, problem, faulty in (
        ("ZIP: cut short", problems.BAD_ARCHIVE, whole[: len(whole) // 2]),
        ("ZIP: too many files", problems.TOO_MANY_MEMBERS, _zipped(good | {f"{n}.pdf": b"" for n in range(101)})),
        ("ZIP: no message", problems.NOT_ONE_MESSAGE, _zipped({"a.pdf": b"%PDF-1.7"})),
        ("ZIP: two messages", problems.NOT_ONE_MESSAGE, _zipped(good | {"second.xml": data})),
        ("ZIP: folder", problems.UNSAFE_MEMBER, _zipped(good | {"folder/a.pdf": b"%PDF-1.7"})),
        ("ZIP: path upwards", problems.UNSAFE_MEMBER, _zipped(good | {"..\\a.pdf": b"%PDF-1.7"})),
        ("ZIP: program", problems.UNSAFE_MEMBER, _zipped(good | {"a.exe": b"MZ"})),
        ("ZIP: another method", problems.PACKED_OTHERWISE, _listed(good | paper, _METHOD, b"\x0c\x00")),
        ("ZIP: a password", problems.ENCRYPTED_MEMBER, _listed(good | paper, _FLAGS, b"\x01\x00")),
        ("ZIP: one over another", problems.OVERLAPPING_MEMBER, _listed(good | paper, _PLACE, bytes(4))),
        ("ZIP: a name in no encoding", problems.NAME_UNREADABLE, _listed(good | paper, _NAME, b"\xe7")),
        ("ZIP: a message that unpacks to too much", problems.MESSAGE_UNFOLDS, _zipped({"a.xml": data + b" " * MAX_BYTES})),
        ("ZIP: unpacks to too much", problems.UNFOLDS, _listed(good | papers, _SIZE, b"\xff\xff\xff\0")),
    ):
        yield _mutant(made, name, problem, "", faulty)


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def _listed(members: Mapping[str, bytes], at: int, bytes_there: bytes) -> bytes:
    """A ZIP whose list of contents says something else of the papers in it, *at* so many bytes into their entries."""
    data = bytearray(_zipped(members))
    begin = data.index(b"PK\x01\x02") + 1
    while (begin := data.find(b"PK\x01\x02", begin)) >= 0:
        data[begin + at : begin + at + len(bytes_there)] = bytes_there
        begin += 1
    return bytes(data)


def _schema_mutants(made: Case, message: Message) -> Iterator[Mutant]:
    """Every facet and every structure of the two parts of the envelope."""
    for group, record in ((info_group(), message.info), (pocket_group(), message.pocket)):
        tree: Tree = codec.to_tree(group, record)
        tree |= {"EnvelopInfo": {"business_id": "1"}, "PocketInfo": {"is_unstructured": "1"}}[group.tag]
        tree = {child.tag: tree[child.tag] for child in group.children}
        before, _, after = made.data.decode().partition(codec.markup(group, record))
        for fault, part in part_mutants(group, tree, group.tag, f"{group.tag}/"):
            data = f"{before}{part}{after}".encode()
            yield Mutant(
                name=fault.name, rule=fault.problem.id, path=fault.path, data=data, facts=made.facts, part=part
            )


def _stated_wrongly(made: Case, message: Message) -> Iterator[Mutant]:
    """An envelope that the schema takes but that says something wrong."""
    info, pocket = message.info, message.pocket
    other = "TMP999" if made.spec.code != "TMP999" else "TMP998"
    for name, problem, path, wrong in (
        (f"message_type {other}", problems.TYPE_DIFFERS, "EnvelopInfo/message_type",
         structs.replace(message, info=structs.replace(info, message_type=other))),
        ("two packets", problems.NOT_ONE_POCKET, "PocketInfo/total_pocket_qty",
         structs.replace(message, pocket=structs.replace(pocket, total_pocket_qty=2))),
        ("no packet", problems.NOT_ONE_POCKET, "PocketInfo/total_pocket_qty",
         structs.replace(message, pocket=structs.replace(pocket, total_pocket_qty=0))),
        ("packet 2", problems.WRONG_POCKET, "PocketInfo/cur_pocket_no",
         structs.replace(message, pocket=structs.replace(pocket, cur_pocket_no=2))),
        ("unstructured", problems.UNSTRUCTURED, "PocketInfo/is_unstructured",
         structs.replace(message, pocket=structs.replace(pocket, is_unstructured="1"))),
    ):  # fmt: skip
        yield _mutant(made, f"envelope: {name}", problem, path, _written(wrong))
    path = "EnvelopInfo/message_id"
    seen = structs.replace(made.facts, seen_message_ids=frozenset({info.message_id}))
    yield structs.replace(_mutant(made, "envelope: replayed", problems.REPLAYED, path, made.data), facts=seen)
    if made.spec.direction == "out":
        odd = structs.replace(message, info=structs.replace(info, message_id="my-message-1"))
        yield _mutant(made, "envelope: message_id of another form", problems.MESSAGE_ID_FORM, path, _written(odd))


def _written(message: Message) -> bytes:
    return unsigned(OBJECT_ID, package(message).encode()) if message.spec.direction == "out" else plain(message)


def _structure_mutants(made: Case, message: Message) -> Iterator[Mutant]:
    """Parts of the envelope missing, doubled, unknown or out of place."""
    whole, document = made.data, codec.markup(made.spec.root, message.document)
    info, pocket = codec.markup(info_group(), message.info), codec.markup(pocket_group(), message.pocket)
    missing, misplaced, unknown = (
        schema_problems.MISSING,
        schema_problems.MISPLACED,
        schema_problems.UNKNOWN_ELEMENT,
    )
    tag = made.spec.root.tag
    for name, problem, path, old, new in (
        ("EnvelopInfo: missing", missing, "EnvelopInfo", info, ""),
        ("EnvelopInfo: twice", misplaced, "EnvelopInfo", info, info * 2),
        ("PocketInfo: missing", missing, "PocketInfo", pocket, ""),
        ("PocketInfo: twice", misplaced, "PocketInfo", pocket, pocket * 2),
        ("Package: unknown element", unknown, "Unknown", info, f"{info}<Unknown></Unknown>"),
        ("DataInfo: unknown element", unknown, "Unknown", pocket, f"{pocket}<Unknown></Unknown>"),
        ("BussinessData: unknown element", unknown, "Unknown", document, f"{document}<Unknown></Unknown>"),
        (f"{tag}: twice", misplaced, tag, document, document * 2),
        (f"{tag}: missing", problems.UNKNOWN_MESSAGE, "BussinessData", document, ""),
    ):
        # Without a document its flag would be one fault more.
        flagless = "<DelcareFlag>1</DelcareFlag>" if problem is problems.UNKNOWN_MESSAGE and message.flag else ""
        data = whole.replace(f"{old}{flagless}".encode(), new.encode())
        yield _mutant(made, name, problem, path, data)
    if made.spec.direction == "out":
        yield from _flag_mutants(made)
        bare = _XML + document.encode()
        for name, data in (("envelope: none", bare), ("envelope: no signature", _XML + package(message).encode())):
            yield _mutant(made, name, problems.NO_ENVELOPE, "", data)
    else:
        data = unsigned(OBJECT_ID, package(message).encode())
        yield _mutant(made, "envelope: signed by the wrong side", problems.WRONG_DIRECTION, "", data)


def _flag_mutants(made: Case) -> Iterator[Mutant]:
    right = b"<DelcareFlag>1</DelcareFlag>"
    for name, problem, flag in (
        ("missing", schema_problems.MISSING, b""),
        ("twice", schema_problems.MISPLACED, right * 2),
        ("enumeration '2'", schema_problems.NOT_IN_LIST, b"<DelcareFlag>2</DelcareFlag>"),
        ("enumeration ''", schema_problems.NOT_IN_LIST, b"<DelcareFlag></DelcareFlag>"),
        ("attribute", schema_problems.STRAY_ATTRIBUTE, b'<DelcareFlag note="1">1</DelcareFlag>'),
        ("element in the value", schema_problems.CHILD_IN_VALUE, b"<DelcareFlag>1<b></b></DelcareFlag>"),
    ):
        yield _mutant(made, f"DelcareFlag: {name}", problem, "DelcareFlag", made.data.replace(right, flag))
