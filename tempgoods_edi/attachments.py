"""Looks at a file that came beside a message: is it a PDF, is it whole, what would it do when opened?

Everything in it is looked at, not only its pages, and nothing is believed of its name.  What is found is
judged by the rules on documents (``TG-DOC``); here nothing is refused and nothing raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from tempgoods_edi.rules import Attachment

if TYPE_CHECKING:
    import pikepdf

#: Largest file that is opened (用户手册2.1: 4M); a larger one is refused by its size alone.
MAX_BYTES = 4 * 1024 * 1024
#: Most objects and most values in them that are looked at; a paper of 4 MiB has a few thousand.
MAX_OBJECTS = 100_000
MAX_VALUES = 1_000_000
#: Most bytes that one compressed stream may unfold to while the file is read.
MAX_UNFOLDED_BYTES = 64 * 1024 * 1024

#: The danger of a PDF that no reader shows without repairing it first.
DAMAGED = "Damaged"
#: The danger of a PDF with more in it than is looked at.
OVERSIZED = "Oversized"

_ALGORITHMS = {"SHA-256": "sha256", "SHA-1": "sha1", "SM3": "sm3"}

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
#: Everything a PDF may be found to hold.
DANGERS = frozenset((*_KEYS.values(), *_KINDS.values()))
_KIND_OF = ("/S", "/Subtype", "/Type")


def look_inside(data: bytes) -> tuple[bool, frozenset[str]]:
    """Whether the PDF *data* is encrypted, and what is dangerous in it; never raises, whatever the bytes."""
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


def inspect(name: str, data: bytes, look: Callable[[bytes], tuple[bool, frozenset[str]]] = look_inside) -> Attachment:
    """What the file *name* with content *data* is; never raises, whatever the bytes.

    A PDF begins with its mark at the first byte: a file that is something else before it is something else.

    :param look: opens what may be opened; `look_inside`, or what does the same elsewhere.
    """
    hashes, is_pdf = _hashes(data), data.startswith(b"%PDF-")
    if not is_pdf or len(data) > MAX_BYTES:
        return Attachment(name=name, size=len(data), hashes=hashes, is_pdf=is_pdf)
    encrypted, dangers = look(data)
    return Attachment(
        name=name, size=len(data), hashes=hashes, is_pdf=True, encrypted=encrypted, dangers=tuple(sorted(dangers))
    )


def _hashes(data: bytes) -> Mapping[str, str]:
    """The Base64 of each digest that this Python can make; SM3 depends on its OpenSSL."""
    import hashlib  # only who has a file to look at pays for these
    from base64 import b64encode

    found = {}
    for label, algorithm in _ALGORITHMS.items():
        if algorithm in hashlib.algorithms_available:
            found[label] = b64encode(hashlib.new(algorithm, data, usedforsecurity=False).digest()).decode()
    return found


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
