"""Inspects an attached file: whether it is a PDF, whether it is complete, and what it would do when opened.

Everything in it is looked at, not only its pages, and nothing is believed of its name.  What is found is
judged by the rules on documents (``TG-DOC``); here nothing is refused and nothing raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from tempgoods_edi.apart import Ended, ProcessLimits, ProcessOutcome
from tempgoods_edi.dangers import DAMAGED, MAX_BYTES, OVERSIZED, UNOPENED
from tempgoods_edi.pdfs import TELLABLE, Seen, look_inside
from tempgoods_edi.rules import Attachment

#: What all files of one message together may take to open.
LIMITS = ProcessLimits(seconds=5, patience=60, memory=512 * 1024 * 1024, answer=64 * 1024)

_ALGORITHMS = {"SHA-256": "sha256", "SHA-1": "sha1", "SM3": "sm3"}
_TASK = "tempgoods_edi.pdfs:answer_each"
#: So far into a file readers look for its mark.
_MARK, _MARK_WITHIN = b"%PDF-", 1024


def inspect(name: str, data: bytes, look: Callable[[bytes], Seen] = look_inside) -> Attachment:
    """Inspect the file *name* with content *data* in this process; never raises, whatever the bytes.

    A PDF begins with its mark at the first byte: a file that is something else before it is something else.

    :param look: opens what may be opened.
    """
    hashes, at = _hashes(data), data.find(_MARK, 0, _MARK_WITHIN + len(_MARK))
    found = Attachment(name=name, size=len(data), hashes=hashes, is_pdf=at == 0, before_mark=max(at, 0))
    if not _is_opened(data):
        return found
    encrypted, dangers = look(data)
    return replace(found, encrypted=encrypted, dangers=tuple(sorted(dangers)))


def inspect_apart(files: Mapping[str, bytes], limits: ProcessLimits = LIMITS) -> dict[str, Attachment]:
    """Inspect *files*, by name, like `inspect`, but in one separate process for all; never raises.

    The file that takes longer than the limits is `OVERSIZED`, those after it `UNOPENED`; one that kills its reader, or
    for which the memory does not suffice, is `DAMAGED`.  Either is an error by the rules on documents.
    """
    to_open = [data for data in files.values() if _is_opened(data)]
    seen = iter(_seen_apart(to_open, limits))
    return {name: inspect(name, data, lambda _: next(seen)) for name, data in files.items()}


def _is_opened(data: bytes) -> bool:
    return data.startswith(_MARK) and len(data) <= MAX_BYTES


def _seen_apart(files: Sequence[bytes], limits: ProcessLimits) -> Iterator[Seen]:
    if not files:
        return iter(())
    from tempgoods_edi.apart.processes import run  # only who has files to open pays for it

    return seen(run(_TASK, _framed(files), limits), len(files))


def seen(ended: Ended, count: int) -> Iterator[Seen]:
    """The process's answer about *count* files; checked, because a file may have taken the process over."""
    lines = ended.answer.decode("ascii", "replace").split("\n")[:-1][:count]
    for line in lines:
        encrypted, *dangers = line.split(" ") if line else ["?"]
        is_answer = encrypted in ("0", "1") and TELLABLE.issuperset(dangers)
        yield encrypted == "1", frozenset(dangers) if is_answer else frozenset({DAMAGED})
    for position in range(len(lines), count):
        why = OVERSIZED if ended.outcome is ProcessOutcome.TOO_LONG else DAMAGED
        yield False, frozenset({why if position == len(lines) else UNOPENED})


def _framed(files: Sequence[bytes]) -> Iterator[bytes]:
    for data in files:
        yield len(data).to_bytes(8)
        yield data


def _hashes(data: bytes) -> Mapping[str, str]:
    """The Base64 of each digest that this Python can make; SM3 depends on its OpenSSL."""
    import hashlib  # only who has a file to look at pays for these
    from base64 import b64encode

    found = {}
    for label, algorithm in _ALGORITHMS.items():
        if algorithm in hashlib.algorithms_available:
            found[label] = b64encode(hashlib.new(algorithm, data, usedforsecurity=False).digest()).decode()
    return found
