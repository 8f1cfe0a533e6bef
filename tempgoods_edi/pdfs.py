"""Inspects a PDF: whether it is complete, and what it would do when opened.

Everything in it is looked at, not only its pages, and the versions that later ones hide too.  Loaded by the process that
opens files (`attachments.inspect_apart`), so it imports little.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from tempgoods_edi.dangers import DAMAGED, OVERSIZED

if TYPE_CHECKING:
    import pikepdf

#: Most objects and most values in them that are looked at; a paper of 4 MiB has a few thousand.
MAX_OBJECTS = 100_000
MAX_VALUES = 1_000_000
#: Most earlier versions in one file that are looked at; each signature or note makes one.
MAX_REVISIONS = 20
#: Most bytes that one compressed stream may unfold to while the file is read.
MAX_UNFOLDED_BYTES = 64 * 1024 * 1024

#: What goes with the dangers of a version that a later one hides.
EARLIER = "EarlierVersion"
#: The danger of an action of no known kind that runs by itself.
_AUTOMATIC = "AutomaticAction"

#: Keys that make a dictionary dangerous, whatever their value.
_KEYS = {
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/EF": "EmbeddedFile",
    "/EmbeddedFiles": "EmbeddedFile",
    "/XFA": "XFA",
}
#: Names that make a dictionary dangerous as its kind: an action, an annotation, a stream.
_KINDS = {
    "/JavaScript": "JavaScript",
    "/Launch": "Launch",
    "/SubmitForm": "SubmitForm",
    "/ImportData": "ImportData",
    "/EmbeddedFile": "EmbeddedFile",
    "/FileAttachment": "EmbeddedFile",
    "/GoToE": "EmbeddedFile",
    "/RichMedia": "RichMedia",
    "/RichMediaExecute": "RichMedia",
    "/Rendition": "RichMedia",
    "/Movie": "RichMedia",
    "/Sound": "RichMedia",
    "/3D": "RichMedia",
}
#: Actions that are harmless when somebody asks for them, but not by themselves; one that turns to a page is harmless.
_BY_THEMSELVES = {
    "/GoTo": None,
    "/GoToR": "AutomaticGoToR",
    "/Named": "AutomaticNamed",
    "/Thread": "AutomaticThread",
    "/URI": "AutomaticURI",
}
_MOST_IN_A_CHAIN = 100
#: Everything a PDF may be found to hold.
DANGERS = frozenset((*_KEYS.values(), *_KINDS.values(), *filter(None, _BY_THEMSELVES.values()), _AUTOMATIC, EARLIER))
#: What may be said of one: all of it, and that it could not be looked at.
TELLABLE = DANGERS | {DAMAGED, OVERSIZED}
_KIND_OF = ("/S", "/Subtype", "/Type")

#: Whether a PDF is encrypted, and what is dangerous in it.
Seen: TypeAlias = tuple[bool, frozenset[str]]


def look_inside(data: bytes) -> Seen:
    """Inspect the PDF *data*: whether it is encrypted, and its dangers; never raises, whatever the bytes."""
    encrypted, dangers = _looked_at(data)
    ends = _ends_of_versions(data)
    if len(ends) > MAX_REVISIONS:
        return encrypted, dangers | {OVERSIZED}
    for end in ends:
        # What a later version hides is one step back in a reader; that it cannot stand alone is no fault.
        hidden = _looked_at(data[:end])[1] - dangers - {DAMAGED}
        if hidden:
            dangers |= hidden | {EARLIER}
    return encrypted, dangers


def _looked_at(data: bytes) -> Seen:
    import pikepdf

    dangers: set[str] = set()
    try:
        with _bounded(), pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            dangers.update(_dangers(pdf))
            if len(pdf.pages) == 0 or pdf.get_warnings():
                dangers.add(DAMAGED)
            return pdf.is_encrypted, frozenset(dangers)
    except pikepdf.PasswordError:
        return True, frozenset(dangers)
    except Exception:  # noqa: BLE001 - whatever a hostile file does to the reader, the file is at fault
        return False, frozenset(dangers | {DAMAGED})


def _ends_of_versions(data: bytes) -> list[int]:
    """Where the versions before the last one end."""
    ends: list[int] = []
    at = data.find(b"%%EOF")
    while at >= 0 and len(ends) <= MAX_REVISIONS + 1:
        ends.append(at + 5)
        at = data.find(b"%%EOF", at + 5)
    return ends[:-1]


def answer_each(given: BinaryIO, answers: BinaryIO) -> None:
    """The separate process's task: for each file a line, 0 or 1 for *encrypted*, then the dangers."""
    while length := given.read(8):
        encrypted, dangers = look_inside(given.read(int.from_bytes(length)))
        answers.write(" ".join((str(int(encrypted)), *sorted(dangers))).encode() + b"\n")
        answers.flush()


_qpdf = Lock()


@contextmanager
def _bounded() -> Iterator[None]:
    """Keep a small file from unfolding into gigabytes; qpdf's limits hold for the whole process, so they are put back."""
    from pikepdf import settings

    with _qpdf:
        before = settings.set_qpdf_limits(
            flate_max_memory=MAX_UNFOLDED_BYTES,
            run_length_max_memory=MAX_UNFOLDED_BYTES,
            png_max_memory=MAX_UNFOLDED_BYTES,
            tiff_max_memory=MAX_UNFOLDED_BYTES,
            parser_max_container_size=MAX_VALUES,
            doc_max_warnings=100,
            max_stream_filters=3,
        )
        try:
            yield
        finally:
            settings.set_qpdf_limits(**before)  # type: ignore[arg-type]  # its own answer, one type for all limits


def _dangers(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What is found in every object of the file, reachable or not."""
    if len(pdf.objects) > MAX_OBJECTS:
        yield OVERSIZED
        return
    values = 0
    for number in range(len(pdf.objects)):
        waiting: list[Any] = [pdf.objects[number]]
        while waiting:
            values += 1
            if values > MAX_VALUES:
                yield OVERSIZED
                return
            value = waiting.pop()
            yield from _dangers_of(value)
            waiting.extend(child for child in _children(value) if not child.is_indirect)


def _dangers_of(value: Any) -> Iterator[str]:
    if _is_dictionary(value):
        keys = value.keys()
        yield from (_KEYS[key] for key in keys & _KEYS.keys())
        for key in _KIND_OF:
            kind = str(value[key]) if key in keys else ""
            if kind in _KINDS:
                yield _KINDS[kind]
        if "/OpenAction" in keys:
            yield from _by_themselves(value["/OpenAction"])
        if "/AA" in keys and _is_dictionary(value["/AA"]):
            for action in value["/AA"].values():
                yield from _by_themselves(action)


def _by_themselves(action: Any) -> Iterator[str]:
    """What an action, and those that follow it, would do without anybody asking; a place to turn to is none."""
    import pikepdf

    waiting = [action]
    for _ in range(_MOST_IN_A_CHAIN):
        if not waiting:
            return
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            waiting.extend(child for child in each if _is_dictionary(child) and "/S" in child)
        elif _is_dictionary(each):
            kind = str(each.get("/S", ""))
            found = _BY_THEMSELVES.get(kind, _KINDS.get(kind, _AUTOMATIC))
            if found is not None:
                yield found
            if "/Next" in each:
                waiting.append(each["/Next"])
    yield OVERSIZED


def _children(value: Any) -> Iterator[Any]:
    import pikepdf

    if _is_dictionary(value):
        children = value.values()
    elif isinstance(value, pikepdf.Array):
        children = value
    else:
        return
    yield from (child for child in children if isinstance(child, pikepdf.Object))


def _is_dictionary(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream)
